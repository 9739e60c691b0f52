// Any bytes as the newest file of an event log, or as an older one: the log opens or says why not;
// what it then reads goes up in position, is the same when it is opened again, and does not keep
// new events from being taken and read.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "log/crashing_disk.h"
#include "log/segmented_log.h"

namespace {

using namespace vedette;         // NOLINT(google-build-using-namespace): a program of its own
using namespace vedette::events; // NOLINT(google-build-using-namespace): a program of its own
using ports::LogPosition;

void require(bool condition) {
    if (!condition)
        std::abort();
}

/// Everything that can be read; damage is passed over.
std::vector<ports::LoggedEvent> read_all(const ports::EventLog& log) {
    std::vector<ports::LoggedEvent> events;
    const LogPosition last = log.extent().last;
    for (LogPosition at; at < last;) {
        const auto page = log.read(at, 3);
        if (!page) {
            require(page.error().code() == ErrorCode::data_loss);
            const LogPosition beyond = log.beyond_damage(at);
            require(beyond > at);
            at = beyond;
            continue;
        }
        if (page->empty())
            break;
        for (const auto& one : *page) {
            require(one.position > at && one.position <= last);
            events.push_back(one);
            at = one.position;
        }
    }
    return events;
}

bool same(const std::vector<ports::LoggedEvent>& a, const std::vector<ports::LoggedEvent>& b) {
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i].position != b[i].position || a[i].event != b[i].event)
            return false;
    return true;
}

void check(CrashingDisk& disk) {
    NullLog quiet;
    NullMetrics meters;
    const ManualClock clock{WallTime{std::chrono::hours{500'000}}};
    std::vector<ports::LoggedEvent> before;
    {
        const auto log = open_segmented_log(disk.mount(), {}, quiet, meters, clock);
        if (!log)
            return;
        before = read_all(**log);
    }
    const auto log = open_segmented_log(disk.mount(), {}, quiet, meters, clock);
    require(log.has_value());
    require(same(before, read_all(**log)));
    const std::vector<ports::Envelope> one{
        {domain::EventId{"fuzz.1"}, "sighting", domain::CameraId{}, WallTime{}, "{}"}};
    const auto last = (*log)->append(one);
    require(last.has_value() && (before.empty() || *last > before.back().position));
    const auto read = (*log)->read(LogPosition{last->value() - 1}, 2);
    require(read && read->size() == 1 && read->front().event == one.front());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* begin = static_cast<const std::byte*>(static_cast<const void*>(data));
    const CrashingDisk::Bytes bytes(begin, begin + size);
    const auto header = parse_header(bytes);
    const LogPosition first = header && header->first.value() > 0 ? header->first : LogPosition{1};
    if (first.value() > UINT64_MAX / 2)
        return 0; // nobody gets there: a log that takes a million events a second needs 290 000
                  // years
    CrashingDisk disk;
    disk.put(segment_name(first), bytes);
    check(disk);

    CrashingDisk with_newer;
    with_newer.put(segment_name(first), bytes);
    const SegmentHeader next{7, LogPosition{first.value() + 5}, WallTime{}};
    const auto newer = encode_header(next);
    with_newer.put(segment_name(next.first), {newer.begin(), newer.end()});
    check(with_newer);
    return 0;
}
