// Real plate readers on real crops, compared with an independent run
// (tools/reference/plate_reads.py), and the whole way from a picture to a text. Skipped where the
// models or the pictures are absent.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/golden.h"
#include "vedette/vision/plate_finder.h"

namespace vedette::vision {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Crops are scaled by other code than the reference's, so unsure signs are a little more or less
/// so.
constexpr float kConfidenceTolerance = 0.08F;

Result<std::unique_ptr<PlateReader>> load_reader(const std::string& model,
                                                 testing::ExactLoader& engines) {
    PlateReaderRegistry readers;
    VEDETTE_CHECK_OK(register_builtin_ocr(readers));
    VEDETTE_CHECK_OK(engines.registered());
    VEDETTE_TRY(const infer::Manifest manifest, testing::third_party_manifest(model));
    return readers.create(manifest.decoder, manifest, engines.loader());
}

class GoldenReads : public ::testing::TestWithParam<fs::path> {};

TEST_P(GoldenReads, AreWhatAnIndependentRunRead) {
    const json golden = json::parse(std::ifstream{GetParam()});
    ASSERT_GE(golden.at("reads").size(), 6U);
    testing::ExactLoader engines;
    std::unique_ptr<PlateReader> reader;
    for (const json& wanted : golden.at("reads")) {
        const fs::path picture = testing::shared_folder() / wanted.at("picture").get<std::string>();
        if (!fs::exists(picture))
            GTEST_SKIP() << "no " << picture;
        if (!reader) {
            auto loaded = load_reader(golden.at("model"), engines);
            ASSERT_TRUE(loaded) << loaded.error().message();
            reader = *std::move(loaded);
        }
        SCOPED_TRACE(picture);
        const cv::Mat pixels = cv::imread(picture.string());
        ASSERT_FALSE(pixels.empty());
        const imaging::ImageView view = testing::view_of(pixels);
        const auto reads = reader->read({&view, 1});
        ASSERT_TRUE(reads) << reads.error().message();
        EXPECT_EQ(reads->front().text, wanted.at("text").get<std::string>());
        EXPECT_NEAR(reads->front().confidence, wanted.at("confidence").get<float>(),
                    kConfidenceTolerance);
    }
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenReads, ::testing::ValuesIn(testing::golden_files("ocr")),
                         [](const auto& path) { return testing::test_name(path.param); });

struct LabelledPicture {
    const char* file;
    const char* text;         ///< as a person labelled it
    domain::NormBox plate_px; ///< the same person's box, in pixels
};

/// Where the label's middle is found within this share of its width and height.
constexpr float kPlaceTolerance = 0.15F;

TEST(GoldenPlates, AreFoundStraightenedAndReadInWholePictures) {
    const fs::path folder = testing::shared_folder() / "data/alpr";
    const std::vector<LabelledPicture> pictures{
        {"openalpr-eu/eu10.jpg", "WA56660", {238, 314, 78, 18}},
        {"openalpr-eu/eu8.jpg", "WSQ3021", {317, 540, 303, 69}}};
    if (!fs::exists(folder / pictures.front().file))
        GTEST_SKIP() << "no " << folder;
    testing::ExactLoader engines;
    DetectorRegistry detectors;
    ASSERT_TRUE(register_builtin_detect(detectors));
    const auto manifest = testing::third_party_manifest("hyperlpr-y5fu-320");
    ASSERT_TRUE(manifest) << manifest.error().message();
    auto detector = load_detector(detectors, *manifest, {}, engines.loader());
    ASSERT_TRUE(detector) << detector.error().message();
    auto reader = load_reader("cct-xs-v1-float", engines);
    ASSERT_TRUE(reader) << reader.error().message();
    const auto finder = make_plate_finder({}, *std::move(detector), *std::move(reader));
    for (const auto& [file, text, box] : pictures) {
        SCOPED_TRACE(file);
        const cv::Mat pixels = cv::imread((folder / file).string());
        ASSERT_FALSE(pixels.empty());
        const auto found = finder->find(testing::view_of(pixels), {});
        ASSERT_TRUE(found) << found.error().message();
        ASSERT_FALSE(found->reads.empty());
        const domain::PlateRead& read = found->reads.front();
        EXPECT_EQ(read.text, text);
        EXPECT_GT(read.confidence, 0.4F);
        const domain::NormBox place = domain::bounding_box(read.corners);
        EXPECT_NEAR((place.left + place.width / 2) * static_cast<float>(pixels.cols),
                    box.left + box.width / 2, kPlaceTolerance * box.width);
        EXPECT_NEAR((place.top + place.height / 2) * static_cast<float>(pixels.rows),
                    box.top + box.height / 2, kPlaceTolerance * box.height);
    }
}

} // namespace
} // namespace vedette::vision
