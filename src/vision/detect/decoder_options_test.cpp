#include "detect/decoder_options.h"

#include <gtest/gtest.h>

namespace vedette::vision {
namespace {

class Options : public ::testing::Test {
protected:
    DecoderOptions options(std::map<std::string, std::string> values) {
        manifest_.decoder_options = std::move(values);
        auto made = DecoderOptions::of(manifest_, {"strides", "n", "x", "list", "word"});
        EXPECT_TRUE(made);
        return *std::move(made);
    }

private:
    infer::Manifest manifest_;
};

TEST_F(Options, ReadsWhatIsThereAndGivesDefaultsForTheRest) {
    const DecoderOptions read =
        options({{"n", "3"}, {"x", "-0.5"}, {"list", "[1, 2.5,3]"}, {"word", "half"}});
    EXPECT_EQ(read.integer("n", 1, 0, 10).value(), 3);
    EXPECT_EQ(read.number("x", 1, -1, 1).value(), -0.5);
    EXPECT_EQ(read.numbers("list", {}, 3).value(), (std::vector<double>{1, 2.5, 3}));
    EXPECT_EQ(read.text("word", ""), "half");
    EXPECT_EQ(read.strides({8, 16}).value(), (std::vector<int>{8, 16}));
    EXPECT_EQ(options({}).integer("n", 7, 0, 10).value(), 7);
}

TEST_F(Options, StridesMayBeWrittenWithAndWithoutBrackets) {
    for (const char* text : {"8,16,32", "[8, 16, 32]", "[8,16,32]", " 8 , 16, 32 "})
        EXPECT_EQ(options({{"strides", text}}).strides({}).value(), (std::vector<int>{8, 16, 32}))
            << text;
    for (const char* text : {"", "[]", "0", "8;16", "8,,16", "8.5", "-8", "4096", "nan", "eight"})
        EXPECT_FALSE(options({{"strides", text}}).strides({})) << text;
}

TEST_F(Options, RefusesNumbersOutsideTheirRangeAndSaysWhich) {
    for (const char* text : {"11", "-1", "2.5", "two", "", "inf", "3x"}) {
        const auto value = options({{"n", text}}).integer("n", 1, 0, 10);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code(), ErrorCode::invalid_argument);
        EXPECT_NE(value.error().message().find("decoder_options.n"), std::string::npos);
    }
    EXPECT_FALSE(options({{"list", "1,2"}}).numbers("list", {}, 3));
}

TEST_F(Options, RefusesKeysThatNobodyReads) {
    infer::Manifest manifest;
    manifest.decoder = "yolox";
    manifest.decoder_options["stride"] = "8";
    const auto made = DecoderOptions::of(manifest, {"strides"});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message(),
              "decoder_options.stride means nothing to 'yolox'; known: strides");
}

} // namespace
} // namespace vedette::vision
