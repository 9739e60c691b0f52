// Real models on real pictures: what they find is compared with an independent run
// (tools/reference/detections.py). A wrong colour order or letterbox costs accuracy silently; here
// it fails a test. Skipped where the models or the pictures are absent.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "tests/golden.h"
#include "vedette/vision/detector.h"

namespace vedette::vision {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr float kLeastOverlap = 0.85F;
constexpr float kScoreTolerance = 0.06F; ///< pictures are scaled by other code than the reference's
constexpr float kPointTolerance = 0.012F;

domain::Detection read_detection(const json& described) {
    const std::vector<float> box = described.at("box");
    domain::Detection out{{box.at(0), box.at(1), box.at(2), box.at(3)},
                          described.at("score"),
                          described.at("label"),
                          {}};
    for (const std::vector<float>& point :
         described.at("points").get<std::vector<std::vector<float>>>())
        out.points.push_back({point.at(0), point.at(1)});
    return out;
}

/// The one of `all` that is the same thing as `wanted`; null if there is none.
const domain::Detection* same_thing(const std::vector<domain::Detection>& all,
                                    const domain::Detection& wanted) {
    for (const domain::Detection& one : all) {
        if (one.label == wanted.label && domain::iou(one.box, wanted.box) > kLeastOverlap)
            return &one;
    }
    return nullptr;
}

std::string told(const domain::Detection& d) {
    return d.label + " " + std::to_string(d.score) + " at " + std::to_string(d.box.left) + "," +
           std::to_string(d.box.top) + " " + std::to_string(d.box.width) + "x" +
           std::to_string(d.box.height);
}

void expect_same_points(const domain::Detection& found, const domain::Detection& wanted) {
    ASSERT_EQ(found.points.size(), wanted.points.size());
    for (std::size_t i = 0; i < wanted.points.size(); ++i) {
        EXPECT_NEAR(found.points[i].x, wanted.points[i].x, kPointTolerance) << "point " << i;
        EXPECT_NEAR(found.points[i].y, wanted.points[i].y, kPointTolerance) << "point " << i;
    }
}

class GoldenDetections : public ::testing::TestWithParam<fs::path> {
protected:
    GoldenDetections() : golden_(json::parse(std::ifstream{GetParam()})) {}

    Result<std::vector<domain::Detection>> detect(const cv::Mat& pixels, float min_score) {
        VEDETTE_TRY(const infer::Manifest manifest,
                    testing::third_party_manifest(golden_.at("model")));
        VEDETTE_CHECK_OK(register_builtin_detect(detectors_));
        VEDETTE_CHECK_OK(engines_.registered());
        VEDETTE_TRY(
            const std::unique_ptr<Detector> detector,
            load_detector(detectors_, manifest, {.min_score = min_score}, engines_.loader()));
        const imaging::ImageView view = testing::view_of(pixels);
        VEDETTE_TRY(auto found, detector->detect({&view, 1}));
        return std::move(found.front());
    }

    const json golden_;

private:
    DetectorRegistry detectors_;
    testing::ExactLoader engines_;
};

TEST_P(GoldenDetections, AreWhatAnIndependentRunFound) {
    const fs::path picture = testing::shared_folder() / golden_.at("picture").get<std::string>();
    if (!fs::exists(picture))
        GTEST_SKIP() << "no " << picture;
    const cv::Mat pixels = cv::imread(picture.string());
    ASSERT_FALSE(pixels.empty());
    const float min_score = golden_.at("min_score");
    const auto found = detect(pixels, min_score - kScoreTolerance);
    ASSERT_TRUE(found) << found.error().message();

    std::vector<domain::Detection> expected;
    for (const json& described : golden_.at("detections"))
        expected.push_back(read_detection(described));
    for (const domain::Detection& wanted : expected) {
        SCOPED_TRACE(told(wanted));
        const domain::Detection* same = same_thing(*found, wanted);
        ASSERT_NE(same, nullptr) << "not found";
        EXPECT_NEAR(same->score, wanted.score, kScoreTolerance);
        expect_same_points(*same, wanted);
    }
    for (const domain::Detection& one : *found) {
        if (one.score < min_score + kScoreTolerance)
            continue;
        EXPECT_NE(same_thing(expected, one), nullptr) << told(one) << " is not in the reference";
    }
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenDetections,
                         ::testing::ValuesIn(testing::golden_files("detect")),
                         [](const auto& path) { return testing::test_name(path.param); });

} // namespace
} // namespace vedette::vision
