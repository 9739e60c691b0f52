#include "app/server/mobile_tracker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <thread>
#include <utility>

#include "app/server/gps_lines.h"
#include "app/server/mobile_probe.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/track_source.h"
#include "vedette/base/backoff.h"

namespace vedette::app {
namespace {

using analysis::TrackFix;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kConnectTime{5'000};
/// gpsd says something every few seconds, if only that it knows nothing; so does a receiver.
constexpr seconds kSilence{60};
/// So many lines that nothing was understood of, and none that was.
constexpr std::uint64_t kMostBad = 20;
/// So many that were understood, and none about a position: some minutes of a receiver.
constexpr std::uint64_t kMostOther = 1'000;
constexpr seconds kFuture{60};
/// Following waits ten minutes for positions at most: older ones would place nothing, and say for
/// nothing where somebody was.
constexpr std::chrono::hours kTooLate{1};
/// Fixes are gathered so long into one event. Following waits longer for them.
constexpr milliseconds kGathered{1'000};
constexpr std::size_t kMostWaiting = analysis::kMaxTrackEventFixes;

} // namespace

std::string_view to_string(MobileNode::Source source) noexcept {
    switch (source) { // no default: a new source must be named here
    case MobileNode::Source::gpsd: return "gpsd";
    case MobileNode::Source::nmea: return "nmea";
    case MobileNode::Source::api: return "api";
    }
    return "";
}

std::string mobiles_json(const std::vector<MobileState>& states) {
    using Json = nlohmann::ordered_json;
    Json list = Json::array();
    for (const MobileState& state : states) {
        Json cameras = Json::array();
        for (const domain::CameraId& camera : state.cameras)
            cameras.push_back(camera.value());
        Json json{{"name", state.name},
                  {"subject", std::string{analysis::kMobileSubject} + state.name},
                  {"source", to_string(state.source)},
                  {"cameras", std::move(cameras)},
                  {"connected", state.connected}};
        if (!state.problem.empty())
            json["problem"] = state.problem;
        if (state.last)
            json["last"] = {{"time", analysis::format_pass_time(state.last->at)},
                            {"lat", state.last->position.latitude_deg},
                            {"lon", state.last->position.longitude_deg},
                            {"accuracy", state.last->accuracy_m}};
        json["clock_offset_s"] = std::chrono::duration<double>(state.clock_offset).count();
        json["fixes"] = state.fixes;
        json["kept"] = state.kept;
        json["bad"] = state.bad;
        json["without"] = state.without;
        list.push_back(std::move(json));
    }
    return Json{{"mobiles", std::move(list)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// One car: its receiver's thread, if it has one, and what waits for the log.
class MobileTracker::Node {
public:
    Node(MobileNode node, const Parts& parts, MobileProbe& probe)
        : node_{std::move(node)}, parts_{parts}, probe_{probe},
          boot_{std::to_string(parts.clock.wall_now().time_since_epoch().count())} {
        state_.name = node_.name;
        state_.source = node_.source;
        state_.cameras = node_.cameras;
        state_.connected = node_.source == MobileNode::Source::api;
        tell_probe();
        if (node_.source != MobileNode::Source::api)
            thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
    }
    ~Node() {
        if (thread_.joinable()) {
            thread_.request_stop();
            thread_.join();
        }
        probe_.tell(this, std::nullopt);
    }
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    [[nodiscard]] const MobileNode& node() const { return node_; }
    [[nodiscard]] MobileState state() const {
        const std::scoped_lock lock{mutex_};
        return state_;
    }

    Result<api::TrackTaken> take(std::vector<TrackFix> sent) {
        if (node_.source != MobileNode::Source::api)
            return Error{ErrorCode::already_exists, "where '" + node_.name +
                                                        "' is comes from its receiver: set "
                                                        "following.mobile." +
                                                        node_.name + ".source to api to send it"};
        const WallTime now = parts_.clock.wall_now();
        for (const TrackFix& fix : sent)
            if (fix.at > now + kFuture)
                return Error{ErrorCode::invalid_argument,
                             "a time is more than a minute in the future: one of the two clocks "
                             "is wrong"};
        const std::scoped_lock one_at_a_time{sending_};
        const std::size_t all = sent.size();
        analysis::TrackThinner thinner = thinner_; // kept if the log takes them
        std::erase_if(sent, [&](const TrackFix& fix) {
            return fix.at < now - kTooLate || !thinner.keeps(fix);
        });
        if (!sent.empty())
            VEDETTE_CHECK_OK(append(sent, {}));
        thinner_ = thinner;
        const std::scoped_lock lock{mutex_};
        state_.fixes += all;
        probe_.thinned->add(static_cast<double>(all - sent.size()));
        return api::TrackTaken{sent.size(), all - sent.size()};
    }

private:
    void run(const std::stop_token& stop) {
        Backoff backoff{{.first = milliseconds{500}, .longest = seconds{30}},
                        std::hash<std::string>{}(node_.name)};
        while (!stop.stop_requested()) {
            const Status ended = follow(stop, backoff);
            if (stop.stop_requested())
                break;
            fails(false, ended.error().message());
            std::mutex sleeping;
            std::unique_lock lock{sleeping};
            std::condition_variable_any woken;
            woken.wait_for(lock, stop, backoff.next(), [] { return false; });
        }
        flush();
    }

    /// As long as the receiver can be read. \return always an error
    Status follow(const std::stop_token& stop, Backoff& backoff) {
        VEDETTE_TRY(const auto lines,
                    open_gps(node_, net::Patience{parts_.clock, kConnectTime, stop}));
        opened();
        return node_.source == MobileNode::Source::gpsd
                   ? read<analysis::GpsdReader>(*lines, stop, backoff)
                   : read<analysis::NmeaReader>(*lines, stop, backoff);
    }

    template <class Reader>
    Status read(GpsLines& lines, const std::stop_token& stop, Backoff& backoff) {
        Reader reader;
        analysis::TrackSourceCounts before;
        bool is_understood = false;
        SteadyTime heard = parts_.clock.steady_now();
        while (!stop.stop_requested()) {
            VEDETTE_TRY(const auto line, lines.next({parts_.clock, kGathered, stop}));
            const SteadyTime now = parts_.clock.steady_now();
            if (line) {
                heard = now;
                const auto fix = reader.take(*line);
                count(reader, before);
                if (!is_understood && (is_understood = makes_sense(before)))
                    backoff.reset();
                if (fix)
                    take_fix(*fix);
            } else if (now - heard > kSilence && lines.never_rests()) {
                return silent();
            }
            if (!waiting_.empty() && now - waiting_since_ >= kGathered)
                flush();
        }
        return Error{ErrorCode::cancelled, "stopped"};
    }

    /// \param said  since it was opened. Tells of it, and of what it lacks.
    bool makes_sense(const analysis::TrackSourceCounts& said) {
        if (said.fixes + said.without > 0) {
            understood();
            return true;
        }
        if (said.other == 0 && said.bad == kMostBad)
            fails(true, not_understood());
        if (said.other == kMostOther && node_.source == MobileNode::Source::nmea)
            fails(true, "the receiver says nothing of where it is: switch sentences RMC on");
        return false;
    }

    template <class Reader>
    void count(const Reader& reader, analysis::TrackSourceCounts& before) {
        const analysis::TrackSourceCounts& now = reader.counts();
        probe_.bad->add(static_cast<double>(now.bad - before.bad));
        probe_.without->add(static_cast<double>(now.without - before.without));
        const std::scoped_lock lock{mutex_};
        state_.fixes += now.fixes - before.fixes;
        state_.bad += now.bad - before.bad;
        state_.without += now.without - before.without;
        if constexpr (requires { reader.complaint(); })
            if (now.fixes + now.without > 0 || !reader.complaint().empty())
                state_.problem = reader.complaint();
        before = now;
    }

    void take_fix(TrackFix fix) {
        const WallTime received = parts_.clock.wall_now();
        if (received < std::exchange(received_, received))
            thinner_.begin_again();
        const auto offset = clock_.take(fix.at, received);
        if (!offset) { // as if it had not been understood
            probe_.bad->add();
            const std::scoped_lock lock{mutex_};
            ++state_.bad;
            --state_.fixes;
            return;
        }
        tell_of_clock(*offset);
        if (*offset != waiting_offset_)
            flush();
        if (waiting_.empty()) // else the disk is full, and the offset is a hint
            waiting_offset_ = *offset;
        fix.at += *offset;
        if (!thinner_.keeps(fix)) {
            probe_.thinned->add();
            return;
        }
        if (waiting_.empty())
            waiting_since_ = parts_.clock.steady_now();
        waiting_.push_back(fix);
        if (waiting_.size() > kMostWaiting) { // the disk is full: the newest are worth most
            waiting_.erase(waiting_.begin());
            probe_.lost->add();
        }
    }

    void tell_of_clock(std::chrono::microseconds offset) {
        const bool agrees = offset == std::chrono::microseconds{0};
        if (!agrees && !std::exchange(told_of_clock_, true))
            parts_.messages.warn(
                "this machine's clock does not agree with GPS: positions are moved to its time",
                {{"mobile", node_.name},
                 {"ahead_s", std::chrono::duration<double>(offset).count()}});
        const std::scoped_lock lock{mutex_};
        state_.clock_offset = offset;
        tell_probe();
    }

    /// \pre mutex_ is held
    void tell_probe() {
        probe_.tell(this,
                    MobileProbe::OfOne{state_.connected,
                                       std::chrono::duration<double>(state_.clock_offset).count()});
    }

    void flush() {
        if (waiting_.empty())
            return;
        const Status done = append(waiting_, waiting_offset_);
        if (done)
            waiting_.clear();
        waiting_since_ = parts_.clock.steady_now(); // tries again then
        if (done)
            failing_ = false;
        else if (!std::exchange(failing_, true))
            parts_.messages.error("where a car is can't be written, and waits",
                                  {{"mobile", node_.name}, {"reason", done.error().message()}});
    }

    Status append(const std::vector<TrackFix>& fixes, std::chrono::microseconds offset) {
        const analysis::TrackEvent event{.id =
                                             domain::EventId{"mobile." + node_.name + "." + boot_ +
                                                             "." + std::to_string(++number_)},
                                         .mobile = node_.name,
                                         .source = std::string{to_string(node_.source)},
                                         .clock_offset = offset,
                                         .fixes = fixes};
        const std::array events{ports::Envelope{.id = event.id,
                                                .kind = std::string{analysis::kTrackEvent},
                                                .camera = {},
                                                .at = fixes.back().at,
                                                .payload = analysis::track_event_to_json(event)}};
        VEDETTE_TRY(const auto position, parts_.events.append(events));
        (void)position;
        probe_.kept->add(static_cast<double>(fixes.size()));
        const std::scoped_lock lock{mutex_};
        state_.kept += fixes.size();
        state_.last = fixes.back();
        return {};
    }

    /// What it said before is of the one before; that it works is told once it says something.
    void opened() {
        const std::scoped_lock lock{mutex_};
        state_.connected = true;
        state_.problem.clear();
        tell_probe();
    }

    void understood() {
        told_problem_.clear();
        parts_.messages.info("where a car is can be read", {{"mobile", node_.name}});
        const std::scoped_lock lock{mutex_};
        state_.problem.clear();
    }

    /// Told once, however often it is met until something is understood.
    void fails(bool connected, const std::string& problem) {
        {
            const std::scoped_lock lock{mutex_};
            state_.connected = connected;
            state_.problem = problem;
            tell_probe();
        }
        if (problem != std::exchange(told_problem_, problem))
            parts_.messages.warn("where a car is can't be read",
                                 {{"mobile", node_.name}, {"reason", problem}});
    }

    [[nodiscard]] Error silent() const {
        if (node_.source == MobileNode::Source::gpsd)
            return {ErrorCode::unavailable, "gpsd has been silent for a minute: see that it has a "
                                            "receiver (gpspipe -w)"};
        return {ErrorCode::unavailable,
                node_.path + " has been silent for a minute: see that it is the receiver's device"};
    }

    [[nodiscard]] std::string not_understood() const {
        if (node_.source == MobileNode::Source::gpsd)
            return "what answers at " + node_.host + ":" + std::to_string(node_.port) +
                   " does not speak as gpsd does: see `address`";
        return "what comes from " + node_.path +
               " is no NMEA: see that it is the receiver's device, and its `baud` (now " +
               std::to_string(node_.baud) + ")";
    }

    const MobileNode node_;
    const Parts parts_;
    MobileProbe& probe_;
    const std::string boot_;
    std::mutex sending_;       ///< held while somebody sends; then those below are his
    mutable std::mutex mutex_; ///< protects state_
    MobileState state_;
    // Of the receiver's thread, or of who sends.
    analysis::TrackThinner thinner_;
    analysis::ClockOffset clock_;
    std::vector<TrackFix> waiting_;
    std::chrono::microseconds waiting_offset_{0}; ///< with which they were moved
    SteadyTime waiting_since_;
    WallTime received_; ///< when the last fix came
    std::uint64_t number_ = 0;
    bool told_of_clock_ = false;
    bool failing_ = false;
    std::string told_problem_; ///< empty: something was understood since
    std::jthread thread_;      ///< the last: ends before what it uses
};

struct MobileTracker::Impl {
    explicit Impl(const Parts& parts_in) : parts{parts_in}, probe{parts_in.metrics} {}
    const Parts parts;
    MobileProbe probe;
    mutable std::mutex mutex;
    std::map<std::string, std::shared_ptr<Node>> nodes;
};

MobileTracker::MobileTracker(const Parts& parts) : impl_{std::make_unique<Impl>(parts)} {}
MobileTracker::~MobileTracker() = default;

void MobileTracker::become(const std::vector<MobileNode>& nodes) {
    std::map<std::string, std::shared_ptr<Node>> before;
    {
        const std::scoped_lock lock{impl_->mutex};
        before.swap(impl_->nodes);
        for (const MobileNode& node : nodes)
            if (const auto old = before.find(node.name);
                old != before.end() && old->second->node() == node)
                impl_->nodes.emplace(node.name, old->second);
    }
    std::erase_if(before, [&](const auto& one) { // the others end here, before anew ones begin
        return std::none_of(nodes.begin(), nodes.end(),
                            [&](const MobileNode& node) { return node == one.second->node(); });
    });
    const std::scoped_lock lock{impl_->mutex};
    for (const MobileNode& node : nodes)
        if (!impl_->nodes.contains(node.name))
            impl_->nodes.emplace(node.name,
                                 std::make_shared<Node>(node, impl_->parts, impl_->probe));
}

Result<api::TrackTaken> MobileTracker::take(const std::string& name, std::vector<TrackFix> fixes) {
    std::shared_ptr<Node> node;
    {
        const std::scoped_lock lock{impl_->mutex};
        if (const auto found = impl_->nodes.find(name); found != impl_->nodes.end())
            node = found->second;
    }
    if (!node)
        return Error{ErrorCode::not_found,
                     "there is no '" + name + "' in `following.mobile` of the configuration"};
    return node->take(std::move(fixes));
}

std::vector<MobileState> MobileTracker::states() const {
    std::vector<MobileState> out;
    const std::scoped_lock lock{impl_->mutex};
    for (const auto& [name, node] : impl_->nodes)
        out.push_back(node->state());
    return out;
}

api::FollowingParts with_mobiles(api::FollowingParts parts, MobileTracker& tracker) {
    parts.mobiles = [&tracker] { return mobiles_json(tracker.states()); };
    parts.track = [&tracker](const std::string& name, std::vector<TrackFix> fixes) {
        return tracker.take(name, std::move(fixes));
    };
    return parts;
}

} // namespace vedette::app
