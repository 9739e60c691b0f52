#include "vedette/events/log_view.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "log/load.h"
#include "log/recovery.h"
#include "vedette/base/log.h"

namespace vedette::events {
namespace {

using ports::LogExtent;
using ports::LoggedEvent;
using ports::LogPosition;

constexpr std::size_t kMostProblems = 20;
constexpr std::size_t kPage_events = 1000;

LogPosition after_that(LogPosition position) { return LogPosition{position.value() + 1}; }
LogPosition before_that(LogPosition position) { return LogPosition{position.value() - 1}; }

std::uint64_t count_of(LogPosition from, LogPosition to) {
    return to < from ? 0 : to.value() - from.value() + 1;
}

Status copy_bytes(const LogFile& from, LogFile& to, std::uint64_t end) {
    constexpr std::uint64_t kChunk_bytes = 1 << 20;
    std::vector<std::byte> bytes;
    for (std::uint64_t at = 0; at < end; at += bytes.size()) {
        bytes.resize(static_cast<std::size_t>(std::min(kChunk_bytes, end - at)));
        VEDETTE_TRY(const std::size_t got, from.read_at(at, bytes));
        if (got < bytes.size())
            return Error{ErrorCode::unavailable, "a file of the log was shortened meanwhile"};
        VEDETTE_CHECK_OK(to.write_at(at, bytes));
    }
    return to.sync();
}

/// What is in the folder at one moment. While a folder is listed a file in it may be closed and the
/// next one begun: the sizes are those of a second look, when all but the newest had their last.
Result<std::vector<SegmentFile>> settled_segments(const LogFiles& files) {
    VEDETTE_TRY(const auto found, find_segments(files));
    VEDETTE_TRY(auto again, find_segments(files));
    const LogPosition newest = found.empty() ? LogPosition{} : found.back().first;
    std::erase_if(again, [newest](const SegmentFile& one) { return one.first > newest; });
    return again;
}

} // namespace

struct LogView::Parts {
    std::unique_ptr<LogFiles> files;
    std::vector<SegmentView> segments; // ascending
    std::uint64_t unfinished_bytes = 0;

    Status load() {
        VEDETTE_TRY(const auto found, settled_segments(*files));
        NullLog quiet; // what is damaged shows when it is read
        for (const SegmentFile& one : found) {
            auto segment = open_segment(*files, one.first, quiet);
            if (!segment && segment.error().code() == ErrorCode::not_found)
                continue; // forgotten meanwhile
            if (!segment)
                return std::move(segment).error();
            if (!segments.empty())
                segments.back().last = before_that(one.first);
            segments.push_back({*std::move(segment), before_that(one.first), one.bytes, {}});
        }
        return segments.empty() || !segments.back().segment->readable() ? Status{} : find_end();
    }

    Status find_end() {
        SegmentView& newest = segments.back();
        VEDETTE_TRY(const auto file, newest.segment->file());
        VEDETTE_TRY(Tail tail,
                    find_tail(*file, newest.segment->header(), newest.end, newest.segment->path()));
        unfinished_bytes = newest.end - tail.end;
        newest.last = tail.last;
        newest.end = tail.end;
        return {};
    }

    [[nodiscard]] bool is_gone(const Segment& segment) const {
        const auto file = files->open(segment.name(), LogFiles::Open::read_only);
        return !file && file.error().code() == ErrorCode::not_found;
    }

    /// Reads on from `wanted`; \return the damage that stands there, if nothing could be read.
    [[nodiscard]] Result<std::optional<LostRange>> fill(LogPosition wanted, Page& page) const {
        for (const SegmentView& view : segments) {
            if (view.last < wanted)
                continue;
            if (page.full())
                break;
            wanted = std::max(wanted, view.segment->header().first);
            auto lost = read_segment(view, wanted, page);
            if (!page.empty() && (!lost || *lost))
                break; // what is wrong is told to who comes for it
            if (!lost || (*lost && !is_gone(*view.segment)))
                return lost;
            if (!page.full())
                view.segment->cool();
            wanted = after_that(view.last);
        }
        return std::nullopt;
    }
};

LogView::LogView(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
LogView::~LogView() = default;

Result<std::unique_ptr<LogView>> LogView::open(const std::filesystem::path& folder) {
    std::error_code ignored; // then it is not there
    const Error none{ErrorCode::not_found, "there is no event log in " + folder.string()};
    if (!std::filesystem::is_directory(folder, ignored))
        return none;
    auto parts = std::make_unique<Parts>();
    VEDETTE_TRY(parts->files, open_folder(folder, FolderUse::shared));
    if (auto loaded = parts->load(); !loaded)
        return std::move(loaded).error().with_context("read the event log");
    if (parts->segments.empty())
        return none;
    return std::unique_ptr<LogView>{new LogView{std::move(parts)}};
}

LogExtent LogView::extent() const {
    LogExtent extent{parts_->segments.front().segment->header().first, parts_->segments.back().last,
                     0};
    for (const SegmentView& view : parts_->segments)
        extent.bytes += view.end;
    return extent;
}

Result<std::vector<LoggedEvent>> LogView::read(LogPosition after, std::size_t max) const {
    Page page{max};
    VEDETTE_TRY(const auto lost, parts_->fill(after_that(after), page));
    if (lost)
        return to_error(*lost);
    return std::move(page).take();
}

LogPosition LogView::beyond_damage(LogPosition after) const {
    Page page{1};
    const auto lost = parts_->fill(after_that(after), page);
    return lost && *lost ? (*lost)->to : after;
}

Status LogView::for_each(
    LogPosition after, const std::function<Status(const LoggedEvent&)>& visit,
    const std::function<void(const std::string& why, std::uint64_t lost)>& damaged) const {
    for (;;) {
        const auto page = read(after, kPage_events);
        if (!page) {
            const LogPosition beyond = beyond_damage(after);
            if (beyond <= after)
                return page.error(); // no damage: the disk refuses
            damaged(page.error().message(), count_of(after_that(after), beyond));
            after = beyond;
            continue;
        }
        if (page->empty())
            return {};
        for (const LoggedEvent& one : *page)
            VEDETTE_CHECK_OK(visit(one));
        after = page->back().position;
    }
}

Status LogView::copy_to(const std::filesystem::path& folder) const {
    VEDETTE_TRY(const auto copies, open_folder(folder, FolderUse::shared));
    VEDETTE_TRY(const auto there, find_segments(*copies));
    for (const SegmentView& view : parts_->segments) {
        const LogPosition first = view.segment->header().first;
        // The newest one of an earlier copy may have grown.
        const bool whole = std::any_of(there.begin(), there.end(), [&](const SegmentFile& copy) {
            return copy.first == first && copy.first != there.back().first;
        });
        if (whole)
            continue;
        auto from = parts_->files->open(view.segment->name(), LogFiles::Open::read_only);
        if (!from && from.error().code() == ErrorCode::not_found)
            continue; // forgotten meanwhile
        if (!from)
            return std::move(from).error();
        VEDETTE_TRY(const auto to, copies->open(view.segment->name(), LogFiles::Open::create));
        VEDETTE_CHECK_OK(copy_bytes(**from, *to, view.end));
    }
    return copies->sync_folder();
}

Result<LogReport> check_log(const std::filesystem::path& folder) {
    VEDETTE_TRY(const auto view, LogView::open(folder));
    LogReport report{.extent = view->extent(),
                     .segments = view->parts_->segments.size(),
                     .unfinished_bytes = view->parts_->unfinished_bytes,
                     .problems = {}};
    const auto add = [&report](std::string problem) {
        if (report.problems.size() < kMostProblems)
            report.problems.push_back(std::move(problem));
    };
    const SegmentView& newest = view->parts_->segments.back();
    if (!newest.segment->readable())
        add(newest.segment->path() + " cannot be read: its events are lost");
    const auto count = [&report](const LoggedEvent&) -> Status {
        ++report.events;
        return {};
    };
    const auto damaged = [&](const std::string& why, std::uint64_t lost) {
        add(why);
        report.lost += lost;
    };
    if (const Status read = view->for_each(before_that(report.extent.first), count, damaged); !read)
        add(read.error().message());
    return report;
}

Result<LogLock> LogLock::take(const std::filesystem::path& folder) {
    VEDETTE_TRY(auto files, open_folder(folder, FolderUse::exclusive));
    return LogLock{std::move(files)};
}

LogLock::LogLock(std::unique_ptr<LogFiles> files) : files_{std::move(files)} {}
LogLock::LogLock(LogLock&&) noexcept = default;
LogLock& LogLock::operator=(LogLock&&) noexcept = default;
LogLock::~LogLock() = default;

} // namespace vedette::events
