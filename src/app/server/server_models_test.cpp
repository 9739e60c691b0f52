#include "app/server/server_models.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/lifecycle/models_in_use.h"
#include "app/test_environment.h"
#include "testing/test_paths.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Finders and a reader that need no weights, and a node without cameras.
class ServerModelsTest : public ::testing::Test, public pipeline::CameraObserver {
protected:
    ServerModelsTest() {
        const std::filesystem::path source{VEDETTE_SOURCE_DIR};
        machine.folder.write("models/reader.model.yaml",
                             testing::content_of(source / "models/tesseract-ocr.model.yaml"));
        describe("usual", 5);
        describe("fresh", 0);
        wanted.folder = machine.folder.path() / "models";
        wanted.want_objects = false;
    }
    void state_changed(const ports::CameraStatus&) override {}
    void tamper_changed(const ports::TamperChange&) override {}
    void load_changed(bool, double) override {}
    void input_changed(const domain::CameraId&, const ports::InputStatus&) override {}

    std::filesystem::path describe(const std::string& id, int preference) {
        return machine.folder.write(
            "models/" + id + ".model.yaml",
            "id: " + id +
                "\ntitle: Rows of signs\ntask: plate\nlicence: MIT\norigin: "
                "us\ndecoder: glyph_row\nlabels: [plate]\npreference: " +
                std::to_string(preference) + "\n");
    }

    void take(const std::string& id, ModelStep step) {
        const auto manifest =
            infer::load_manifest(wanted.folder / (id.substr(0, id.find('@')) + ".model.yaml"));
        ASSERT_TRUE(manifest) << manifest.error().message();
        const auto kept = change_model_register(data, [&](ModelRegister& in) -> Status {
            if (*in.named(id) == nullptr)
                VEDETTE_CHECK_OK(in.take(ModelStep::enrol, identity_of(*manifest), "seen", {}));
            VEDETTE_CHECK_OK(in.take(step, identity_of(*manifest), "because", {}));
            return {};
        });
        ASSERT_TRUE(kept) << kept.error().message();
    }

    ServerModels loaded() {
        auto models = ServerModels::load(wanted, data, environment);
        EXPECT_TRUE(models) << models.error().message();
        return *std::move(models);
    }

    std::unique_ptr<pipeline::LiveNode> node_with(const ServerModels& models) {
        pipeline::LiveModels now = models.in_use();
        return std::make_unique<pipeline::LiveNode>(pipeline::LiveNode::Parts{
            .open = [](const auto&, auto&, const auto&) -> Result<pipeline::OpenedInput> {
                return Error{ErrorCode::unavailable, "there is no camera"};
            },
            .lanes = std::move(now.lanes),
            .analysis = {.models = std::move(now.used),
                         .plates = now.plates,
                         .grammars = &*grammars,
                         .clock = &machine.clock},
            .models_owner = std::move(now.owner),
            .observer = this,
            .metrics = &environment.metrics,
            .log = &environment.log,
            .clock = &machine.clock});
    }

    static std::string finder(const ServerModels& models) { return models.set().used.front().id; }

    testing::TestEnvironment machine;
    const Environment environment = machine.environment();
    const DataFolder data{machine.folder.path() / "data"};
    ModelSetOptions wanted;
    Result<vision::PlateGrammars> grammars = vision::PlateGrammars::builtin();
};

TEST_F(ServerModelsTest, WhatIsPromotedIsTakenWhileTheNodeRuns) {
    ServerModels models = loaded();
    EXPECT_EQ(finder(models), "usual@1");
    EXPECT_FALSE(models.is_outdated());
    const auto node = node_with(models);
    take("fresh@1", ModelStep::promote);
    EXPECT_TRUE(models.is_outdated());
    const auto changes = models.renew(*node);
    ASSERT_TRUE(changes) << changes.error().message();
    EXPECT_THAT(*changes, ElementsAre("model for plate exchanged: usual@1 -> fresh@1"));
    EXPECT_EQ(finder(models), "fresh@1");
    EXPECT_FALSE(models.is_outdated());
    EXPECT_THAT(*models.renew(*node), IsEmpty());
    take("fresh@1", ModelStep::retire);
    EXPECT_THAT(*models.renew(*node), SizeIs(1));
    EXPECT_EQ(finder(models), "usual@1");
}

TEST_F(ServerModelsTest, TheFormerOnesGoOnWhereTheNewCantBeUsed) {
    ServerModels models = loaded();
    const auto node = node_with(models);
    take("fresh@1", ModelStep::promote);
    const auto file = wanted.folder / "fresh.model.yaml";
    const std::string text = testing::content_of(file);
    std::filesystem::remove(file);
    const auto gone = models.renew(*node);
    ASSERT_FALSE(gone);
    EXPECT_THAT(gone.error().message(), HasSubstr("its manifest is gone"));
    EXPECT_EQ(finder(models), "usual@1");
    EXPECT_FALSE(models.is_outdated()) << "it is not tried again before something changes";
    std::ofstream{data.models()} << "{";
    EXPECT_TRUE(models.is_outdated());
    EXPECT_FALSE(models.renew(*node));
    EXPECT_EQ(finder(models), "usual@1");
}

TEST_F(ServerModelsTest, AStartWithALiveModelThatIsGoneTakesTheNextInLine) {
    take("fresh@1", ModelStep::promote);
    EXPECT_EQ(finder(loaded()), "fresh@1");
    std::filesystem::remove(wanted.folder / "fresh.model.yaml");
    EXPECT_EQ(finder(loaded()), "usual@1");
    std::ofstream{data.models()} << "{";
    EXPECT_EQ(finder(loaded()), "usual@1");
}

TEST_F(ServerModelsTest, WhatTheConfigurationNamesStays) {
    wanted.wanted["plate"] = "usual";
    ServerModels models = loaded();
    const auto node = node_with(models);
    take("fresh@1", ModelStep::promote);
    EXPECT_THAT(*models.renew(*node), IsEmpty());
    EXPECT_EQ(finder(models), "usual@1");
}

TEST_F(ServerModelsTest, AShadowComesWithWhatItNeeds) {
    ServerModels models = loaded();
    EXPECT_THAT(models.shadows(), IsEmpty());
    EXPECT_TRUE(models.are_of_shadows({}));
    take("fresh@1", ModelStep::shadow);
    EXPECT_FALSE(models.are_of_shadows({}));
    const auto shadows = models.shadows();
    ASSERT_THAT(shadows, SizeIs(1));
    EXPECT_EQ(shadows.front().task, "plate");
    EXPECT_EQ(shadows.front().live.id, "usual@1");
    EXPECT_EQ(shadows.front().shadow.id, "fresh@1");
    EXPECT_NE(shadows.front().finder, nullptr);
    EXPECT_EQ(shadows.front().detector, nullptr);
    ShadowTally tally;
    tally.task = "plate";
    tally.live = shadows.front().live;
    tally.shadow = shadows.front().shadow;
    EXPECT_TRUE(models.are_of_shadows({tally}));
    std::filesystem::remove(wanted.folder / "fresh.model.yaml");
    EXPECT_THAT(models.shadows(), IsEmpty());
}

TEST_F(ServerModelsTest, AShareOfNothingLoadsNoShadow) {
    wanted.shadow_share = 0;
    take("fresh@1", ModelStep::shadow);
    EXPECT_THAT(loaded().shadows(), IsEmpty());
}

} // namespace
} // namespace vedette::app
