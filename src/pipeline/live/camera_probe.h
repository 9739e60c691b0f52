#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "vedette/base/metrics.h"
#include "vedette/ports/camera_directory.h"

namespace vedette::pipeline {

/// What a live camera tells of its connection: which state it is in, and how often it was opened
/// anew.
///
/// Thread-safe.
class CameraProbe {
public:
    CameraProbe(Metrics& metrics, const std::string& camera)
        : reconnects_{metrics.counter("pipeline_camera_reconnects_total",
                                      "Times a lost camera was opened again",
                                      {{"camera", camera}})} {
        for (std::size_t i = 0; i < kStates.size(); ++i)
            states_[i] = metrics.gauge(
                "pipeline_camera_state", "1 for the state a camera is in",
                {{"camera", camera}, {"state", std::string{ports::to_string(kStates[i])}}});
        show(ports::CameraState::starting);
    }
    CameraProbe(const CameraProbe&) = delete;
    CameraProbe& operator=(const CameraProbe&) = delete;

    /// The camera is in no state at all any more, and the next one of its name may be in any.
    void gone() {
        for (const auto& state : states_)
            state->set(0);
    }
    void show(ports::CameraState now) {
        for (std::size_t i = 0; i < kStates.size(); ++i)
            states_[i]->set(kStates[i] == now ? 1 : 0);
    }
    void reconnects() { reconnects_->add(); }

private:
    static constexpr std::array kStates{ports::CameraState::starting, ports::CameraState::online,
                                        ports::CameraState::offline, ports::CameraState::ended};
    std::array<std::shared_ptr<Gauge>, kStates.size()> states_;
    std::shared_ptr<Counter> reconnects_;
};

} // namespace vedette::pipeline
