#include "detect/ssd/decoder.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

using testing::Decoding;
using testing::expect_box;

infer::TensorSpec output(const char* name, infer::Shape shape) {
    return {name, infer::ElementType::f32, std::move(shape)};
}

class Ssd : public ::testing::Test {
protected:
    Ssd() : manifest{testing::manifest_for("ssd", 200, 100, {"vehicle", "background"})} {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        path = std::filesystem::temp_directory_path() /
               ("vedette-priors-" + std::string{test->name()} + "-" + std::to_string(::getpid()) +
                ".txt");
        write("# cx cy w h\n0.25 0.5 0.2 0.4\n\n0.75 0.5 0.1 0.1\n");
        manifest.extra_files["priors"] = path;
        manifest.decoder_options = {
            {"boxes", "offsets"}, {"scores", "scores"}, {"background", "1"}};
    }
    ~Ssd() override { std::filesystem::remove(path); }
    void write(const std::string& text) const { std::ofstream{path} << text; }

    infer::Manifest manifest;
    std::filesystem::path path;
    const std::vector<infer::TensorSpec> outputs{output("scores", {1, 4}),
                                                 output("offsets", {1, 8})};
};

TEST_F(Ssd, MovesItsPriorsByTheOffsets) {
    Decoding ssd{SsdDecoder::create, manifest, outputs};
    ssd.numbers[0] = {0.9F, 0.1F, 0.2F, 0.8F}; // the second is background
    ssd.numbers[1] = {1, -1, std::log(2.0F) / 0.2F, 0, 0, 0, 0, 0};
    const auto found = ssd.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FLOAT_EQ(found[0].score, 0.9F);
    // centre (0.25 + 0.1*0.2, 0.5 - 0.1*0.4) = (0.27, 0.46); size (0.4, 0.4); input 200x100
    expect_box(found[0], 14, 26, 94, 66);
}

TEST_F(Ssd, ReadsCornersWithoutPriors) {
    manifest.extra_files.clear();
    manifest.labels = {"background", "face", "masked_face"};
    manifest.decoder_options = {{"box_form", "corners"}, {"background", "0"}};
    Decoding ssd{
        SsdDecoder::create, manifest, {output("boxes", {1, 2, 4}), output("scores", {1, 2, 3})}};
    ssd.numbers[0] = {0, 0, 0, 0, 0.1F, 0.2F, 0.5F, 0.6F};
    ssd.numbers[1] = {0.9F, 0.05F, 0.05F, 0.1F, 0.2F, 0.7F};
    const auto found = ssd.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].class_index, 2);
    expect_box(found[0], 20, 20, 100, 60);
}

TEST_F(Ssd, PutsSquarePriorsOnTheMiddlesOfItsCells) {
    manifest.extra_files.clear();
    manifest.labels = {"background", "face"};
    manifest.decoder_options = {
        {"strides", "50,100"}, {"prior_sides", "10 20; 40"}, {"background", "0"}};
    // 200x100: 4x2 cells with two priors each, then 2x1 with one.
    Decoding ssd{
        SsdDecoder::create, manifest, {output("boxes", {1, 18, 4}), output("scores", {1, 18, 2})}};
    ssd.numbers[1][11 * 2 + 1] = 0.9F; // second side of the first grid's cell 5: column 1, line 1
    ssd.numbers[1][17 * 2 + 1] = 0.8F; // the second grid's cell 1
    ssd.numbers[0][17 * 4 + 1] = 1;    // down by a tenth of its height
    const auto found = ssd.run(0.5F);
    ASSERT_EQ(found.size(), 2U);
    expect_box(found[0], 75 - 10, 75 - 10, 75 + 10, 75 + 10);
    expect_box(found[1], 150 - 20, 54 - 20, 150 + 20, 54 + 20);
}

TEST_F(Ssd, RefusesPriorSidesThatCannotBe) {
    const auto refused = [this](const std::string& sides) {
        manifest.decoder_options = {{"prior_sides", sides}, {"strides", "50,100"}};
        return testing::refusal(SsdDecoder::create, manifest, outputs);
    };
    EXPECT_NE(refused("10; 20").find("either extra_files.priors"), std::string::npos);
    manifest.extra_files.clear();
    for (const char* sides :
         {"10", "10; 20; 30", "10 wide; 20", "; 20", "-1; 20", "1e9; 20", "0; 1"})
        EXPECT_NE(refused(sides).find("prior_sides"), std::string::npos) << sides;
}

TEST_F(Ssd, SaysNothingOnZerosAndNan) {
    Decoding ssd{SsdDecoder::create, manifest, outputs};
    EXPECT_TRUE(ssd.run(0.1F).empty());
    ssd.fill(std::nanf(""));
    EXPECT_TRUE(ssd.run(0.0F).empty());
}

TEST_F(Ssd, RefusesShapesNamesAndOptionsThatDoNotFit) {
    testing::refusal(SsdDecoder::create, manifest,
                     {output("scores", {1, 4}), output("offsets", {1, 12})});
    testing::refusal(SsdDecoder::create, manifest,
                     {output("scores", {1, 6}), output("offsets", {1, 8})});
    manifest.decoder_options["boxes"] = "L405";
    EXPECT_NE(testing::refusal(SsdDecoder::create, manifest, outputs).find("scores offsets"),
              std::string::npos);
    manifest.decoder_options["boxes"] = "scores";
    testing::refusal(SsdDecoder::create, manifest, outputs);
    manifest.decoder_options = {{"variances", "0.1,0.2"}};
    testing::refusal(SsdDecoder::create, manifest, outputs);
    manifest.decoder_options = {{"background", "2"}};
    testing::refusal(SsdDecoder::create, manifest, outputs);
}

TEST_F(Ssd, SaysWhichLineOfThePriorsIsWrong) {
    write("0.1 0.1 0.2 0.2\n0.1 0.1 wide 0.2\n");
    EXPECT_NE(testing::refusal(SsdDecoder::create, manifest, outputs).find(path.string() + ":2"),
              std::string::npos);
    manifest.extra_files["priors"] = "/nowhere/priors.txt";
    const auto made = SsdDecoder::create(manifest, outputs);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code(), ErrorCode::not_found);
    manifest.extra_files.clear();
    EXPECT_NE(testing::refusal(SsdDecoder::create, manifest, outputs).find("extra_files.priors"),
              std::string::npos);
}

} // namespace
} // namespace vedette::vision
