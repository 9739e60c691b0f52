#include "app/commands/models/model_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_environment.h"
#include "vedette/crypto/sha256.h"

namespace vedette::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ModelCheck : public ::testing::Test {
protected:
    /// A manifest for `weights` as they are in the folder.
    infer::Manifest manifest(const std::string& weights) {
        infer::Manifest made;
        made.id = "toy";
        made.task = "object";
        made.decoder = "yolox";
        made.labels = {"car"};
        made.input.width_px = made.input.height_px = 32;
        made.file = machine.folder.write("toy.onnx", weights);
        made.sha256 = crypto::sha256_hex(std::string_view{weights});
        return made;
    }

    testing::TestEnvironment machine;
};

TEST_F(ModelCheck, NamesTheFileThatIsMissing) {
    infer::Manifest toy = manifest("weights");
    EXPECT_EQ(presence_of(toy).text(), "ok: present");
    std::filesystem::remove(toy.file);
    EXPECT_EQ(presence_of(toy).text(), "FAILED: missing " + toy.file.string());
    toy.file.clear();
    EXPECT_EQ(presence_of(toy).text(), "ok: needs no files");
    toy.extra_files["cascade"] = "/no/such/cascade.xml";
    EXPECT_EQ(presence_of(toy).text(), "FAILED: missing /no/such/cascade.xml");
}

TEST_F(ModelCheck, RefusesWeightsOfAnotherHash) {
    infer::Manifest toy = manifest("weights");
    machine.folder.write("toy.onnx", "other weights");
    const ModelState state = try_model(toy, machine.environment());
    EXPECT_FALSE(state.ok);
    EXPECT_THAT(state.detail, AllOf(HasSubstr("toy.onnx"), HasSubstr(toy.sha256)));
}

TEST_F(ModelCheck, SaysThatAFileIsNoModel) {
    const ModelState state = try_model(manifest("not a model"), machine.environment());
    EXPECT_FALSE(state.ok);
    EXPECT_THAT(state.detail, HasSubstr("no ONNX model"));
}

TEST_F(ModelCheck, RefusesADecoderThatNeedsNoWeightsAndIsNotThere) {
    infer::Manifest toy = manifest("weights");
    toy.file.clear();
    toy.sha256.clear();
    toy.decoder = "crystal-ball";
    const ModelState state = try_model(toy, machine.environment());
    EXPECT_FALSE(state.ok);
    EXPECT_THAT(state.detail, HasSubstr("'crystal-ball'"));
}

} // namespace
} // namespace vedette::app
