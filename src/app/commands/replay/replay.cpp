#include "app/commands/replay/replay.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "app/server/store_feeder.h"
#include "vedette/config/units.h"
#include "vedette/events/event_json.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::app {
namespace {

constexpr std::size_t kEventsAtOnce = 500;

bool is_of_kind(const std::string& kind, const std::string& wanted) {
    return kind == wanted || kind.starts_with(wanted + ".");
}

/// Gathers sightings, and stores them in batches.
class StoreReplay {
public:
    StoreReplay(const DataFolder& folder, storage::SqliteStore& store, ports::LogPosition position)
        : folder_{folder}, store_{store}, position_{position} {}

    Status take(const ports::Envelope& envelope) {
        if (envelope.kind != "sighting")
            return {};
        VEDETTE_TRY(auto event, events::event_from_json(envelope.payload));
        const bool object_gone = forget_if_gone(event.snapshot);
        const bool plate_gone = forget_if_gone(event.plate_snapshot);
        without_picture_ += object_gone || plate_gone ? 1 : 0;
        batch_.push_back(std::move(event));
        ++taken_;
        return batch_.size() < kEventsAtOnce ? Status{} : hand_over();
    }
    Status hand_over() {
        VEDETTE_CHECK_OK(store_.apply(kStoreFeeder, position_, batch_));
        batch_.clear();
        return {};
    }
    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    [[nodiscard]] std::uint64_t without_picture() const { return without_picture_; }

private:
    /// Never a row that names bytes which are not there.
    bool forget_if_gone(std::string& key) const {
        std::error_code ignored; // what cannot be looked at is not there
        if (key.empty() || std::filesystem::is_regular_file(folder_.snapshots() / key, ignored))
            return false;
        key.clear();
        return true;
    }

    const DataFolder& folder_;
    storage::SqliteStore& store_;
    const ports::LogPosition position_;
    std::vector<domain::Event> batch_;
    std::uint64_t taken_ = 0;
    std::uint64_t without_picture_ = 0;
};

} // namespace

bool ReplayRange::holds(const ports::Envelope& event) const {
    const bool in_time = (!from || event.at >= *from) && (!to || event.at < *to);
    const bool of_camera = cameras.empty() || std::find(cameras.begin(), cameras.end(),
                                                        event.camera.value()) != cameras.end();
    return in_time && of_camera &&
           (kinds.empty() || std::any_of(kinds.begin(), kinds.end(), [&](const std::string& kind) {
                return is_of_kind(event.kind, kind);
            }));
}

Result<WallTime> parse_moment(std::string_view text, WallTime now) {
    if (const auto ago = config::parse_duration(text); ago)
        return now - *ago;
    const std::string day = std::string{text} + "T00:00:00Z";
    if (const auto begin = events::parse_time(day); begin)
        return *begin;
    if (const auto time = events::parse_time(text); time)
        return *time;
    return Error{ErrorCode::invalid_argument,
                 "'" + std::string{text} +
                     "' is no time such as 2026-11-21T10:15:00Z, 2026-11-21, or 90m for "
                     "one and a half hours ago"};
}

Result<ReplayReport> replay(const DataFolder& folder, const ReplayRange& range,
                            const std::stop_token& stop,
                            const std::function<Status(const ports::Envelope&)>& take) {
    ReplayReport report;
    VEDETTE_TRY(const auto log, events::LogView::open(folder.log()));
    const auto visit = [&](const ports::LoggedEvent& one) -> Status {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped"};
        if (!range.holds(one.event))
            return {};
        ++report.events;
        return take(one.event);
    };
    const auto damaged = [&report](const std::string& why, std::uint64_t) {
        report.damage.push_back(why);
    };
    const ports::LogPosition begin{log->extent().first.value() - 1};
    VEDETTE_CHECK_OK(log->for_each(begin, visit, damaged));
    return report;
}

Result<ReplayReport> replay_to_store(const DataFolder& folder, const ReplayRange& range,
                                     const std::stop_token& stop) {
    VEDETTE_CHECK_OK(folder.must_be_used());
    { VEDETTE_TRY([[maybe_unused]] const auto nobody_runs, DataLock::take(folder)); }
    VEDETTE_TRY(const auto store, storage::SqliteStore::open(folder.store()));
    VEDETTE_TRY(const auto position, store->position(kStoreFeeder));
    StoreReplay again{folder, *store, position};
    VEDETTE_TRY(auto report, replay(folder, range, stop, [&again](const ports::Envelope& event) {
                    return again.take(event);
                }));
    VEDETTE_CHECK_OK(again.hand_over());
    VEDETTE_CHECK_OK(store->sync());
    report.events = again.taken();
    report.without_picture = again.without_picture();
    return report;
}

} // namespace vedette::app
