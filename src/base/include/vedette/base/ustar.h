#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Headers of tar archives, for who writes one piece by piece.
///
/// Source: IEEE Std 1003.1-2017, pax, "ustar Interchange Format".
namespace vedette {

inline constexpr std::size_t kUstarBlock_bytes = 512;
inline constexpr std::size_t kUstarName_bytes = 100; ///< of a name, at most

/// The block in front of a regular file, readable and writable by its owner alone. A size of 8 GiB
/// and more is written in binary, as GNU tar and all newer programs read it.
/// \pre name.size() <= kUstarName_bytes; `changed` is not before 1970
[[nodiscard]] std::string ustar_header(std::string_view name, std::uint64_t bytes,
                                       std::chrono::seconds changed = {});

/// So many bytes a file takes in the archive, with the zeros behind it.
[[nodiscard]] constexpr std::uint64_t ustar_padded(std::uint64_t bytes) noexcept {
    return (bytes + kUstarBlock_bytes - 1) / kUstarBlock_bytes * kUstarBlock_bytes;
}

} // namespace vedette
