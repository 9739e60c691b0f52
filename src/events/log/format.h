#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

// The bytes of a segment file; docs/design/event-log.md shows them. All numbers are little-endian.

namespace vedette::events {

inline constexpr std::uint32_t kSegmentVersion = 1;
inline constexpr std::size_t kSegmentHeaderBytes = 40;
inline constexpr std::size_t kRecordHeaderBytes = 34;
inline constexpr std::size_t kSmallestRecordBytes = kRecordHeaderBytes + 2; // an id and a kind

/// What a segment says of itself, once, at its start.
struct SegmentHeader {
    std::uint32_t salt = 0;   ///< goes into every checksum, so that no payload looks like a record
    ports::LogPosition first; ///< of the first event that is or will be in it
    WallTime created;
};

[[nodiscard]] std::array<std::byte, kSegmentHeaderBytes> encode_header(const SegmentHeader& header);

/// \return data_loss if the bytes are damaged or no segment, invalid_argument if a newer Vedette
/// wrote them.
[[nodiscard]] Result<SegmentHeader> parse_header(std::span<const std::byte> bytes);

[[nodiscard]] std::string segment_name(ports::LogPosition first);
/// Of a name that segment_name() makes.
[[nodiscard]] std::optional<ports::LogPosition> first_of_segment(std::string_view name);

/// One record, borrowed from the bytes it was read from.
struct RecordView {
    ports::LogPosition position;
    std::uint32_t index = 0; ///< in its group: those that were flushed together, counted from 0
    bool ends_group = false;
    std::size_t bytes = 0; ///< of the whole record
    WallTime at;
    std::string_view id, kind, camera, payload;

    [[nodiscard]] std::uint64_t group_first() const { return position.value() - index; }
    [[nodiscard]] ports::Envelope envelope() const;
};

/// How long the record that starts with these bytes says it is; nothing if none can be so long.
/// \pre 4 bytes at least
[[nodiscard]] std::optional<std::size_t> claimed_bytes(std::span<const std::byte> start);

/// Where the record that starts with these bytes says it stands.
/// \pre 16 bytes at least
[[nodiscard]] ports::LogPosition claimed_position(std::span<const std::byte> start);

/// The record at the start of `bytes`, if it is whole and undamaged.
[[nodiscard]] std::optional<RecordView> parse_record(std::span<const std::byte> bytes,
                                                     std::uint32_t salt);

/// Adds the record of `event`, still without position, group and checksum.
/// \pre check_envelope(event)
void encode_record(const ports::Envelope& event, std::vector<std::byte>& out);
[[nodiscard]] std::size_t encoded_bytes(const ports::Envelope& event);

/// Makes one group of the encoded `records`, the first of which gets position `first`.
void seal_group(std::span<std::byte> records, std::uint32_t salt, ports::LogPosition first);

} // namespace vedette::events
