#include "ocr/fixed_slot/decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace vedette::vision {
namespace {

/// Four symbols, the last is the pad.
infer::Manifest manifest() {
    infer::Manifest out;
    out.id = "reader";
    out.decoder = "fixed-slot";
    out.decoder_options = {{"alphabet", "AB1_"}};
    return out;
}

infer::TensorSpec output(infer::Shape shape) {
    return {"out", infer::ElementType::f32, std::move(shape)};
}

domain::PlateRead decode(const std::vector<float>& numbers) {
    const auto slots = static_cast<std::int64_t>(numbers.size() / 4);
    auto decoder = make_fixed_slot_decoder(manifest(), output({1, slots, 4}));
    EXPECT_TRUE(decoder) << decoder.error().message();
    return (*decoder)->decode(numbers);
}

TEST(FixedSlotDecoder, TakesTheBestSymbolOfEverySlotAndLeavesOutPads) {
    const auto read = decode({0.9F, 0.1F, 0, 0, 0, 0.2F, 0.8F, 0, 0, 0, 0, 1});
    EXPECT_EQ(read.text, "A1");
    EXPECT_NEAR(read.confidence, 0.72F, 1e-5);
    ASSERT_EQ(read.characters.size(), 2U); // the sure pad is no place
    EXPECT_EQ(read.characters[0].candidates[0], (domain::SymbolCandidate{"A", 0.9F}));
    EXPECT_EQ(read.characters[1].candidates[1].symbol, "B");
}

TEST(FixedSlotDecoder, AnUnsurePadStaysAPlaceThatMayBeEmpty) {
    const auto read = decode({1, 0, 0, 0, 0.3F, 0, 0, 0.7F});
    EXPECT_EQ(read.text, "A");
    ASSERT_EQ(read.characters.size(), 2U);
    EXPECT_EQ(read.characters[1].candidates[0].symbol, "");
    EXPECT_EQ(read.characters[1].candidates[1].symbol, "A");
    EXPECT_NEAR(read.confidence, 0.7F, 1e-5);
}

TEST(FixedSlotDecoder, TurnsLogitsIntoProbabilities) {
    const auto read = decode({5, 0, 0, 0});
    EXPECT_EQ(read.text, "A");
    EXPECT_NEAR(read.confidence, std::exp(5.0F) / (std::exp(5.0F) + 3), 1e-4);
}

TEST(FixedSlotDecoder, TakesAnyNumbers) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    for (const auto& numbers : {std::vector<float>{kNan, kNan, kNan, kNan},
                                {kInfinity, kInfinity, 0, 0},
                                {-kInfinity, -kInfinity, -kInfinity, -kInfinity},
                                {1e30F, -1e30F, kNan, 0}}) {
        const auto read = decode(numbers);
        EXPECT_GE(read.confidence, 0.0F);
        EXPECT_LE(read.confidence, 1.0F);
    }
}

TEST(FixedSlotDecoder, RefusesAnOutputThatDoesNotFit) {
    EXPECT_FALSE(make_fixed_slot_decoder(manifest(), output({1, 9, 5})));
    auto nine = manifest();
    nine.decoder_options["slots"] = "9";
    EXPECT_FALSE(make_fixed_slot_decoder(nine, output({1, 8, 4})));
    EXPECT_TRUE(make_fixed_slot_decoder(nine, output({1, 36})));
}

TEST(FixedSlotDecoder, RefusesAnAlphabetThatIsMissingRepeatedOrWithoutPad) {
    for (const char* alphabet : {"", "A", "AAB_", "ABC1"}) {
        auto broken = manifest();
        broken.decoder_options["alphabet"] = alphabet;
        const auto made = make_fixed_slot_decoder(broken, output({1, 9, 4}));
        ASSERT_FALSE(made) << alphabet;
        EXPECT_EQ(made.error().code(), ErrorCode::invalid_argument);
    }
}

} // namespace
} // namespace vedette::vision
