#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/imaging/image_view.h"
#include "vedette/infer/manifest.h"
#include "vedette/infer/model_loader.h"

/// What the tests on real models and real pictures share. Both lie outside of the project.
namespace vedette::vision::testing {

/// $VEDETTE_SHARED, or `shared` beside the checkout.
inline std::filesystem::path shared_folder() {
    const char* named = std::getenv("VEDETTE_SHARED");
    return std::filesystem::weakly_canonical(
        named != nullptr ? std::filesystem::path{named}
                         : std::filesystem::path{VEDETTE_SOURCE_DIR} / "../shared");
}

/// Every `golden/*.json` below this folder of the module, in order.
inline std::vector<std::filesystem::path> golden_files(const std::string& folder) {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{
             std::filesystem::path{VEDETTE_MODULE_DIR} / folder})
        if (entry.path().extension() == ".json" &&
            entry.path().parent_path().filename() == "golden")
            out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

/// A test's name from its golden file's.
inline std::string test_name(const std::filesystem::path& golden) {
    std::string name = golden.stem().string();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
}

inline imaging::ImageView view_of(const cv::Mat& bgr) {
    imaging::ImageView view;
    view.width_px = bgr.cols;
    view.height_px = bgr.rows;
    view.planes[0] = {bgr.data, static_cast<std::ptrdiff_t>(bgr.step)};
    return view;
}

inline Result<infer::Manifest> third_party_manifest(const std::string& model) {
    return infer::load_manifest(std::filesystem::path{VEDETTE_SOURCE_DIR} /
                                "tests/models/third-party" / (model + ".model.yaml"));
}

/// Loads models in exactly 32-bit floats, with the best engine of this build that can.
class ExactLoader {
public:
    ExactLoader() : registered_{infer::register_builtin_backends(backends_)} {}
    [[nodiscard]] infer::ModelLoader loader() {
        infer::EngineOptions exact;
        exact.precision = infer::Precision::f32;
        auto chain = infer::engines_for("cpu", exact, backends_);
        return {backends_, *std::move(chain), log_, metrics_, clock_};
    }
    [[nodiscard]] const Status& registered() const { return registered_; }

private:
    infer::BackendRegistry backends_;
    Status registered_;
    NullLog log_;
    NullMetrics metrics_;
    SystemClock clock_;
};

} // namespace vedette::vision::testing
