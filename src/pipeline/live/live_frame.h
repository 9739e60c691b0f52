#pragma once

#include <memory>

#include "frame_feed.h"

namespace vedette::pipeline {

class CameraAnalyzer;

/// A picture of a live camera and the analysis that follows it: each time a camera is opened, a new
/// one begins. The analysis is touched on the analysis thread alone.
struct LiveFrame : FedFrame {
    std::shared_ptr<CameraAnalyzer> analysis;
};

} // namespace vedette::pipeline
