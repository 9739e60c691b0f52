#include "vedette/vision/eval/face_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "testing/temporary_folder.h"

namespace vedette::vision {
namespace {

/// A face in the plane, at an angle: two are as alike as the cosine between them.
FaceSample face(std::size_t person, double degrees) {
    const double angle = degrees * std::numbers::pi / 180;
    return {person, {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))}};
}

double cosine(double degrees) { return std::cos(degrees * std::numbers::pi / 180); }

TEST(FaceVerification, PersonsThatAreFarApartAreToldWithoutError) {
    const std::vector<FaceSample> faces{face(0, 0), face(0, 10), face(1, 60), face(1, 90)};
    const auto score = score_verification(faces);
    ASSERT_TRUE(score) << score.error().message();
    EXPECT_EQ(score->same, 2);
    EXPECT_EQ(score->different, 4);
    ASSERT_EQ(score->at.size(), 2U);
    EXPECT_DOUBLE_EQ(score->at[0].hit_rate, 1);
    EXPECT_DOUBLE_EQ(score->at[0].reached, 0);
    EXPECT_NEAR(score->at[0].threshold, cosine(30), 1e-6) << "the two that are least alike";
    EXPECT_DOUBLE_EQ(score->equal_error, 0);
    EXPECT_NEAR(score->best_threshold, cosine(30), 1e-6);
    EXPECT_DOUBLE_EQ(score->best_hit_rate, 1);
    EXPECT_DOUBLE_EQ(score->at[0].hit_interval.low, 1);
}

TEST(FaceVerification, RatesAreThoseCountedByHand) {
    // Of one person: 1 and 40 degrees apart. Of two: 20, 21, 20 and 19 degrees.
    const std::vector<FaceSample> faces{face(0, 0), face(0, 40), face(1, 20), face(1, 21)};
    const auto score = score_verification(faces, {.false_rates = {0.2, 0.25, 1}});
    ASSERT_TRUE(score);
    EXPECT_DOUBLE_EQ(score->at[0].hit_rate, 0.5);
    EXPECT_DOUBLE_EQ(score->at[0].reached, 0);
    EXPECT_NEAR(score->at[0].threshold, cosine(1), 1e-6);
    EXPECT_DOUBLE_EQ(score->at[1].reached, 0.25);
    EXPECT_NEAR(score->at[1].threshold, cosine(19), 1e-6);
    EXPECT_DOUBLE_EQ(score->at[2].hit_rate, 1);
    // Half is missed until all are accepted; half of the false ones are in by then.
    EXPECT_DOUBLE_EQ(score->equal_error, 0.5);
    EXPECT_NEAR(score->best_threshold, cosine(1), 1e-6);
}

TEST(FaceVerification, AFaceThatWasNotFoundIsMissed) {
    const std::vector<FaceSample> faces{face(0, 0), face(0, 1), FaceSample{0, {}}, face(1, 90)};
    const auto score = score_verification(faces);
    ASSERT_TRUE(score);
    EXPECT_EQ(score->same, 3);
    EXPECT_DOUBLE_EQ(score->at[0].hit_rate, 1.0 / 3);
}

TEST(FaceVerification, NeedsSomethingToCompare) {
    for (const auto& faces : {std::vector<FaceSample>{},
                              {face(0, 0)},
                              {face(0, 0), face(0, 1)},
                              {face(0, 0), face(1, 1)}}) {
        EXPECT_EQ(score_verification(faces).error().code(), ErrorCode::invalid_argument);
        EXPECT_EQ(score_identification(faces).error().code(), ErrorCode::invalid_argument);
    }
    const std::vector<FaceSample> many(2001, face(0, 0));
    EXPECT_EQ(score_verification(many).error().code(), ErrorCode::resource_exhausted);
}

std::vector<FaceSample> random_faces(unsigned seed) {
    std::mt19937 random{seed};
    std::uniform_real_distribution<double> where{0, 360};
    std::normal_distribution<double> spread{0, 25};
    std::vector<FaceSample> out;
    for (std::size_t person = 0; person < 8; ++person) {
        const double middle = where(random);
        for (unsigned i = 0; i < 1 + random() % 4; ++i)
            out.push_back(face(person, middle + spread(random)));
    }
    out.push_back(face(0, where(random)));
    return out;
}

class RandomFaces : public ::testing::TestWithParam<unsigned> {};

TEST_P(RandomFaces, GiveACurveThatRisesWhateverTheirOrder) {
    std::vector<FaceSample> faces = random_faces(GetParam());
    const FaceScoringOptions options{.resamples = 200, .splits = 20};
    const auto score = score_verification(faces, options);
    ASSERT_TRUE(score) << score.error().message();
    ASSERT_LE(score->roc.size(), 200U);
    FaceRocPoint before{2, 0, 0};
    for (const FaceRocPoint& point : score->roc) {
        EXPECT_LT(point.threshold, before.threshold);
        EXPECT_GE(point.false_rate, before.false_rate);
        EXPECT_GE(point.hit_rate, before.hit_rate);
        before = point;
    }
    EXPECT_DOUBLE_EQ(before.false_rate, 1);
    EXPECT_DOUBLE_EQ(before.hit_rate, 1);
    EXPECT_GE(score->equal_error, 0);
    EXPECT_LE(score->equal_error, 1);
    for (const FaceOperatingPoint& at : score->at) {
        EXPECT_LE(at.reached, at.false_rate);
        EXPECT_LE(at.hit_interval.low, at.hit_interval.high);
    }
    std::mt19937 random{GetParam()};
    std::shuffle(faces.begin(), faces.end(), random);
    const auto again = score_verification(faces, options);
    ASSERT_TRUE(again);
    EXPECT_DOUBLE_EQ(again->equal_error, score->equal_error);
    for (std::size_t i = 0; i < score->at.size(); ++i) {
        EXPECT_DOUBLE_EQ(again->at[i].hit_rate, score->at[i].hit_rate);
        EXPECT_DOUBLE_EQ(again->at[i].hit_interval.low, score->at[i].hit_interval.low)
            << "the draws are of persons, and those keep their numbers";
    }
}

TEST_P(RandomFaces, AreLookedUpTheSameWayEveryTime) {
    const std::vector<FaceSample> faces = random_faces(GetParam());
    const FaceScoringOptions options{.false_rates = {0.01, 0.2, 1}, .splits = 20};
    const auto scores = score_identification(faces, options);
    ASSERT_TRUE(scores) << scores.error().message();
    ASSERT_EQ(scores->size(), 3U);
    double before = 0;
    for (const IdentificationScore& score : *scores) {
        EXPECT_GE(score.hit_rate, before) << "more errors allowed, more found";
        EXPECT_LE(score.hit_rate, 1);
        EXPECT_EQ(score.enrolled, 4);
        before = score.hit_rate;
    }
    EXPECT_DOUBLE_EQ(score_identification(faces, options)->front().hit_rate,
                     scores->front().hit_rate);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFaces, ::testing::Range(1U, 25U));

TEST(FaceIdentification, NamesTheKnownAndNobodyElse) {
    std::vector<FaceSample> faces;
    for (std::size_t person = 0; person < 4; ++person)
        for (const double off : {0.0, 5.0, 8.0})
            faces.push_back(face(person, 90 * static_cast<double>(person) + off));
    const auto scores = score_identification(faces);
    ASSERT_TRUE(scores);
    EXPECT_DOUBLE_EQ(scores->front().hit_rate, 1);
    EXPECT_EQ(scores->front().enrolled, 2);
    EXPECT_DOUBLE_EQ(scores->front().known, 4);
    EXPECT_DOUBLE_EQ(scores->front().unknown, 6);
}

TEST(FaceIdentification, TwoWhoLookAlikeAreMistakenForEachOther) {
    // Whoever of the twins is enrolled, the other's pictures are nearer to it than its own second.
    const std::vector<FaceSample> faces{face(0, 0), face(0, 30), face(1, 1), face(1, 31)};
    const auto scores = score_identification(faces, {.false_rates = {0.1, 1}});
    ASSERT_TRUE(scores);
    EXPECT_DOUBLE_EQ((*scores)[0].hit_rate, 0);
    EXPECT_DOUBLE_EQ((*scores)[1].hit_rate, 1);
}

TEST(FaceCount, ANoseIsFoundByOneBoxAlone) {
    FaceCountTally tally;
    tally.add({"a.jpg", 3, {{50, 50}, {150, 50}, {250, 50}}},
              {{{30, 30, 40, 40}, 0.9},      // the first
               {{32, 32, 40, 40}, 0.8},      // again
               {{120, 20, 60, 60}, 0.7},     // the second
               {{400, 400, 40, 40}, 0.95}}); // nobody
    EXPECT_EQ(tally.recall(), (Share{2, 3}));
    EXPECT_EQ(tally.precision(), (Share{2, 4}));
    EXPECT_EQ(tally.right_count(), (Share{0, 1}));
}

TEST(FaceCount, ABoxAroundTwoNosesTakesTheOneInItsMiddle) {
    FaceCountTally tally;
    tally.add({"a.jpg", 2, {{10, 50}, {50, 50}}},
              {{{0, 0, 100, 100}, 0.9}, {{0, 40, 20, 20}, 0.8}});
    EXPECT_EQ(tally.recall(), (Share{2, 2}));
    EXPECT_EQ(tally.right_count(), (Share{1, 1}));
}

TEST(FaceCount, WithoutNosesTheNumberDecides) {
    FaceCountTally tally;
    tally.add({"a.jpg", 2, {}}, {{{0, 0, 9, 9}, 0.9}, {{20, 0, 9, 9}, 0.9}, {{40, 0, 9, 9}, 0.9}});
    tally.add({"b.jpg", 2, {}}, {{{0, 0, 9, 9}, 0.9}});
    tally.add({"c.jpg", 0, {}}, {});
    EXPECT_EQ(tally.recall(), (Share{3, 4}));
    EXPECT_EQ(tally.precision(), (Share{3, 4}));
    EXPECT_EQ(tally.right_count(), (Share{1, 3}));
}

TEST(CountedFaces, AreReadFromATable) {
    TemporaryFolder folder;
    const auto faces = load_counted_faces(
        folder.write("labels.tsv", "file\tfaces\tperson\tnose_points\n"
                                   "a.jpg\t2\t\t10,20 30.5,40\nb.jpg\t0\t\t\nc.jpg\t3\t\t\n"));
    ASSERT_TRUE(faces) << faces.error().message();
    ASSERT_EQ(faces->size(), 3U);
    ASSERT_EQ((*faces)[0].noses.size(), 2U);
    EXPECT_FLOAT_EQ((*faces)[0].noses[1].x, 30.5F);
    EXPECT_EQ((*faces)[1].faces, 0);
    EXPECT_EQ((*faces)[2].faces, 3);
    for (const auto& [row, words] : std::vector<std::pair<std::string, std::string>>{
             {"a.jpg\tmany\t\t", ":2: has 'many'"},
             {"a.jpg\t1.5\t\t", ":2: has '1.5'"},
             {"a.jpg\t-1\t\t", ":2: has '-1'"},
             {"a.jpg\t1\t\t10;20", ":2: has '10;20'"},
             {"a.jpg\t1\t\t10,y", ":2: has '10,y'"},
             {"a.jpg\t1\t\t1,2 3,4", ":2: has 2 points for 1 faces"}}) {
        const auto wrong = load_counted_faces(
            folder.write("labels.tsv", "file\tfaces\tperson\tnose_points\n" + row + "\n"));
        ASSERT_FALSE(wrong) << row;
        EXPECT_NE(wrong.error().message().find(words), std::string::npos)
            << wrong.error().message();
    }
}

} // namespace
} // namespace vedette::vision
