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

TEST_F(PromotionTest, AnUnknownModelIsToBeRegisteredFirst) {
    const auto refused = promoted(fresh, "in a hurry");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("vedette models register fresh@1"));
    EXPECT_TRUE(known.models().empty());
}

} // namespace
} // namespace vedette::app
