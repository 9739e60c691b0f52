#include "detect/cascade/detector.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

ErrorCode refusal(const infer::Manifest& manifest, const DetectorOptions& options = {}) {
    const auto made = make_cascade_detector(manifest, options);
    EXPECT_FALSE(made);
    return made ? ErrorCode::internal : made.error().code();
}

infer::Manifest manifest(const std::filesystem::path& cascade) {
    infer::Manifest out = testing::manifest_for("cascade", 320, 240, {"plate"});
    out.extra_files["cascade"] = cascade;
    return out;
}

TEST(Cascade, ScoreRisesWithTheBoxesThatAgree) {
    EXPECT_EQ(cascade_score(3, 3, 4), 0);
    EXPECT_FLOAT_EQ(cascade_score(7, 3, 4), 0.5F);
    EXPECT_GT(cascade_score(30, 3, 4), 0.8F);
    EXPECT_LT(cascade_score(1'000'000, 3, 4), 1.0001F);
    EXPECT_EQ(cascade_score(-5, 3, 4), 0);
}

TEST(Cascade, SaysWhatIsWrongWithItsFile) {
    EXPECT_EQ(refusal(manifest("/nowhere/cascade.xml")), ErrorCode::not_found);
    const auto path = std::filesystem::temp_directory_path() /
                      ("vedette-cascade-" + std::to_string(::getpid()) + ".xml");
    for (const char* text :
         {"", "not xml at all", "<?xml version=\"1.0\"?><opencv_storage></opencv_storage>"}) {
        std::ofstream{path} << text;
        EXPECT_EQ(refusal(manifest(path)), ErrorCode::data_loss) << text;
    }
    std::filesystem::remove(path);
}

TEST(Cascade, RefusesAManifestThatDoesNotDescribeOne) {
    infer::Manifest without_file = manifest("x.xml");
    without_file.extra_files.clear();
    EXPECT_EQ(refusal(without_file), ErrorCode::invalid_argument);
    infer::Manifest two_labels = manifest("x.xml");
    two_labels.labels = {"plate", "face"};
    EXPECT_EQ(refusal(two_labels), ErrorCode::invalid_argument);
    infer::Manifest wrong_factor = manifest("x.xml");
    wrong_factor.decoder_options["scale_factor"] = "1.0";
    EXPECT_EQ(refusal(wrong_factor), ErrorCode::invalid_argument);
    infer::Manifest unknown = manifest("x.xml");
    unknown.decoder_options["neighbours"] = "3";
    EXPECT_EQ(refusal(unknown), ErrorCode::invalid_argument);
}

} // namespace
} // namespace vedette::vision
