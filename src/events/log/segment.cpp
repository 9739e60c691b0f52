#include "log/segment.h"

#include <algorithm>
#include <utility>

#include "log/scan.h"

namespace vedette::events {
namespace {

using ports::LogPosition;
using Found = RecordScanner::Found;

constexpr std::uint64_t kMarkEvery_bytes = 16 << 10;
constexpr std::size_t kLargestPage_bytes = 8 << 20;

LogPosition after(LogPosition position) { return LogPosition{position.value() + 1}; }
LogPosition before(LogPosition position) { return LogPosition{position.value() - 1}; }

} // namespace

void Marks::note(Mark mark) {
    if (mark.offset >= marks_.back().offset + kMarkEvery_bytes)
        marks_.push_back(mark);
}

Mark Marks::floor(LogPosition wanted) const {
    const auto behind =
        std::upper_bound(marks_.begin(), marks_.end(), wanted,
                         [](LogPosition value, const Mark& mark) { return value < mark.position; });
    return *std::prev(behind);
}

Error to_error(const LostRange& lost) {
    return {ErrorCode::data_loss, "the events " + std::to_string(lost.from.value()) + " to " +
                                      std::to_string(lost.to.value()) + " are lost: " + lost.path +
                                      " is damaged at offset " + std::to_string(lost.offset)};
}

std::shared_ptr<Segment> Segment::unreadable(LogFiles& files, LogPosition first) {
    auto segment = std::make_shared<Segment>(files, SegmentHeader{0, first, WallTime{}});
    segment->readable_ = false;
    return segment;
}

Result<std::shared_ptr<LogFile>> Segment::file() {
    if (auto open = warm_.with([](const Warm& warm) { return warm.file; }))
        return open;
    VEDETTE_TRY(std::shared_ptr<LogFile> file, files_.open(name(), LogFiles::Open::read_only));
    warm_.with([&](Warm& warm) { warm.file = file; });
    return file;
}

void Segment::keep(std::shared_ptr<LogFile> file, Marks marks) {
    warm_.with([&](Warm& warm) { warm = {std::move(file), std::move(marks)}; });
}

void Segment::cool() { keep(nullptr, Marks{header_.first}); }

void Segment::note(Mark mark) {
    warm_.with([&](Warm& warm) { warm.marks.note(mark); });
}

Mark Segment::floor(LogPosition wanted) const {
    return warm_.with([&](const Warm& warm) { return warm.marks.floor(wanted); });
}

bool Page::full() const { return events_.size() >= max_events_ || bytes_ >= kLargestPage_bytes; }

void Page::add(const RecordView& record) {
    events_.push_back({record.position, record.envelope()});
    bytes_ += record.bytes;
}

Result<std::optional<LostRange>> read_segment(const SegmentView& view, LogPosition wanted,
                                              Page& page) {
    Segment& segment = *view.segment;
    const LostRange rest{wanted, view.last, segment.path(), 0};
    if (!segment.readable())
        return rest;
    auto file = segment.file();
    if (!file && file.error().code() == ErrorCode::not_found)
        return rest;
    if (!file)
        return std::move(file).error();
    const Mark start =
        view.tail && view.tail->position <= wanted ? *view.tail : segment.floor(wanted);
    RecordScanner scanner{**file,
                          segment.header().salt,
                          {.begin = start.offset, .end = view.end, .expected = start.position}};
    while (!page.full() && scanner.expected() <= view.last) {
        VEDETTE_TRY(const Found found, scanner.next());
        if (found != Found::record) {
            LostRange lost{scanner.expected(), view.last, segment.path(), scanner.offset()};
            VEDETTE_TRY(const bool goes_on, scanner.resume(view.last));
            if (goes_on)
                lost.to = before(scanner.record().position);
            if (wanted <= lost.to)
                return lost;
            if (!goes_on)
                break;
        }
        segment.note({scanner.record().position, scanner.offset()});
        if (scanner.record().position < wanted)
            continue;
        page.add(scanner.record());
        wanted = after(scanner.record().position);
    }
    return std::nullopt;
}

} // namespace vedette::events
