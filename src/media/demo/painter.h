#pragma once

#include <cstdint>

#include "demo/light.h"
#include "demo/mesh.h"

namespace vedette::media::demo {

/// A point of a surface that a pixel sees.
struct Fragment {
    Vec3 local;        ///< object space, metres
    Vec3 local_normal; ///< unit length
    Vec2 uv;
    Part part = Part::body;
    std::uint16_t tag = 0;
    float pixel_m = 0; ///< how much of the surface a pixel spans, seen straight on
};

/// Decides what the surface of one kind of thing is made of, point by point.
///
/// Const functions may be called from several threads at once.
class Painter {
public:
    virtual ~Painter() = default;
    /// Sharp edges are drawn as such: the renderer takes several samples per pixel.
    [[nodiscard]] virtual Surface at(const Fragment& fragment, const Lighting& light) const = 0;
};

} // namespace vedette::media::demo
