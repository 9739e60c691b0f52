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

TEST(FixedSlotDecoder, ATemperatureMakesItLessSureOfTheSameText) {
    const auto decoded = [](const char* temperature, const std::vector<float>& numbers) {
        auto options = manifest();
        options.decoder_options["temperature"] = temperature;
        auto decoder = make_fixed_slot_decoder(options, output({1, 2, 4}));
        EXPECT_TRUE(decoder) << decoder.error().message();
        return (*decoder)->decode(numbers);
    };
    const std::vector<float> logits{4, 0, 0, 0, 1, 6, 1, 1};
    const auto softer = decoded("2", logits);
    EXPECT_EQ(softer.text, "AB");
    const float first = std::exp(2.0F) / (std::exp(2.0F) + 3);
    const float second = std::exp(2.5F) / (std::exp(2.5F) + 3);
    EXPECT_NEAR(softer.confidence, first * second, 1e-4);
    // The same as probabilities.
    std::vector<float> shares;
    for (std::size_t slot = 0; slot < 2; ++slot) {
        float sum = 0;
        for (std::size_t i = 0; i < 4; ++i)
            sum += std::exp(logits[slot * 4 + i]);
        for (std::size_t i = 0; i < 4; ++i)
            shares.push_back(std::exp(logits[slot * 4 + i]) / sum);
    }
    EXPECT_NEAR(decoded("2", shares).confidence, softer.confidence, 1e-4);
    EXPECT_GT(decoded("0.5", shares).confidence, decoded("1", shares).confidence);
    EXPECT_EQ(decoded("1", logits), decode(logits));
}

TEST(FixedSlotDecoder, RefusesATemperatureThatIsNoneAndAThresholdThatHidesSigns) {
    for (const auto& [key, value] : {std::pair{"temperature", "0"},
                                     {"temperature", "-1"},
                                     {"temperature", "warm"},
                                     {"least_probability", "0.5"}}) {
        auto broken = manifest();
        broken.decoder_options[key] = value;
        const auto made = make_fixed_slot_decoder(broken, output({1, 9, 4}));
        ASSERT_FALSE(made) << key << value;
        EXPECT_EQ(made.error().code(), ErrorCode::invalid_argument);
        EXPECT_NE(made.error().message().find(key), std::string::npos);
    }
}

TEST(FixedSlotDecoder, GivesEverySymbolOfEverySlotIfAskedTo) {
    auto all = manifest();
    all.decoder_options["least_probability"] = "0";
    auto decoder = make_fixed_slot_decoder(all, output({1, 2, 4}));
    ASSERT_TRUE(decoder);
    const auto read = (*decoder)->decode(std::vector<float>{1, 0, 0, 0, 0, 0, 0, 1});
    EXPECT_EQ(read.text, "A");
    ASSERT_EQ(read.characters.size(), 2U);
    for (const domain::PlateCharacter& character : read.characters)
        EXPECT_EQ(character.candidates.size(), 4U);
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
