#include "detect/nanodet/decoder.h"

#include "tests/decoding.h"

namespace vedette::vision {
namespace {

using testing::Decoding;
using testing::expect_box;

constexpr std::size_t kBins = 8;
const infer::Manifest kManifest = testing::manifest_for("nanodet", 32, 32, {"person", "car"});

infer::TensorSpec map(const char* name, std::int64_t cells, std::int64_t width) {
    return {name, infer::ElementType::f32, {1, cells, width}};
}
const std::vector<infer::TensorSpec> kPairs{map("s8", 16, 2),  map("s16", 4, 2),
                                            map("s32", 1, 2),  map("d8", 16, 32),
                                            map("d16", 4, 32), map("d32", 1, 32)};

/// Makes each side's distribution certain of a distance in cells.
void say_distances(float* at, std::array<std::size_t, 4> cells) {
    for (std::size_t side = 0; side < 4; ++side)
        at[side * kBins + cells[side]] = 50;
}

TEST(Nanodet, MeasuresFromTheMiddleOfTheCell) {
    Decoding nanodet{NanodetDecoder::create, kManifest, kPairs};
    nanodet.numbers[0][6 * 2 + 1] =
        0.8F; // stride 8, 4 columns: cell 6 = column 2, line 1; its middle is (20, 12)
    say_distances(&nanodet.numbers[3][6 * 32], {1, 0, 2, 1});
    const auto found = nanodet.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].class_index, 1);
    EXPECT_FLOAT_EQ(found[0].score, 0.8F);
    expect_box(found[0], 12, 12, 36, 20);
}

TEST(Nanodet, ADistributionGivesItsMean) {
    Decoding nanodet{NanodetDecoder::create, kManifest, kPairs};
    nanodet.numbers[2][0] =
        0.9F; // stride 32, the only cell; all distributions flat: mean of 0..7 = 3.5 cells
    const auto found = nanodet.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    expect_box(found[0], 16 - 112, 16 - 112, 16 + 112, 16 + 112);
}

TEST(Nanodet, ReadsOneMapWithBothInEachRow) {
    infer::Manifest manifest = kManifest;
    manifest.decoder_options["centre"] = "corner";
    Decoding nanodet{NanodetDecoder::create, manifest, {map("output", 21, 34)}};
    float* row =
        &nanodet.numbers[0][(16 + 3) *
                            34]; // stride 16, 2 columns: column 1, line 1; its corner is (16, 16)
    row[0] = 0.7F;
    say_distances(row + 2, {1, 1, 1, 0});
    const auto found = nanodet.run(0.5F);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].class_index, 0);
    expect_box(found[0], 0, 0, 32, 16);
}

TEST(Nanodet, TakesItsMapsInAnyOrder) {
    std::vector<infer::TensorSpec> turned(kPairs.rbegin(), kPairs.rend());
    Decoding nanodet{NanodetDecoder::create, kManifest, turned};
    nanodet.numbers[5][0] = 0.8F;
    EXPECT_EQ(nanodet.run(0.5F).size(), 1U);
}

TEST(Nanodet, SaysNothingOnZerosAndNan) {
    Decoding nanodet{NanodetDecoder::create, kManifest, kPairs};
    EXPECT_TRUE(nanodet.run(0.1F).empty());
    nanodet.fill(std::nanf(""));
    EXPECT_TRUE(nanodet.run(0.0F).empty());
}

TEST(Nanodet, RefusesShapesThatDoNotFit) {
    std::vector<infer::TensorSpec> pairs = kPairs;
    pairs.pop_back();
    testing::refusal(NanodetDecoder::create, kManifest, pairs);
    pairs.push_back(map("d32", 1, 28)); // 7 bins where the others have 8
    testing::refusal(NanodetDecoder::create, kManifest, pairs);
    testing::refusal(NanodetDecoder::create, kManifest, {map("output", 21, 33)});
    testing::refusal(NanodetDecoder::create, kManifest, {map("output", 22, 34)});
}

} // namespace
} // namespace vedette::vision
