#include "app/server/watcher.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "vedette/base/guarded.h"
#include "vedette/events/event_json.h"
#include "vedette/events/position_file.h"
#include "vedette/events/subscriber.h"

namespace vedette::app {
namespace {

using analysis::WatchIndex;
using analysis::WatchMatch;
using analysis::WatchVerdict;

constexpr std::size_t kBatch = 256;
/// So far behind its position its own events are looked for at the start.
constexpr std::size_t kMostLookedBack = 100'000;

nlohmann::ordered_json match_json(const WatchMatch& match) {
    nlohmann::ordered_json json{{"list", match.list},
                                {"kind", analysis::to_string(match.kind)},
                                {"match", analysis::to_string(match.rule)},
                                {"nearness", analysis::to_string(match.nearness)},
                                {"plate", match.plate},
                                {"why", match.why},
                                {"may_act", match.may_act}};
    if (!match.note.empty())
        json["note"] = match.note;
    return json;
}

/// What it counts.
class WatchProbe {
public:
    explicit WatchProbe(Metrics& metrics)
        : known_{of_kind(metrics, "known")}, watch_{of_kind(metrics, "watch")},
          suppressed_{metrics.counter("app_watchlist_suppressed_total",
                                      "Matches of watch lists that a list of the kind ignore "
                                      "suppressed")},
          seconds_{metrics.histogram("app_watchlist_seconds",
                                     "Comparing one plate with all watch lists",
                                     {1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 1e-3, 1e-2}, {})},
          plates_{metrics.gauge("app_watchlist_plates", "Plates on all watch lists")} {}

    void judged(const WatchVerdict& verdict) {
        for (const WatchMatch& match : verdict.matches)
            (match.kind == analysis::WatchKind::known ? known_ : watch_)->add();
        suppressed_->add(static_cast<double>(verdict.suppressed));
    }
    void took(double seconds) { seconds_->observe(seconds); }
    void plates(std::size_t plates) { plates_->set(static_cast<double>(plates)); }

private:
    static std::shared_ptr<Counter> of_kind(Metrics& metrics, const char* kind) {
        return metrics.counter("app_watchlist_matches_total",
                               "Sightings that matched a watch list, once for each list",
                               {{"kind", kind}});
    }
    const std::shared_ptr<Counter> known_;
    const std::shared_ptr<Counter> watch_;
    const std::shared_ptr<Counter> suppressed_;
    const std::shared_ptr<Histogram> seconds_;
    const std::shared_ptr<Gauge> plates_;
};

} // namespace

ports::Envelope watch_event(const domain::Event& sighting, const WatchVerdict& verdict) {
    const domain::EventId id{sighting.id.value() + "." + kWatchMatch};
    nlohmann::ordered_json matches = nlohmann::ordered_json::array();
    for (const WatchMatch& match : verdict.matches)
        matches.push_back(match_json(match));
    nlohmann::ordered_json json{{"schema", events::kEventSchemaVersion},
                                {"event_id", id.value()},
                                {"type", kWatchMatch},
                                {"at", events::format_time(sighting.best_seen)},
                                {"camera", sighting.camera.value()},
                                {"sighting", sighting.id.value()},
                                {"plate", sighting.plate ? sighting.plate->resolved : ""},
                                {"confidence", sighting.plate ? sighting.plate->confidence : 0.0F},
                                {"matches", std::move(matches)}};
    if (!sighting.snapshot.empty())
        json["snapshot"] = sighting.snapshot;
    return {id, kWatchMatch, sighting.camera, sighting.best_seen,
            json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

struct Watcher::Impl {
    Impl(WatchIndex lists_in, events::PositionFile position_in, const Parts& parts_in)
        : lists{std::make_shared<const WatchIndex>(std::move(lists_in))},
          position{std::move(position_in)}, parts{parts_in}, probe{parts_in.metrics} {
        probe.plates(lists.with([](const auto& now) { return now->plates(); }));
    }

    /// Its own events behind the position, of a run that ended between writing them and keeping the
    /// position.
    Status look_back() {
        ports::LogPosition at = position.position();
        for (std::size_t looked = 0; looked < kMostLookedBack;) {
            const auto batch = parts.events.read(at, kBatch);
            if (!batch || batch->empty())
                return {}; // damage is the subscriber's business
            for (const ports::LoggedEvent& one : *batch)
                if (one.event.kind == kWatchMatch)
                    written.insert(one.event.id);
            at = batch->back().position;
            looked += batch->size();
        }
        return {};
    }

    Status handle(std::span<const ports::LoggedEvent> batch) {
        const auto now = lists.with([](const auto& index) { return index; });
        std::vector<ports::Envelope> found;
        std::vector<WatchVerdict> verdicts;
        for (const ports::LoggedEvent& one : batch)
            look_at(one.event, *now, found, verdicts);
        if (!found.empty()) {
            VEDETTE_TRY([[maybe_unused]] const auto last, parts.events.append(found));
            for (const ports::Envelope& event : found)
                written.insert(event.id);
        }
        for (const WatchVerdict& verdict : verdicts)
            probe.judged(verdict);
        VEDETTE_CHECK_OK(position.keep(batch.back().position));
        written_before(batch);
        return {};
    }

    void look_at(const ports::Envelope& envelope, const WatchIndex& index,
                 std::vector<ports::Envelope>& found, std::vector<WatchVerdict>& verdicts) {
        if (envelope.kind != "sighting" || index.plates() == 0)
            return;
        const auto event = events::event_from_json(envelope.payload);
        if (!event) // the store's feeder tells and counts it
            return;
        // What was not believed is never acted on.
        if (!event->plate || event->verdict != domain::Verdict::published)
            return;
        const SteadyTime begin = parts.clock.steady_now();
        WatchVerdict verdict =
            analysis::judge(index.match(*event->plate, event->camera, event->best_seen));
        probe.took(std::chrono::duration<double>(parts.clock.steady_now() - begin).count());
        if (verdict.matches.empty()) {
            if (verdict.suppressed > 0)
                verdicts.push_back(std::move(verdict));
            return;
        }
        ports::Envelope match = watch_event(*event, verdict);
        if (written.contains(match.id))
            return;
        parts.messages.info("a sighting is on a watch list",
                            {{"camera", event->camera.value()},
                             {"event", event->id.value()},
                             {"list", verdict.matches.front().list}});
        found.push_back(std::move(match));
        verdicts.push_back(std::move(verdict));
    }

    /// Those of sightings that are behind us now can't come again.
    void written_before(std::span<const ports::LoggedEvent> batch) {
        for (const ports::LoggedEvent& one : batch)
            if (one.event.kind == kWatchMatch)
                written.erase(one.event.id);
    }

    Guarded<std::shared_ptr<const WatchIndex>> lists;
    events::PositionFile position; ///< the subscriber's thread
    const Parts parts;
    WatchProbe probe;
    /// Own events on the log that were not read yet; the subscriber's thread.
    std::set<domain::EventId> written;
    std::unique_ptr<events::Subscriber> subscriber; ///< last: ended first
};

Watcher::Watcher(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Watcher::~Watcher() = default;

Result<std::unique_ptr<Watcher>>
Watcher::start(WatchIndex lists, const std::filesystem::path& position, const Parts& parts) {
    std::error_code ignored; // then it is new
    const bool is_new = !std::filesystem::exists(position, ignored);
    VEDETTE_TRY(auto file, events::PositionFile::open(position));
    if (is_new)
        VEDETTE_CHECK_OK(file.keep(parts.events.extent().last));
    auto impl = std::make_unique<Impl>(std::move(lists), std::move(file), parts);
    VEDETTE_CHECK_OK(impl->look_back());
    Impl& kept = *impl;
    impl->subscriber = std::make_unique<events::Subscriber>(
        events::SubscriberOptions{.name = "watchlist", .batch = kBatch, .backoff = {}},
        events::Subscriber::Needs{parts.events, parts.messages, parts.metrics},
        kept.position.position(),
        [&kept](std::span<const ports::LoggedEvent> batch) { return kept.handle(batch); });
    return std::unique_ptr<Watcher>{new Watcher{std::move(impl)}};
}

void Watcher::change(WatchIndex lists) {
    auto fresh = std::make_shared<const WatchIndex>(std::move(lists));
    impl_->probe.plates(fresh->plates());
    impl_->lists.with([&](auto& now) { now = std::move(fresh); });
}

std::shared_ptr<const WatchIndex> Watcher::lists() const {
    return impl_->lists.with([](const auto& now) { return now; });
}

bool Watcher::wait_for(ports::LogPosition position, std::chrono::milliseconds patience) const {
    return impl_->subscriber->wait_for(position, patience);
}

} // namespace vedette::app
