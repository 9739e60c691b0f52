#include <algorithm>
#include <cmath>
#include <utility>

#include "plate/looks.h"
#include "plate/plate_crop.h"
#include "vedette/imaging/transform.h"
#include "vedette/vision/plate_finder.h"

namespace vedette::vision {
namespace {

/// Above this share of the smaller one inside the other, two boxes are the same plate.
constexpr float kSamePlate = 0.6F;
/// How much wider each further look is, as shares of the plate's width and height.
constexpr float kWiderX = 0.05F;
constexpr float kWiderY = 0.04F;

/// A plate that is going to be read.
struct Sight {
    PlateQuad quad;
    int text_lines = 0; ///< 0: unknown
};

/// The part of the picture that is looked at.
struct Region {
    imaging::PixelRect rect;
    int picture_width_px = 0;
    int picture_height_px = 0;

    [[nodiscard]] domain::NormPoint to_picture(domain::NormPoint p) const {
        return {(static_cast<float>(rect.x) + p.x * static_cast<float>(rect.width)) /
                    static_cast<float>(picture_width_px),
                (static_cast<float>(rect.y) + p.y * static_cast<float>(rect.height)) /
                    static_cast<float>(picture_height_px)};
    }
};

Region region_of(const imaging::ImageView& picture, const std::optional<domain::NormBox>& within,
                 float margin) {
    Region region{{0, 0, picture.width_px, picture.height_px}, picture.width_px, picture.height_px};
    if (!within)
        return region;
    const domain::NormBox box = domain::grown(*within, margin);
    const auto down = [](float share, int length) {
        return static_cast<int>(std::floor(share * static_cast<float>(length)));
    };
    const auto up = [](float share, int length) {
        return static_cast<int>(std::ceil(share * static_cast<float>(length)));
    };
    // Even offsets: 4:2:0 pictures can't be cut elsewhere without copying.
    const int left = std::clamp(down(box.left, picture.width_px), 0, picture.width_px) & ~1;
    const int top = std::clamp(down(box.top, picture.height_px), 0, picture.height_px) & ~1;
    const int right = std::clamp(up(box.right(), picture.width_px), left, picture.width_px);
    const int bottom = std::clamp(up(box.bottom(), picture.height_px), top, picture.height_px);
    region.rect = {left, top, right - left, bottom - top};
    return region;
}

domain::Detection in_picture(const domain::Detection& found, const Region& region) {
    domain::Detection out = found;
    const domain::NormPoint from = region.to_picture({found.box.left, found.box.top});
    const domain::NormPoint to = region.to_picture({found.box.right(), found.box.bottom()});
    out.box = domain::clamped({from.x, from.y, to.x - from.x, to.y - from.y});
    for (domain::NormPoint& point : out.points)
        point = region.to_picture(point);
    return out;
}

/// One plate often gives two boxes, one of them larger: the better one stays.
std::vector<domain::Detection> without_repeats(const std::vector<domain::Detection>& best_first) {
    std::vector<domain::Detection> out;
    for (const domain::Detection& plate : best_first) {
        const bool repeated =
            std::any_of(out.begin(), out.end(), [&plate](const domain::Detection& kept) {
                return std::max(domain::covered_share(plate.box, kept.box),
                                domain::covered_share(kept.box, plate.box)) > kSamePlate;
            });
        if (!repeated)
            out.push_back(plate);
    }
    return out;
}

/// The detector's corners where it gives usable ones, those of its box otherwise.
domain::NormQuad corners_of(const domain::Detection& plate, const imaging::ImageView& picture) {
    domain::NormQuad corners = domain::corners_of(plate.box);
    if (plate.points.size() != corners.size())
        return corners;
    domain::NormQuad given{};
    std::copy(plate.points.begin(), plate.points.end(), given.begin());
    return is_upright_convex(plate_quad(given, picture.width_px, picture.height_px).corners)
               ? given
               : corners;
}

class DetectingPlateFinder final : public PlateFinder {
public:
    DetectingPlateFinder(const PlateFinderOptions& options, std::unique_ptr<Detector> detector,
                         std::unique_ptr<PlateReader> reader)
        : options_{options}, looks_{std::clamp(options.looks, 1, 4)},
          detector_{std::move(detector)}, reader_{std::move(reader)} {}

    [[nodiscard]] Result<PlateFindings> find(const imaging::ImageView& picture,
                                             const PlateSearch& search) override {
        PlateFindings out;
        if (picture.empty())
            return Error{ErrorCode::invalid_argument, "find plates: the picture has no pixels"};
        const Region region = region_of(picture, search.within, options_.vehicle_margin);
        if (region.rect.empty())
            return out;
        VEDETTE_TRY(out.plates, detect(picture, region, search.min_score));
        VEDETTE_CHECK_OK(read(picture, out));
        return out;
    }

private:
    Result<std::vector<domain::Detection>> detect(const imaging::ImageView& picture,
                                                  const Region& region, float min_score) {
        const imaging::ImageView part = imaging::subview(picture, region.rect);
        VEDETTE_TRY(const auto found, detector_->detect({&part, 1}));
        std::vector<domain::Detection> plates;
        for (const domain::Detection& plate : found.front())
            if (plate.score >= min_score)
                plates.push_back(in_picture(plate, region));
        plates = without_repeats(plates);
        if (plates.size() > options_.max_plates)
            plates.resize(options_.max_plates);
        return plates;
    }

    Status read(const imaging::ImageView& picture, PlateFindings& out) {
        std::vector<Sight> sights;
        std::vector<domain::PlateRead> places;
        for (const domain::Detection& plate : out.plates) {
            const domain::NormQuad corners = corners_of(plate, picture);
            const PlateQuad quad = plate_quad(corners, picture.width_px, picture.height_px);
            if (quad.height_px < options_.min_height_px || !is_upright_convex(quad.corners)) {
                ++out.too_small;
                continue;
            }
            sights.push_back({quad, plate.text_lines});
            domain::PlateRead& place = places.emplace_back();
            place.corners = corners;
            place.detection_score = plate.score;
            place.height_px = quad.height_px;
        }
        if (sights.empty())
            return {};
        VEDETTE_TRY(std::vector<domain::PlateRead> reads, look_at(picture, sights));
        for (std::size_t i = 0; i < reads.size(); ++i) {
            if (reads[i].text.empty() || reads[i].confidence < options_.min_read_confidence)
                continue;
            reads[i].corners = places[i].corners;
            reads[i].detection_score = places[i].detection_score;
            reads[i].height_px = places[i].height_px;
            out.reads.push_back(std::move(reads[i]));
        }
        std::stable_sort(out.reads.begin(), out.reads.end(),
                         [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
        return {};
    }

    /// One read per plate, each from several crops.
    Result<std::vector<domain::PlateRead>> look_at(const imaging::ImageView& picture,
                                                   const std::vector<Sight>& sights) {
        std::vector<imaging::Image> crops;
        for (const Sight& sight : sights)
            for (int look = 0; look < looks_; ++look) {
                imaging::Image crop =
                    straighten(picture, sight.quad,
                               options_.crop_margin_x + kWiderX * static_cast<float>(look),
                               options_.crop_margin_y + kWiderY * static_cast<float>(look));
                const bool too_many = sight.text_lines > 1 && reader_->most_lines() < 2;
                crops.push_back(too_many ? in_one_line(crop) : std::move(crop));
            }
        std::vector<imaging::ImageView> views;
        for (const imaging::Image& crop : crops)
            views.push_back(crop.view());
        VEDETTE_TRY(const std::vector<domain::PlateRead> reads, reader_->read(views));
        std::vector<domain::PlateRead> out;
        for (std::span<const domain::PlateRead> rest = reads; !rest.empty();
             rest = rest.subspan(static_cast<std::size_t>(looks_)))
            out.push_back(combine_looks(rest.first(static_cast<std::size_t>(looks_))));
        return out;
    }

    const PlateFinderOptions options_;
    const int looks_;
    const std::unique_ptr<Detector> detector_;
    const std::unique_ptr<PlateReader> reader_;
};

} // namespace

imaging::Image straightened_plate(const imaging::ImageView& picture,
                                  const domain::NormQuad& corners,
                                  const PlateFinderOptions& options) {
    const PlateQuad quad = plate_quad(corners, picture.width_px, picture.height_px);
    return is_upright_convex(quad.corners)
               ? straighten(picture, quad, options.crop_margin_x, options.crop_margin_y)
               : imaging::Image{};
}

std::unique_ptr<PlateFinder> make_plate_finder(const PlateFinderOptions& options,
                                               std::unique_ptr<Detector> detector,
                                               std::unique_ptr<PlateReader> reader) {
    return std::make_unique<DetectingPlateFinder>(options, std::move(detector), std::move(reader));
}

} // namespace vedette::vision
