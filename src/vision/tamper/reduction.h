#pragma once

#include <opencv2/core.hpp>

#include "vedette/imaging/image.h"

namespace vedette::vision {

/// Of the picture that everything is measured in.
inline constexpr int kFineWidth = 320;
inline constexpr int kFineHeight = 180;

/// Makes small grey pictures of large ones.
///
/// Most of what looking at a picture costs is to read it, so of a large one two rows are read for
/// each of the small one, and of them what lies next to its pixels' centres.
///
/// Thread-compatible.
class Reduction {
public:
    /// \param picture  of any format and size, not empty
    /// \param small  becomes kFineWidth x kFineHeight, full range
    void reduce(const imaging::ImageView& picture, cv::Mat_<std::uint8_t>& small);

private:
    imaging::Image other_; ///< of what has no plane of grey, or is small itself
};

} // namespace vedette::vision
