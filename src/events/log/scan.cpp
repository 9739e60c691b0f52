#include "log/scan.h"

#include <algorithm>

namespace vedette::events {
namespace {

using ports::LogPosition;

constexpr std::size_t kChunk_bytes = 64 << 10;
constexpr std::size_t kPeek_bytes = 16; // length, checksum, position

} // namespace

RecordScanner::RecordScanner(const LogFile& file, std::uint32_t salt, const Range& range)
    : file_{file}, salt_{salt}, end_{range.end}, offset_{range.begin}, next_{range.begin},
      expected_{range.expected} {}

Result<RecordScanner::Found> RecordScanner::next() {
    offset_ = next_;
    if (offset_ >= end_)
        return Found::end;
    VEDETTE_TRY(const bool whole, parse_at(offset_));
    if (!whole || record_.position != expected_)
        return Found::damage;
    take(offset_);
    return Found::record;
}

Result<bool> RecordScanner::resume(LogPosition highest) {
    for (std::uint64_t at = offset_ + 1; at + kSmallestRecordBytes <= end_;) {
        VEDETTE_TRY(const auto bytes, window(at, kChunk_bytes));
        if (bytes.size() < kPeek_bytes)
            return false;
        // The cheap questions first, byte by byte; the checksum only where they have good answers.
        std::size_t i = 0;
        for (; i + kPeek_bytes <= bytes.size(); ++i) {
            const auto position = claimed_position(bytes.subspan(i));
            if (position >= expected_ && position <= highest && claimed_bytes(bytes.subspan(i)))
                break;
        }
        at += i;
        if (i + kPeek_bytes > bytes.size())
            continue;
        VEDETTE_TRY(const bool whole, parse_at(at));
        if (whole) {
            take(at);
            return true;
        }
        ++at;
    }
    return false;
}

void RecordScanner::take(std::uint64_t offset) {
    offset_ = offset;
    next_ = offset + record_.bytes;
    expected_ = LogPosition{record_.position.value() + 1};
}

Result<bool> RecordScanner::parse_at(std::uint64_t offset) {
    VEDETTE_TRY(auto bytes, window(offset, kRecordHeaderBytes));
    if (bytes.size() < kRecordHeaderBytes)
        return false;
    const auto claimed = claimed_bytes(bytes);
    if (!claimed || *claimed > end_ - offset)
        return false;
    VEDETTE_TRY(bytes, window(offset, *claimed));
    const auto record = parse_record(bytes, salt_);
    if (record)
        record_ = *record;
    return record.has_value();
}

Result<std::span<const std::byte>> RecordScanner::window(std::uint64_t offset, std::size_t wanted) {
    wanted = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, end_ - offset));
    if (offset < buffered_at_ || offset + wanted > buffered_at_ + buffer_.size()) {
        buffer_.resize(static_cast<std::size_t>(
            std::min<std::uint64_t>(std::max(wanted, kChunk_bytes), end_ - offset)));
        buffered_at_ = offset;
        auto read = file_.read_at(offset, buffer_);
        buffer_.resize(read ? *read : 0);
        if (!read)
            return std::move(read).error();
    }
    const auto skipped = static_cast<std::size_t>(offset - buffered_at_);
    const std::span<const std::byte> all{buffer_};
    return all.subspan(skipped, std::min(wanted, all.size() - skipped));
}

} // namespace vedette::events
