#include "vedette/vision/eval/plate_metrics.h"

#include <gtest/gtest.h>

#include "testing/temporary_folder.h"

namespace vedette::vision {
namespace {

PlatePicture picture(std::vector<PlateTruth> plates) { return {"a.jpg", std::move(plates)}; }

PlateAnswer answer(PixelBox box, std::string text, double confidence = 0.9) {
    return {box, text, std::move(text), confidence, confidence / 2};
}

constexpr PixelBox kBox{100, 100, 80, 20};

TEST(PlateTally, AFoundAndRightPlateCountsEverywhere) {
    PlateTally tally{{}};
    const std::vector<PixelBox> found{{102, 101, 80, 20}};
    tally.add(picture({{kBox, "RK099AN"}}), found, std::vector{answer(found[0], "RK099AN")});
    const PlateScore& score = tally.score();
    EXPECT_EQ(score.detected, (Share{1, 1}));
    EXPECT_EQ(score.observed.exact, (Share{1, 1}));
    EXPECT_EQ(score.observed.exact_folded, (Share{1, 1}));
    EXPECT_EQ(score.observed.edits, 0);
    EXPECT_EQ(score.observed.characters, 7);
    EXPECT_EQ(score.false_reads, 0);
}

TEST(PlateTally, FoldingForgivesOAndI) {
    PlateTally tally{{}};
    tally.add(picture({{kBox, "RKO99AN"}}), {}, std::vector{answer(kBox, "RK099AN")});
    EXPECT_EQ(tally.score().observed.exact, (Share{0, 1}));
    EXPECT_EQ(tally.score().observed.exact_folded, (Share{1, 1}));
    EXPECT_EQ(tally.score().observed.edits, 1);
}

TEST(PlateTally, ALabelWithoutAReadCostsItsLength) {
    PlateTally tally{{}};
    tally.add(picture({{kBox, "ABC123"}}), {}, {});
    EXPECT_EQ(tally.score().detected, (Share{0, 1}));
    EXPECT_DOUBLE_EQ(tally.score().observed.character_error_rate(), 1.0);
}

TEST(PlateTally, AReadElsewhereIsFalseIfItIsConfident) {
    PlateTally tally{{}};
    const PixelBox sign{400, 10, 60, 20};
    tally.add(picture({{kBox, "ABC123"}}), std::vector{sign},
              std::vector{answer(sign, "PARKING", 0.9), answer({10, 400, 60, 20}, "EXIT", 0.3)});
    EXPECT_EQ(tally.score().false_reads, 1);
    EXPECT_EQ(tally.score().observed.exact, (Share{0, 1}));
    EXPECT_DOUBLE_EQ(tally.score().false_reads_per_picture(), 1.0);
}

TEST(PlateTally, ALooseBoxReadsButDoesNotDetect) {
    PlateTally tally{{}};
    const PixelBox loose{80, 80, 140, 70};
    tally.add(picture({{kBox, "ABC123"}}), std::vector{loose},
              std::vector{answer(loose, "ABC123")});
    EXPECT_EQ(tally.score().detected, (Share{0, 1}));
    EXPECT_EQ(tally.score().observed.exact, (Share{1, 1}));
}

TEST(PlateTally, TellsWhatBecameOfEachLabelAndPicture) {
    PlateTally tally{{}};
    const PixelBox sign{400, 10, 60, 20};
    tally.add(picture({{kBox, "ABC123"}, {std::nullopt, "XYZ"}, {PixelBox{300, 300, 80, 20}, ""}}),
              std::vector{kBox}, std::vector{answer(kBox, "ABC123")});
    tally.add(picture({{kBox, "ABC123"}}), std::vector{kBox, sign},
              std::vector{answer(kBox, "ABC128"), answer(sign, "EXIT", 0.3)});
    tally.add(picture({}), {}, std::vector{answer(sign, "PARKING", 0.9)});
    EXPECT_EQ(tally.score().labels,
              (std::vector<LabelOutcome>{
                  {true, true}, {std::nullopt, false}, {false, std::nullopt}, {true, false}}));
    EXPECT_EQ(tally.score().outcomes,
              (std::vector<PictureOutcome>{{true, true}, {false, true}, {true, false}}));
}

TEST(PlateTally, CropsNeedNoBox) {
    PlateTally tally{{}};
    tally.add(picture({{std::nullopt, "ABC123"}}), {},
              std::vector{answer({0, 0, 90, 30}, "ABC128")});
    EXPECT_EQ(tally.score().detected.total, 0);
    EXPECT_EQ(tally.score().observed.exact, (Share{0, 1}));
    EXPECT_EQ(tally.score().observed.edits, 1);
    EXPECT_EQ(tally.score().false_reads, 0);
}

TEST(PlateTally, BoxesWithoutTextCountForDetectionAlone) {
    PlateTally tally{{}};
    tally.add(picture({{kBox, ""}}), std::vector{kBox}, std::vector{answer(kBox, "ABC123")});
    EXPECT_EQ(tally.score().detected, (Share{1, 1}));
    EXPECT_EQ(tally.score().observed.exact.total, 0);
    EXPECT_EQ(tally.score().false_reads, 0);
}

TEST(PlateTally, CountsWhichSignsAreReadAsWhich) {
    PlateTally tally{{}};
    tally.add(picture({{kBox, "RK099AN"}}), {},
              std::vector{answer(kBox, "RKO99N", 0.9), answer(kBox, "QQQQQQQ", 0.8)});
    tally.add(picture({{std::nullopt, "AB1"}}), {}, std::vector{answer({0, 0, 9, 3}, "AB17")});
    const SignScore& signs = tally.score().signs;
    EXPECT_EQ(signs.reads, 2);
    EXPECT_EQ(signs.left_out, 0);
    EXPECT_EQ(signs.counts.count('0', 'O'), 1);
    EXPECT_EQ(signs.counts.count('A', kNoSign), 1);
    EXPECT_EQ(signs.counts.count('A', 'A'), 1);
    EXPECT_EQ(signs.counts.count(kNoSign, '7'), 1);
    EXPECT_EQ(signs.counts.count('9', '9'), 2);
    EXPECT_EQ(signs.counts.total('A'), 2);
    EXPECT_EQ(signs.sure.count('0', 'O'), 1) << "where no confidence is told, all count";
    EXPECT_EQ(signs.sure.count('A', kNoSign), 0);
    EXPECT_EQ(signs.counts.count('R', 'Q'), 0) << "only the most confident read counts";
}

TEST(PlateTally, TheSignsOfAReadOfSomethingElseDoNotCount) {
    PlateTally tally{{}};
    tally.add(picture({{kBox, "RK099AN"}}), {}, std::vector{answer(kBox, "TAXI")});
    EXPECT_TRUE(tally.score().signs.counts.empty());
    EXPECT_EQ(tally.score().signs.left_out, 1);
}

TEST(PlateTally, TheMostConfidentReadOfALabelCountsForReliability) {
    PlateTally tally{{}};
    tally.add(picture({{kBox, "RKO99AN"}}), {},
              std::vector{answer(kBox, "RK099AN", 0.95), answer(kBox, "XYZ", 0.9)});
    tally.add(picture({{kBox, "ABC123"}}), {}, std::vector{answer(kBox, "ABC128", 0.93)});
    tally.add(picture({{kBox, "ABC123"}}), {}, {}); // nothing was said, so nothing was promised
    const auto curve = tally.score().observed.reliability.curve();
    ASSERT_EQ(curve.size(), 2U);
    EXPECT_EQ(curve[0].right, 0);
    EXPECT_EQ(curve[1].right, 1) << "O for 0 is right";
    EXPECT_DOUBLE_EQ(curve[1].confidence_sum, 0.95);
    EXPECT_DOUBLE_EQ(tally.score().resolved.reliability.curve()[1].confidence_sum, 0.475);
}

TEST(PlateTally, EverySignThatWasReadCountsForTheReliabilityOfSigns) {
    PlateTally tally{{}};
    PlateAnswer read = answer(kBox, "WXA0BD7");
    read.sign_confidence = {0.99F, 0.98F, 0.95F, 0.92F, 0.7F, 0.97F, 0.2F};
    tally.add(picture({{kBox, "WXAOCD"}}), {}, std::vector{read});
    const SignCounts& sure = tally.score().signs.sure;
    EXPECT_EQ(sure.count('O', '0'), 1);
    EXPECT_EQ(sure.total('C'), 0) << "it was in doubt of that itself";
    EXPECT_EQ(sure.total(kNoSign), 0);
    const auto curve = tally.score().signs.reliability.curve();
    ASSERT_EQ(curve.size(), 7U);
    EXPECT_EQ(curve[0].right, 0) << "a sign too many";
    EXPECT_EQ(curve[1].right, 0) << "C read as B";
    EXPECT_EQ(curve[2].right, 1) << "O for 0";
    EXPECT_EQ(curve[3].right, 1);
    EXPECT_NEAR(curve[3].confidence_sum, 0.95, 1e-6);
}

TEST(Wilson95, IsTheKnownInterval) {
    // 48 of 53: Newcombe's example form, computed by hand with z = 1.96.
    const Interval interval = wilson95({48, 53});
    EXPECT_NEAR(interval.low, 0.7974, 5e-4);
    EXPECT_NEAR(interval.high, 0.9590, 5e-4);
    EXPECT_DOUBLE_EQ(wilson95({5, 5}).high, 1.0);
    EXPECT_DOUBLE_EQ(wilson95({0, 5}).low, 0.0);
    EXPECT_DOUBLE_EQ(wilson95({0, 0}).high, 1.0);
}

class PlateData : public ::testing::Test {
protected:
    void write(const std::string& name, const std::string& text) const {
        temporary_.write(name, text);
    }

    const TemporaryFolder temporary_;
    const std::filesystem::path folder_ = temporary_.path();
};

TEST_F(PlateData, ReadsBoxesAndTextsAndJoinsLinesOfOnePicture) {
    write("labels.tsv", "file\tx\ty\tw\th\ttext\nb.jpg\t1\t2\t30\t10\tab-12 "
                        "cd\na.jpg\t1.5\t2\t3\t4\t\r\nb.jpg\t5\t6\t7\t8\tEF\n");
    const auto pictures = load_plate_pictures(folder_);
    ASSERT_TRUE(pictures) << pictures.error().message();
    ASSERT_EQ(pictures->size(), 2U);
    EXPECT_EQ(pictures->front().file, folder_ / "b.jpg");
    ASSERT_EQ(pictures->front().plates.size(), 2U);
    EXPECT_EQ(pictures->front().plates[0].text, "AB12CD");
    EXPECT_EQ(pictures->front().plates[0].box, (PixelBox{1, 2, 30, 10}));
    EXPECT_EQ(pictures->back().plates[0].text, "");
}

TEST_F(PlateData, ReadsCropsByTextAlone) {
    write("labels.tsv", "file\ttext\tstate\na.png\tABC123\tny\n");
    const auto pictures = load_plate_pictures(folder_);
    ASSERT_TRUE(pictures);
    EXPECT_FALSE(pictures->front().plates[0].box);
    EXPECT_EQ(pictures->front().plates[0].text, "ABC123");
}

TEST_F(PlateData, ReadsCcpdNames) {
    write("025-95_113-154&383_386&473-386&473_177&454_154&383_363&402-0_0_22_27_27_33_16-37-15.jpg",
          "");
    write("holiday.jpg", "");
    const auto pictures = load_plate_pictures(folder_);
    ASSERT_TRUE(pictures) << pictures.error().message();
    ASSERT_EQ(pictures->size(), 1U);
    EXPECT_EQ(pictures->front().plates[0].text, "皖AY339S");
    EXPECT_EQ(pictures->front().plates[0].box, (PixelBox{154, 383, 232, 90}));
}

TEST_F(PlateData, PassesOverNamesWhoseNumbersAreNone) {
    write("025-95_113-154&383_386&473-386&473-nan_0_22_27_27_33_16-37-15.jpg", "");
    write("025-95_113-inf&383_386&473-386&473-0_0_22_27_27_33_16-37-15.jpg", "");
    write("025-95_113-154&383_386&473-386&473-0_0_22_27_27_33_99-37-15.jpg", "");
    EXPECT_FALSE(load_plate_pictures(folder_));
    write("labels.tsv", "file\tx\ty\tw\th\ttext\na.jpg\tnan\t1\t2\t4\tAB\n");
    const auto broken = load_plate_pictures(folder_);
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message().find("'nan'"), std::string::npos);
}

TEST_F(PlateData, ABrokenLabelIsNamedWithItsLine) {
    write("labels.tsv", "file\tx\ty\tw\th\ttext\na.jpg\t1\t2\tx\t4\tAB\n");
    const auto broken = load_plate_pictures(folder_);
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(broken.error().message().find("labels.tsv:2"), std::string::npos)
        << broken.error().message();
    write("labels.tsv", "file\tx\ty\tw\th\na.jpg\t1\t2\t3\n");
    EXPECT_FALSE(load_plate_pictures(folder_));
    write("labels.tsv", "x\ty\n");
    EXPECT_FALSE(load_plate_pictures(folder_));
}

TEST_F(PlateData, AFolderWithoutLabelsIsNotFound) {
    const auto none = load_plate_pictures(folder_);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), ErrorCode::not_found);
}

} // namespace
} // namespace vedette::vision
