#pragma once

#include <map>
#include <string>

#include "app/data/data_folder.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/mask.h"

namespace vedette::app {

/// Privacy masks by the names of their cameras.
using PrivacyMasks = std::map<std::string, imaging::PictureMask>;

/// That of a camera; empty if it has none.
[[nodiscard]] imaging::PictureMask mask_of(const PrivacyMasks& masks, const std::string& camera);

/// Those of the cameras that were recorded into this folder, as they were last configured, so that
/// what is decoded of the recordings has them wherever that is done.
/// \return none if there never were any; data_loss naming the file if it is damaged.
[[nodiscard]] Result<PrivacyMasks> known_masks(const DataFolder& folder);

/// Keeps `configured`: a camera that is named there gets what stands there, also nothing; one that
/// is not configured any more keeps what it had. A damaged file is kept as FILE.damaged, in place
/// of one that was kept so before, and is made anew of `configured`; the log says so. \return all
/// of them; resource_exhausted, unavailable, permission_denied.
Result<PrivacyMasks> remember_masks(const DataFolder& folder, const PrivacyMasks& configured,
                                    Log& log);

} // namespace vedette::app
