#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/server/flap_damper.h"
#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/pipeline/live_node.h"
#include "vedette/ports/camera_directory.h"

namespace vedette::app {

/// Something about an input of a camera that becomes an event.
struct InputNews {
    domain::CameraId camera;
    std::string kind; ///< "camera.record_offline", "camera.record_online", "camera.fallback_on",
                      ///< "camera.fallback_off"
    ports::InputStatus input;
    WallTime at;
};

/// Stands between the cameras and the events that tell of them: a connection that flaps makes a few
/// events, not thousands. Metrics and /cameras show each change.
///
/// Thread-safe; what is told is told on the thread that called.
class CameraNews final : public pipeline::CameraObserver {
public:
    struct Parts {
        pipeline::CameraObserver* cameras = nullptr;  ///< told of cameras and of the load
        std::function<void(const InputNews&)> inputs; ///< told of inputs
        const Clock* clock = nullptr;
        FlapDamper::Options damping{};
    };
    explicit CameraNews(Parts parts) : parts_{std::move(parts)} {}

    void state_changed(const ports::CameraStatus& status) override;
    void load_changed(bool overloaded, double lost) override;
    /// Told at once: it has lasted already.
    void tamper_changed(const ports::TamperChange& change) override;
    void input_changed(const domain::CameraId& camera, const ports::InputStatus& input) override;

    /// Tells what has lasted long enough by now; to be called every second or so.
    void look();
    /// There are no other cameras any more.
    void keep(const std::set<std::string>& cameras);

private:
    struct Camera {
        explicit Camera(const FlapDamper::Options& options) : damper{options} {}
        FlapDamper damper;
        ports::CameraStatus newest;
    };
    struct Input {
        explicit Input(const FlapDamper::Options& options) : damper{options} {}
        FlapDamper damper;
        bool told_fallback = false;
        ports::InputStatus newest;
    };
    struct State {
        std::map<std::string, Camera> cameras;
        std::map<std::pair<std::string, std::string>, Input> inputs; ///< by camera and first role
    };

    [[nodiscard]] bool is_news(Camera& camera, SteadyTime now) const;
    void add_news(const std::string& camera, Input& input, std::vector<InputNews>& news) const;

    const Parts parts_;
    Guarded<State> state_;
};

} // namespace vedette::app
