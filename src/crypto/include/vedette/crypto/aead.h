#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "vedette/base/result.h"

/// Authenticated encryption by XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, the construction of
/// RFC 8439 with a nonce of 24 bytes), as libsodium computes it.
namespace vedette::crypto {

/// What sealing adds: the nonce in front, the tag behind.
constexpr std::size_t kSealOverheadBytes = 24 + 16;

/// A key. Its bytes are wiped when it goes; moved, not copied. Thread-safe for const functions.
class AeadKey {
public:
    static constexpr std::size_t kBytes = 32;

    /// From bytes that nobody can guess. \return invalid_argument for another number than kBytes.
    static Result<AeadKey> from_bytes(std::span<const std::byte> bytes);
    /// From 64 hexadecimal digits, with white space around them. The error repeats none of them.
    static Result<AeadKey> from_hex(std::string_view digits);
    /// \return internal if the machine has no randomness to give.
    static Result<AeadKey> make();
    AeadKey(AeadKey&& other) noexcept;
    AeadKey& operator=(AeadKey&& other) noexcept;
    AeadKey(const AeadKey&) = delete;
    AeadKey& operator=(const AeadKey&) = delete;
    ~AeadKey();

    /// Each time under another nonce, drawn at random: 2^64 of them are no danger.
    /// \param about  is no secret, is not written, and must be the same when it is opened
    /// \pre sealed.size() == plain.size() + kSealOverheadBytes; they do not overlap
    void seal(std::span<const std::byte> plain, std::string_view about,
              std::span<std::byte> sealed) const;
    /// \pre plain.size() + kSealOverheadBytes == sealed.size(); they do not overlap
    /// \return data_loss if it was sealed by another key or about something else, or was changed;
    ///   `plain` is zero then.
    Status open(std::span<const std::byte> sealed, std::string_view about,
                std::span<std::byte> plain) const;

    /// The key itself, for sealing it under another one.
    [[nodiscard]] std::span<const std::byte, kBytes> reveal() const noexcept { return bytes_; }

private:
    AeadKey() = default;
    std::array<std::byte, kBytes> bytes_{};
};

/// \pre the machine can give randomness, which AeadKey::make() has asked for
void fill_randomly(std::span<std::byte> bytes);
/// Leaves zeros, also where nobody reads them any more.
void wipe(std::span<std::byte> bytes);

} // namespace vedette::crypto
