#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "plate/builtin_grammars.h"
#include "plate/grammar_file.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

const PlateGrammars& grammars() {
    static const PlateGrammars kGrammars = PlateGrammars::builtin().value();
    return kGrammars;
}

domain::PlateCharacter sure(char symbol, float probability = 0.98F) {
    return {{{std::string(1, symbol), probability}}};
}

std::vector<domain::PlateCharacter> seen(std::string_view text, float probability = 0.98F) {
    std::vector<domain::PlateCharacter> out;
    for (const char symbol : text)
        out.push_back(sure(symbol, probability));
    return out;
}

PlateGrammars::Resolution resolve(std::string_view text, const std::vector<std::string>& regions) {
    return grammars().resolve(seen(text), regions);
}

TEST(PlateGrammars, BuiltinFilesHoldTheirExamples) {
    const auto loaded = PlateGrammars::builtin();
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_GE(loaded->regions().size(), 85U);
    EXPECT_EQ(loaded->groups(),
              (std::vector<std::string>{"ar", "br", "ch", "cn", "eu", "gb", "generic", "in",
                                        "mercosur", "no", "tr", "ua", "us"}));
}

TEST(PlateGrammars, KnowEveryCountryOfTheUnion) {
    for (const char* country :
         {"at", "be", "bg", "hr", "cy", "cz", "dk", "ee", "fi", "fr", "de", "gr", "hu", "ie",
          "it", "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "sk", "si", "es", "se"}) {
        const std::vector<std::string> only{country};
        EXPECT_TRUE(grammars().check(only)) << country;
    }
}

TEST(PlateGrammars, EveryExampleNamesItsOwnRegion) {
    for (const PlateGrammars::Source& source : builtin_grammars()) {
        const auto grammar = parse_grammar(source.yaml, source.name);
        ASSERT_TRUE(grammar) << grammar.error().message();
        for (const std::string& example : grammar->match) {
            const std::vector<std::string> only{grammar->region};
            const auto found = grammars().match(example, only);
            ASSERT_EQ(found.size(), 1U) << example;
            EXPECT_EQ(found.front().region, grammar->region);
            EXPECT_FLOAT_EQ(found.front().score, 1.0F);
        }
        for (const std::string& example : grammar->reject)
            EXPECT_TRUE(grammars().match(example, std::vector{grammar->region}).empty()) << example;
    }
}

TEST(PlateGrammars, AMatchingReadStaysAsItIs) {
    for (const PlateGrammars::Source& source : builtin_grammars()) {
        const auto grammar = parse_grammar(source.yaml, source.name);
        ASSERT_TRUE(grammar);
        for (const std::string& example : grammar->match) {
            std::vector<domain::PlateCharacter> characters;
            for (const char byte :
                 example) // examples beyond ASCII are covered by AnotherScriptIsKept
                characters.push_back(sure(byte));
            if (std::any_of(example.begin(), example.end(), [](char c) { return c < 0; }))
                continue;
            EXPECT_EQ(grammars().resolve(characters, std::vector{grammar->region}).text, example)
                << source.name;
        }
    }
}

TEST(PlateGrammars, SettleTheLetterOThatStandsForZero) {
    const auto resolved = resolve("RKO99AN", {"sk"});
    EXPECT_EQ(resolved.text, "RK099AN");
    ASSERT_EQ(resolved.regions.size(), 1U);
    EXPECT_EQ(resolved.regions.front().region, "sk");
    EXPECT_EQ(resolve("RK6O5AB", {"eu"}).text, "RK605AB");
}

TEST(PlateGrammars, SettleAZeroThatStandsForALetter) {
    EXPECT_EQ(resolve("A0Y9034", {"br"}).text, "AOY9034");
    EXPECT_EQ(resolve("AB12C0E", {"gb"}).text, "AB12COE");
}

TEST(PlateGrammars, ASureSignYieldsOnlyToItsLookAlikes) {
    // No form of Denmark has a letter there, yet K is confused with no digit.
    EXPECT_EQ(resolve("AB12K45", {"dk"}).text, "AB12K45");
    EXPECT_TRUE(resolve("AB12K45", {"dk"}).regions.empty());
}

TEST(PlateGrammars, TheReadersAlternativesDecide) {
    auto characters = seen("AB12345");
    characters[2].candidates = {{"T", 0.6F}, {"7", 0.4F}};
    EXPECT_EQ(grammars().resolve(characters, std::vector<std::string>{"dk"}).text, "AB72345");
}

TEST(PlateGrammars, NeverInventPlaces) {
    const auto resolved = resolve("AB1234", {"dk"});
    EXPECT_EQ(resolved.text.size(), 6U);
    EXPECT_EQ(resolve("", {"dk"}).text, "");
}

TEST(PlateGrammars, APlaceThatMayBeEmptyIsLeftOutWhereTheFormAsksForIt) {
    auto characters = seen("AB123456");
    characters.back().candidates = {{"6", 0.6F}, {"", 0.4F}};
    const auto resolved = grammars().resolve(characters, std::vector<std::string>{"dk"});
    EXPECT_EQ(resolved.text, "AB12345");
    EXPECT_EQ(resolved.character_confidence.size(), 7U);
}

TEST(PlateGrammars, WithoutAFittingFormTheTextStaysAsObserved) {
    const auto resolved = resolve("NEILDMND", {"us"});
    EXPECT_EQ(resolved.text, "NEILDMND");
    EXPECT_TRUE(resolved.regions.empty());
}

TEST(PlateGrammars, ReportEveryRegionThatFits) {
    const auto regions = resolve("RK115AN", {"eu"}).regions;
    ASSERT_GE(regions.size(), 2U);
    EXPECT_EQ(regions.front().region,
              "sk"); // the district list makes it more specific than Italy or France
    EXPECT_TRUE(std::any_of(regions.begin(), regions.end(),
                            [](const auto& r) { return r.region == "it"; }));
    float sum = 0;
    for (const auto& region : regions)
        sum += region.score;
    EXPECT_NEAR(sum, 1.0F, 0.05F);
}

TEST(PlateGrammars, TheLookOfAPlateDecidesBetweenRegionsThatFit) {
    const std::vector<std::string> eu{"eu"};
    const auto first = [&](const std::vector<domain::RegionCandidate>& looks_like) {
        return grammars().resolve(seen("RK115AN"), eu, looks_like).regions.front().region;
    };
    EXPECT_EQ(first({}), "sk");
    EXPECT_EQ(first({{"it", 0.9F}, {"sk", 0.1F}}), "it");
    EXPECT_EQ(first({{"br", 1.0F}}), "sk") << "nobody asked for Brazil";
    EXPECT_EQ(first({{"other", 1.0F}}), "sk");
    EXPECT_EQ(first({{"eu", 1.0F}}), "sk") << "all of them are of that group";
}

TEST(PlateGrammars, TheLookOfAPlateIsOnlyOneReasonAmongOthers) {
    const std::vector<std::string> regions{"sk", "br"};
    const std::vector<domain::RegionCandidate> wrong{{"br", 1.0F}};
    const auto without = grammars().resolve(seen("RKO99AN"), regions);
    const auto misled = grammars().resolve(seen("RKO99AN"), regions, wrong);
    EXPECT_EQ(misled.text, "RK099AN");
    EXPECT_GT(misled.confidence, without.confidence / 2);
    EXPECT_EQ(misled.regions.front().region, "sk");
}

TEST(PlateGrammars, AnyGuessOfTheRegionLeavesProbabilities) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const float score : {0.0F, -1.0F, 3.0F, nan}) {
        const std::vector<domain::RegionCandidate> guess{{"sk", score}, {"eu", score}};
        const auto resolved =
            grammars().resolve(seen("RK115AN"), std::vector<std::string>{"eu"}, guess);
        EXPECT_EQ(resolved.text, "RK115AN");
        EXPECT_GE(resolved.confidence, 0.0F);
        EXPECT_LE(resolved.confidence, 1.0F);
    }
}

TEST(PlateGrammars, ConfidenceFallsWithDoubtAndStaysAProbability) {
    const std::vector<std::string> regions{"sk"};
    const auto clear = grammars().resolve(seen("RK115AN", 0.99F), regions);
    auto doubtful = seen("RK115AN", 0.99F);
    doubtful[2].candidates = {{"1", 0.5F}, {"7", 0.45F}};
    const auto unsure = grammars().resolve(doubtful, regions);
    EXPECT_GT(clear.confidence, 0.9F);
    EXPECT_LT(unsure.confidence, 0.6F);
    ASSERT_EQ(unsure.character_confidence.size(), 7U);
    EXPECT_LT(unsure.character_confidence[2], 0.6F);
    EXPECT_GT(unsure.character_confidence[3], 0.9F);
    for (const float confidence : unsure.character_confidence)
        EXPECT_LE(confidence, 1.0F);
}

TEST(PlateGrammars, AnotherScriptIsKept) {
    std::vector<domain::PlateCharacter> characters{{{{"京", 0.9F}, {"津", 0.1F}}}};
    for (const char symbol : std::string_view{"A12345"})
        characters.push_back(sure(symbol));
    const auto resolved = grammars().resolve(characters, std::vector<std::string>{"cn"});
    EXPECT_EQ(resolved.text, "京A12345");
    ASSERT_EQ(resolved.regions.size(), 1U);
}

TEST(PlateGrammars, AnAbsurdlyLongReadStaysAsObserved) {
    const std::string text(60, '8');
    const auto resolved = resolve(text, {"eu"});
    EXPECT_EQ(resolved.text, text);
    EXPECT_EQ(resolved.character_confidence.size(), text.size());
    EXPECT_EQ(resolved.confidence, 0.0F);
}

TEST(PlateGrammars, AnUnknownRegionIsNamed) {
    const auto status = grammars().check(std::vector<std::string>{"eu", "atlantis"});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(status.error().message().find("'atlantis'"), std::string::npos);
    EXPECT_NE(status.error().message().find("us-ca"), std::string::npos);
}

TEST(PlateGrammars, AFolderThatIsNotThereIsNamed) {
    const auto loaded = PlateGrammars::load("/nonexistent/grammars");
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().message().find("/nonexistent/grammars"), std::string::npos);
}

TEST(PlateGrammars, LoadReadsTheSameFilesFromAFolder) {
    const auto loaded = PlateGrammars::load(std::string{VEDETTE_MODULE_DIR} + "/plate/grammars");
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_EQ(loaded->regions(), grammars().regions());
}

struct BrokenFile {
    const char* name;
    const char* yaml;
    const char* message;
};

class BrokenGrammar : public ::testing::TestWithParam<BrokenFile> {};

TEST_P(BrokenGrammar, IsRefusedWithFileAndLine) {
    const auto grammar = parse_grammar(GetParam().yaml, "x.yaml");
    ASSERT_FALSE(grammar);
    EXPECT_EQ(grammar.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(grammar.error().message().find(GetParam().message), std::string::npos)
        << grammar.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    Files, BrokenGrammar,
    ::testing::Values(
        BrokenFile{"no_map", "- a", "x.yaml:1: a grammar is a map"},
        BrokenFile{"unknown_key", "region: x\nname: X\nform: []", "x.yaml:3: unknown key 'form'"},
        BrokenFile{"no_forms", "region: x\nname: X", "'forms' must be a list"},
        BrokenFile{"bad_pattern", "region: x\nname: X\nforms:\n  - pattern: \"L{2\"\nmatch: [AB]",
                   "x.yaml:4: the pattern 'L{2' lacks a '}'"},
        BrokenFile{"backwards", "region: x\nname: X\nforms:\n  - pattern: \"L{3,2}\"\nmatch: [AB]",
                   "m <= n"},
        BrokenFile{"literal", "region: x\nname: X\nforms:\n  - pattern: \"LQ\"\nmatch: [AB]",
                   "none of L, D, X"},
        BrokenFile{"no_list", "region: x\nname: X\nforms:\n  - pattern: \"<town> L\"\nmatch: [AB]",
                   "names the list <town>"},
        BrokenFile{"empty", "region: x\nname: X\nforms:\n  - pattern: \"L{0,2}\"\nmatch: [AB]",
                   "empty plate"},
        BrokenFile{"weight",
                   "region: x\nname: X\nforms:\n  - pattern: L\n    weight: -1\nmatch: [A]",
                   "x.yaml:5: 'weight'"},
        BrokenFile{"no_example", "region: x\nname: X\nforms:\n  - pattern: L", "'match' must give"},
        BrokenFile{"example", "region: x\nname: X\nforms:\n  - pattern: L\nmatch: [AB]",
                   "the example AB fits none"},
        BrokenFile{"counter", "region: x\nname: X\nforms:\n  - pattern: L\nmatch: [A]\nreject: [B]",
                   "the counter-example B fits"},
        BrokenFile{"syntax", "region: [", "x.yaml:"}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace vedette::vision
