#include "app/output/annotator.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "vedette/imaging/draw.h"
#include "vedette/imaging/transform.h"

namespace vedette::app {
namespace {

using domain::NormBox;
using pipeline::LiveTrack;

/// A track that was not found again for so long is not drawn any more.
constexpr std::chrono::milliseconds kStale{600};

imaging::Color color_of(const domain::Track& track) {
    if (track.label == "person")
        return {255, 170, 40};
    if (track.label == "face")
        return {230, 90, 200};
    return track.stationary ? imaging::Color{140, 150, 160} : imaging::Color{60, 190, 90};
}

/// Where it is now, going on as it went when it was last detected.
NormBox box_at(const domain::Track& track, StreamTime now) {
    const float ahead = std::chrono::duration<float>(now - track.last_seen).count();
    NormBox box = track.box;
    if (!track.stationary) {
        box.left += track.velocity.x * ahead;
        box.top += track.velocity.y * ahead;
    }
    return domain::clamped(box);
}

std::string caption_of(const LiveTrack& live) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s %.0f%%", live.track.label.c_str(),
                  static_cast<double>(live.track.score) * 100);
    return live.text.empty() ? text.data() : std::string{text.data()} + "  " + live.text;
}

void draw(imaging::Image& canvas, const LiveTrack& live, StreamTime now) {
    const NormBox box = box_at(live.track, now);
    const auto width = static_cast<float>(canvas.width_px());
    const auto height = static_cast<float>(canvas.height_px());
    const imaging::PixelRect rect{
        static_cast<int>(box.left * width), static_cast<int>(box.top * height),
        static_cast<int>(box.width * width), static_cast<int>(box.height * height)};
    if (rect.empty())
        return;
    const int unit = std::max(1, canvas.height_px() / 360);
    imaging::draw_rectangle(canvas, rect, color_of(live.track), unit);
    imaging::draw_label(canvas, rect.x, rect.y, caption_of(live), {color_of(live.track), 7 * unit});
}

} // namespace

Annotator::Annotator(std::filesystem::path file, double frame_rate)
    : file_{std::move(file)}, frame_rate_{frame_rate > 0 ? frame_rate : 25} {}

Status Annotator::frame_done(const imaging::Frame& frame, std::span<const LiveTrack> tracks) {
    if (!writer_) {
        width_px_ = std::max(2, frame.view.width_px & ~1);
        height_px_ = std::max(2, frame.view.height_px & ~1);
        VEDETTE_TRY(writer_, media::VideoWriter::open(file_, {.width_px = width_px_,
                                                              .height_px = height_px_,
                                                              .frame_rate = frame_rate_}));
    }
    // A stream that changes its size is shown in the size it began with.
    imaging::resize_into(frame.view, {}, imaging::PixelFormat::bgr24, width_px_, height_px_,
                         imaging::Fit::stretch, 0, canvas_);
    for (const LiveTrack& live : tracks)
        if (live.track.confirmed && frame.at - live.track.last_seen < kStale)
            draw(canvas_, live, frame.at);
    return writer_->write(canvas_.view(), frame.at);
}

Status Annotator::finish() { return writer_ ? writer_->finish() : Status{}; }

} // namespace vedette::app
