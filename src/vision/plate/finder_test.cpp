#include <gtest/gtest.h>

#include <tuple>
#include <utility>

#include "plate/plate_crop.h"
#include "vedette/imaging/image.h"
#include "vedette/vision/plate_finder.h"

namespace vedette::vision {
namespace {

/// Gives the same plates for every picture and remembers its size.
class ScriptedDetector final : public Detector {
public:
    explicit ScriptedDetector(std::vector<domain::Detection> plates, int* width_px = nullptr)
        : plates_{std::move(plates)}, width_px_{width_px} {}
    [[nodiscard]] Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override {
        if (width_px_ != nullptr)
            *width_px_ = pictures.front().width_px;
        return std::vector<std::vector<domain::Detection>>(pictures.size(), plates_);
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }

private:
    std::vector<domain::Detection> plates_;
    int* width_px_;
    std::string id_ = "scripted";
};

/// Reads "A" on bright crops with high, "B" on dark ones with low confidence.
class BrightnessReader final : public PlateReader {
public:
    [[nodiscard]] Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) override {
        std::vector<domain::PlateRead> out;
        for (const imaging::ImageView& crop : crops) {
            const std::uint8_t centre =
                crop.planes[0].data[(crop.height_px / 2) * crop.planes[0].stride_bytes +
                                    crop.width_px / 2 * 3];
            domain::PlateRead read;
            read.text = centre > 127 ? "A" : "B";
            read.confidence = centre > 127 ? 0.9F : 0.4F;
            read.characters = {{{{read.text, read.confidence}}}};
            out.push_back(read);
        }
        return out;
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }

private:
    std::string id_ = "brightness";
};

/// Tells how wide each crop was beside its height, in tenths.
class ShapeReader final : public PlateReader {
public:
    explicit ShapeReader(int most_lines) : most_lines_{most_lines} {}
    [[nodiscard]] Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) override {
        std::vector<domain::PlateRead> out;
        for (const imaging::ImageView& crop : crops) {
            domain::PlateRead read;
            read.text = std::to_string(crop.width_px * 10 / crop.height_px);
            read.confidence = 1;
            out.push_back(std::move(read));
        }
        return out;
    }
    [[nodiscard]] int most_lines() const override { return most_lines_; }
    [[nodiscard]] const std::string& model_id() const override { return id_; }

private:
    int most_lines_;
    std::string id_ = "shape";
};

domain::Detection plate(domain::NormBox box, float score,
                        std::vector<domain::NormPoint> points = {}) {
    return {box, score, "plate", std::move(points)};
}

/// 400 x 200, dark, with a bright block at 100..200 x 80..120.
imaging::Image street() {
    imaging::Image out{imaging::PixelFormat::bgr24, 400, 200};
    for (int y = 80; y < 120; ++y)
        std::fill(out.row(y) + 300, out.row(y) + 600, std::uint8_t{255});
    return out;
}

std::unique_ptr<PlateFinder> finder(std::vector<domain::Detection> plates,
                                    PlateFinderOptions options = {}, int* width_px = nullptr) {
    return make_plate_finder(options,
                             std::make_unique<ScriptedDetector>(std::move(plates), width_px),
                             std::make_unique<BrightnessReader>());
}

constexpr domain::NormBox kBright{0.25F, 0.4F, 0.25F, 0.2F};
constexpr domain::NormBox kDark{0.6F, 0.4F, 0.25F, 0.2F};

TEST(PlateFinder, ReadsEveryPlateBestFirst) {
    const imaging::Image picture = street();
    const auto found = finder({plate(kDark, 0.9F), plate(kBright, 0.8F)})->find(picture.view(), {});
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->reads.size(), 2U);
    EXPECT_EQ(found->reads[0].text, "A");
    EXPECT_FLOAT_EQ(found->reads[0].detection_score, 0.8F);
    EXPECT_NEAR(found->reads[0].height_px, 40, 0.01);
    EXPECT_EQ(found->reads[0].corners, domain::corners_of(kBright));
    EXPECT_EQ(found->reads[1].text, "B");
    EXPECT_EQ(found->plates.size(), 2U);
}

TEST(PlateFinder, LeavesOutWhatIsTooWeakForWhoAsks) {
    const imaging::Image picture = street();
    const auto shared = finder({plate(kDark, 0.6F), plate(kBright, 0.4F)});
    const auto texts = [&](float min_score) {
        std::vector<std::string> out;
        const auto found = shared->find(picture.view(), {.min_score = min_score});
        for (const domain::PlateRead& read : found->reads)
            out.push_back(read.text);
        return out;
    };
    EXPECT_EQ(texts(0.3F), (std::vector<std::string>{"A", "B"}));
    EXPECT_EQ(texts(0.6F), (std::vector<std::string>{"B"}));
    EXPECT_TRUE(texts(0.7F).empty());
}

TEST(PlateFinder, LooksAtTheVehicleAndAnswersInThePicture) {
    const imaging::Image picture = street();
    int width_px = 0;
    PlateFinderOptions options;
    options.vehicle_margin = 0;
    // The vehicle is the left half: the block lies at 0.5..1 of it.
    const auto found = finder({plate({0.5F, 0.4F, 0.5F, 0.2F}, 0.8F)}, options, &width_px)
                           ->find(picture.view(), {.within = domain::NormBox{0, 0, 0.5F, 1}});
    ASSERT_TRUE(found);
    EXPECT_EQ(width_px, 200);
    ASSERT_EQ(found->reads.size(), 1U);
    EXPECT_EQ(found->reads[0].text, "A");
    EXPECT_NEAR(found->reads[0].corners[0].x, 0.25F, 1e-5);
    EXPECT_NEAR(found->plates[0].box.width, 0.25F, 1e-5);
}

/// Says "us" of the first look and "br" of every other.
class WaveringReader final : public PlateReader {
public:
    [[nodiscard]] Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) override {
        std::vector<domain::PlateRead> out;
        for (std::size_t i = 0; i < crops.size(); ++i) {
            domain::PlateRead read;
            read.text = "A";
            read.confidence = 0.9F;
            read.characters = {{{{"A", 0.9F}}}};
            read.looks_like = {{i == 0 ? "us" : "br", 0.6F}};
            out.push_back(std::move(read));
        }
        return out;
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }

private:
    std::string id_ = "wavering";
};

TEST(PlateFinder, TellsTheMeanOfWhatEachLookSaysOfTheRegion) {
    const imaging::Image picture = street();
    PlateFinderOptions options;
    options.looks = 3;
    const auto found =
        make_plate_finder(options,
                          std::make_unique<ScriptedDetector>(std::vector{plate(kBright, 0.8F)}),
                          std::make_unique<WaveringReader>())
            ->find(picture.view(), {});
    ASSERT_TRUE(found) << found.error().message();
    const auto& regions = found->reads.front().looks_like;
    ASSERT_EQ(regions.size(), 2U);
    EXPECT_EQ(regions.front().region, "br");
    EXPECT_NEAR(regions.front().score, 0.4F, 1e-6);
    EXPECT_NEAR(regions.back().score, 0.2F, 1e-6);
}

TEST(PlateFinder, ShowsAPlateAsItsReaderSeesIt) {
    const imaging::Image picture = street();
    const imaging::Image crop = straightened_plate(picture.view(), domain::corners_of(kBright));
    ASSERT_FALSE(crop.view().empty());
    EXPECT_NEAR(static_cast<float>(crop.width_px()) / static_cast<float>(crop.height_px()),
                100 * 1.1F / (40 * 1.16F), 0.05F);
    EXPECT_EQ(crop.row(crop.height_px() / 2)[crop.width_px() / 2 * 3], 255);
    EXPECT_EQ(crop.row(0)[0], 0) << "the margin shows what is around";
    EXPECT_TRUE(straightened_plate(picture.view(), {}).view().empty());
}

TEST(PlateFinder, AnEmptyVehicleBoxFindsNothing) {
    const imaging::Image picture = street();
    const auto found = finder({plate(kBright, 0.8F)})
                           ->find(picture.view(), {.within = domain::NormBox{1, 1, 0, 0}});
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->plates.empty());
}

TEST(PlateFinder, CountsWhatIsTooSmallWithoutReadingIt) {
    const imaging::Image picture = street();
    const auto found = finder({plate({0.1F, 0.1F, 0.05F, 0.03F}, 0.8F)})->find(picture.view(), {});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->too_small, 1);
    EXPECT_TRUE(found->reads.empty());
    EXPECT_EQ(found->plates.size(), 1U);
}

TEST(PlateFinder, OneOfTwoBoxesOnOnePlateIsEnough) {
    const imaging::Image picture = street();
    const auto found = finder({plate(kBright, 0.8F), plate({0.2F, 0.35F, 0.4F, 0.3F}, 0.5F)})
                           ->find(picture.view(), {});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->plates.size(), 1U);
}

TEST(PlateFinder, CornersThatCrossAreReplacedByTheBox) {
    const imaging::Image picture = street();
    const domain::NormQuad c = domain::corners_of(kBright);
    const auto found =
        finder({plate(kBright, 0.8F, {c[1], c[0], c[2], c[3]})})->find(picture.view(), {});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->reads.size(), 1U);
    EXPECT_EQ(found->reads[0].corners, c);
}

TEST(PlateFinder, LeavesOutReadsThatAreTooWeak) {
    const imaging::Image picture = street();
    PlateFinderOptions options;
    options.min_read_confidence = 0.5F;
    const auto found =
        finder({plate(kDark, 0.9F), plate(kBright, 0.8F)}, options)->find(picture.view(), {});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->reads.size(), 1U);
    EXPECT_EQ(found->reads[0].text, "A");
}

TEST(PlateFinder, APictureWithoutPixelsIsRefused) {
    EXPECT_FALSE(finder({})->find(imaging::ImageView{}, {}));
}

/// A plate of two lines: bars where signs are, a free row at 40 % of the height.
imaging::Image two_lines() {
    imaging::Image out{imaging::PixelFormat::bgr24, 120, 100};
    for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 120; ++x) {
            const bool sign = (y > 10 && y < 36 && x / 6 % 2 == 0) || (y > 46 && x / 10 % 2 == 0);
            std::fill_n(out.row(y) + 3 * x, 3, sign ? std::uint8_t{20} : std::uint8_t{230});
        }
    return out;
}

TEST(PlateCrop, TwoLinesBecomeOneWithEverySignInIt) {
    const imaging::Image line = in_one_line(two_lines());
    EXPECT_NEAR(line.height_px(), 60, 6); // of the lower line
    EXPECT_NEAR(line.width_px(), 120 * 60 / 40 + 120, 40);
    const auto changes = [&](int from, int to) {
        int count = 0;
        const std::uint8_t* row = line.row(line.height_px() / 2);
        for (int x = from + 1; x < to; ++x)
            count += (row[3 * x] > 127) != (row[3 * x - 3] > 127) ? 1 : 0;
        return count;
    };
    const int seam = line.width_px() - 120;
    EXPECT_GE(changes(0, seam), 18) << "20 bars and gaps of the upper line";
    EXPECT_GE(changes(seam, line.width_px()), 10) << "12 of the lower";
}

TEST(PlateFinder, GivesTwoLinesAsOneToAReaderThatKnowsOnlyOne) {
    const imaging::Image picture = street();
    domain::Detection square = plate({0.25F, 0.2F, 0.125F, 0.25F}, 0.9F); // 50 x 50
    for (const auto& [text_lines, most_lines, wide] :
         {std::tuple{2, 1, true}, {2, 2, false}, {1, 1, false}, {0, 1, false}}) {
        square.text_lines = text_lines;
        PlateFinderOptions options;
        options.looks = 1;
        const auto found =
            make_plate_finder(options, std::make_unique<ScriptedDetector>(std::vector{square}),
                              std::make_unique<ShapeReader>(most_lines))
                ->find(picture.view(), {});
        ASSERT_TRUE(found) << found.error().message();
        ASSERT_EQ(found->reads.size(), 1U);
        EXPECT_EQ(std::stoi(found->reads.front().text) > 25, wide)
            << text_lines << " lines for a reader of " << most_lines << ": "
            << found->reads.front().text;
    }
}

TEST(PlateCrop, MarginFollowsTheEdges) {
    const imaging::PixelQuad square{{{10, 10}, {20, 10}, {20, 30}, {10, 30}}};
    const auto wider = with_margin(square, 0.1F, 0.2F);
    EXPECT_NEAR(wider[0].x, 9, 1e-4);
    EXPECT_NEAR(wider[0].y, 6, 1e-4);
    EXPECT_NEAR(wider[2].x, 21, 1e-4);
    EXPECT_NEAR(wider[2].y, 34, 1e-4);
}

TEST(PlateCrop, RefusesQuadsThatCanNotBeStraightened) {
    EXPECT_TRUE(is_upright_convex({{{10, 10}, {50, 12}, {50, 30}, {10, 28}}}));
    EXPECT_FALSE(is_upright_convex({{{50, 10}, {10, 10}, {50, 30}, {10, 30}}})); // crossing
    EXPECT_FALSE(is_upright_convex({{{10, 10}, {30, 10}, {50, 10}, {40, 10}}})); // a line
    EXPECT_FALSE(is_upright_convex({{{10, 10}, {10, 30}, {50, 30}, {50, 10}}})); // mirrored
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(is_upright_convex({{{nan, 10}, {50, 10}, {50, 30}, {10, 30}}}));
}

} // namespace
} // namespace vedette::vision
