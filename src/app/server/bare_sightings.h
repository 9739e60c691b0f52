#pragma once

#include <vector>

#include "vedette/base/result.h"
#include "vedette/domain/event.h"
#include "vedette/ports/event_store.h"
#include "vedette/ports/object_store.h"

namespace vedette::app {

/// Removes the pictures of these sightings, which stay and no longer name them; that comes first,
/// so no sighting ever names a picture that is not there.
/// \return how many pictures; errors of the stores.
[[nodiscard]] Result<std::size_t> remove_pictures_of(std::vector<domain::Event> sightings,
                                                     ports::EventStore& store,
                                                     ports::ObjectStore& pictures);

} // namespace vedette::app
