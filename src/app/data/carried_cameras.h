#pragma once

#include <set>

#include "app/data/data_folder.h"
#include "app/following_options.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"

namespace vedette::app {

using CarriedCameras = std::set<domain::CameraId>;

/// Cameras of the sightings in this folder that a car carries, as it was last configured: for what
/// takes a camera for a place.
/// \return none if nobody said so; data_loss naming the file if it is damaged.
[[nodiscard]] Result<CarriedCameras> known_carried_cameras(const DataFolder& folder);

/// Keeps those of the settings. One that has a location now is carried no more; one that is not
/// configured any more stays what it was. A damaged file is made anew from the settings alone, and
/// that is told, as is one that can't be written: no server fails to start for it.
/// \return all of them.
CarriedCameras remember_carried_cameras(const DataFolder& folder, const FollowingSettings& settings,
                                        Log& messages);

} // namespace vedette::app
