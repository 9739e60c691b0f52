#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::crypto {

/// SHA-256 (FIPS 180-4) of bytes in memory, as 64 lower-case hexadecimal digits.
///
/// Thread-safe, as is everything in this header.
[[nodiscard]] std::string sha256_hex(std::span<const std::byte> bytes);
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The same of bytes that come one after the other. Thread-compatible.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::span<const std::byte> bytes);
    /// Of all that was added; then it is spent.
    [[nodiscard]] std::string hex() &&;

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// The same of a whole file, read in pieces: memory use does not depend on its size.
/// Blocks for as long as reading takes.
/// \return not_found if there is no such file, invalid_argument if it is not a regular file,
///   permission_denied if it may not be read, data_loss if reading fails on the way.
[[nodiscard]] Result<std::string> sha256_file(const std::filesystem::path& path);

/// Two lower-case hexadecimal digits for each byte.
[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);

} // namespace vedette::crypto
