#pragma once

#include <string>
#include <vector>

#include "vedette/domain/geometry.h"

namespace vedette::domain {

/// One thing that a detector saw in one picture.
struct Detection {
    NormBox box;
    float score = 0; ///< 0..1
    /// "person", "car", "truck", "bus", "motorcycle", "bicycle", "plate", "face", …
    std::string label;
    /// Plate: its four corners in NormQuad's order. Face: right eye, left eye, nose, right and left
    /// mouth corner, as seen in the picture's own left-to-right order of YuNet. Otherwise empty.
    std::vector<NormPoint> points;
    int text_lines = 0; ///< plate: lines of text on it; 0 where the detector does not tell
    friend bool operator==(const Detection&, const Detection&) = default;
};

/// car, truck, bus, motorcycle, or a detector's own single class "vehicle".
[[nodiscard]] bool is_vehicle(const std::string& label) noexcept;

} // namespace vedette::domain
