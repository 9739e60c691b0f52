#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/media/source.h"

namespace vedette::media {

/// Bytes of a recording that lie somewhere: in pieces, encrypted, in memory.
///
/// Thread-compatible: the source that reads it is its only user.
class ByteInput {
public:
    virtual ~ByteInput() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// \return fewer bytes than asked for only at the end.
    [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset,
                                                      std::span<std::byte> into) = 0;
};

/// Reads MP4 or Matroska from there as if it were a file; nothing else is opened, whatever the
/// bytes refer to.
///
/// \param name   for people
/// \param clock  borrowed
/// \return invalid_argument, data_loss as open_source(); what `bytes` says.
[[nodiscard]] Result<std::unique_ptr<Source>> open_bytes(std::unique_ptr<ByteInput> bytes,
                                                         const std::string& name,
                                                         const SourceOptions& options,
                                                         const Clock& clock);

} // namespace vedette::media
