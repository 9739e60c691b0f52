#pragma once

#include <vector>

#include "frame_feed.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/pipeline/processor.h"

namespace vedette::pipeline {

/// What the detectors of a lane see in a picture, put together; counted in `probe` with its time.
/// Without a detector, what moves is what can be told, if it is larger than leaves and noise.
/// \return the first detector's error.
[[nodiscard]] Result<std::vector<domain::Detection>> look_at(const DetectorLane& lane,
                                                             const FedFrame& picture,
                                                             const Clock& clock,
                                                             PipelineProbe& probe);

} // namespace vedette::pipeline
