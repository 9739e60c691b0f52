#pragma once

#include "vedette/base/result.h"
#include "vedette/domain/event.h"
#include "vedette/imaging/image.h"

namespace vedette::pipeline {

/// The pictures that belong to an event; either may be empty.
struct EventPictures {
    imaging::Image object; ///< bgr24, the best view of the thing with some surroundings
    imaging::Image plate;  ///< bgr24, the straightened plate of the best read
};

/// Takes what the analysis concludes.
///
/// Called on one thread at a time, in the order of conclusion. An error ends the analysis of that
/// input: what was taken before stays valid.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual Status take(domain::Event event, const EventPictures& pictures) = 0;
};

} // namespace vedette::pipeline
