#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "vedette/vision/plate_fusion.h"

namespace vedette::vision {
namespace {

const PlateGrammars& grammars() {
    static const PlateGrammars kGrammars = PlateGrammars::builtin().value();
    return kGrammars;
}

/// Every sign seen with `probability`, the rest spread thinly over two others.
domain::PlateRead read_of(std::string_view text, float probability) {
    domain::PlateRead read;
    read.text = text;
    read.confidence = 1;
    for (const char symbol : text) {
        const std::string other(1, symbol == 'X' ? 'Y' : 'X');
        read.characters.push_back(
            {{{std::string(1, symbol), probability}, {other, (1 - probability) / 2}}});
        read.confidence *= probability;
    }
    return read;
}

PlateFusion fusion_over(const std::vector<std::string>& regions, std::size_t max_reads = 25) {
    PlateFusionOptions options;
    options.max_reads = max_reads;
    options.regions = regions;
    return PlateFusion{options, grammars()};
}

TEST(PlateFusion, HasNoResultWithoutReads) {
    PlateFusion fusion = fusion_over({"eu"});
    EXPECT_TRUE(fusion.empty());
    EXPECT_FALSE(fusion.result());
    EXPECT_EQ(fusion.best_read(), nullptr);
    fusion.add(domain::PlateRead{}, 1);
    fusion.add(read_of("RK115AN", 0.9F), 0);
    fusion.add(read_of("RK115AN", 0.9F), std::numeric_limits<float>::quiet_NaN());
    EXPECT_TRUE(fusion.empty());
}

TEST(PlateFusion, OneReadIsItsResult) {
    PlateFusion fusion = fusion_over({"sk"});
    fusion.add(read_of("RK115AN", 0.95F), 1);
    const auto text = fusion.result();
    ASSERT_TRUE(text);
    EXPECT_EQ(text->observed, "RK115AN");
    EXPECT_EQ(text->normalized, "RK115AN");
    EXPECT_EQ(text->resolved, "RK115AN");
    EXPECT_EQ(text->reads, 1);
    EXPECT_EQ(text->character_confidence.size(), 7U);
    ASSERT_FALSE(text->regions.empty());
    EXPECT_EQ(text->regions.front().region, "sk");
}

TEST(PlateFusion, KeepsTheThreeTextsApart) {
    PlateFusion fusion = fusion_over({"sk"});
    fusion.add(read_of("RKO99AN", 0.95F), 1);
    const auto text = fusion.result();
    ASSERT_TRUE(text);
    EXPECT_EQ(text->observed, "RKO99AN");
    EXPECT_EQ(text->normalized, "RKO99AN");
    EXPECT_EQ(text->resolved, "RK099AN");
}

TEST(PlateFusion, DifferentMistakesCancelOut) {
    PlateFusion fusion = fusion_over({"generic"});
    for (const char* text : {"AB12CDF", "AB12CDE", "A812CDE", "AB17CDE", "AB12CQE"})
        fusion.add(read_of(text, 0.7F), 1);
    EXPECT_EQ(fusion.result()->resolved, "AB12CDE");
    EXPECT_EQ(fusion.best_read()->text, "AB12CDE");
}

TEST(PlateFusion, AlignsReadsOfDifferentLengths) {
    PlateFusion fusion = fusion_over({"generic"});
    fusion.add(read_of("B12CDE", 0.8F), 1);
    fusion.add(read_of("AB12CDE", 0.8F), 1);
    fusion.add(read_of("AB12CE", 0.8F), 1);
    fusion.add(read_of("AB12CDE1", 0.6F), 1);
    fusion.add(read_of("AB12CDE", 0.8F), 1);
    EXPECT_EQ(fusion.result()->resolved, "AB12CDE");
}

TEST(PlateFusion, ASurerReadOutweighsAnUnsureOne) {
    PlateFusion fusion = fusion_over({"generic"});
    fusion.add(read_of("AB12CDE", 0.97F), 1);
    fusion.add(read_of("AB17CDE", 0.45F), 1);
    fusion.add(read_of("AB17CDE", 0.45F), 1);
    EXPECT_EQ(fusion.result()->resolved, "AB12CDE");
}

TEST(PlateFusion, WeightCounts) {
    PlateFusion fusion = fusion_over({"generic"});
    fusion.add(read_of("AB12CDE", 0.8F), 1);
    fusion.add(read_of("AB17CDE", 0.8F), 5);
    EXPECT_EQ(fusion.result()->resolved, "AB17CDE");
}

TEST(PlateFusion, WeakReadsHelpTogether) {
    PlateFusion fusion = fusion_over({"generic"});
    for (int i = 0; i < 6; ++i)
        fusion.add(read_of("AB12CDE", 0.5F), 1);
    const auto text = fusion.result();
    EXPECT_EQ(text->resolved, "AB12CDE");
    EXPECT_GT(text->confidence, fusion.best_read()->confidence * 5);
}

TEST(PlateFusion, MoreAgreeingReadsAreSurerYetNeverCertain) {
    float last = 0;
    for (int reads = 1; reads <= 25; ++reads) {
        PlateFusion fusion = fusion_over({"gb"});
        for (int i = 0; i < reads; ++i)
            fusion.add(read_of("AB12CDE", 0.7F), 1);
        const float confidence = fusion.result()->confidence;
        EXPECT_GE(confidence, last) << reads;
        EXPECT_LE(confidence, 1.0F);
        last = confidence;
    }
    EXPECT_GT(last, 0.9F);
}

TEST(PlateFusion, DisagreementLowersConfidence) {
    PlateFusion agreeing = fusion_over({"gb"});
    PlateFusion disagreeing = fusion_over({"gb"});
    for (const char* text : {"AB12CDE", "AB12CDE", "AB12CDE", "AB12CDE"})
        agreeing.add(read_of(text, 0.8F), 1);
    for (const char* text : {"AB12CDE", "AB17CDE", "AB12CDE", "AB17CDE"})
        disagreeing.add(read_of(text, 0.8F), 1);
    EXPECT_LT(disagreeing.result()->confidence, agreeing.result()->confidence - 0.2F);
}

TEST(PlateFusion, TheLookOfThePlateOverAllReadsHelpsToTellTheRegion) {
    const auto first_region = [](const std::vector<const char*>& looks) {
        PlateFusion fusion = fusion_over({"eu"});
        for (const char* look : looks) {
            domain::PlateRead read = read_of("RK115AN", 0.9F);
            if (*look != '\0')
                read.looks_like = {{look, 0.9F}};
            fusion.add(std::move(read), 1);
        }
        return fusion.result()->regions.front().region;
    };
    EXPECT_EQ(first_region({"", "", ""}), "sk");
    EXPECT_EQ(first_region({"it", "it", ""}), "it");
    EXPECT_EQ(first_region({"it", "sk", "sk", "sk", "sk"}), "sk");
}

TEST(PlateFusion, TheHeavierOfTwoPlatesWins) {
    PlateFusion fusion = fusion_over({"gb"});
    for (int i = 0; i < 3; ++i)
        fusion.add(read_of("AB12CDE", 0.8F), 1);
    for (int i = 0; i < 2; ++i)
        fusion.add(read_of("XY67PKR", 0.8F), 1);
    const auto text = fusion.result();
    EXPECT_EQ(text->resolved, "AB12CDE");
    EXPECT_EQ(text->reads, 3);
    EXPECT_EQ(fusion.best_read()->text, "AB12CDE");
}

TEST(PlateFusion, KeepsTheBestReadsOnly) {
    PlateFusion fusion = fusion_over({"gb"}, 3);
    for (int i = 0; i < 50; ++i)
        fusion.add(read_of("XY67PKR", 0.4F), 1);
    for (int i = 0; i < 3; ++i)
        fusion.add(read_of("AB12CDE", 0.8F), 1);
    EXPECT_EQ(fusion.size(), 3U);
    EXPECT_EQ(fusion.result()->resolved, "AB12CDE");
}

class PlateFusionProperties : public ::testing::TestWithParam<unsigned> {};

/// A few reads of one or two plates with random mistakes, gaps and confidences.
std::vector<std::pair<domain::PlateRead, float>> random_reads(std::mt19937& random) {
    constexpr std::string_view kSigns = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::uniform_int_distribution<std::size_t> sign{0, kSigns.size() - 1};
    std::uniform_real_distribution<float> share{0.0F, 1.0F};
    std::vector<std::pair<domain::PlateRead, float>> out;
    const int count = 1 + static_cast<int>(share(random) * 12);
    for (int i = 0; i < count; ++i) {
        std::string text = share(random) < 0.8F ? "AB12CDE" : "XY67PKR";
        if (share(random) < 0.5F)
            text[sign(random) % text.size()] = kSigns[sign(random)];
        if (share(random) < 0.2F)
            text.erase(sign(random) % text.size(), 1);
        out.emplace_back(read_of(text, 0.4F + 0.6F * share(random)), 0.2F + share(random));
    }
    return out;
}

TEST_P(PlateFusionProperties, OrderOfReadsIsIrrelevantAndConfidencesAreProbabilities) {
    std::mt19937 random{GetParam()};
    auto reads = random_reads(random);
    PlateFusion first = fusion_over({"gb", "generic"}, 6);
    for (const auto& [read, weight] : reads)
        first.add(read, weight);
    std::shuffle(reads.begin(), reads.end(), random);
    PlateFusion second = fusion_over({"gb", "generic"}, 6);
    for (const auto& [read, weight] : reads)
        second.add(read, weight);
    const auto text = first.result();
    ASSERT_TRUE(text);
    EXPECT_EQ(text, second.result());
    EXPECT_EQ(*first.best_read(), *second.best_read());
    EXPECT_GE(text->confidence, 0.0F);
    EXPECT_LE(text->confidence, 1.0F);
    EXPECT_EQ(text->character_confidence.size(), text->resolved.size());
    for (const float confidence : text->character_confidence) {
        EXPECT_GE(confidence, 0.0F);
        EXPECT_LE(confidence, 1.0F);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlateFusionProperties, ::testing::Range(1U, 31U));

} // namespace
} // namespace vedette::vision
