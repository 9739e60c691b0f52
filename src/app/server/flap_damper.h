#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::app {

/// Which changes between well and away people are told of. Both have to last before they are told;
/// what comes back again and again has to last longer each time, so that a connection that flaps is
/// told of a few times and no more.
///
/// Thread-compatible.
class FlapDamper {
public:
    struct Options {
        std::chrono::milliseconds away{5'000}; ///< until it is told
        std::chrono::milliseconds well{5'000}; ///< the same; doubles each time
        std::chrono::milliseconds longest{600'000};
        std::chrono::milliseconds calm{3'600'000}; ///< well for so long: as at the beginning
    };

    FlapDamper() : FlapDamper{Options{}} {}
    explicit FlapDamper(const Options& options) : options_{options}, well_for_{options.well} {}

    /// To be told of every change, and now and then.
    /// \return what is to be told now, true: it is well; nothing: that is known, or may pass
    [[nodiscard]] std::optional<bool> see(bool well, SteadyTime now) {
        if (seen_ != well) {
            seen_ = well;
            since_ = now;
        }
        const auto lasted = now - since_;
        if (told_ == well) {
            if (well && lasted >= options_.calm)
                well_for_ = options_.well;
            return std::nullopt;
        }
        const bool first_good_news = well && !told_;
        if (!first_good_news && lasted < (well ? well_for_ : options_.away))
            return std::nullopt;
        if (well && told_)
            well_for_ = std::min(2 * well_for_, options_.longest);
        told_ = well;
        return well;
    }

private:
    const Options options_;
    std::chrono::milliseconds well_for_;
    std::optional<bool> seen_;
    std::optional<bool> told_;
    SteadyTime since_;
};

} // namespace vedette::app
