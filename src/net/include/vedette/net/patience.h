#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

#include "vedette/base/clock.h"

namespace vedette::net {

/// How long a call may take, and who may end it before. Immutable.
class Patience {
public:
    /// \param clock  borrowed
    Patience(const Clock& clock, std::chrono::milliseconds limit, std::stop_token stop = {})
        : clock_{&clock}, until_{clock.steady_now() + limit}, stop_{std::move(stop)} {}

    /// Never negative.
    [[nodiscard]] std::chrono::milliseconds left() const {
        const auto rest =
            std::chrono::duration_cast<std::chrono::milliseconds>(until_ - clock_->steady_now());
        return std::max(rest, std::chrono::milliseconds{0});
    }
    [[nodiscard]] bool over() const { return clock_->steady_now() >= until_; }
    [[nodiscard]] bool stop_requested() const noexcept { return stop_.stop_requested(); }
    [[nodiscard]] const Clock& clock() const noexcept { return *clock_; }

    /// The same, and at most `limit` from now.
    [[nodiscard]] Patience at_most(std::chrono::milliseconds limit) const {
        return {*clock_, std::min(limit, left()), stop_};
    }

private:
    const Clock* clock_;
    SteadyTime until_;
    std::stop_token stop_;
};

} // namespace vedette::net
