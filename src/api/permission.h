#pragma once

#include <string_view>

namespace vedette::api {

/// What somebody must be allowed to do to use a route. 0 is none of them, so that a route that
/// forgot to say is found.
enum class Permission {
    anyone = 1,      ///< shows nothing of cameras or people: health, the pages' own files
    see_events,      ///< plates, faces, who came when
    see_pictures,    ///< live pictures and snapshots
    see_system,      ///< state of cameras, figures, metrics
    see_recordings,  ///< what was recorded: play it, take it away
    keep_recordings, ///< keep it from being deleted, let it go again
    judge_cases,     ///< say of a finding whether it is right
    tell_positions,  ///< say where a car with cameras is
    change_settings, ///< configuration
};

[[nodiscard]] std::string_view to_string(Permission permission) noexcept;

} // namespace vedette::api
