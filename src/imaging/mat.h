#pragma once

#include <opencv2/core.hpp>

#include "vedette/imaging/image.h"

namespace vedette::imaging {

/// The image as OpenCV sees it, without a copy. Valid as long as the image keeps its shape.
[[nodiscard]] inline cv::Mat as_mat(Image& image) {
    return {image.height_px(), image.width_px(), image.channels() == 1 ? CV_8UC1 : CV_8UC3,
            image.row(0), static_cast<std::size_t>(image.stride_bytes())};
}

} // namespace vedette::imaging
