#pragma once

#include <memory>
#include <vector>

#include "demo/raster.h"
#include "demo/scene.h"
#include "vedette/imaging/image.h"

namespace vedette::media::demo {

/// One finished picture and what is in it.
struct RenderedFrame {
    imaging::Image picture; ///< bgr24
    DemoFrameTruth truth;
};

/// Draws frames of a scene, each from nothing but its number.
///
/// Thread-compatible; make one per thread.
class FrameRenderer {
public:
    /// \param scene must outlive the renderer
    explicit FrameRenderer(const Scene& scene);
    ~FrameRenderer();
    FrameRenderer(const FrameRenderer&) = delete;
    FrameRenderer& operator=(const FrameRenderer&) = delete;

    /// \pre 0 <= frame < scene.frame_count()
    [[nodiscard]] RenderedFrame render(int frame);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace vedette::media::demo
