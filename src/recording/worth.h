#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "vedette/ports/recording_index.h"
#include "vedette/recording/janitor.h"

namespace vedette::recording {

constexpr std::size_t kWorths = 4;
inline constexpr std::array kAllWorths{Worth::nothing, Worth::motion, Worth::detection,
                                       Worth::alert};

/// What a segment counts as under these rules: what its mode leaves out is worth what is left.
[[nodiscard]] Worth worth_of(const ports::RecordedActivity& activity, const KeepFor& keep);

[[nodiscard]] constexpr bool is_event(Worth worth) {
    return worth == Worth::detection || worth == Worth::alert;
}
[[nodiscard]] inline const ClassLimits& limits_of(const RetentionRules& rules, Worth worth) {
    return is_event(worth) ? rules.events : rules.continuous;
}
/// What is to stay free on a disk.
[[nodiscard]] std::uint64_t floor_of(const RetentionRules& rules,
                                     const RecordingFiles::Space& space);
[[nodiscard]] const KeepFor& rule_for(const RetentionRules& rules, const std::string& camera);

/// How long each may stay on a tier with these rules; what is worth more stays as long at least,
/// but for what the tier itself says.
using Ages = std::array<std::chrono::seconds, kWorths>;
[[nodiscard]] Ages ages_on(const RetentionRules& rules, const KeepFor& keep);

} // namespace vedette::recording
