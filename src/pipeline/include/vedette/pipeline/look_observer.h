#pragma once

#include <span>

#include "vedette/domain/detection.h"
#include "vedette/domain/ids.h"
#include "vedette/imaging/frame.h"
#include "vedette/vision/plate_finder.h"

namespace vedette::pipeline {

/// Hears of what the models saw that are used, picture by picture: for another model that is
/// watched beside them. It is asked before anything is handed to it, so that nothing is copied for
/// nobody, and must answer and take within microseconds: others wait. What it is given it may keep
/// by copying the Frame, which keeps its pixels; a decoder has only so many.
///
/// Called on many threads.
class LookObserver {
public:
    virtual ~LookObserver() = default;
    /// Whether it would take detections now.
    [[nodiscard]] virtual bool wants_detections() const = 0;
    /// The result is on its way to the analysis already.
    virtual void detected(const domain::CameraId& camera, const imaging::Frame& frame,
                          std::span<const domain::Detection> detections) = 0;
    /// Whether it would take findings of plates now.
    [[nodiscard]] virtual bool wants_plates() const = 0;
    virtual void plates_found(const domain::CameraId& camera, const imaging::Frame& frame,
                              const vision::PlateSearch& search,
                              const vision::PlateFindings& findings) = 0;
};

} // namespace vedette::pipeline
