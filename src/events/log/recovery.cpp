#include "log/recovery.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "log/scan.h"
#include "vedette/base/assert.h"

namespace vedette::events {
namespace {

using ports::LogPosition;
using Found = RecordScanner::Found;

/// The first record between the scanner and the end of the file whose group began behind
/// `expected`: proof that all before that group was durable. Gives where the group begins by
/// position, and where the record stands.
Result<std::optional<Mark>> find_later_group(RecordScanner scanner, LogPosition expected,
                                             LogPosition highest) {
    for (;;) {
        VEDETTE_TRY(const bool more, scanner.resume(highest));
        if (!more)
            return std::nullopt;
        for (Found found = Found::record; found == Found::record;) {
            const std::uint64_t group_first = scanner.record().group_first();
            if (group_first > expected.value())
                return Mark{LogPosition{group_first}, scanner.offset()};
            VEDETTE_TRY(found, scanner.next());
        }
    }
}

/// Passes damage that was durable once: the scanner then stands on the next record that is whole.
/// \return false if it is no damage but the torn end.
Result<bool> pass_damage(RecordScanner& scanner, LogPosition highest, const std::string& path,
                         Tail& tail) {
    LostRange lost{scanner.expected(), {}, path, scanner.offset()};
    VEDETTE_TRY(const auto later, find_later_group(scanner, lost.from, highest));
    if (!later)
        return false;
    VEDETTE_TRY(const bool goes_on, scanner.resume(highest));
    VEDETTE_ASSERT(goes_on); // what was just found is still there
    lost.to = LogPosition{std::min(scanner.record().position, later->position).value() - 1};
    if (lost.from <= lost.to)
        tail.lost.push_back(std::move(lost));
    tail.last = LogPosition{later->position.value() - 1};
    tail.end = tail.group_begin = later->offset;
    return true;
}

} // namespace

LogPosition highest_possible(LogPosition first, std::uint64_t bytes) {
    return LogPosition{first.value() + bytes / kSmallestRecordBytes};
}

Result<Tail> find_tail(const LogFile& file, const SegmentHeader& header, std::uint64_t bytes,
                       const std::string& path) {
    Tail tail{.last = LogPosition{header.first.value() - 1},
              .end = kSegmentHeaderBytes,
              .group_begin = kSegmentHeaderBytes,
              .marks = Marks{header.first},
              .lost = {}};
    const LogPosition highest = highest_possible(header.first, bytes);
    RecordScanner scanner{
        file, header.salt, {.begin = kSegmentHeaderBytes, .end = bytes, .expected = header.first}};
    for (;;) {
        VEDETTE_TRY(const Found found, scanner.next());
        if (found == Found::end)
            return tail;
        if (found == Found::damage) {
            VEDETTE_TRY(const bool passed, pass_damage(scanner, highest, path, tail));
            if (!passed)
                return tail;
        }
        tail.marks.note({scanner.record().position, scanner.offset()});
        if (scanner.record().ends_group && scanner.record().position > tail.last) {
            tail.last = scanner.record().position;
            tail.group_begin = tail.end;
            tail.end = scanner.next_offset();
        }
    }
}

} // namespace vedette::events
