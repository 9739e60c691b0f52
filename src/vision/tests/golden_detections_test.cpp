// Real models on real pictures: what they find is compared with an independent run
// (tools/reference/detections.py). A wrong colour order or letterbox costs accuracy silently; here
// it fails a test. Skipped where the models or the pictures are absent.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "vedette/vision/detector.h"

namespace vedette::vision {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr float kLeastOverlap = 0.85F;
constexpr float kScoreTolerance = 0.06F; ///< pictures are scaled by other code than the reference's
constexpr float kPointTolerance = 0.012F;

fs::path shared_folder() {
    const char* named = std::getenv("VEDETTE_SHARED");
    return fs::weakly_canonical(named != nullptr ? fs::path{named}
                                                 : fs::path{VEDETTE_SOURCE_DIR} / "../shared");
}

std::vector<fs::path> golden_files() {
    std::vector<fs::path> out;
    for (const auto& entry :
         fs::recursive_directory_iterator{fs::path{VEDETTE_MODULE_DIR} / "detect"}) {
        if (entry.path().extension() == ".json" &&
            entry.path().parent_path().filename() == "golden")
            out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

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
                    infer::load_manifest(fs::path{VEDETTE_SOURCE_DIR} / "tests/models/third-party" /
                                         (golden_.at("model").get<std::string>() + ".model.yaml")));
        VEDETTE_CHECK_OK(register_builtin_detect(detectors_));
        VEDETTE_CHECK_OK(infer::register_builtin_backends(backends_));
        infer::EngineOptions exact;
        exact.precision = infer::Precision::f32;
        const std::string backend = backends_.contains("openvino") ? "openvino" : "opencv";
        const infer::ModelLoader loader{backends_, {{backend, exact}}, log_, metrics_};
        VEDETTE_TRY(const std::unique_ptr<Detector> detector,
                    load_detector(detectors_, manifest, {.min_score = min_score}, loader));
        imaging::ImageView view;
        view.width_px = pixels.cols;
        view.height_px = pixels.rows;
        view.planes[0] = {pixels.data, static_cast<std::ptrdiff_t>(pixels.step)};
        VEDETTE_TRY(auto found, detector->detect({&view, 1}));
        return std::move(found.front());
    }

    const json golden_;

private:
    DetectorRegistry detectors_;
    infer::BackendRegistry backends_;
    NullLog log_;
    NullMetrics metrics_;
};

TEST_P(GoldenDetections, AreWhatAnIndependentRunFound) {
    const fs::path picture = shared_folder() / golden_.at("picture").get<std::string>();
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

INSTANTIATE_TEST_SUITE_P(Models, GoldenDetections, ::testing::ValuesIn(golden_files()),
                         [](const auto& path) {
                             std::string name = path.param.stem().string();
                             std::replace_if(
                                 name.begin(), name.end(),
                                 [](char c) { return c == '-' || c == '.'; }, '_');
                             return name;
                         });

} // namespace
} // namespace vedette::vision
