#pragma once

#include <set>
#include <string>

#include "app/following_options.h"
#include "vedette/analysis/watchlist.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Who may be followed, and who may always be there. Thread-compatible.
class FollowingPlates {
public:
    /// \return errors of the lists: see analysis::WatchIndex
    static Result<FollowingPlates> make(const FollowingSettings& settings);

    [[nodiscard]] bool is_subject(const std::string& plate) const;
    [[nodiscard]] bool is_ignored(const std::string& plate) const;
    /// Plates of subjects that are written without wildcards, in order.
    [[nodiscard]] const std::set<std::string>& known() const noexcept { return known_; }
    [[nodiscard]] bool has_patterns() const noexcept { return patterns_.plates() > 0; }

private:
    std::set<std::string> known_;
    analysis::WatchIndex patterns_; ///< of subjects
    analysis::WatchIndex ignored_;
};

} // namespace vedette::app
