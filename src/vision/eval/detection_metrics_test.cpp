#include "vedette/vision/eval/detection_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "testing/temporary_folder.h"

namespace vedette::vision {
namespace {

constexpr double kSide = 40;

/// The i-th of places that do not touch each other.
PixelBox at(int i, double side = kSide) { return {i * 200.0, 0, side, side}; }

LabelledBox label(const PixelBox& box, std::string name = "car") { return {box, std::move(name)}; }
LabelledBox ignored(const PixelBox& box, std::string name = "") {
    return {box, std::move(name), true};
}
FoundBox found(const PixelBox& box, double score, std::string name = "car") {
    return {box, std::move(name), score};
}

DetectionScore score_one(JudgedPicture picture, const DetectionScoringOptions& options = {},
                         const SizeBin& size = {}) {
    return score_detections(std::vector{std::move(picture)}, "car", options, size);
}

TEST(DetectionScore, IsTheAreaUnderTheFallingCurve) {
    // right .9, wrong .8, right .7, wrong .6 of three labels: (1/3, 1) (1/3, 1/2) (2/3, 2/3)
    // (2/3, 1/2); made falling: 1 up to 1/3, 2/3 up to 2/3.
    const DetectionScore score =
        score_one({{label(at(0)), label(at(1)), label(at(2))},
                   {found(at(0), 0.9), found(at(5), 0.8), found(at(1), 0.7), found(at(6), 0.6)}});
    EXPECT_EQ(score.labels, 3);
    EXPECT_DOUBLE_EQ(score.average_precision.value(), 1.0 / 3 + 2.0 / 9);
    EXPECT_EQ(score.recall, (Share{2, 3}));
    EXPECT_EQ(score.precision, (Share{2, 4}));
    EXPECT_DOUBLE_EQ(score.mean_iou(), 1);
}

TEST(DetectionScore, RisesAgainWhereALaterPointIsMorePrecise) {
    // wrong .9, right .8, right .7 of two: (0, 0) (1/2, 1/2) (1, 2/3): 2/3 everywhere.
    const DetectionScore score = score_one(
        {{label(at(0)), label(at(1))}, {found(at(5), 0.9), found(at(0), 0.8), found(at(1), 0.7)}});
    EXPECT_DOUBLE_EQ(score.average_precision.value(), 2.0 / 3);
}

TEST(DetectionScore, EqualScoresAreOnePointWhateverTheirOrder) {
    const std::vector<FoundBox> first{found(at(0), 0.8), found(at(5), 0.8)};
    const std::vector<FoundBox> second{found(at(5), 0.8), found(at(0), 0.8)};
    EXPECT_DOUBLE_EQ(score_one({{label(at(0))}, first}).average_precision.value(), 0.5);
    EXPECT_DOUBLE_EQ(score_one({{label(at(0))}, second}).average_precision.value(), 0.5);
}

TEST(DetectionScore, AnswersOfEqualScoreInSeveralPicturesAreOnePointToo) {
    const std::vector<JudgedPicture> pictures{{{label(at(0))}, {found(at(0), 0.8)}},
                                              {{}, {found(at(0), 0.8)}}};
    EXPECT_DOUBLE_EQ(score_detections(pictures, "car", {}).average_precision.value(), 0.5);
}

TEST(DetectionScore, ASecondBoxOnTheSameThingIsWrong) {
    const DetectionScore score =
        score_one({{label(at(0))}, {found(at(0), 0.9), found(at(0), 0.8)}});
    EXPECT_EQ(score.precision, (Share{1, 2}));
    EXPECT_DOUBLE_EQ(score.average_precision.value(), 1) << "all was found before";
    const DetectionScore with_more = score_one(
        {{label(at(0)), label(at(1))}, {found(at(0), 0.9), found(at(0), 0.8), found(at(1), 0.7)}});
    EXPECT_DOUBLE_EQ(with_more.average_precision.value(), 0.5 + 0.5 * 2 / 3);
}

TEST(DetectionScore, TheMoreCertainBoxTakesTheLabelFromTheBetterOne) {
    const PixelBox shifted{10, 0, kSide, kSide}; // overlap 30 / 50
    const DetectionScore score =
        score_one({{label(at(0))}, {found(at(0), 0.6), found(shifted, 0.9)}});
    EXPECT_EQ(score.precision, (Share{1, 2}));
    EXPECT_NEAR(score.mean_iou(), 0.6, 1e-12);
}

TEST(DetectionScore, OverlapCountsFromTheLimitOn) {
    const PixelBox half{0, 0, kSide, kSide / 2}; // exactly 0.5
    EXPECT_EQ(score_one({{label(at(0))}, {found(half, 0.9)}}).recall, (Share{1, 1}));
    const PixelBox less{0, 0, kSide, kSide / 2 - 0.1};
    EXPECT_EQ(score_one({{label(at(0))}, {found(less, 0.9)}}).recall, (Share{0, 1}));
}

TEST(DetectionScore, ALabelThatIsNowhereHasNoAveragePrecision) {
    const DetectionScore score = score_one({{}, {found(at(0), 0.9)}});
    EXPECT_FALSE(score.average_precision.has_value());
    EXPECT_EQ(score.precision, (Share{0, 1}));
    EXPECT_FALSE(score_detections({}, "car", {}).average_precision.has_value());
}

TEST(DetectionScore, NothingFoundIsZero) {
    const DetectionScore score = score_one({{label(at(0))}, {}});
    EXPECT_EQ(score.average_precision, 0.0);
    EXPECT_EQ(score.recall, (Share{0, 1}));
    EXPECT_EQ(score.precision, (Share{0, 0}));
}

TEST(DetectionScore, AnotherLabelIsNoAnswer) {
    const DetectionScore score = score_one({{label(at(0))}, {found(at(0), 0.9, "bus")}});
    EXPECT_EQ(score.recall, (Share{0, 1}));
    EXPECT_EQ(score.precision, (Share{0, 0})) << "held against the buses, not the cars";
}

TEST(DetectionScore, WhatLiesInAnIgnoredBoxIsNeitherRightNorWrong) {
    const PixelBox crowd{200, 0, 400, 100};
    const PixelBox half_inside{180, 0, kSide, kSide};
    const PixelBox outside{159, 0, kSide, kSide};
    const DetectionScore score = score_one(
        {{label(at(0)), ignored(crowd)},
         {found(at(0), 0.9), found({210, 0, kSide, kSide}, 0.8), found({300, 0, kSide, kSide}, 0.8),
          found(half_inside, 0.8), found(outside, 0.7)}});
    EXPECT_EQ(score.labels, 1) << "the ignored box is not asked for";
    EXPECT_EQ(score.precision, (Share{1, 2}));
}

TEST(DetectionScore, AnIgnoredBoxOfALabelIsAboutThatLabelAlone) {
    const JudgedPicture picture{{ignored(at(0), "car"), ignored(at(1), "bus")},
                                {found(at(0), 0.9), found(at(1), 0.9)}};
    EXPECT_EQ(score_one(picture).precision, (Share{0, 1}));
}

TEST(DetectionScore, ALabelInsideAnIgnoredBoxIsStillAskedFor) {
    const JudgedPicture picture{{label(at(0)), ignored({0, 0, 1000, 1000})}, {found(at(0), 0.9)}};
    EXPECT_EQ(score_one(picture).recall, (Share{1, 1}));
    EXPECT_EQ(score_one(picture).precision, (Share{1, 1}));
}

TEST(DetectionScore, OfAnotherSizeIsNeitherAskedForNorFalse) {
    const std::vector<SizeBin> sizes = coco_sizes();
    const JudgedPicture picture{{label(at(0, 20)), label(at(1, 40)), label(at(2, 120))},
                                {found(at(0, 20), 0.9), found(at(1, 40), 0.8),
                                 found(at(5, 20), 0.7), found(at(6, 120), 0.6)}};
    const DetectionScore small = score_one(picture, {}, sizes[0]);
    EXPECT_EQ(small.recall, (Share{1, 1}));
    EXPECT_EQ(small.precision, (Share{1, 2}));
    const DetectionScore medium = score_one(picture, {}, sizes[1]);
    EXPECT_EQ(medium.recall, (Share{1, 1}));
    EXPECT_EQ(medium.precision, (Share{1, 1}));
    const DetectionScore large = score_one(picture, {}, sizes[2]);
    EXPECT_EQ(large.recall, (Share{0, 1}));
    EXPECT_EQ(large.precision, (Share{0, 1}));
}

TEST(DetectionScore, ALabelOfThisSizeIsFoundByABoxOfAnother) {
    const PixelBox larger{0, 0, 34, 34};
    const JudgedPicture picture{{label({0, 0, 31, 31})}, {found(larger, 0.9)}};
    EXPECT_EQ(score_one(picture, {}, coco_sizes()[0]).recall, (Share{1, 1}));
    EXPECT_EQ(score_one(picture, {}, coco_sizes()[1]).precision, (Share{0, 0}))
        << "its label is of another size";
}

TEST(SizeBins, MeetWithoutOverlap) {
    const std::vector<SizeBin> sizes = coco_sizes();
    EXPECT_FALSE(sizes[0].contains({0, 0, 32, 32}));
    EXPECT_TRUE(sizes[1].contains({0, 0, 32, 32}));
    EXPECT_FALSE(sizes[1].contains({0, 0, 96, 96}));
    EXPECT_TRUE(sizes[2].contains({0, 0, 96, 96}));
    const std::vector<double> edges{20, 40.5};
    const std::vector<SizeBin> heights = height_bins(edges);
    ASSERT_EQ(heights.size(), 3U);
    EXPECT_EQ(heights[0].name, "below 20 px high");
    EXPECT_EQ(heights[1].name, "20 to 40.5 px high");
    EXPECT_EQ(heights[2].name, "from 40.5 px high");
    EXPECT_TRUE(heights[1].contains({0, 0, 500, 20}));
    EXPECT_TRUE(height_bins({}).empty());
}

TEST(DetectionScore, PartialLabelsSayNothingOfWhatElseIsFound) {
    const DetectionScore score = score_one(
        {{label(at(0)), label(at(1))}, {found(at(0), 0.9), found(at(5), 0.9)}}, {.partial = true});
    EXPECT_EQ(score.recall, (Share{1, 2}));
    EXPECT_EQ(score.precision, (Share{0, 0}));
    EXPECT_FALSE(score.average_precision.has_value());
}

TEST(DetectionScore, TakesNoScoreThatIsNoNumber) {
    const DetectionScore score = score_one({{label(at(0))}, {found(at(0), std::nan(""))}});
    EXPECT_EQ(score.average_precision, 0.0);
}

/// Pictures of random boxes, many of them alike, with scores that repeat.
class RandomPictures : public ::testing::TestWithParam<unsigned> {
protected:
    std::vector<JudgedPicture> pictures() {
        std::vector<JudgedPicture> out(5);
        for (JudgedPicture& picture : out) {
            for (int i = below(6); i > 0; --i)
                picture.truth.push_back({box(), below(2) == 0 ? "car" : "bus", below(8) == 0});
            for (int i = below(10); i > 0; --i)
                picture.found.push_back({picture.truth.empty() || below(2) == 0
                                             ? box()
                                             : picture
                                                   .truth[static_cast<std::size_t>(below(
                                                       static_cast<int>(picture.truth.size())))]
                                                   .box,
                                         below(3) == 0 ? "bus" : "car", 0.1 * below(10)});
        }
        return out;
    }
    PixelBox box() { return {5.0 * below(20), 5.0 * below(20), 10.0 + 10 * below(10), 50}; }
    int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

    std::mt19937 random_{GetParam()};
};

TEST_P(RandomPictures, NoOrderMattersAndEveryShareIsOne) {
    std::vector<JudgedPicture> all = pictures();
    for (const SizeBin& size : {SizeBin{}, coco_sizes()[0], coco_sizes()[1]}) {
        const DetectionScore before = score_detections(all, "car", {}, size);
        if (before.average_precision) {
            EXPECT_GE(*before.average_precision, 0);
            EXPECT_LE(*before.average_precision, 1);
        }
        EXPECT_EQ(before.average_precision.has_value(), before.labels > 0);
        EXPECT_LE(before.recall.hits, before.recall.total);
        EXPECT_EQ(before.recall.hits, before.precision.hits);
        EXPECT_LE(before.precision.hits, before.precision.total);
        std::shuffle(all.begin(), all.end(), random_);
        for (JudgedPicture& picture : all) {
            std::shuffle(picture.truth.begin(), picture.truth.end(), random_);
            std::shuffle(picture.found.begin(), picture.found.end(), random_);
        }
        const DetectionScore after = score_detections(all, "car", {}, size);
        EXPECT_EQ(before.average_precision, after.average_precision);
        EXPECT_EQ(before.recall, after.recall);
        EXPECT_EQ(before.precision, after.precision);
    }
}

TEST_P(RandomPictures, MoreFalseBoxesNeverHelpAndTheTruthIsPerfect) {
    std::vector<JudgedPicture> all = pictures();
    const auto before = score_detections(all, "car", {}).average_precision;
    all.front().found.push_back(found({5000, 5000, 10, 10}, 0.1 * below(10)));
    if (before) {
        EXPECT_LE(score_detections(all, "car", {}).average_precision.value(), *before + 1e-12);
    }

    for (JudgedPicture& picture : all) {
        picture.found.clear();
        for (const LabelledBox& one : picture.truth)
            if (!one.ignored)
                picture.found.push_back({one.box, one.label, 0.9});
    }
    const DetectionScore perfect = score_detections(all, "car", {});
    if (perfect.labels > 0) {
        EXPECT_DOUBLE_EQ(perfect.average_precision.value(), 1);
    }
}

TEST_P(RandomPictures, VerdictsAddUpToTheScore) {
    const std::vector<JudgedPicture> all = pictures();
    const std::vector<std::string> labels{"car", "bus"};
    long right = 0;
    long wrong = 0;
    long missed = 0;
    for (const JudgedPicture& picture : all) {
        const PictureVerdicts verdicts = judge_picture(picture, labels, {});
        ASSERT_EQ(verdicts.found.size(), picture.found.size());
        ASSERT_EQ(verdicts.missed.size(), verdicts.missed_chances.size());
        right += std::count(verdicts.found.begin(), verdicts.found.end(), Verdict::right);
        wrong += std::count(verdicts.found.begin(), verdicts.found.end(), Verdict::wrong);
        missed += static_cast<long>(verdicts.missed.size());
    }
    Share recall;
    Share precision;
    for (const std::string& name : labels) {
        const DetectionScore score = score_detections(all, name, {});
        recall = {recall.hits + score.recall.hits, recall.total + score.recall.total};
        precision = {precision.hits + score.precision.hits,
                     precision.total + score.precision.total};
    }
    EXPECT_EQ(recall, (Share{right, right + missed}));
    EXPECT_EQ(precision, (Share{right, right + wrong}));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPictures, ::testing::Range(0U, 60U));

TEST(PictureVerdicts, TellWhatWasNearlyFound) {
    const JudgedPicture picture{{label(at(0)), label(at(1)), label(at(2), "bus")},
                                {found(at(0), 0.4), found(at(5), 0.9), found(at(6), 0.9, "dog")}};
    const PictureVerdicts verdicts =
        judge_picture(picture, std::vector<std::string>{"car"}, {.operating_score = 0.5});
    EXPECT_EQ(verdicts.found, (std::vector{Verdict::left_out, Verdict::wrong, Verdict::left_out}));
    ASSERT_EQ(verdicts.missed.size(), 2U) << "buses are not judged";
    EXPECT_EQ(verdicts.missed[0], picture.truth[0]);
    EXPECT_DOUBLE_EQ(verdicts.missed_chances[0], 0.4);
    EXPECT_DOUBLE_EQ(verdicts.missed_chances[1], 0);
}

class LabelledPictures : public ::testing::Test {
protected:
    Result<std::vector<LabelledPicture>> load(const std::string& text) {
        return load_labelled_pictures(folder.write("labels.tsv", text));
    }
    TemporaryFolder folder;
};

TEST_F(LabelledPictures, JoinTheRowsOfAPictureAndKeepThoseThatShowNothing) {
    const auto pictures = load("file\tx\ty\tw\th\tlabel\ttext\r\n"
                               "b.jpg\t1\t2\t3\t4.5\tcar\t\n"
                               "a.jpg\t\t\t\t\t\t\n"
                               "\n"
                               "b.jpg\t5\t6\t7\t8\tplate\tAB12CDE\n");
    ASSERT_TRUE(pictures) << pictures.error().message();
    ASSERT_EQ(pictures->size(), 2U);
    EXPECT_EQ((*pictures)[0].file, folder.path() / "b.jpg");
    EXPECT_EQ((*pictures)[0].boxes,
              (std::vector<LabelledBox>{{{1, 2, 3, 4.5}, "car"}, {{5, 6, 7, 8}, "plate"}}));
    EXPECT_TRUE((*pictures)[1].boxes.empty());
}

TEST_F(LabelledPictures, ALabelWithoutABoxIsSomewhereInThePicture) {
    const auto pictures = load("file\tx\ty\tw\th\tlabel\na.jpg\t\t\t\t\tplate\n");
    ASSERT_TRUE(pictures) << pictures.error().message();
    const JudgedPicture picture{(*pictures)[0].boxes,
                                {found({10, 10, 90, 20}, 0.9, "plate"), found(at(0), 0.9)}};
    EXPECT_EQ(score_detections(std::vector{picture}, "plate", {}).precision, (Share{0, 0}));
    EXPECT_EQ(score_detections(std::vector{picture}, "car", {}).precision, (Share{0, 1}));
}

TEST_F(LabelledPictures, KnowIgnoredBoxes) {
    const auto pictures = load("file\tx\ty\tw\th\tlabel\trole\n"
                               "a.jpg\t1\t2\t3\t4\tperson\tignore\n"
                               "a.jpg\t1\t2\t3\t4\t\tignore\n");
    ASSERT_TRUE(pictures) << pictures.error().message();
    EXPECT_EQ((*pictures)[0].boxes,
              (std::vector<LabelledBox>{{{1, 2, 3, 4}, "person", true}, {{1, 2, 3, 4}, "", true}}));
}

TEST_F(LabelledPictures, IgnoredPartsNeedNoLabel) {
    const auto parts = load_ignored_parts(folder.write("ignored.tsv", "file\tx\ty\tw\th\tlabel\n"
                                                                      "a.jpg\t1\t2\t3\t4\t\n"
                                                                      "a.jpg\t5\t6\t7\t8\tcar\n"));
    ASSERT_TRUE(parts) << parts.error().message();
    ASSERT_EQ(parts->size(), 1U);
    EXPECT_EQ((*parts)[0].boxes,
              (std::vector<LabelledBox>{{{1, 2, 3, 4}, "", true}, {{5, 6, 7, 8}, "car", true}}));
}

TEST_F(LabelledPictures, AMistakeIsNamedWithItsLine) {
    const std::string header = "file\tx\ty\tw\th\tlabel\trole\n";
    for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
             {"", ":1: is empty"},
             {"picture\tx\n", ":1: has no column 'file'"},
             {header + "a.jpg\t1\t2\t3\t4\tcar\t\n\na.jpg\t1\t2\tx\t4\tcar\t\n", ":4: has 'x'"},
             {header + "a.jpg\t1\t2\t3\t\tcar\t\n", ":2: has an incomplete"},
             {header + "a.jpg\t1\t2\t0\t4\tcar\t\n", ":2: has an incomplete or empty"},
             {header + "a.jpg\t1\t2\t3\t4\t\t\n", ":2: has a box without a label"},
             {header + "a.jpg\t1\t2\t3\t4\tcar\tcrowd\n", ":2: has the role 'crowd'"},
             {header + "../a.jpg\t1\t2\t3\t4\tcar\t\n", ":2: names no picture"},
             {header + "a.jpg\tnan\t2\t3\t4\tcar\t\n", ":2: has 'nan'"}}) {
        const auto pictures = load(text);
        ASSERT_FALSE(pictures) << text;
        EXPECT_EQ(pictures.error().code(), ErrorCode::invalid_argument);
        EXPECT_NE(pictures.error().message().find("labels.tsv" + words), std::string::npos)
            << pictures.error().message();
    }
    EXPECT_EQ(load_labelled_pictures(folder.path() / "none.tsv").error().code(),
              ErrorCode::not_found);
}

} // namespace
} // namespace vedette::vision
