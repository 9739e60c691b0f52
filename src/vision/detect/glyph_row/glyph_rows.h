#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "glyphs/glyph_chain.h"
#include "glyphs/ink_spots.h"
#include "vedette/imaging/transform.h"

namespace vedette::vision {

/// A plate as its signs show it.
struct GlyphRow {
    imaging::PixelQuad corners{}; ///< from the top left one clockwise; may lie outside the picture
    float score = 0;              ///< 0..1, how much the row looks like a plate's
};

struct GlyphRowSettings {
    int max_glyph_px = 110;  ///< height of a sign; 7 is the least
    int min_glyphs = 4;      ///< fewer are no plate
    float min_contrast = 12; ///< grey levels between ground and signs
};

/// Finds rows of dark signs on an even, brighter ground without any trained weights: every size of
/// sign is looked for in a picture reduced to suit it, dark spots come from a local threshold,
/// spots of one height that follow each other make a row, and a row counts as far as it looks
/// written: windows and bricks are solid and all alike, signs are not.
///
/// Thread-compatible; keeps its buffers from picture to picture.
class GlyphRowFinder {
public:
    explicit GlyphRowFinder(const GlyphRowSettings& settings) : settings_{settings} {}

    /// \param gray  8 bit, one channel, not empty. \return rows with a score above 0, in no order;
    /// one plate may come more than once. Valid until the next call.
    [[nodiscard]] const std::vector<GlyphRow>& find(const cv::Mat& gray);

private:
    void look_at(const cv::Mat& gray, float scale);
    void mark_darker_than_around(const cv::Mat& gray);
    void mark_thin_and_dark(const cv::Mat& gray);
    void collect_rows(const cv::Mat& gray, float scale);
    void judge(const GlyphChain& row, const cv::Mat& gray, float scale);

    GlyphRowSettings settings_;
    cv::Mat depth_; ///< how far below the ground around
    cv::Mat limit_; ///< from what depth on it is ink
    cv::Mat ink_;
    std::vector<cv::Mat> smaller_; ///< the picture at half its size, a quarter …
    InkSpots spots_;
    std::vector<Glyph> glyphs_;
    std::vector<GlyphRow> found_;
};

} // namespace vedette::vision
