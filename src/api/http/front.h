#pragma once

#include "live_hub.h"
#include "probe.h"
#include "response_cache.h"
#include "service.h"
#include "vedette/api/server.h"
#include "work_pool.h"

namespace vedette::api::http {

/// What all connections of a server share; borrowed by them.
struct Front {
    const ApiLimits& limits;
    const Clock& clock;
    const Service& service;
    ResponseCache& cache;
    WorkPool& workers;
    LiveHub& live;
    Probe& probe;
};

} // namespace vedette::api::http
