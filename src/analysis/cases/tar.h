#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/ustar.h"

/// The least of POSIX ustar (IEEE Std 1003.1-2017, pax, "ustar Interchange Format") that an
/// evidence pack needs: regular files, and every header field but name and size always the same, so
/// that the same members give the same bytes on every machine and at any time.
namespace vedette::analysis {

struct TarMember {
    std::string name; ///< see is_tar_name()
    std::string bytes;
    friend bool operator==(const TarMember&, const TarMember&) = default;
};

// Bounds of reading and writing alike.
inline constexpr std::size_t kMaxTarMembers = 16'384;
inline constexpr std::size_t kMaxTarMember_bytes = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxTar_bytes = std::size_t{512} << 20U;
inline constexpr std::size_t kMaxTarName_bytes = kUstarName_bytes;

/// Parts of letters, digits, '.', '_', '~' and '-' joined by '/', none of them beginning with '.',
/// 100 bytes at most: unpacked anywhere, such a file lies below the folder that it is unpacked in.
[[nodiscard]] bool is_tar_name(std::string_view name) noexcept;

/// \return invalid_argument for a bad name, a name used twice, or what is beyond the bounds.
[[nodiscard]] Result<std::string> write_tar(const std::vector<TarMember>& members);

/// Takes only what write_tar() can have written, to the last bit.
/// \return data_loss naming the member and what is wrong with it; resource_exhausted beyond the
///   bounds, before memory is taken for it.
[[nodiscard]] Result<std::vector<TarMember>> read_tar(std::string_view archive);

} // namespace vedette::analysis
