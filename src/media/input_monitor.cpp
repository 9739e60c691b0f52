#include "vedette/media/input_monitor.h"

#include <functional>
#include <utility>

#include "vedette/base/assert.h"
#include "vedette/base/worker.h"

namespace vedette::media {
namespace {

using ports::CameraState;

/// Between two trials, at most.
constexpr std::chrono::minutes kLongestTrialPause{30};
/// A trial that has seen no key frame by then has failed.
constexpr std::chrono::seconds kLongestTrial{60};
constexpr const char* kBackAgain = "the input itself is well again and is gone back to";

MetricLabels labels_of(const InputMonitor::Options& options) {
    VEDETTE_ASSERT(!options.roles.empty());
    return {{"camera", options.camera}, {"role", options.roles.front()}};
}

std::uint64_t seed_of(const InputMonitor::Options& options) {
    return std::hash<std::string>{}(options.camera + "/" + options.roles.front());
}

} // namespace

/// Lets the monitor see what is read.
class InputMonitor::Watched final : public Source {
public:
    Watched(std::unique_ptr<Source> inner, InputMonitor& monitor)
        : inner_{std::move(inner)}, monitor_{monitor} {}

    [[nodiscard]] const StreamInfo& info() const override { return inner_->info(); }
    [[nodiscard]] const std::string& name() const override { return inner_->name(); }

    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override {
        if (monitor_.may_go_back(monitor_.parts_.clock->steady_now()))
            return Error{ErrorCode::unavailable, kBackAgain};
        auto packet = inner_->read(std::move(stop));
        if (packet && *packet && (*packet)->kind() == PacketKind::video)
            monitor_.picture_came();
        return packet;
    }

private:
    const std::unique_ptr<Source> inner_;
    InputMonitor& monitor_;
};

InputMonitor::InputMonitor(Options options, Parts parts)
    : options_{std::move(options)}, parts_{std::move(parts)},
      online_{parts_.metrics->gauge("media_input_online", "1 while packets of an input come",
                                    labels_of(options_))},
      fallback_{parts_.metrics->gauge("media_input_on_fallback",
                                      "1 while the fallback of an input stands in for it",
                                      labels_of(options_))},
      last_packet_{parts_.metrics->gauge("media_input_last_packet_timestamp_seconds",
                                         "When the newest picture of an input came, since 1970",
                                         labels_of(options_))},
      reconnects_{parts_.metrics->counter("media_input_reconnects_total",
                                          "Times a lost input was opened again, or that was tried",
                                          labels_of(options_))},
      breaks_{parts_.metrics->counter("media_input_breaks_total",
                                      "Times an input broke off after pictures had come",
                                      labels_of(options_))},
      backoff_{options_.retry, seed_of(options_)},
      trials_{{.first = options_.fallback.value_or(FallbackOptions{}).try_again,
               .longest = kLongestTrialPause,
               .jitter = 0.2},
              seed_of(options_)} {
    online_->set(0);
    fallback_->set(0);
    status_.with([&](ports::InputStatus& status) {
        status.roles = options_.roles;
        status.since = parts_.clock->wall_now();
        status.source = without_credentials(options_.location);
        status.has_fallback = options_.fallback.has_value();
    });
}

const std::string& InputMonitor::location() const {
    return on_fallback_ ? options_.fallback->location : options_.location;
}

std::unique_ptr<Source> InputMonitor::watch(std::unique_ptr<Source> source) {
    return std::make_unique<Watched>(std::move(source), *this);
}

void InputMonitor::picture_came() {
    const SteadyTime now = parts_.clock->steady_now();
    const WallTime wall = parts_.clock->wall_now();
    last_packet_->set(std::chrono::duration<double>(wall.time_since_epoch()).count());
    status_.with([wall](ports::InputStatus& status) { status.last_packet = wall; });
    if (!online_since_) {
        online_since_ = now;
        change(CameraState::online, "");
    }
    if (is_settled_ || now - *online_since_ < options_.settled)
        return;
    is_settled_ = true;
    failures_ = 0;
    backoff_.reset();
    if (!on_fallback_) {
        trials_.reset();
        trial_pause_ = {};
    }
}

std::chrono::milliseconds InputMonitor::lost(const std::string& why) {
    const bool broke_off = std::exchange(online_since_, std::nullopt).has_value();
    const bool was_well = std::exchange(is_settled_, false);
    const bool going_back = std::exchange(going_back_, false);
    end_trial();
    if (going_back) {
        failures_ = options_.fallback->after - 1; // once more, and its fallback is used again
        trial_pause_ = trials_.next();            // for longer
        change_profile(false, why);
        return {};
    }
    if (broke_off) {
        breaks_->add();
        status_.with([](ports::InputStatus& status) { ++status.breaks; });
    }
    change(CameraState::offline, why);
    ++failures_;
    if (!options_.fallback)
        return backoff_.next();
    if (on_fallback_ && !was_well) { // whichever comes back first is used
        failures_ = options_.fallback->after - 1;
        change_profile(false, why);
    } else if (!on_fallback_ && failures_ >= options_.fallback->after) {
        failures_ = 0;
        change_profile(true, why);
    }
    return backoff_.next();
}

void InputMonitor::opens_again() {
    reconnects_->add();
    status_.with([](ports::InputStatus& status) { ++status.reconnects; });
}

void InputMonitor::ended() {
    online_since_.reset();
    change(CameraState::ended, "");
}

void InputMonitor::gone() {
    end_trial();
    online_->set(0);
    fallback_->set(0);
}

ports::InputStatus InputMonitor::status() const {
    return status_.with([](const ports::InputStatus& status) { return status; });
}

// ---- the fallback, and the way back ----

/// Asked before each packet while the fallback is used.
bool InputMonitor::may_go_back(SteadyTime now) {
    if (!on_fallback_ || !online_since_)
        return false;
    switch (trial_.load()) {
    case Trial::none:
        if (now < try_at_)
            return false;
        if (parts_.open_for_trial) {
            begin_trial();
            return false;
        }
        break;
    case Trial::running: return false;
    case Trial::failed:
        end_trial();
        trial_pause_ = trials_.next();
        try_at_ = now + trial_pause_;
        return false;
    case Trial::well: break;
    }
    going_back_ = true;
    return true;
}

void InputMonitor::begin_trial() {
    trial_ = Trial::running;
    trial_thread_ = std::jthread{[this](const std::stop_token& stop) {
        name_this_thread("try " + options_.camera);
        const Status tried = try_out(stop);
        trial_ = tried ? Trial::well : Trial::failed;
        if (!tried && !stop.stop_requested())
            parts_.log->debug("an input is not well yet; its fallback goes on",
                              {{"camera", options_.camera},
                               {"role", options_.roles.front()},
                               {"reason", tried.error().message()}});
    }};
}

Status InputMonitor::try_out(const std::stop_token& stop) const {
    VEDETTE_TRY(const auto source, parts_.open_for_trial(stop));
    const SteadyTime began = parts_.clock->steady_now();
    std::optional<SteadyTime> first_key_frame;
    while (true) {
        VEDETTE_TRY(const auto packet, source->read(stop));
        if (!packet)
            return Error{ErrorCode::unavailable, "it ended"};
        const SteadyTime now = parts_.clock->steady_now();
        if (packet->key_frame() && !first_key_frame)
            first_key_frame = now;
        if (first_key_frame && now - *first_key_frame >= options_.trial)
            return {};
        if (!first_key_frame && now - began > kLongestTrial)
            return Error{ErrorCode::deadline_exceeded, "no key frame came"};
    }
}

void InputMonitor::end_trial() {
    trial_thread_ = {};
    trial_ = Trial::none;
}

void InputMonitor::change_profile(bool to_fallback, const std::string& why) {
    on_fallback_ = to_fallback;
    fallback_->set(to_fallback ? 1 : 0);
    if (to_fallback) {
        if (trial_pause_ == std::chrono::milliseconds{})
            trial_pause_ = trials_.next();
        try_at_ = parts_.clock->steady_now() + trial_pause_;
    }
    status_.with([&](ports::InputStatus& now) {
        now.on_fallback = to_fallback;
        now.source = without_credentials(location());
        now.fallback_reason = to_fallback ? why : "";
    });
}

/// People hear of another profile once it gives pictures: while both fail, they take turns.
void InputMonitor::change(CameraState state, const std::string& problem) {
    const bool other_profile =
        state == CameraState::online && std::exchange(told_fallback_, on_fallback_) != on_fallback_;
    const auto changed = status_.with([&](ports::InputStatus& now) {
        const bool is_other = now.state != state;
        now.state = state;
        now.problem = problem;
        if (is_other)
            now.since = parts_.clock->wall_now();
        return is_other || other_profile ? std::optional{now} : std::nullopt;
    });
    online_->set(state == CameraState::online ? 1 : 0);
    if (!changed)
        return;
    if (other_profile)
        parts_.log->warn(on_fallback_ ? "an input keeps failing: its fallback is used"
                                      : "an input is used again instead of its fallback",
                         {{"camera", options_.camera},
                          {"role", options_.roles.front()},
                          {"source", changed->source},
                          {"reason", changed->fallback_reason}});
    if (parts_.on_change)
        parts_.on_change(*changed);
}

} // namespace vedette::media
