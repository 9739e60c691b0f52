#include "app/lifecycle/model_register.h"

#include <atomic>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using testing::content_of;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string kHash(64, 'a');
const std::string kOtherHash(64, 'b');

WallTime at(int minute) {
    return WallTime{std::chrono::hours{500'000} + std::chrono::minutes{minute}};
}

ModelIdentity model(const std::string& id, const std::string& task = "object") {
    return {task, id, kHash, "/models/" + id + ".model.yaml"};
}

ModelStage stage_of(const ModelRegister& known, const std::string& id) {
    const auto found = known.named(id);
    EXPECT_TRUE(found && *found != nullptr) << id;
    return (*found)->stage();
}

class ModelRegisterTest : public ::testing::Test {
protected:
    std::vector<StageMove> take(ModelStep step, const ModelIdentity& of) {
        auto moves = known.take(step, of, "because", at(++minute));
        EXPECT_TRUE(moves) << moves.error().message();
        return moves ? *std::move(moves) : std::vector<StageMove>{};
    }

    vedette::TemporaryFolder place;
    DataFolder folder{place.path() / "data"};
    ModelRegister known;
    int minute = 0;
};

TEST_F(ModelRegisterTest, WhoIsPromotedRetiresWhoWasLive) {
    take(ModelStep::enrol, model("old@1"));
    take(ModelStep::promote, model("old@1"));
    take(ModelStep::enrol, model("new@1"));
    take(ModelStep::shadow, model("new@1"));
    const auto moves = take(ModelStep::promote, model("new@1"));
    ASSERT_THAT(moves, SizeIs(2));
    EXPECT_EQ(moves[0].id, "new@1");
    EXPECT_EQ(moves[0].from, ModelStage::shadow);
    EXPECT_EQ(moves[1].id, "old@1");
    EXPECT_EQ(moves[1].to, ModelStage::retired);
    EXPECT_EQ(known.at("object", ModelStage::live)->model.id, "new@1");
    EXPECT_EQ(known.at("object", ModelStage::shadow), nullptr);
    EXPECT_THAT((*known.named("old@1"))->since().evidence, HasSubstr("new@1 took its place"));
    EXPECT_EQ((*known.named("old@1"))->since().at, at(minute));
}

TEST_F(ModelRegisterTest, TheRetiredOnePromotedAgainRollsBack) {
    for (const char* id : {"old@1", "new@1"}) {
        take(ModelStep::enrol, model(id));
        take(ModelStep::promote, model(id));
    }
    take(ModelStep::promote, model("old@1"));
    EXPECT_EQ(stage_of(known, "old@1"), ModelStage::live);
    EXPECT_EQ(stage_of(known, "new@1"), ModelStage::retired);
    EXPECT_TRUE((*known.named("new@1"))->was_live);
}

TEST_F(ModelRegisterTest, EveryTaskHasPlacesOfItsOwn) {
    for (const char* task : {"object", "plate"}) {
        const ModelIdentity one = model(std::string{task} + "-finder@1", task);
        take(ModelStep::enrol, one);
        take(ModelStep::promote, one);
    }
    EXPECT_EQ(known.at("object", ModelStage::live)->model.id, "object-finder@1");
    EXPECT_EQ(known.at("plate", ModelStage::live)->model.id, "plate-finder@1");
    EXPECT_EQ(known.at("ocr", ModelStage::live), nullptr);
}

TEST_F(ModelRegisterTest, ASecondShadowSendsTheFirstBack) {
    for (const char* id : {"one@1", "two@1"}) {
        take(ModelStep::enrol, model(id));
        take(ModelStep::shadow, model(id));
    }
    EXPECT_EQ(stage_of(known, "one@1"), ModelStage::candidate);
    EXPECT_EQ(known.at("object", ModelStage::shadow)->model.id, "two@1");
}

TEST_F(ModelRegisterTest, OtherWeightsUnderTheSameNameAreRefused) {
    take(ModelStep::enrol, model("old@1"));
    ModelIdentity other = model("old@1");
    other.sha256 = kOtherHash;
    const auto refused = known.take(ModelStep::promote, other, "because", at(9));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::already_exists);
    EXPECT_THAT(refused.error().message(), HasSubstr("count up `version`"));
    EXPECT_EQ(stage_of(known, "old@1"), ModelStage::candidate);
}

TEST_F(ModelRegisterTest, AForbiddenStepChangesNothing) {
    take(ModelStep::enrol, model("old@1"));
    take(ModelStep::promote, model("old@1"));
    const std::string before = known.to_json();
    EXPECT_FALSE(known.take(ModelStep::shadow, model("old@1"), "because", at(9)));
    EXPECT_FALSE(known.take(ModelStep::promote, model("new@1"), "because", at(9)));
    EXPECT_EQ(known.to_json(), before);
}

TEST_F(ModelRegisterTest, IsFoundByNameWhileThatSaysEnough) {
    take(ModelStep::enrol, model("toy@1"));
    EXPECT_EQ((*known.named("toy"))->model.id, "toy@1");
    EXPECT_EQ(*known.named("to"), nullptr);
    take(ModelStep::enrol, model("toy@2"));
    EXPECT_EQ((*known.named("toy@2"))->model.id, "toy@2");
    const auto several = known.named("toy");
    ASSERT_FALSE(several);
    EXPECT_THAT(several.error().message(), HasSubstr("toy@1, toy@2"));
}

TEST_F(ModelRegisterTest, WhatWasUsedBeforeCanBeGoneBackTo) {
    known.remember_used(model("preferred@1"), "was used", at(0));
    known.remember_used(model("preferred@1"), "was used", at(5));
    EXPECT_EQ(stage_of(known, "preferred@1"), ModelStage::retired);
    EXPECT_TRUE((*known.named("preferred@1"))->was_live);
    EXPECT_EQ((*known.named("preferred@1"))->since().at, at(0));
}

TEST_F(ModelRegisterTest, TheOldestOfALongHistoryIsForgotten) {
    for (std::size_t i = 0; i < kMostStageChanges + 7; ++i)
        take(ModelStep::enrol, model("toy@1"));
    ASSERT_THAT((*known.named("toy@1"))->history, SizeIs(kMostStageChanges));
    EXPECT_EQ((*known.named("toy@1"))->history.front().at, at(8));
}

TEST_F(ModelRegisterTest, ComesBackFromItsFileAsItWas) {
    EXPECT_TRUE(load_model_register(folder)->models().empty());
    const auto kept = change_model_register(folder, [&](ModelRegister& in) -> Status {
        VEDETTE_TRY([[maybe_unused]] auto a,
                    in.take(ModelStep::enrol, model("toy@1"), "seen", at(1)));
        VEDETTE_TRY([[maybe_unused]] auto b,
                    in.take(ModelStep::promote, model("toy@1"), "good", at(2)));
        return {};
    });
    ASSERT_TRUE(kept) << kept.error().message();
    const auto back = load_model_register(folder);
    ASSERT_TRUE(back) << back.error().message();
    ASSERT_THAT(back->models(), SizeIs(1));
    const StagedModel& toy = back->models().front();
    EXPECT_EQ(toy.model.task, "object");
    EXPECT_EQ(toy.model.sha256, kHash);
    EXPECT_EQ(toy.model.manifest, "/models/toy@1.model.yaml");
    EXPECT_THAT(toy.history,
                ::testing::ElementsAre(StageChange{at(1), ModelStage::candidate, "seen"},
                                       StageChange{at(2), ModelStage::live, "good"}));
    EXPECT_EQ(back->to_json(), content_of(folder.models()));
}

TEST_F(ModelRegisterTest, AChangeThatFailsIsNotWritten) {
    const auto kept = change_model_register(folder, [&](ModelRegister& in) -> Status {
        VEDETTE_TRY([[maybe_unused]] auto a,
                    in.take(ModelStep::enrol, model("toy@1"), "seen", at(1)));
        return Error{ErrorCode::unavailable, "no"};
    });
    EXPECT_FALSE(kept);
    EXPECT_FALSE(std::filesystem::exists(folder.models()));
}

/// The new file is written beside the old one: what a crash leaves of it is in nobody's way.
TEST_F(ModelRegisterTest, AWriteThatWasCutShortLeavesTheOneBefore) {
    const auto enrol = [&](const std::string& id) {
        return change_model_register(folder, [&](ModelRegister& in) -> Status {
            VEDETTE_TRY([[maybe_unused]] auto a,
                        in.take(ModelStep::enrol, model(id), "seen", at(1)));
            return {};
        });
    };
    ASSERT_TRUE(enrol("toy@1"));
    std::ofstream{folder.models().string() + ".part"} << R"({"vedette_model_regis)";
    EXPECT_THAT(load_model_register(folder)->models(), SizeIs(1));
    ASSERT_TRUE(enrol("toy@2"));
    EXPECT_THAT(load_model_register(folder)->models(), SizeIs(2));
    EXPECT_FALSE(std::filesystem::exists(folder.models().string() + ".part"));
}

TEST_F(ModelRegisterTest, NoPieceOfItIsTakenForAWhole) {
    take(ModelStep::enrol, model("old@1"));
    take(ModelStep::promote, model("old@1"));
    const std::string whole = known.to_json();
    for (std::size_t size = 0; size < whole.rfind('}'); ++size) {
        const auto read = ModelRegister::from_json(std::string_view{whole}.substr(0, size));
        ASSERT_FALSE(read) << size;
        EXPECT_EQ(read.error().code(), ErrorCode::data_loss);
    }
    EXPECT_TRUE(ModelRegister::from_json(whole));
}

TEST_F(ModelRegisterTest, SaysWhichFileIsDamagedAndWhatToDo) {
    std::filesystem::create_directories(folder.root);
    std::ofstream{folder.models()} << "{";
    const auto read = load_model_register(folder);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::data_loss);
    EXPECT_THAT(read.error().message(), HasSubstr("models.json"));
    EXPECT_THAT(read.error().message(), HasSubstr("highest preference"));
    EXPECT_FALSE(change_model_register(folder, [](ModelRegister&) { return Status{}; }));
    EXPECT_EQ(content_of(folder.models()), "{");
}

TEST_F(ModelRegisterTest, RefusesWhatItNeverWrote) {
    take(ModelStep::enrol, model("a@1"));
    take(ModelStep::promote, model("a@1"));
    take(ModelStep::enrol, model("b@1"));
    const std::string good = known.to_json();
    const auto with = [&good](const std::string& from, const std::string& to) {
        std::string text = good;
        const auto where = text.rfind(from);
        EXPECT_NE(where, std::string::npos) << from;
        return text.replace(where, from.size(), to);
    };
    for (const std::string& bad :
         {with("candidate", "live"), with("candidate", "alive"), with("b@1\"", "a@1\""),
          with("\"because\"", "7"), with("\"was_live\": false", "\"was_live\": 0"),
          with("\"models\"", "\"modules\""), with("Z\"", "\""), std::string{"[]"},
          std::string{"7"}}) {
        const auto read = ModelRegister::from_json(bad);
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().code(), ErrorCode::data_loss) << bad;
    }
    const auto newer = ModelRegister::from_json(
        with("\"vedette_model_register\": 1", "\"vedette_model_register\": 2"));
    ASSERT_FALSE(newer);
    EXPECT_THAT(newer.error().message(), HasSubstr("update Vedette"));
}

TEST_F(ModelRegisterTest, ChangesOfSeveralAtOnceAreAllKept) {
    std::vector<std::jthread> writers;
    std::atomic<int> failed{0};
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&, writer] {
            for (int i = 0; i < 5; ++i) {
                const std::string id =
                    "toy-" + std::to_string(writer) + "-" + std::to_string(i) + "@1";
                const auto kept = change_model_register(folder, [&](ModelRegister& in) -> Status {
                    VEDETTE_TRY([[maybe_unused]] auto a,
                                in.take(ModelStep::enrol, model(id), "seen", at(1)));
                    return {};
                });
                failed += kept ? 0 : 1;
            }
        });
    writers.clear();
    EXPECT_EQ(failed, 0);
    EXPECT_THAT(load_model_register(folder)->models(), SizeIs(20));
}

} // namespace
} // namespace vedette::app
