#include "live/tamper_watch.h"

#include <utility>
#include <vector>

namespace vedette::pipeline {
namespace {

ports::CameraTamper::Reading reading_of(const vision::TamperReading& reading) {
    ports::CameraTamper::Reading out{.luminance = double{reading.luminance},
                                     .detail = double{reading.detail},
                                     .sharpness = double{reading.sharpness},
                                     .agreement = double{reading.agreement},
                                     .shift = {}};
    if (reading.shift)
        out.shift = {.x = double{reading.shift->x},
                     .y = double{reading.shift->y},
                     .degrees = double{reading.shift->degrees},
                     .zoom = double{reading.shift->zoom}};
    return out;
}

/// What shows nothing of the scene, or a printed clock.
imaging::PictureMask all_of(const imaging::PictureMask& one, const imaging::PictureMask& other) {
    std::vector<imaging::MaskPolygon> polygons = one.polygons();
    polygons.insert(polygons.end(), other.polygons().begin(), other.polygons().end());
    return imaging::PictureMask{std::move(polygons)};
}

} // namespace

TamperWatch::TamperWatch(const CameraOptions& camera, const imaging::PictureMask& privacy,
                         const Parts& parts)
    : camera_{camera.name}, site_{camera.site}, parts_{parts},
      detector_{camera.tamper.enabled ? vision::make_tamper_detector(
                                            camera.tamper, all_of(privacy, camera.motion.ignored))
                                      : nullptr} {
    for (const vision::TamperKind kind : vision::kAllTamperKinds)
        gauges_.at(static_cast<std::size_t>(kind) - 1) = parts_.metrics->gauge(
            "pipeline_camera_tampered", "1 while a camera can't see what it was set up to see",
            {{"camera", camera_}, {"kind", std::string{to_string(kind)}}});
    if (detector_)
        show(detector_->state());
}

TamperWatch::~TamperWatch() {
    for (const auto& gauge : gauges_)
        gauge->set(0);
}

void TamperWatch::look(const imaging::ImageView& picture) {
    const SteadyTime now = parts_.clock->steady_now();
    if (!detector_ || !detector_->is_due(now))
        return;
    const auto news = detector_->look(picture, now);
    for (const vision::TamperNews& one : news) // first: an end has the time of its beginning
        tell(one);
    show(detector_->state());
}

void TamperWatch::interrupted() {
    if (detector_)
        detector_->interrupted();
}

void TamperWatch::tell(const vision::TamperNews& news) {
    const ports::TamperChange change{.camera = domain::CameraId{camera_},
                                     .site = site_,
                                     .kind = std::string{to_string(news.kind)},
                                     .begins = news.begins,
                                     .accepted = news.accepted,
                                     .since = wall_of(news.since),
                                     .at = parts_.clock->wall_now(),
                                     .reading = reading_of(news.reading)};
    const char* what = "a camera can't see what it was set up to see";
    if (!news.begins)
        what = news.accepted ? "a camera's view has changed for good"
                             : "a camera sees what it was set up to see again";
    parts_.log->warn(what, {{"camera", camera_},
                            {"kind", change.kind},
                            {"luminance", change.reading.luminance},
                            {"detail", change.reading.detail},
                            {"sharpness", change.reading.sharpness},
                            {"agreement", change.reading.agreement}});
    parts_.observer->tamper_changed(change);
}

void TamperWatch::show(const vision::TamperState& state) {
    using State = ports::CameraTamper::State;
    ports::CameraTamper now;
    now.state = state.learning ? State::learning : State::ok;
    now.reading = reading_of(state.reading);
    if (state.kind) {
        now.state = State::tampered;
        now.kind = to_string(*state.kind);
        now.since = wall_of(state.since);
    }
    for (const vision::TamperKind kind : vision::kAllTamperKinds)
        gauges_.at(static_cast<std::size_t>(kind) - 1)->set(state.kind == kind ? 1 : 0);
    shown_.with([&now](ports::CameraTamper& shown) { shown = std::move(now); });
}

/// The same for the same moment, whenever it is asked.
WallTime TamperWatch::wall_of(SteadyTime at) {
    if (dated_ && dated_->first == at)
        return dated_->second;
    const auto ago = parts_.clock->steady_now() - at;
    const WallTime wall =
        parts_.clock->wall_now() - std::chrono::duration_cast<WallTime::duration>(ago);
    dated_ = {at, wall};
    return wall;
}

ports::CameraTamper TamperWatch::now() const {
    return shown_.with([](const ports::CameraTamper& shown) { return shown; });
}

} // namespace vedette::pipeline
