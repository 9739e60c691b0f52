#include "log/segmented_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "log/load.h"

namespace vedette::events {
namespace {

using ports::Envelope;
using ports::LogExtent;
using ports::LoggedEvent;
using ports::LogPosition;

constexpr std::size_t kLargestAppend_bytes = 32 << 20;
constexpr std::size_t kLargestGroup_bytes = 4 << 20; // more only if one call alone is larger
constexpr std::size_t kMostWarmSegments = 16;
constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours{1000};

LogPosition after_that(LogPosition position) { return LogPosition{position.value() + 1}; }
LogPosition before_that(LogPosition position) { return LogPosition{position.value() - 1}; }

/// The disk is full or it refuses; what else it may say makes no difference to who appends.
Error append_error(const Error& error) {
    const bool full = error.code() == ErrorCode::resource_exhausted;
    return {full ? ErrorCode::resource_exhausted : ErrorCode::unavailable,
            "append to the event log: " + error.message() + ": none of these events was taken" +
                (full ? "; free space on that disk, or keep less" : "")};
}

Status check(const DurableLogOptions& options) {
    constexpr std::uint64_t kSmallest_bytes = 64 << 10;
    constexpr std::uint64_t kLargest_bytes = 1 << 30;
    if (options.segment_bytes < kSmallest_bytes || options.segment_bytes > kLargest_bytes)
        return Error{ErrorCode::invalid_argument, "segment_bytes must be 64 KiB..1 GiB, is " +
                                                      std::to_string(options.segment_bytes)};
    if (options.segment_age < std::chrono::minutes{1})
        return Error{ErrorCode::invalid_argument, "segment_age must be a minute or more"};
    return {};
}

} // namespace

Result<std::unique_ptr<DurableLog>> DurableLog::open(const std::filesystem::path& folder,
                                                     const DurableLogOptions& options, Log& log,
                                                     Metrics& metrics, const Clock& clock) {
    VEDETTE_CHECK_OK(check(options));
    auto files = open_folder(folder, FolderUse::exclusive);
    if (!files)
        return std::move(files).error().with_context("open the event log");
    return open_segmented_log(*std::move(files), options, log, metrics, clock);
}

Result<std::unique_ptr<DurableLog>> open_segmented_log(std::unique_ptr<LogFiles> files,
                                                       const DurableLogOptions& options, Log& log,
                                                       Metrics& metrics, const Clock& clock) {
    auto made = std::make_unique<SegmentedLog>(std::move(files), options, log, metrics, clock);
    if (auto loaded = made->load(); !loaded) {
        const bool full = loaded.error().code() == ErrorCode::resource_exhausted;
        const Error& error = loaded.error();
        return Error{error.code(), "open the event log: " + error.message() +
                                       (full ? ": free some space there" : "")};
    }
    return made;
}

SegmentedLog::SegmentedLog(std::unique_ptr<LogFiles> files, const DurableLogOptions& options,
                           Log& log, Metrics& metrics, const Clock& clock)
    : files_{std::move(files)}, options_{options}, log_{log}, clock_{clock}, probe_{metrics} {}

Status SegmentedLog::load() {
    VEDETTE_TRY(LoadedLog loaded, load_log(*files_, clock_, log_));
    probe_.damaged(loaded.damaged);
    appender_.emplace(*files_, clock_, options_, std::move(loaded.newest));
    Lock lock{mutex_};
    segments_ = std::move(loaded.segments);
    adopt_newest();
    const LogExtent holds = extent_locked();
    const std::size_t segments = segments_.size();
    lock.unlock();
    probe_.holds(holds, segments);
    return {};
}

Result<LogPosition> SegmentedLog::append(std::span<const Envelope> events) {
    Pending mine;
    std::size_t bytes = 0;
    for (const Envelope& event : events) {
        VEDETTE_CHECK_OK(ports::check_envelope(event));
        bytes += encoded_bytes(event);
    }
    if (bytes > kLargestAppend_bytes)
        return Error{ErrorCode::invalid_argument, std::to_string(events.size()) + " events have " +
                                                      std::to_string(bytes) +
                                                      " bytes: append at most 32 MiB in one call"};
    mine.records.reserve(bytes);
    for (const Envelope& event : events)
        encode_record(event, mine.records);
    mine.count = events.size();

    Lock lock{mutex_};
    if (mine.count == 0)
        return last_;
    pending_.push_back(&mine);
    while (!mine.result) {
        if (busy_)
            turn_over_.wait(lock);
        else
            lead(lock);
    }
    return *std::move(mine.result);
}

/// Writes for all who wait, as far as one group goes.
void SegmentedLog::lead(Lock& lock) {
    busy_ = true;
    const std::vector<Pending*> group = take_group();
    lock.unlock();

    group_.clear();
    std::uint64_t count = 0;
    for (const Pending* one : group) {
        group_.insert(group_.end(), one->records.begin(), one->records.end());
        count += one->count;
    }
    const SteadyTime start = clock_.steady_now();
    const Status done = appender_->commit(group_);
    if (done)
        probe_.flushed(count, group_.size(), clock_.steady_now() - start);
    else
        probe_.failed(done.error());
    if (group_.capacity() > 2 * kLargestGroup_bytes)
        group_ = {};

    lock.lock();
    LogPosition last = last_;
    for (Pending* one : group) {
        last = LogPosition{last.value() + one->count};
        one->result = done ? Result<LogPosition>{last} : append_error(done.error());
    }
    end_turn(lock);
}

std::vector<SegmentedLog::Pending*> SegmentedLog::take_group() {
    std::vector<Pending*> group;
    std::size_t bytes = 0;
    while (!pending_.empty()) {
        bytes += pending_.front()->records.size();
        if (!group.empty() && bytes > kLargestGroup_bytes)
            break;
        group.push_back(pending_.front());
        pending_.pop_front();
    }
    return group;
}

void SegmentedLog::take_turn(Lock& lock) {
    turn_over_.wait(lock, [this] { return !busy_; });
    busy_ = true;
}

void SegmentedLog::end_turn(Lock& lock) {
    const auto complete = adopt_newest();
    busy_ = false;
    const LogExtent holds = extent_locked();
    const std::size_t segments = segments_.size();
    turn_over_.notify_all();
    grown_.notify_all();
    lock.unlock(); // meters and files are not touched under it
    probe_.holds(holds, segments);
    if (complete)
        keep_warm(complete);
    lock.lock();
}

std::shared_ptr<Segment> SegmentedLog::adopt_newest() {
    const Newest& newest = appender_->newest();
    std::shared_ptr<Segment> complete;
    if (segments_.back().segment != newest.segment) {
        // One that never held an event has the name of the new one, and is gone.
        if (segments_.back().segment->header().first == newest.segment->header().first)
            segments_.pop_back();
        else
            complete = segments_.back().segment;
        segments_.push_back({newest.segment, newest.end});
    }
    segments_.back().end = newest.end;
    last_ = newest.last;
    tail_ = newest.tail;
    return complete;
}

std::optional<SegmentView> SegmentedLog::view_of(LogPosition wanted) const {
    std::scoped_lock lock{mutex_};
    if (wanted > last_)
        return std::nullopt;
    const auto next = std::upper_bound(segments_.begin(), segments_.end(), wanted,
                                       [](LogPosition value, const SegmentEntry& entry) {
                                           return value < entry.segment->header().first;
                                       });
    const auto entry = next == segments_.begin() ? next : std::prev(next);
    const auto behind = std::next(entry);
    SegmentView view{entry->segment, last_, entry->end, std::nullopt};
    if (behind == segments_.end())
        view.tail = tail_;
    else
        view.last = before_that(behind->segment->header().first);
    return view;
}

bool SegmentedLog::lists(const Segment& segment) const {
    std::scoped_lock lock{mutex_};
    return std::any_of(segments_.begin(), segments_.end(),
                       [&](const SegmentEntry& entry) { return entry.segment.get() == &segment; });
}

Result<std::optional<LostRange>> SegmentedLog::fill(LogPosition wanted, Page& page) const {
    while (!page.full()) {
        const auto view = view_of(wanted);
        if (!view)
            break;
        if (!view->tail)
            keep_warm(view->segment);
        wanted = std::max(wanted, view->segment->header().first);
        auto lost = read_segment(*view, wanted, page);
        if (!page.empty() && (!lost || *lost))
            break; // what is wrong is told to who comes for it
        if (!lost)
            return lost;
        if (*lost && lists(*view->segment))
            return lost;
        if (!*lost) // otherwise it was forgotten meanwhile: look again
            wanted = after_that(view->last);
    }
    return std::nullopt;
}

Result<std::vector<LoggedEvent>> SegmentedLog::read(LogPosition after, std::size_t max) const {
    Page page{max};
    if (after >= extent().last)
        return std::move(page).take();
    VEDETTE_TRY(const auto lost, fill(after_that(after), page));
    if (lost)
        return to_error(*lost);
    return std::move(page).take();
}

LogPosition SegmentedLog::beyond_damage(LogPosition after) const {
    Page page{1};
    if (after >= extent().last)
        return after;
    const auto lost = fill(after_that(after), page);
    return lost && *lost ? (*lost)->to : after;
}

bool SegmentedLog::wait_beyond(LogPosition after, std::chrono::milliseconds patience,
                               std::stop_token stop) const {
    Lock lock{mutex_};
    return grown_.wait_for(lock, std::move(stop), std::min(patience, kLongestWait),
                           [&] { return last_ > after; });
}

LogExtent SegmentedLog::extent() const {
    std::scoped_lock lock{mutex_};
    return extent_locked();
}

LogExtent SegmentedLog::extent_locked() const {
    LogExtent extent{segments_.front().segment->header().first, last_, 0};
    for (const SegmentEntry& entry : segments_)
        extent.bytes += entry.end;
    return extent;
}

Status SegmentedLog::forget(LogPosition up_to) {
    for (;;) {
        VEDETTE_TRY(const auto gone,
                    remove_oldest_if([&](const Oldest& oldest) { return oldest.last <= up_to; }));
        if (!gone)
            return {};
    }
}

Result<RetentionReport> SegmentedLog::retain(const RetentionRule& rule) {
    RetentionReport report;
    Status done = remove_by(rule, report);
    if (done && rule.older_than) {
        // Only now: on a full disk, what was just removed makes room for the new file.
        done = close_if_older_than(*rule.older_than);
        if (done)
            done = remove_by(rule, report);
    }
    if (report.unread > 0) {
        probe_.forgot_unread(report.unread);
        log_.error("removed events that a subscriber had not handled, to keep the size limit",
                   {{"events", report.unread}, {"handled", rule.handled->value()}});
    }
    if (!done)
        return std::move(done).error();
    return report;
}

Status SegmentedLog::remove_by(const RetentionRule& rule, RetentionReport& report) {
    const auto unread = [&](const Oldest& oldest) {
        const LogPosition handled = rule.handled.value_or(oldest.last);
        return oldest.last <= handled
                   ? std::uint64_t{0}
                   : oldest.last.value() - std::max(handled, before_that(oldest.first)).value();
    };
    for (;;) {
        VEDETTE_TRY(const auto gone, remove_oldest_if([&](const Oldest& oldest) {
                        const bool over = rule.max_bytes && oldest.log_bytes > *rule.max_bytes;
                        const bool old = rule.older_than && oldest.until <= *rule.older_than;
                        return over || (old && unread(oldest) == 0);
                    }));
        if (!gone)
            return {};
        report.events += after_that(gone->last).value() - gone->first.value();
        report.unread += unread(*gone);
        report.bytes += gone->bytes;
    }
}

/// A newest segment in which everything is older than `time` makes way for a new one.
Status SegmentedLog::close_if_older_than(WallTime time) {
    Lock lock{mutex_};
    take_turn(lock);
    Status done;
    if (segments_.back().segment->header().created + options_.segment_age <= time) {
        lock.unlock();
        done = appender_->roll();
        lock.lock();
    }
    end_turn(lock);
    return done;
}

/// \pre there are two segments or more
SegmentedLog::Oldest SegmentedLog::oldest_locked() const {
    const Segment& oldest = *segments_[0].segment;
    // When a damaged file was started is not known: the one behind it is no older.
    const auto dated = std::find_if(std::next(segments_.begin()), segments_.end(),
                                    [](const auto& entry) { return entry.segment->readable(); });
    WallTime until = dated->segment->header().created;
    if (oldest.readable()) {
        const WallTime started = oldest.header().created;
        const bool set_back = until < started; // and the time now shows which of them was wrong
        until = set_back && started <= clock_.wall_now()
                    ? started + options_.segment_age
                    : std::min(until, started + options_.segment_age);
    }
    return {oldest.header().first, before_that(segments_[1].segment->header().first), until,
            segments_[0].end, extent_locked().bytes};
}

Result<std::optional<SegmentedLog::Oldest>>
SegmentedLog::remove_oldest_if(const std::function<bool(const Oldest&)>& may_go) {
    Lock lock{mutex_};
    if (segments_.size() < 2)
        return std::nullopt;
    take_turn(lock);
    std::optional<Oldest> oldest;
    Status done;
    if (segments_.size() >= 2) {
        oldest = oldest_locked();
        if (!may_go(*oldest))
            oldest.reset();
    }
    if (oldest) {
        // Readers must not look for a file that is gone. Each removal is durable before the next,
        // so that a crash leaves no hole.
        const SegmentEntry entry = segments_.front();
        segments_.erase(segments_.begin());
        lock.unlock();
        done = files_->remove(entry.segment->name());
        const bool still_there = !done;
        if (done)
            done = files_->sync_folder();
        lock.lock();
        if (still_there)
            segments_.insert(segments_.begin(), entry);
    }
    end_turn(lock);
    if (!done)
        return std::move(done).error().with_context("forget old events");
    return oldest;
}

void SegmentedLog::keep_warm(const std::shared_ptr<Segment>& segment) const {
    const auto cold = warm_.with([&](auto& warm) {
        const auto found = std::find(warm.begin(), warm.end(), segment);
        if (found != warm.end())
            warm.erase(found);
        warm.push_front(segment);
        std::shared_ptr<Segment> last;
        if (warm.size() > kMostWarmSegments) {
            last = std::move(warm.back());
            warm.pop_back();
        }
        return last;
    });
    if (cold)
        cold->cool();
}

} // namespace vedette::events
