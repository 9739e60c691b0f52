#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace vedette::vision {

/// A connected set of marked pixels: its box and how many they are.
struct InkSpot {
    int left = 0;
    int top = 0;
    int right = 0;  ///< one past the last column
    int bottom = 0; ///< one past the last row
    int area = 0;

    [[nodiscard]] int width() const noexcept { return right - left; }
    [[nodiscard]] int height() const noexcept { return bottom - top; }
};

/// Finds the connected spots of a marked picture (8 neighbours) run by run: a picture full of
/// speckles costs little more than an empty one, because pixels are never labelled.
///
/// Thread-compatible; keeps its buffers. Method: run-based two-row labelling with union-find, as in
/// He, Chao, Suzuki, "A run-based two-scan labeling algorithm", IEEE Trans. Image Processing 2008.
class InkSpots {
public:
    /// \param marked  8 bit, one channel; what is not 0 is marked.
    /// \return the spots in no order; valid until the next call.
    [[nodiscard]] const std::vector<InkSpot>& find(const cv::Mat& marked);

private:
    struct Run {
        int from = 0;
        int to = 0; ///< one past the last
        int spot = 0;
    };
    void read_row(const unsigned char* row, int width, int y);
    void join_with_row_above();
    [[nodiscard]] int root(int spot);
    void collect();

    std::vector<Run> above_;
    std::vector<Run> row_;
    std::vector<int> parent_;
    std::vector<InkSpot> parts_;
    std::vector<InkSpot> spots_;
};

} // namespace vedette::vision
