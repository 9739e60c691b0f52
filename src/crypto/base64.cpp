#include "vedette/crypto/base64.h"

#include <array>
#include <cstdint>
#include <openssl/evp.h>

#include "vedette/base/assert.h"

namespace vedette::crypto {
namespace {

constexpr std::size_t kSha1Bytes = 20;
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three = (three << 8U) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += k <= count ? kAlphabet[(three >> (18U - 6U * k)) & 63U] : '=';
    }
    return out;
}

std::string sha1_for_old_protocols(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr);
    VEDETTE_ASSERT(done == 1 && size == kSha1Bytes);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

} // namespace vedette::crypto
