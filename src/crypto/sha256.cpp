#include "vedette/crypto/sha256.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "vedette/base/assert.h"

namespace vedette::crypto {
namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

class FileDescriptor {
public:
    explicit FileDescriptor(int value) noexcept : value_{value} {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (value_ >= 0)
            ::close(value_);
    }
    [[nodiscard]] int get() const noexcept { return value_; }

private:
    const int value_;
};

ErrorCode code_for(int system_error) {
    switch (system_error) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::not_found;
    case EACCES:
    case EPERM: return ErrorCode::permission_denied;
    case EMFILE:
    case ENFILE: return ErrorCode::resource_exhausted;
    default: return ErrorCode::unavailable;
    }
}

Error cannot(const char* what, const std::filesystem::path& path, ErrorCode code, int why) {
    return {code, std::string{"cannot "} + what + " " + path.string() + ": " +
                      std::generic_category().message(why)};
}

} // namespace

/// OpenSSL refuses here only when it has no memory left or was built without SHA-256, neither of
/// which a caller could act on.
struct Sha256::Context {
    std::unique_ptr<EVP_MD_CTX, FreeContext> openssl{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_{std::make_unique<Context>()} {
    VEDETTE_ASSERT(context_->openssl != nullptr);
    VEDETTE_ASSERT(EVP_DigestInit_ex(context_->openssl.get(), EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::span<const std::byte> bytes) {
    VEDETTE_ASSERT(EVP_DigestUpdate(context_->openssl.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() && {
    std::array<std::byte, kDigestBytes> digest{};
    unsigned int length = 0;
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    VEDETTE_ASSERT(EVP_DigestFinal_ex(context_->openssl.get(), out, &length) == 1);
    VEDETTE_ASSERT(length == kDigestBytes);
    context_.reset();
    return to_hex(digest);
}

std::string to_hex(std::span<const std::byte> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (const std::byte byte : bytes) {
        out += kDigits[std::to_integer<std::size_t>(byte >> 4)];
        out += kDigits[std::to_integer<std::size_t>(byte & std::byte{0x0f})];
    }
    return out;
}

std::string sha256_hex(std::span<const std::byte> bytes) {
    Sha256 digest;
    digest.add(bytes);
    return std::move(digest).hex();
}

std::string sha256_hex(std::string_view bytes) {
    return sha256_hex(std::as_bytes(std::span{bytes.data(), bytes.size()}));
}

Result<std::string> sha256_file(const std::filesystem::path& path) {
    // Without O_NONBLOCK opening a pipe that nobody writes to would wait for ever.
    const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.get() < 0)
        return cannot("open", path, code_for(errno), errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        return cannot("examine", path, ErrorCode::unavailable, errno);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorCode::invalid_argument, path.string() + " is not a regular file"};
    Sha256 digest;
    std::vector<std::byte> piece(kPieceBytes);
    for (;;) {
        const auto got = ::read(file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot("read", path, ErrorCode::data_loss, errno);
        if (got == 0)
            return std::move(digest).hex();
        digest.add(std::span{piece}.first(static_cast<std::size_t>(got)));
    }
}

} // namespace vedette::crypto
