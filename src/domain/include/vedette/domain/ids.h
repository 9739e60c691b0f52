#pragma once

#include <cstdint>
#include <string>

#include "vedette/base/strong_id.h"

namespace vedette::domain {

/// The camera's name in the configuration: [a-z0-9_-]+, unique in one site.
using CameraId = StrongId<struct CameraIdTag, std::string>;
/// Counts up from 1 per camera and boot; never reused within one.
using TrackId = StrongId<struct TrackIdTag>;
/// Deterministic, the same wherever the event is seen; see make_event_id().
using EventId = StrongId<struct EventIdTag, std::string>;

} // namespace vedette::domain
