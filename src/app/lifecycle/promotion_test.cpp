#include "app/lifecycle/promotion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/lifecycle/models_in_use.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;

infer::Manifest manifest(const std::string& id, int preference) {
    infer::Manifest made;
    made.id = id;
    made.task = "object";
    made.preference = preference;
    made.sha256 = std::string(64, 'a');
    made.path = "/models/" + id + ".model.yaml";
    return made;
}

ModelComparison compared(const infer::Manifest& first, const infer::Manifest& second,
                         vision::PairedCounts labels, vision::PairedCounts nothing_else = {},
                         const std::string& folder = "/labelled") {
    return {.at = WallTime{},
            .task = "object",
            .first = first.full_id(),
            .first_sha256 = first.sha256,
            .second = second.full_id(),
            .second_sha256 = second.sha256,
            .folder = folder,
            .labels = labels,
            .nothing_else = nothing_else};
}

class PromotionTest : public ::testing::Test {
protected:
    void enrol(const infer::Manifest& one) {
        ASSERT_TRUE(known.take(ModelStep::enrol, identity_of(one), "seen", WallTime{}));
    }
    Result<std::vector<StageMove>> promoted(const infer::Manifest& one,
                                            const std::string& reason = {}) {
        return promote(known, identity_of(one), in_use(known, manifests, "object"), reason,
                       WallTime{});
    }
    std::string evidence_of(const std::string& id) { return (*known.named(id))->since().evidence; }

    const infer::Manifest preferred = manifest("preferred", 10);
    const infer::Manifest fresh = manifest("fresh", 1);
    std::vector<infer::Manifest> manifests{fresh, preferred};
    ModelRegister known;
};

TEST_F(PromotionTest, NeedsEvidenceAndSaysHowToDoWithout) {
    enrol(fresh);
    const auto refused = promoted(fresh);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::permission_denied);
    EXPECT_THAT(refused.error().message(), HasSubstr("preferred@1"));
    EXPECT_THAT(refused.error().message(), HasSubstr("--without-evidence REASON"));
    EXPECT_EQ(known.at("object", ModelStage::live), nullptr);
}

TEST_F(PromotionTest, AReasonIsRecordedAndTheOneUsedBeforeIsKnownFromThen) {
    enrol(fresh);
    ASSERT_TRUE(promoted(fresh, "the maker says so"));
    EXPECT_EQ(known.at("object", ModelStage::live)->model.id, "fresh@1");
    EXPECT_THAT(evidence_of("fresh@1"), HasSubstr("without evidence: the maker says so"));
    EXPECT_EQ((*known.named("preferred@1"))->stage(), ModelStage::retired);
}

TEST_F(PromotionTest, GoingBackNeedsNone) {
    enrol(fresh);
    ASSERT_TRUE(promoted(fresh, "the maker says so"));
    const auto back = promoted(preferred);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(known.at("object", ModelStage::live)->model.id, "preferred@1");
    EXPECT_THAT(evidence_of("preferred@1"), HasSubstr("gone back to"));
    EXPECT_EQ((*known.named("fresh@1"))->stage(), ModelStage::retired);
}

TEST_F(PromotionTest, OneThatWasNeverLiveIsNotGoneBackTo) {
    enrol(fresh);
    ASSERT_TRUE(known.take(ModelStep::retire, identity_of(fresh), "asked for", WallTime{}));
    EXPECT_FALSE(promoted(fresh));
}

TEST_F(PromotionTest, TheFirstOfItsTaskHasNothingToBeComparedWith) {
    manifests = {fresh};
    enrol(fresh);
    ASSERT_TRUE(promoted(fresh));
    EXPECT_THAT(evidence_of("fresh@1"), HasSubstr("no other model"));
}

TEST_F(PromotionTest, AComparisonThatIsNotWorseIsEvidence) {
    enrol(fresh);
    known.note(compared(preferred, fresh, {.both = 40, .only_first = 4, .only_second = 3}));
    ASSERT_TRUE(promoted(fresh));
    EXPECT_THAT(evidence_of("fresh@1"), HasSubstr("91.5 % against 93.6 % of 47 labels"));
    EXPECT_THAT(evidence_of("fresh@1"), HasSubstr("not worse at 5 %"));
}

TEST_F(PromotionTest, OneThatIsWorseIsNotPromotedWhateverElseWasCompared) {
    enrol(fresh);
    known.note(compared(preferred, fresh, {.both = 500}, {}, "/easy"));
    known.note(compared(preferred, fresh, {.both = 40, .only_first = 9, .only_second = 1}));
    const auto refused = promoted(fresh);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("is worse than preferred@1"));
    EXPECT_THAT(refused.error().message(), HasSubstr("/labelled"));
    EXPECT_TRUE(promoted(fresh, "it is ten times faster"));
}

TEST_F(PromotionTest, WhoFindsMoreThatIsNotThereIsWorse) {
    enrol(fresh);
    known.note(
        compared(preferred, fresh, {.both = 40, .only_second = 9}, {.both = 10, .only_first = 20}));
    EXPECT_FALSE(promoted(fresh));
}

TEST_F(PromotionTest, FewLabelsAreNoEvidence) {
    enrol(fresh);
    known.note(compared(preferred, fresh, {.both = kLeastLabels - 1}));
    const auto refused = promoted(fresh);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(),
                HasSubstr("vedette models compare preferred@1 fresh@1 --on DIR"));
    known.note(compared(preferred, fresh, {.both = kLeastLabels}));
    EXPECT_TRUE(promoted(fresh));
}

TEST_F(PromotionTest, AComparisonOfOtherWeightsOrTheOtherWayRoundIsNone) {
    enrol(fresh);
    infer::Manifest other = fresh;
    other.sha256 = std::string(64, 'b');
    known.note(compared(preferred, other, {.both = 100}));
    known.note(compared(fresh, preferred, {.both = 100}));
    EXPECT_FALSE(promoted(fresh));
}

TEST_F(PromotionTest, OnOneFolderTheLastComparisonCounts) {
    enrol(fresh);
    known.note(compared(preferred, fresh, {.both = 40, .only_first = 9}));
    known.note(compared(preferred, fresh, {.both = 49}));
    EXPECT_TRUE(promoted(fresh));
}

TEST_F(PromotionTest, ComparisonsComeBackFromTheRegistersText) {
    known.note(compared(preferred, fresh, {1, 2, 3, 4}, {5, 6, 7, 8}));
    const auto back = ModelRegister::from_json(known.to_json());
    ASSERT_TRUE(back) << back.error().message();
    const auto found = back->comparisons_of(identity_of(preferred), identity_of(fresh));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front()->labels, (vision::PairedCounts{1, 2, 3, 4}));
    EXPECT_EQ(found.front()->nothing_else, (vision::PairedCounts{5, 6, 7, 8}));
    EXPECT_EQ(back->to_json(), known.to_json());
    std::string negative = known.to_json();
    negative.replace(negative.find("\"both\": 1"), 9, "\"both\": -1");
    EXPECT_FALSE(ModelRegister::from_json(negative));
}

TEST_F(PromotionTest, AnUnknownModelIsToBeRegisteredFirst) {
    const auto refused = promoted(fresh, "in a hurry");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("vedette models register fresh@1"));
    EXPECT_TRUE(known.models().empty());
}

} // namespace
} // namespace vedette::app
