#include "clip_parts.h"

#include <algorithm>

#include "mp4_boxes.h"
#include "mp4_head.h"
#include "mp4_times.h"
#include "vedette/base/assert.h"
#include "vedette/base/iso_time.h"

namespace vedette::recording {
namespace {

constexpr std::uint64_t kLargestHead_bytes = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLargestMoof_bytes = std::uint64_t{4} << 20U;
constexpr std::uint64_t kUsualMoof_bytes = 4'096;
/// Of a single picture, whose length nobody knows.
constexpr std::chrono::milliseconds kOnePicture{40};

using media::SegmentFragment;

/// The fragment to begin with so that the picture at `from` can be decoded.
std::size_t first_for(const FragmentTable& table, StreamClock::duration from) {
    std::size_t first = 0;
    for (std::size_t i = 0; i < table.fragments.size() && table.fragments[i].from <= from; ++i)
        if (table.fragments[i].key_frame)
            first = i;
    return first;
}

StreamClock::duration in_time(std::uint64_t units, std::uint32_t timescale) {
    return StreamClock::duration{
        static_cast<std::int64_t>(static_cast<long double>(units) * 1e6L / timescale)};
}

} // namespace

Result<std::vector<std::byte>> read_exactly(const RecordingFiles& files, const std::string& file,
                                            std::uint64_t offset, std::size_t bytes) {
    std::vector<std::byte> out(bytes);
    VEDETTE_TRY(const std::size_t got, files.read_at(file, offset, out));
    if (got < bytes)
        return Error{ErrorCode::data_loss, file + " is shorter than it was"};
    return out;
}

Result<std::vector<std::byte>> read_head(const RecordingFiles& files, const std::string& file,
                                         std::uint64_t head_bytes) {
    if (head_bytes > kLargestHead_bytes)
        return Error{ErrorCode::data_loss, file + ": its head can't be so large"};
    return read_exactly(files, file, 0, static_cast<std::size_t>(head_bytes));
}

Result<std::vector<std::byte>> read_moof(const RecordingFiles& files, const std::string& file,
                                         const SegmentFragment& fragment) {
    VEDETTE_TRY(auto bytes,
                read_exactly(files, file, fragment.offset,
                             static_cast<std::size_t>(std::min(fragment.bytes, kUsualMoof_bytes))));
    Mp4Reader reader{bytes};
    const std::uint64_t size = reader.u32();
    if (reader.was_short() || size < 8 || size > fragment.bytes || size > kLargestMoof_bytes)
        return Error{ErrorCode::data_loss, file + ": a fragment is damaged"};
    if (size > bytes.size())
        return read_exactly(files, file, fragment.offset, static_cast<std::size_t>(size));
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
}

Result<FragmentTable> table_of(const RecordingFiles& files, const ports::RecordedSegment& row) {
    auto table = fragments_from(row.fragments);
    if (!table)
        return std::move(table.error()).with_context(row.file);
    if (table->set_up == 0) {
        VEDETTE_TRY(const auto head, read_head(files, row.file, table->head_bytes));
        table->set_up = set_up_of(head);
    }
    return table;
}

ClipPart part_of(const ports::RecordedSegment& row, const FragmentTable& table, std::size_t first,
                 std::size_t count) {
    VEDETTE_ASSERT(count > 0 && first + count <= table.fragments.size());
    const auto begin = table.fragments.begin() + static_cast<std::ptrdiff_t>(first);
    ClipPart part;
    part.segment = row.id;
    part.file = row.file;
    part.sha256 = row.sha256;
    part.head_bytes = table.head_bytes;
    part.first = first;
    part.fragments = {begin, begin + static_cast<std::ptrdiff_t>(count)};
    const SegmentFragment& last = part.fragments.back();
    part.length = last.from + last.length - begin->from;
    if (part.length.count() <= 0)
        part.length = kOnePicture;
    part.from = row.start + begin->from;
    part.to = part.from + part.length;
    return part;
}

std::optional<ClipPart> part_of(const ports::RecordedSegment& row, const FragmentTable& table,
                                WallTime from, WallTime to) {
    if (table.fragments.empty() || row.start >= to)
        return std::nullopt;
    const std::size_t first = first_for(table, from - row.start);
    const auto behind =
        std::find_if(table.fragments.begin(), table.fragments.end(),
                     [&](const SegmentFragment& one) { return row.start + one.from >= to; });
    const auto end = static_cast<std::size_t>(behind - table.fragments.begin());
    return part_of(row, table, first, std::max(end, first + 1) - first);
}

Result<StreamClock::duration> lead_of(const RecordingFiles& files, const ClipPart& part) {
    VEDETTE_TRY(const auto head_bytes, read_head(files, part.file, part.head_bytes));
    VEDETTE_TRY(const Mp4Head head, read_mp4_head(head_bytes));
    VEDETTE_TRY(const auto moof, read_moof(files, part.file, part.fragments.front()));
    VEDETTE_TRY(const FragmentTimes times, times_in(moof));
    StreamClock::duration lead{};
    for (const FragmentTimes::Track& track : times.tracks)
        for (const Mp4Head::Track& known : head.tracks)
            if (known.id == track.id && !known.pictures)
                lead = std::max(lead,
                                part.fragments.front().from - in_time(track.time, known.timescale));
    return lead;
}

std::string text_of(WallTime time) { return format_iso_time(time, SecondDigits::as_needed); }

Error nothing_recorded(const ports::RecordingIndex& index, const domain::CameraId& camera) {
    const std::string what = "nothing is recorded of '" + camera.value() + "'";
    const auto all = index.extents();
    if (!all)
        return all.error();
    const auto found =
        std::find_if(all->begin(), all->end(),
                     [&](const ports::RecordingExtent& one) { return one.camera == camera; });
    if (found == all->end())
        return {ErrorCode::not_found, what};
    return {ErrorCode::not_found, what + " at that time; there are recordings from " +
                                      text_of(found->oldest) + " to " + text_of(found->newest)};
}

std::string why_not(const ports::RecordedSegment& row) {
    const std::string with = row.audio_codec.empty() ? "" : " with " + row.audio_codec;
    return row.file + " is Matroska, as MP4 has no place for " + row.codec + with +
           ": players open it as it is, and an exact export makes MP4 of its pictures";
}

} // namespace vedette::recording
