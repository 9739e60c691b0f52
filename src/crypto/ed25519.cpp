#include "vedette/crypto/ed25519.h"

#include <cerrno>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "vedette/base/assert.h"
#include "vedette/crypto/sha256.h"

namespace vedette::crypto {
namespace {

constexpr std::size_t kSeed_bytes = 32;
constexpr std::size_t kLargestPem_bytes = std::size_t{16} << 10U;

template <auto Free>
struct Freeing {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freeing<BIO_free_all>>;

const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}
const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Error file_error(const char* doing, const std::filesystem::path& file, int why) {
    ErrorCode code = ErrorCode::unavailable;
    if (why == ENOENT || why == ENOTDIR)
        code = ErrorCode::not_found;
    else if (why == EACCES || why == EPERM)
        code = ErrorCode::permission_denied;
    else if (why == ENOSPC || why == EDQUOT)
        code = ErrorCode::resource_exhausted;
    else if (why == ELOOP)
        code = ErrorCode::invalid_argument;
    return {code, std::string{"can't "} + doing + " the key " + file.string() + ": " +
                      std::generic_category().message(why)};
}

class Descriptor {
public:
    explicit Descriptor(int value) noexcept : value_{value} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value_ >= 0)
            ::close(value_);
    }
    [[nodiscard]] int get() const noexcept { return value_; }

private:
    const int value_;
};

Status must_be_private(int descriptor, const std::filesystem::path& file) {
    struct stat info {};
    if (::fstat(descriptor, &info) != 0)
        return file_error("examine", file, errno);
    if (!S_ISREG(info.st_mode))
        return Error{ErrorCode::invalid_argument, file.string() + " is not a regular file"};
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{ErrorCode::permission_denied,
                     "others can use the key " + file.string() +
                         ", so its signatures prove nothing: replace it, or if nobody had access "
                         "run chmod 600 " +
                         file.string()};
    return {};
}

Result<std::string> read_private(const std::filesystem::path& file) {
    const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (opened.get() < 0)
        return file_error("read", file, errno);
    VEDETTE_CHECK_OK(must_be_private(opened.get(), file));
    std::string pem(kLargestPem_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < pem.size()) {
        const auto got = ::read(opened.get(), pem.data() + size, pem.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_error("read", file, errno);
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    pem.resize(size);
    return pem;
}

Status write_all(int to, std::string_view bytes, const std::filesystem::path& file) {
    while (!bytes.empty()) {
        const auto written = ::write(to, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return file_error("write", file, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// Whole or not at all. \return already_exists, too.
Status write_private(const std::filesystem::path& file, std::string_view bytes) {
    const std::string part = file.string() + ".new-" + std::to_string(::getpid());
    {
        ::unlink(part.c_str()); // of a process of this number that did not come to its end
        const Descriptor opened{
            ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (opened.get() < 0)
            return file_error("write", file, errno);
        VEDETTE_CHECK_OK(write_all(opened.get(), bytes, file));
        if (::fsync(opened.get()) != 0)
            return file_error("write", file, errno);
    }
    const int linked = ::link(part.c_str(), file.c_str()) == 0 ? 0 : errno;
    ::unlink(part.c_str());
    if (linked == EEXIST)
        return Error{ErrorCode::already_exists, file.string() + " exists"};
    return linked == 0 ? Status{} : Status{file_error("write", file, linked)};
}

std::string content_of(const Bio& bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

Bio reading(std::string_view bytes) {
    return Bio{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
}

/// Never asks a person for a password.
int no_password(char*, int, int, void*) { return 0; }

} // namespace

struct Ed25519Key::Parts {
    Key key;
};

Ed25519Key::Ed25519Key(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Ed25519Key::Ed25519Key(Ed25519Key&&) noexcept = default;
Ed25519Key& Ed25519Key::operator=(Ed25519Key&&) noexcept = default;
Ed25519Key::~Ed25519Key() = default;

Result<Ed25519Key> Ed25519Key::from_seed(std::span<const std::byte> seed) {
    if (seed.size() != kSeed_bytes)
        return Error{ErrorCode::invalid_argument,
                     "a key is made of 32 bytes, not of " + std::to_string(seed.size())};
    Key key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.data()), seed.size())};
    if (!key)
        return Error{ErrorCode::internal, "OpenSSL makes no Ed25519 key"};
    return Ed25519Key{std::make_unique<Parts>(Parts{std::move(key)})};
}

Result<Ed25519Key> Ed25519Key::make() {
    const Context context{EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr)};
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
        EVP_PKEY_keygen(context.get(), &key) != 1)
        return Error{ErrorCode::internal, "OpenSSL makes no Ed25519 key"};
    return Ed25519Key{std::make_unique<Parts>(Parts{Key{key}})};
}

Result<Ed25519Key> Ed25519Key::load(const std::filesystem::path& file) {
    VEDETTE_TRY(const std::string pem, read_private(file));
    const Bio bio = reading(pem);
    Key key{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr};
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519)
        return Error{ErrorCode::invalid_argument,
                     file.string() + " holds no Ed25519 key as PEM without a password"};
    return Ed25519Key{std::make_unique<Parts>(Parts{std::move(key)})};
}

Result<Ed25519Key> Ed25519Key::load_or_make(const std::filesystem::path& file) {
    if (auto there = load(file); there || there.error().code() != ErrorCode::not_found)
        return there;
    VEDETTE_TRY(auto key, make());
    const Bio bio{BIO_new(BIO_s_mem())};
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.parts_->key.get(), nullptr, nullptr, 0,
                                              nullptr, nullptr) != 1)
        return Error{ErrorCode::internal, "OpenSSL writes no key"};
    const Status written = write_private(file, content_of(bio));
    if (!written && written.error().code() == ErrorCode::already_exists)
        return load(file);
    VEDETTE_CHECK_OK(written);
    return key;
}

Ed25519PublicKey Ed25519Key::public_key() const {
    Ed25519PublicKey key{};
    std::size_t size = key.size();
    VEDETTE_ASSERT(EVP_PKEY_get_raw_public_key(parts_->key.get(),
                                               reinterpret_cast<unsigned char*>(key.data()),
                                               &size) == 1);
    VEDETTE_ASSERT(size == key.size());
    return key;
}

Ed25519Signature Ed25519Key::sign(std::string_view message) const {
    const Digest digest{EVP_MD_CTX_new()};
    VEDETTE_ASSERT(digest != nullptr);
    Ed25519Signature signature{};
    std::size_t size = signature.size();
    VEDETTE_ASSERT(EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, parts_->key.get()) ==
                   1);
    VEDETTE_ASSERT(EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                  &size, raw(message), message.size()) == 1);
    VEDETTE_ASSERT(size == signature.size());
    return signature;
}

bool verify_ed25519(std::string_view message, std::span<const std::byte> signature,
                    const Ed25519PublicKey& key) {
    const Key opened{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.data()), key.size())};
    const Digest digest{EVP_MD_CTX_new()};
    return opened && digest && signature.size() == Ed25519Signature{}.size() &&
           EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, opened.get()) == 1 &&
           EVP_DigestVerify(digest.get(), raw(signature.data()), signature.size(), raw(message),
                            message.size()) == 1;
}

std::string to_pem(const Ed25519PublicKey& key) {
    const Key opened{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.data()), key.size())};
    const Bio bio{BIO_new(BIO_s_mem())};
    VEDETTE_ASSERT(opened && bio && PEM_write_bio_PUBKEY(bio.get(), opened.get()) == 1);
    return content_of(bio);
}

Result<Ed25519PublicKey> public_key_from_pem(std::string_view pem) {
    Ed25519PublicKey key{};
    std::size_t size = key.size();
    const Bio bio = pem.size() <= kLargestPem_bytes ? reading(pem) : Bio{};
    const Key opened{bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr) : nullptr};
    if (!opened || EVP_PKEY_get_base_id(opened.get()) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_public_key(opened.get(), reinterpret_cast<unsigned char*>(key.data()),
                                    &size) != 1)
        return Error{ErrorCode::invalid_argument, "no public Ed25519 key as PEM"};
    return key;
}

std::string fingerprint(const Ed25519PublicKey& key) {
    return sha256_hex(std::span<const std::byte>{key});
}

} // namespace vedette::crypto
