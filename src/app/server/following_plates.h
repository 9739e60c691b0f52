#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/following_options.h"
#include "vedette/analysis/watchlist.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Who may be followed, and who may always be there. Thread-compatible.
class FollowingPlates {
public:
    /// \return errors of the lists: see analysis::WatchIndex
    static Result<FollowingPlates> make(const FollowingSettings& settings);

    /// \param subject  a plate, or the name of what is none
    [[nodiscard]] bool is_subject(const std::string& subject) const;
    [[nodiscard]] bool is_ignored(const std::string& plate) const;
    /// Plates of subjects that are written without wildcards, in order.
    [[nodiscard]] const std::set<std::string>& known() const noexcept { return known_; }
    /// Normalised, by the subject that a person is.
    [[nodiscard]] const std::map<std::string, std::vector<std::string>>& persons() const noexcept {
        return persons_;
    }
    [[nodiscard]] bool has_patterns() const noexcept { return patterns_.plates() > 0; }

private:
    std::set<std::string> known_;
    std::map<std::string, std::vector<std::string>> persons_;
    std::set<std::string> mobiles_; ///< names as subjects
    analysis::WatchIndex patterns_; ///< of subjects
    analysis::WatchIndex ignored_;
};

} // namespace vedette::app
