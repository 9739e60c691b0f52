#include "vedette/crypto/aead.h"

#include <algorithm>
#include <sodium.h>
#include <string>

#include "vedette/base/assert.h"

namespace vedette::crypto {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceBytes + kTagBytes == kSealOverheadBytes);
static_assert(AeadKey::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* theirs(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}
unsigned char* theirs(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* theirs(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// May be called as often as one likes, from any thread. \return whether libsodium is usable
bool is_ready() { return sodium_init() >= 0; }

Error not_random() {
    return {ErrorCode::internal, "this machine has no randomness to make a key of"};
}

} // namespace

Result<AeadKey> AeadKey::from_bytes(std::span<const std::byte> bytes) {
    if (!is_ready())
        return not_random();
    if (bytes.size() != kBytes)
        return Error{ErrorCode::invalid_argument,
                     "a key has 32 bytes, not " + std::to_string(bytes.size())};
    AeadKey key;
    std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
    return key;
}

Result<AeadKey> AeadKey::from_hex(std::string_view digits) {
    if (!is_ready())
        return not_random();
    constexpr std::string_view kWhite = " \t\r\n";
    const auto first = std::min(digits.find_first_not_of(kWhite), digits.size());
    digits.remove_prefix(first);
    digits = digits.substr(0, digits.find_last_not_of(kWhite) + 1);
    AeadKey key;
    std::size_t got = 0;
    const char* end = nullptr;
    const bool parsed = digits.size() == 2 * kBytes &&
                        sodium_hex2bin(theirs(key.bytes_.data()), kBytes, digits.data(),
                                       digits.size(), nullptr, &got, &end) == 0 &&
                        got == kBytes && end == digits.data() + digits.size();
    if (!parsed)
        return Error{ErrorCode::invalid_argument,
                     "a key is 64 hexadecimal digits; `openssl rand -hex 32` makes one"};
    return key;
}

Result<AeadKey> AeadKey::make() {
    if (!is_ready())
        return not_random();
    AeadKey key;
    fill_randomly(key.bytes_);
    return key;
}

AeadKey::AeadKey(AeadKey&& other) noexcept : bytes_{other.bytes_} {
    sodium_memzero(other.bytes_.data(), kBytes);
}

AeadKey& AeadKey::operator=(AeadKey&& other) noexcept {
    if (this != &other) {
        bytes_ = other.bytes_;
        sodium_memzero(other.bytes_.data(), kBytes);
    }
    return *this;
}

AeadKey::~AeadKey() { sodium_memzero(bytes_.data(), kBytes); }

void AeadKey::seal(std::span<const std::byte> plain, std::string_view about,
                   std::span<std::byte> sealed) const {
    VEDETTE_ASSERT(sealed.size() == plain.size() + kSealOverheadBytes);
    fill_randomly(sealed.first(kNonceBytes));
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        theirs(sealed.data() + kNonceBytes), nullptr, theirs(plain.data()), plain.size(),
        theirs(about), about.size(), nullptr, theirs(sealed.data()), theirs(bytes_.data()));
}

Status AeadKey::open(std::span<const std::byte> sealed, std::string_view about,
                     std::span<std::byte> plain) const {
    VEDETTE_ASSERT(sealed.size() == plain.size() + kSealOverheadBytes);
    const auto body = sealed.subspan(kNonceBytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            theirs(plain.data()), nullptr, nullptr, theirs(body.data()), body.size(), theirs(about),
            about.size(), theirs(sealed.data()), theirs(bytes_.data())) == 0)
        return {};
    std::fill(plain.begin(), plain.end(), std::byte{});
    return Error{ErrorCode::data_loss, "it was changed, or sealed with another key"};
}

void wipe(std::span<std::byte> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

void fill_randomly(std::span<std::byte> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

} // namespace vedette::crypto
