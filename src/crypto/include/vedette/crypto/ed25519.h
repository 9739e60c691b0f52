#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

/// Signatures by Ed25519 (RFC 8032, pure: the message itself is signed, not its hash). The same key
/// and message always give the same signature. Keys lie in files as PEM, as OpenSSL writes them, so
/// that a signature can be checked without this program:
///     openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in message -sigfile signature
namespace vedette::crypto {

using Ed25519PublicKey = std::array<std::byte, 32>;
using Ed25519Signature = std::array<std::byte, 64>;

/// A private key. Its bytes are wiped when it goes. Thread-safe for const functions; moved, not
/// copied.
class Ed25519Key {
public:
    /// From 32 bytes that nobody can guess. \return invalid_argument for another number of bytes.
    static Result<Ed25519Key> from_seed(std::span<const std::byte> seed);
    /// \return internal if the machine has no randomness to give.
    static Result<Ed25519Key> make();
    /// \return not_found, invalid_argument if it is no regular file or holds no such key,
    ///   permission_denied if it may not be read, or if others may read it.
    static Result<Ed25519Key> load(const std::filesystem::path& file);
    /// The same; makes the key and its file (0600) if there is none. Of several processes that do
    /// so at once, all get the key of the one that came first.
    /// \return also resource_exhausted, unavailable if the file can't be written.
    static Result<Ed25519Key> load_or_make(const std::filesystem::path& file);
    Ed25519Key(Ed25519Key&&) noexcept;
    Ed25519Key& operator=(Ed25519Key&&) noexcept;
    ~Ed25519Key();

    [[nodiscard]] Ed25519PublicKey public_key() const;
    [[nodiscard]] Ed25519Signature sign(std::string_view message) const;

private:
    struct Parts;
    explicit Ed25519Key(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// Whether the owner of `key` signed exactly this message. Any bytes may be asked about.
[[nodiscard]] bool verify_ed25519(std::string_view message, std::span<const std::byte> signature,
                                  const Ed25519PublicKey& key);

/// PEM with a line end (RFC 8410).
[[nodiscard]] std::string to_pem(const Ed25519PublicKey& key);
/// \return invalid_argument for anything else than one public key of this kind.
[[nodiscard]] Result<Ed25519PublicKey> public_key_from_pem(std::string_view pem);
/// What people compare: SHA-256 of the 32 bytes, 64 hexadecimal digits.
[[nodiscard]] std::string fingerprint(const Ed25519PublicKey& key);

} // namespace vedette::crypto
