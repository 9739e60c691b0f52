#pragma once

#include <string>
#include <vector>

#include "app/environment.h"

namespace vedette::app {

/// One line of `doctor`.
struct Check {
    enum class State {
        ok = 1,
        absent,
        warn,
        fail
    } state = State::ok; ///< absent: not here, and not needed
    std::string topic;
    std::string finding;
    std::string advice; ///< what to do; empty when all is well
};

[[nodiscard]] std::vector<Check> check_machine();
[[nodiscard]] std::vector<Check> check_engines(const Environment& environment);
[[nodiscard]] std::vector<Check> check_decoders();
/// Each is tried with a few pictures.
[[nodiscard]] std::vector<Check> check_encoders(const Environment& environment);
/// Kinds of inputs, and the USB cameras that can be used.
[[nodiscard]] std::vector<Check> check_inputs(const Environment& environment);
[[nodiscard]] std::vector<Check> check_models(const Environment& environment);
[[nodiscard]] std::vector<Check> check_cache(const Environment& environment);

} // namespace vedette::app
