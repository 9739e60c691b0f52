#pragma once

#include <set>
#include <string>

#include "app/following_options.h"
#include "app/server/following_plates.h"
#include "vedette/analysis/following_stream.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Makes the subjects of `stream` those of the settings, and no others. Plates that fitted a
/// pattern stay as far as there is room beside those that are named.
/// \param plates  of the settings
/// \param gone    who is a subject no more is added, who is one again leaves it
/// \return errors of FollowingStream::add_subject() and its like; then some are changed
Status follow_only(const FollowingSettings& settings, const FollowingPlates& plates,
                   analysis::FollowingStream& stream, std::set<std::string>& gone, Log& messages);

} // namespace vedette::app
