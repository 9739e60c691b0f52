#include "vedette/vision/sign_confusion.h"

#include <gtest/gtest.h>

#include "plate/edit_distance.h"
#include "testing/temporary_folder.h"
#include "vedette/vision/align_signs.h"
#include "vedette/vision/plate_fusion.h"

namespace vedette::vision {
namespace {

constexpr std::size_t kNone = AlignedSigns::kNone;

TEST(AlignSigns, PairsWhatBelongsTogether) {
    using Pairs = std::vector<AlignedSigns>;
    EXPECT_EQ(align_signs(U"AB", U"AB"), (Pairs{{0, 0}, {1, 1}}));
    EXPECT_EQ(align_signs(U"ABC", U"AC"), (Pairs{{0, 0}, {1, kNone}, {2, 1}}));
    EXPECT_EQ(align_signs(U"AC", U"ABC"), (Pairs{{0, 0}, {kNone, 1}, {1, 2}}));
    EXPECT_EQ(align_signs(U"A8C", U"ABC"), (Pairs{{0, 0}, {1, 1}, {2, 2}}));
    EXPECT_EQ(align_signs(U"", U"A"), (Pairs{{kNone, 0}}));
    EXPECT_TRUE(align_signs(U"", U"").empty());
}

TEST(AlignSigns, NeverTakesMoreEditsThanTheDistance) {
    for (const auto& [a, b] :
         {std::pair{U"KL0123", U"1KLO13"}, {U"AAAB", U"BAAA"}, {U"8", U"ABC"}}) {
        const std::u32string_view first{a};
        const std::u32string_view second{b};
        std::size_t edits = 0;
        for (const AlignedSigns& pair : align_signs(first, second))
            edits += pair.a == kNone || pair.b == kNone || first[pair.a] != second[pair.b] ? 1 : 0;
        EXPECT_EQ(edits, edit_distance(first, second));
    }
}

TEST(SignCounts, SayWhatIsMisreadMostOften) {
    SignCounts counts;
    for (int i = 0; i < 3; ++i)
        counts.add_texts(U"B8", U"88");
    counts.add_texts(U"AB", U"A");
    const auto worst = counts.worst(1);
    ASSERT_EQ(worst.size(), 1U);
    EXPECT_EQ(worst.front(), (SignCounts::Entry{'B', '8', 3}));
    EXPECT_EQ(counts.total('B'), 4);
    EXPECT_EQ(counts.count('B', kNoSign), 1);
}

TEST(SignCounts, ComeBackFromTheirTable) {
    SignCounts counts;
    counts.add_texts(U"AB0京", U"4B京7");
    counts.add('8', 'B', 2.5);
    const auto back = SignCounts::parse_csv(counts.to_csv(), "t.csv");
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(back->entries(), counts.entries());
    EXPECT_EQ(back->to_csv(), counts.to_csv());
}

TEST(SignCounts, ABrokenTableIsNamedWithItsLine) {
    for (const auto& [csv, what] : std::initializer_list<std::pair<const char*, const char*>>{
             {"", "t.csv: the table"},
             {"a,b,c\n", "t.csv:1: "},
             {"true,read,weight\n", "is empty"},
             {"true,read,weight\r\n\r\nA,B,x\r\n", "t.csv:3: "},
             {"true,read,weight\nA,B\n", "t.csv:2: "},
             {"true,read,weight\nA,B,-1\n", "t.csv:2: "},
             {"true,read,weight\nA,B,nan\n", "t.csv:2: "},
             {"true,read,weight\nAB,B,1\n", "t.csv:2: "},
             {"true,read,weight\nA,B,1\nA,B,1\n", "t.csv:3: this pair"},
             {"true,read,weight\n,,1\n", "t.csv:2: "}}) {
        const auto counts = SignCounts::parse_csv(csv, "t.csv");
        ASSERT_FALSE(counts) << csv;
        EXPECT_EQ(counts.error().code(), ErrorCode::invalid_argument);
        EXPECT_NE(counts.error().message().find(what), std::string::npos)
            << counts.error().message();
    }
}

double likelihood(const SignConfusion& confusion, char32_t truth, char32_t read) {
    for (const SignConfusion::Source& source : confusion.sources(read))
        if (source.truth == truth)
            return source.likelihood;
    return 0;
}

TEST(SignConfusion, IsByShapeWhereNothingWasMeasured) {
    const SignConfusion& shapes = SignConfusion::builtin();
    EXPECT_DOUBLE_EQ(likelihood(shapes, '0', 'O'), 0.10);
    EXPECT_DOUBLE_EQ(likelihood(shapes, 'O', '0'), 0.10);
    EXPECT_NEAR(likelihood(shapes, '0', '0'), 0.88, 1e-12);
    EXPECT_TRUE(shapes.sources(U'京').empty());
    EXPECT_EQ(shapes.spurious('1'), 0);
    const SignConfusion nothing = SignConfusion::measured({});
    const std::u32string_view some = U"0O1I8B2Z";
    for (const char32_t read : some)
        for (const char32_t truth : some)
            EXPECT_NEAR(likelihood(nothing, truth, read), likelihood(shapes, truth, read), 1e-12);
}

TEST(SignConfusion, CountsOutweighShapesTheMoreThereAre) {
    SignCounts counts;
    counts.add('8', '8', 900);
    counts.add('B', '8', 30);
    counts.add('B', 'B', 70);
    counts.add('W', 'X', 1);
    counts.add('W', 'W', 9);
    counts.add(kNoSign, '1', 11);
    const SignConfusion confusion = SignConfusion::measured(counts);
    EXPECT_NEAR(likelihood(confusion, 'B', '8'), (30 + 1) / 200.0, 1e-12);
    EXPECT_NEAR(likelihood(confusion, '8', 'B'), 1 / 1000.0, 1e-12);
    EXPECT_NEAR(likelihood(confusion, 'W', 'X'), 1 / 110.0, 1e-12);
    EXPECT_DOUBLE_EQ(likelihood(confusion, '0', 'O'), 0.10) << "not seen: as it looks";
    EXPECT_NEAR(confusion.spurious('1'), 11 / 1110.0, 1e-12);
}

constexpr std::u32string_view kSigns = U"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

TEST(SignConfusion, EveryTrueSignIsReadAsSomething) {
    SignCounts counts;
    counts.add_texts(kSigns, U"O12345G789ABCDEFGHIJKLMNOPQR5TUVWXY");
    const auto row_of = [](const SignConfusion& confusion, char32_t truth) {
        double sum = 0;
        for (const char32_t read : kSigns)
            sum += likelihood(confusion, truth, read);
        return sum;
    };
    const SignConfusion measured = SignConfusion::measured(counts);
    for (const char32_t truth : kSigns) {
        const double lost = counts.count(truth, kNoSign) / 101.0;
        EXPECT_NEAR(row_of(measured, truth), 1 - lost, 1e-9) << static_cast<char>(truth);
    }
    EXPECT_NEAR(row_of(SignConfusion::builtin(), '0'), 1, 1e-9);
}

/// B is often read as 8, 8 hardly ever as B; or the other way round.
std::shared_ptr<const SignConfusion> lopsided(char32_t often, char32_t hardly) {
    SignCounts counts;
    counts.add(often, hardly, 300);
    counts.add(often, often, 700);
    counts.add(hardly, hardly, 2000);
    return std::make_shared<const SignConfusion>(SignConfusion::measured(counts));
}

domain::PlateRead sure_read(const std::string& text) {
    domain::PlateRead read;
    read.text = text;
    read.confidence = 0.9F;
    for (const char sign : text)
        read.characters.push_back({{{std::string(1, sign), 0.99F}}});
    return read;
}

std::string fused(const PlateGrammars& grammars, const std::vector<std::string>& texts) {
    PlateFusion fusion{{.regions = {"generic"}}, grammars};
    for (const std::string& text : texts)
        fusion.add(sure_read(text), 1);
    return fusion.result()->resolved;
}

TEST(SignConfusion, DecidesWhatReadsThatDisagreeMean) {
    const PlateGrammars grammars = PlateGrammars::builtin().value();
    const std::vector<std::string> reads{"KX8412", "KX8412", "KXB412"};
    EXPECT_EQ(fused(grammars, reads), "KX8412");
    EXPECT_EQ(fused(grammars.with(lopsided('B', '8')), reads), "KXB412")
        << "a B is often read as 8, an 8 never as B: one B says more than two eights";
    EXPECT_EQ(fused(grammars.with(lopsided('8', 'B')), reads), "KX8412");
    EXPECT_EQ(fused(grammars.with(lopsided('8', 'B')), {"KXB412", "KXB412", "KX8412"}), "KX8412");
}

TEST(SignConfusion, BringsNoSignIntoAPassThatNoReadNamed) {
    const PlateGrammars grammars = PlateGrammars::builtin().value();
    const std::vector<std::string> reads{"KX8412", "KX8412", "KX8412"};
    EXPECT_EQ(fused(grammars.with(lopsided('B', '8')), reads), "KX8412");
}

TEST(SignConfusion, ASignTooManyIsLeftOutWhereThatWasMeasuredAndAFormAsksForIt) {
    const PlateGrammars grammars = PlateGrammars::builtin().value();
    SignCounts counts;
    counts.add('A', 'A', 1000);
    counts.add(kNoSign, '1', 50);
    const auto measured = std::make_shared<const SignConfusion>(SignConfusion::measured(counts));
    const auto characters = sure_read("1AB12CDE").characters;
    const std::vector<std::string> gb{"gb"};
    EXPECT_EQ(grammars.resolve(characters, gb).text, "1AB12CDE");
    EXPECT_EQ(grammars.with(measured).resolve(characters, gb).text, "AB12CDE");
    EXPECT_EQ(grammars.with(measured).resolve(sure_read("AB12CDE").characters, gb).text, "AB12CDE");
}

TEST(SignConfusion, ASureRightReadStaysAsSureWhateverElseIsConfused) {
    const PlateGrammars grammars = PlateGrammars::builtin().value();
    const std::vector<std::string> gb{"gb"};
    SignCounts counts; // signs that are hardly ever lost or misread
    for (const char32_t sign : std::u32string_view{U"AB12CDE"})
        counts.add(sign, sign, 500);
    const auto measured = std::make_shared<const SignConfusion>(SignConfusion::measured(counts));
    const auto characters = sure_read("AB12CDE").characters;
    EXPECT_GT(grammars.with(measured).resolve(characters, gb).confidence,
              grammars.resolve(characters, gb).confidence - 1e-3F);
}

TEST(LoadConfusion, ReadsTheTableThatTheManifestNames) {
    const TemporaryFolder folder;
    infer::Manifest manifest;
    const auto none = load_confusion(manifest);
    ASSERT_TRUE(none);
    EXPECT_EQ(*none, nullptr);
    manifest.extra_files["confusion"] = folder.write("c.csv", "true,read,weight\n8,B,10\n8,8,90\n");
    const auto loaded = load_confusion(manifest);
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_NEAR(likelihood(**loaded, '8', 'B'), (10 + 1) / 200.0, 1e-12);
    manifest.extra_files["confusion"] = folder.path() / "absent.csv";
    const auto absent = load_confusion(manifest);
    ASSERT_FALSE(absent);
    EXPECT_NE(absent.error().message().find("absent.csv"), std::string::npos);
    manifest.extra_files["confusion"] = folder.write("bad.csv", "8;B\n");
    EXPECT_FALSE(load_confusion(manifest));
}

} // namespace
} // namespace vedette::vision
