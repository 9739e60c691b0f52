#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vedette/base/guarded.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/live_node.h"
#include "vedette/ports/camera_directory.h"

namespace vedette::app {

/// How these cameras stand before anything of them is known.
[[nodiscard]] inline std::vector<ports::CameraStatus>
starting(const std::vector<pipeline::LiveCameraOptions>& cameras, WallTime now) {
    std::vector<ports::CameraStatus> out;
    for (const pipeline::LiveCameraOptions& camera : cameras) {
        ports::CameraStatus status;
        status.id = domain::CameraId{camera.camera.name};
        status.site = camera.camera.site;
        status.source = media::without_credentials(camera.location);
        status.since = now;
        status.gate.mode = to_string(camera.camera.detect.gate);
        ports::InputStatus& input = status.inputs.emplace_back();
        input.roles = camera.roles;
        input.source = status.source;
        input.since = now;
        input.has_fallback = camera.fallback.has_value();
        out.push_back(std::move(status));
    }
    return out;
}

/// How long a case waits for the sightings that it shows.
constexpr std::chrono::seconds kLookupPatience{5};

/// The cameras of a server whose models are still being loaded: known by name and starting, until
/// the real directory is there. Adds to each the input that is recorded alone.
///
/// Thread-safe.
class LateCameras final : public ports::CameraDirectory {
public:
    using Recorded = std::function<std::optional<ports::InputStatus>(const std::string& camera)>;

    /// \param recorded  gives the input that a camera is recorded from, if that is one of its own
    LateCameras(std::vector<ports::CameraStatus> starting, Recorded recorded)
        : recorded_{std::move(recorded)}, state_{State{std::move(starting), nullptr}} {}

    /// From now on `real` answers.
    void become(std::shared_ptr<const ports::CameraDirectory> real) {
        state_.with([&](State& state) { state.real = std::move(real); });
    }

    [[nodiscard]] std::vector<ports::CameraStatus> cameras() const override {
        const State state = now();
        auto all = state.real ? state.real->cameras() : state.starting;
        for (ports::CameraStatus& status : all)
            add_recorded(status);
        return all;
    }
    [[nodiscard]] Result<ports::CameraStatus> camera(const domain::CameraId& id) const override {
        VEDETTE_TRY(auto status, without_recorded(id));
        add_recorded(status);
        return status;
    }
    [[nodiscard]] Result<ports::LivePicture> latest_picture(const domain::CameraId& id,
                                                            int longest_side_px) const override {
        const State state = now();
        if (state.real)
            return state.real->latest_picture(id, longest_side_px);
        VEDETTE_TRY(const auto status, camera(id));
        return Error{ErrorCode::unavailable,
                     "camera " + status.id.value() + " is starting: no picture yet"};
    }
    [[nodiscard]] std::optional<WallTime> settled() const override {
        return state_.with([](const State& state) { // so that who is replaced is let go of by then
            return state.real ? state.real->settled() : std::nullopt;
        });
    }

private:
    struct State {
        std::vector<ports::CameraStatus> starting;
        std::shared_ptr<const ports::CameraDirectory> real;
    };
    [[nodiscard]] State now() const {
        return state_.with([](const State& state) { return state; });
    }
    [[nodiscard]] Result<ports::CameraStatus> without_recorded(const domain::CameraId& id) const {
        const State state = now();
        if (state.real)
            return state.real->camera(id);
        for (const ports::CameraStatus& status : state.starting)
            if (status.id == id)
                return status;
        return Error{ErrorCode::not_found, "there is no camera '" + id.value() + "'"};
    }
    void add_recorded(ports::CameraStatus& status) const {
        if (auto input = recorded_ ? recorded_(status.id.value()) : std::nullopt)
            status.inputs.push_back(*std::move(input));
    }

    const Recorded recorded_;
    Guarded<State> state_;
};

} // namespace vedette::app
