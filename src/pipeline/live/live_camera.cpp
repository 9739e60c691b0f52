#include "live/live_camera.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "vedette/base/worker.h"
#include "vedette/imaging/jpeg.h"
#include "vedette/imaging/transform.h"

namespace vedette::pipeline {
namespace {

using ports::CameraState;

/// The background of before is still worth something after a connection that was lost for less.
constexpr std::chrono::seconds kBackgroundLasts{60};
constexpr int kLiveQuality = 80;
/// Who looks at a page asks for a picture every second or so, who makes previews every few.
constexpr std::chrono::seconds kWatchingLasts{10};
constexpr std::chrono::seconds kPreviewsLast{60};

std::vector<std::pair<std::string, std::uint64_t>> words(const Funnel& funnel) {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (const domain::Verdict verdict : domain::kAllVerdicts)
        out.emplace_back(domain::to_string(verdict), funnel.of(verdict));
    return out;
}

void tell(const GateReport& report, ports::CameraGate& gate) {
    gate.asleep = report.asleep;
    gate.packets = report.packets;
    gate.decoded = report.decoded + report.probed;
    gate.wakes.clear();
    for (const WakeReason reason : kAllWakeReasons)
        gate.wakes.emplace_back(to_string(reason), report.of(reason));
}

/// Who looks for tampering sees a key frame every two seconds also while the camera sleeps: what
/// covers it makes its packets smaller, which wakes nobody.
DetectOptions detect_options(const CameraOptions& camera) {
    DetectOptions options = camera.detect;
    if (camera.tamper.enabled)
        options.packet.probe_every =
            std::min(options.packet.probe_every, std::chrono::milliseconds{2'000});
    return options;
}

media::InputMonitor::Options monitor_options(const LiveCameraOptions& options) {
    return {
        .camera = options.camera.name,
        .roles = options.roles,
        .location = options.location,
        .retry = {.first = options.first_retry, .longest = options.longest_retry, .jitter = 0.5},
        .fallback = options.fallback};
}

media::InputMonitor::Parts monitor_parts(const LiveCameraOptions& options,
                                         const CameraServices& services) {
    media::InputMonitor::Parts parts{
        .metrics = services.metrics,
        .log = services.log,
        .clock = services.clock,
        .on_change = [observer = services.observer, id = domain::CameraId{options.camera.name}](
                         const ports::InputStatus& input) { observer->input_changed(id, input); }};
    if (services.open_for_trial)
        parts.open_for_trial = [&options, &services](const std::stop_token& stop) {
            return services.open_for_trial(options, stop);
        };
    return parts;
}

} // namespace

LiveCamera::LiveCamera(LiveCameraOptions options, CameraServices services)
    : options_{std::move(options)}, services_{std::move(services)}, probe_{*services_.metrics,
                                                                           *services_.log,
                                                                           options_.camera.name},
      connection_{*services_.metrics, options_.camera.name}, gate_{*services_.metrics,
                                                                   options_.camera.name},
      tamper_{options_.camera,
              options_.decoder.mask,
              {services_.metrics, services_.log, services_.observer, services_.clock}},
      slot_{services_.scheduler->add({.weight = options_.weight,
                                      .max_age = options_.camera.detect.max_frame_age,
                                      .probe = &probe_})},
      share_{*services_.decoding, options_.weight}, monitor_{monitor_options(options_),
                                                             monitor_parts(options_, services_)},
      motion_{vision::make_motion_detector(options_.camera.motion)} {
    shown_.with([&](Shown& shown) {
        shown.status.gate.mode = to_string(options_.camera.detect.gate);
        shown.status.id = domain::CameraId{options_.camera.name};
        shown.status.site = options_.camera.site;
        shown.status.source = media::without_credentials(options_.location);
        shown.status.since = services_.clock->wall_now();
    });
}

LiveCamera::~LiveCamera() {
    request_stop();
    join();
    services_.scheduler->remove(slot_);
}

void LiveCamera::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) { live(stop); }};
}

void LiveCamera::join() {
    if (!thread_.joinable())
        return;
    thread_.join();
    connection_.gone();
    monitor_.gone();
}

void LiveCamera::live(const std::stop_token& stop) {
    name_this_thread("cam " + options_.camera.name);
    let_others_go_first(); // what is decoded and never looked at helps nobody
    while (!stop.stop_requested()) {
        const Status ended = play(stop);
        if (stop.stop_requested())
            return;
        if (ended && options_.once && recording_) {
            monitor_.ended();
            change_state(CameraState::ended, "");
            return;
        }
        const std::string why = ended ? "the stream ended" : ended.error().message();
        const auto pause = monitor_.lost(why);
        change_state(CameraState::offline, why);
        wait(pause, stop);
        if (stop.stop_requested())
            return;
        connection_.reconnects();
        monitor_.opens_again();
        shown_.with([](Shown& shown) { ++shown.status.reconnects; });
    }
}

/// One opened input from its first picture to its last.
Status LiveCamera::play(const std::stop_token& stop) {
    VEDETTE_TRY(OpenedInput input, services_.open(options_, monitor_, stop));
    const media::StreamInfo info = input.source->info();
    recording_ = input.recording;
    if (services_.clock->steady_now() - last_picture_ > kBackgroundLasts)
        motion_ = vision::make_motion_detector(options_.camera.motion);
    const std::shared_ptr<CameraAnalyzer> analysis =
        begin_analysis(options_.camera, options_.location, info, services_.analysis(), probe_);
    FrameFeed feed{
        std::move(input.source), std::move(input.decoder), detect_options(options_.camera),
        FrameFeed::Parts{
            .motion = motion_.get(),
            .probe = &probe_,
            .clock = services_.clock,
            .traces = &analysis->traces(),
            .resting = true,
            .settle_time = recording_ ? std::chrono::milliseconds{} : options_.settle_time,
            .no_pictures = recording_ ? std::chrono::milliseconds{} : options_.source.read_timeout,
            .seed = std::hash<std::string>{}(options_.camera.name),
            .share = &share_,
            .missed = [this] { services_.scheduler->missed(slot_); },
            .followed = [this] { return followed_.with([](const Followed& now) { return now; }); },
            .look_waits = [this] { return services_.scheduler->waits(slot_); },
            .viewers = [this] { return viewers(); },
            .gate = &gate_}};
    pictures_came_ = false;
    if (may_tell_plates())
        settled_.opened(info.started_at);
    tamper_.interrupted();
    followed_.with([](Followed& now) { now = {}; });
    decoded_ = 0;
    Status ended =
        feed.run(stop, [&](FedFrame fed) { return take(std::move(fed), analysis, feed.frames()); });
    count_decoded(feed.frames());
    services_.scheduler->wait_idle(slot_);
    services_.end_analysis(analysis);
    settled_.ended();
    shown_.with([&analysis](Shown& shown) {
        shown.before += analysis->funnel();
        shown.status.funnel = words(shown.before);
        shown.boxes.clear();
    });
    return ended;
}

/// Nobody waits for what a camera saw that reads none.
bool LiveCamera::may_tell_plates() const {
    return options_.camera.detect.enabled && options_.camera.lpr.enabled &&
           services_.analysis().plates != nullptr;
}

bool LiveCamera::take(FedFrame fed, const std::shared_ptr<CameraAnalyzer>& analysis,
                      std::uint64_t decoded) {
    last_picture_ = services_.clock->steady_now();
    if (!std::exchange(pictures_came_, true))
        change_state(CameraState::online, "");
    count_decoded(decoded);
    tamper_.look(fed.frame->view);
    shown_.with([&](Shown& shown) {
        shown.newest = fed.frame;
        shown.status.last_picture = services_.clock->wall_now();
        shown.status.width_px = fed.frame->view.width_px;
        shown.status.height_px = fed.frame->view.height_px;
        if (!fed.look)
            shown.boxes.clear();
    });
    if (fed.look)
        return services_.scheduler->put(slot_, {std::move(fed), analysis});
    if (services_.scheduler->is_idle(slot_))
        settled_.passed_over(fed.frame->captured_at);
    return true;
}

/// \param decoded  pictures of this input so far
void LiveCamera::count_decoded(std::uint64_t decoded) {
    shown_.with([&](Shown& shown) {
        shown.frames.count(services_.clock->steady_now(), decoded - decoded_);
        shown.status.frames += decoded - decoded_;
    });
    decoded_ = decoded;
}

void LiveCamera::looked_at(const imaging::FramePtr& frame, const CameraAnalyzer& analysis) {
    std::vector<ports::LivePicture::Box> boxes;
    for (const LiveTrack& live : analysis.live_tracks())
        if (live.track.confirmed)
            boxes.push_back({live.track.box, live.track.label, live.text});
    settled_.looked(frame->captured_at, analysis.open_since());
    followed_.with([&analysis](Followed& now) { now = followed_by(analysis); });
    shown_.with([&](Shown& shown) {
        shown.newest = frame;
        shown.boxes = std::move(boxes);
        shown.looks.count(services_.clock->steady_now());
        Funnel funnel = shown.before;
        funnel += analysis.funnel();
        shown.status.funnel = words(funnel);
    });
}

void LiveCamera::wait(std::chrono::milliseconds time, const std::stop_token& stop) {
    std::unique_lock lock{waiting_};
    wake_.wait_for(lock, stop, time, [&stop] { return stop.stop_requested(); });
}

void LiveCamera::change_state(CameraState state, const std::string& problem) {
    auto changed = shown_.with([&](Shown& shown) -> std::optional<ports::CameraStatus> {
        if (shown.status.state == state && shown.status.problem == problem)
            return std::nullopt;
        const bool same_state = shown.status.state == state;
        shown.status.state = state;
        shown.status.problem = problem;
        if (same_state)
            return std::nullopt;
        shown.status.since = services_.clock->wall_now();
        return shown.status;
    });
    if (!changed)
        return;
    connection_.show(state);
    services_.log->info("camera changed", {{"camera", options_.camera.name},
                                           {"state", ports::to_string(state)},
                                           {"reason", problem}});
    changed->inputs = {monitor_.status()};
    services_.observer->state_changed(*changed);
}

ports::CameraStatus LiveCamera::status() const {
    return shown_.with([&](Shown& shown) {
        const SteadyTime now = services_.clock->steady_now();
        ports::CameraStatus status = shown.status;
        status.frames_per_second = shown.frames.per_second(now);
        status.looks_per_second = shown.looks.per_second(now);
        status.dropped = services_.scheduler->dropped(slot_);
        tell(gate_.all(), status.gate);
        status.inputs = {monitor_.status()};
        status.tamper = tamper_.now();
        return status;
    });
}

imaging::FramePtr LiveCamera::latest_frame() const {
    return shown_.with([now = services_.clock->steady_now()](Shown& shown) {
        shown.previewed = now;
        return shown.newest;
    });
}

Viewers LiveCamera::viewers() const {
    return shown_.with([this, now = services_.clock->steady_now()](const Shown& shown) {
        if (shown.asked_for && now - *shown.asked_for < kWatchingLasts)
            return Viewers::watching;
        const bool previewed = shown.previewed && now - *shown.previewed < kPreviewsLast;
        return previewed || options_.camera.tamper.enabled ? Viewers::now_and_then
                                                           : Viewers::nobody;
    });
}

Result<ports::LivePicture> LiveCamera::latest_picture(int longest_side_px) const {
    auto [frame, boxes] = shown_.with([now = services_.clock->steady_now()](Shown& shown) {
        shown.asked_for = now;
        return std::pair{shown.newest, shown.boxes};
    });
    if (!frame)
        return Error{ErrorCode::unavailable,
                     "camera " + options_.camera.name + " has not given a picture yet"};
    const imaging::ImageView& view = frame->view;
    const double scale = std::min(1.0, static_cast<double>(longest_side_px) /
                                           std::max(view.width_px, view.height_px));
    imaging::Image small;
    imaging::resize_into(
        view, {}, imaging::PixelFormat::bgr24, std::max(1, static_cast<int>(view.width_px * scale)),
        std::max(1, static_cast<int>(view.height_px * scale)), imaging::Fit::stretch, 0, small);
    VEDETTE_TRY(const auto jpeg, imaging::encode_jpeg(small.view(), kLiveQuality));
    const auto bytes = std::as_bytes(std::span{jpeg});
    return ports::LivePicture{.jpeg = {bytes.begin(), bytes.end()},
                              .width_px = small.view().width_px,
                              .height_px = small.view().height_px,
                              .at = frame->captured_at,
                              .boxes = std::move(boxes)};
}

} // namespace vedette::pipeline
