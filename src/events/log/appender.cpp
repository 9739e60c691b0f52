#include "log/appender.h"

#include <utility>

namespace vedette::events {
namespace {

using ports::LogPosition;

constexpr const char* kUnfinishedName = "new.tmp";

/// Different from one segment to the next: the finalizer of SplitMix64.
std::uint32_t salt_for(LogPosition first, WallTime created) {
    std::uint64_t mixed =
        first.value() + static_cast<std::uint64_t>(created.time_since_epoch().count());
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::uint32_t>(mixed ^ (mixed >> 31));
}

} // namespace

Result<Newest> Appender::start_segment(LogFiles& files, const Clock& clock, LogPosition first) {
    const WallTime now = clock.wall_now();
    const SegmentHeader header{salt_for(first, now), first, now};
    Newest newest;
    newest.segment = std::make_shared<Segment>(files, header);
    newest.last = LogPosition{first.value() - 1};
    newest.end = kSegmentHeaderBytes;
    newest.tail = {first, kSegmentHeaderBytes};
    VEDETTE_CHECK_OK(files.remove(kUnfinishedName));
    VEDETTE_TRY(newest.file, files.open(kUnfinishedName, LogFiles::Open::create));
    VEDETTE_CHECK_OK(newest.file->write_at(0, encode_header(header)));
    VEDETTE_CHECK_OK(newest.file->sync());
    VEDETTE_CHECK_OK(files.rename(kUnfinishedName, newest.segment->name()));
    VEDETTE_CHECK_OK(files.sync_folder());
    newest.segment->keep(newest.file, Marks{first});
    return newest;
}

Status Appender::commit(std::span<std::byte> records) {
    VEDETTE_CHECK_OK(make_room(records.size()));
    const LogPosition first{newest_.last.value() + 1};
    seal_group(records, newest_.segment->header().salt, first);
    Status done = newest_.file->write_at(newest_.end, records);
    if (done) {
        done = newest_.file->sync();
        distrusted_ = !done;
    }
    if (!done) {
        take_back();
        return done;
    }
    newest_.tail = {first, newest_.end};
    while (!records.empty()) {
        newest_.last = LogPosition{newest_.last.value() + 1};
        newest_.segment->note({newest_.last, newest_.end});
        const std::size_t bytes = *claimed_bytes(records);
        newest_.end += bytes;
        records = records.subspan(bytes);
    }
    return {};
}

Status Appender::roll() {
    if (newest_.end == kSegmentHeaderBytes && !distrusted_)
        return {};
    return start_next();
}

Status Appender::make_room(std::size_t bytes) {
    const bool full =
        newest_.end > kSegmentHeaderBytes && newest_.end + bytes > options_.segment_bytes;
    const WallTime started = newest_.segment->header().created;
    const WallTime now = clock_.wall_now();
    // One from far ahead, of a clock that was wrong then, would otherwise be kept until that day.
    const bool aged = started + options_.segment_age <= now || started - options_.segment_age > now;
    return full || aged || distrusted_ ? start_next() : Status{};
}

Status Appender::start_next() {
    auto next = start_segment(files_, clock_, LogPosition{newest_.last.value() + 1});
    // Half started, it may be there after a crash and claim these positions.
    distrusted_ = !next;
    if (!next)
        return std::move(next).error().with_context("start a new file of the event log");
    newest_ = *std::move(next);
    return {};
}

void Appender::take_back() {
    Status done = newest_.file->truncate(newest_.end);
    if (done)
        done = newest_.file->sync();
    if (!done)
        distrusted_ = true;
}

} // namespace vedette::events
