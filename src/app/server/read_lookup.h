#pragma once

#include "vedette/analysis/case.h"
#include "vedette/ports/event_store.h"

namespace vedette::app {

/// Finds the sighting behind a read of a case: its id, its picture, and the models that read its
/// plate. A read whose sighting is gone, or cannot be had now, is not known.
/// \param sightings  borrowed; must outlive what is returned
[[nodiscard]] analysis::ReadLookup look_up_reads(const ports::EventStore& sightings);

} // namespace vedette::app
