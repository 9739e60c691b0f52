#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "vedette/base/result.h"
#include "vedette/recording/fragment_table.h"

namespace vedette::recording {

/// Reads from a file at an offset. \return bytes read, fewer only at the end of the file.
using ReadAt = std::function<Result<std::size_t>(std::uint64_t, std::span<std::byte>)>;

/// Finds the whole fragments of a fragmented MP4 file that may have been cut off anywhere, by its
/// boxes alone: what lies behind the last one is torn. Times are those of the pictures.
///
/// \param size  of the file
/// \return no fragments if not even the first is whole; data_loss if it is no such file; what
///   `read` says.
///
/// Source: ISO/IEC 14496-12:2015, 4.2 (boxes), 8.8 (movie fragments).
[[nodiscard]] Result<FragmentTable> scan_mp4(const ReadAt& read, std::uint64_t size);

} // namespace vedette::recording
