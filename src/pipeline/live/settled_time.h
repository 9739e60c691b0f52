#pragma once

#include <algorithm>
#include <optional>

#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"

namespace vedette::pipeline {

/// Up to when all that one camera saw has been told: what it tells from now on was seen later.
/// Thread-safe.
class SettledTime {
public:
    /// \param at  no picture of this input will be older
    void opened(WallTime at) {
        state_.with([&](State& state) { state = {true, at, std::nullopt}; });
    }
    /// A picture was analysed, and what ended with it was told.
    /// \param open_since  since when something is followed that is still to be told
    void looked(WallTime at, std::optional<WallTime> open_since) {
        state_.with([&](State& state) {
            state.at = at;
            state.open_since = open_since;
        });
    }
    /// A picture was not worth a look. \pre none before it waits for one
    void passed_over(WallTime at) {
        state_.with([&](State& state) { state.at = at; });
    }
    /// The input is over, and all that was seen in it was told.
    void ended() {
        state_.with([](State& state) { state.is_watching = false; });
    }

    /// \return nothing while it sees nothing
    [[nodiscard]] std::optional<WallTime> until() const {
        return state_.with([](const State& state) -> std::optional<WallTime> {
            if (!state.is_watching)
                return std::nullopt;
            return std::min(state.at, state.open_since.value_or(state.at));
        });
    }

private:
    struct State {
        bool is_watching = false;
        WallTime at;
        std::optional<WallTime> open_since;
    };
    Guarded<State> state_;
};

} // namespace vedette::pipeline
