#include "log/load.h"

#include <algorithm>
#include <array>
#include <utility>

#include "log/recovery.h"

namespace vedette::events {
namespace {

using ports::LogPosition;

/// A process that died may have left its last group in the kernel's memory alone, and a flush that
/// failed then leaves it there for clean: written once more, it is flushed.
Status write_again(LogFile& file, std::uint64_t begin, std::uint64_t end) {
    std::vector<std::byte> bytes;
    for (std::uint64_t at = begin; at < end; at += bytes.size()) {
        constexpr std::uint64_t kChunk_bytes = 1 << 20;
        bytes.resize(static_cast<std::size_t>(std::min(kChunk_bytes, end - at)));
        VEDETTE_TRY(const std::size_t got, file.read_at(at, bytes));
        if (got < bytes.size())
            return Error{ErrorCode::unavailable, "the newest file of the log was shortened"};
        VEDETTE_CHECK_OK(file.write_at(at, bytes));
    }
    return file.sync();
}

/// Opens the newest segment for writing and makes what it holds durable.
Result<Newest> open_newest(LogFiles& files, const SegmentEntry& entry, Log& log,
                           std::uint64_t& damaged) {
    Segment& segment = *entry.segment;
    Newest newest{entry.segment, nullptr, {}, 0, {}};
    VEDETTE_TRY(newest.file, files.open(segment.name(), LogFiles::Open::read_write));
    VEDETTE_TRY(Tail tail, find_tail(*newest.file, segment.header(), entry.end, segment.path()));
    for (const LostRange& lost : tail.lost) {
        log.error("events are lost", {{"file", lost.path}, {"reason", to_error(lost).message()}});
        damaged += lost.to.value() - lost.from.value() + 1;
    }
    if (tail.end < entry.end) {
        log.warn("cut off an unfinished write at the end of the event log",
                 {{"file", segment.path()}, {"offset", tail.end}, {"bytes", entry.end - tail.end}});
        VEDETTE_CHECK_OK(newest.file->truncate(tail.end));
    }
    VEDETTE_CHECK_OK(write_again(*newest.file, tail.group_begin, tail.end));
    newest.last = tail.last;
    newest.end = tail.end;
    newest.tail = {LogPosition{tail.last.value() + 1}, tail.end};
    segment.keep(newest.file, std::move(tail.marks));
    return newest;
}

} // namespace

Result<std::vector<SegmentFile>> find_segments(const LogFiles& files) {
    VEDETTE_TRY(const auto entries, files.list());
    std::vector<SegmentFile> found;
    for (const auto& entry : entries)
        if (const auto first = first_of_segment(entry.name))
            found.push_back({*first, entry.bytes});
    std::sort(found.begin(), found.end(),
              [](const SegmentFile& a, const SegmentFile& b) { return a.first < b.first; });
    return found;
}

Result<std::shared_ptr<Segment>> open_segment(LogFiles& files, LogPosition first, Log& log) {
    const std::string name = segment_name(first);
    VEDETTE_TRY(const auto file, files.open(name, LogFiles::Open::read_only));
    std::array<std::byte, kSegmentHeaderBytes> bytes{};
    VEDETTE_TRY(const std::size_t got, file->read_at(0, bytes));
    auto header = parse_header(std::span{bytes}.first(got));
    if (header && header->first != first)
        header = Error{ErrorCode::data_loss, "the header does not fit the file's name"};
    if (header)
        return std::make_shared<Segment>(files, *header);
    if (header.error().code() != ErrorCode::data_loss)
        return std::move(header).error().with_context(files.path_of(name));
    log.error("a file of the event log cannot be read: its events are lost",
              {{"file", files.path_of(name)}, {"reason", header.error().message()}});
    return Segment::unreadable(files, first);
}

Result<LoadedLog> load_log(LogFiles& files, const Clock& clock, Log& log) {
    // A process that died may have left names in the kernel's memory alone.
    VEDETTE_CHECK_OK(files.sync_folder());
    VEDETTE_TRY(const auto found, find_segments(files));
    LoadedLog loaded;
    for (const SegmentFile& one : found) {
        VEDETTE_TRY(auto segment, open_segment(files, one.first, log));
        loaded.segments.push_back({std::move(segment), one.bytes});
    }
    if (!found.empty() && loaded.segments.back().segment->readable()) {
        VEDETTE_TRY(loaded.newest, open_newest(files, loaded.segments.back(), log, loaded.damaged));
        loaded.segments.back().end = loaded.newest.end;
        return loaded;
    }
    // How far positions went is not known if the newest header is gone, only how far they can have.
    const LogPosition used =
        found.empty() ? LogPosition{0} : highest_possible(found.back().first, found.back().bytes);
    VEDETTE_TRY(loaded.newest,
                Appender::start_segment(files, clock, LogPosition{used.value() + 1}));
    loaded.segments.push_back({loaded.newest.segment, loaded.newest.end});
    return loaded;
}

} // namespace vedette::events
