#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/data_folder.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/domain/event.h"
#include "vedette/domain/plate.h"

namespace vedette::app {

/// How far the live model and a shadow agree on one picture. Nobody knows who is right.
struct Agreement {
    std::uint64_t both = 0;        ///< things seen by both; of texts: read alike
    std::uint64_t only_live = 0;   ///< of texts: read by the live one alone
    std::uint64_t only_shadow = 0; ///< likewise
    std::uint64_t different = 0;   ///< texts: read by both, and not alike

    Agreement& operator+=(const Agreement& other) noexcept;
    [[nodiscard]] bool is_whole() const noexcept {
        return only_live + only_shadow + different == 0;
    }
    friend bool operator==(const Agreement&, const Agreement&) = default;
};

/// Things are the same if they have one label and half of both boxes together lies in both. Each
/// counts once, the surest first; what is less sure than `least_score` doesn't count.
[[nodiscard]] Agreement agreement_on_things(std::span<const domain::Detection> live,
                                            std::span<const domain::Detection> shadow,
                                            float least_score);
/// The same of plates that were read, by their places and texts.
[[nodiscard]] Agreement agreement_on_texts(std::span<const domain::PlateRead> live,
                                           std::span<const domain::PlateRead> shadow);

/// A picture on which they did not agree, for a person to look at in the recordings.
struct ShadowExample {
    WallTime at;
    std::string camera;
    Agreement agreement;
};

inline constexpr std::size_t kMostExamples = 50; ///< the newest

/// What came of watching a shadow beside the live model of its task. No text of a plate is in it.
struct ShadowTally {
    std::string task;
    domain::ModelUse live;
    domain::ModelUse shadow;
    WallTime since;
    std::uint64_t pictures = 0;    ///< that both looked at
    std::uint64_t passed_over = 0; ///< that the shadow was not given: its share was used up
    std::uint64_t failures = 0;    ///< of the shadow
    Agreement agreement;
    std::deque<ShadowExample> examples; ///< oldest first

    /// Whether it is of these two.
    [[nodiscard]] bool is_of(const domain::ModelUse& live_model,
                             const domain::ModelUse& shadow_model) const noexcept {
        return live == live_model && shadow == shadow_model;
    }
    void add(const Agreement& one, const std::string& camera, WallTime at);
};

[[nodiscard]] std::string to_json(const std::vector<ShadowTally>& tallies);
/// \return data_loss for what to_json() never wrote
[[nodiscard]] Result<std::vector<ShadowTally>> shadow_tallies_in(std::string_view json);

/// Those of a data folder. \return none if there are none; errors with the file
[[nodiscard]] Result<std::vector<ShadowTally>> load_shadow_tallies(const DataFolder& folder);
Status keep_shadow_tallies(const DataFolder& folder, const std::vector<ShadowTally>& tallies);

/// One line, for people.
[[nodiscard]] std::string describe(const ShadowTally& tally);

} // namespace vedette::app
