#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "app/catalogue/pull.h"
#include "app/model_set.h"
#include "testing/temporary_folder.h"
#include "testing/test_paths.h"

namespace vedette::app {
namespace {

using ::testing::StartsWith;

const std::filesystem::path kSource{VEDETTE_SOURCE_DIR};

std::vector<infer::Manifest> catalogue() {
    auto models = load_catalogue(kSource / "catalogue");
    EXPECT_TRUE(models) << models.error().message();
    return models ? *std::move(models) : std::vector<infer::Manifest>{};
}

TEST(Catalogue, SaysOfEachModelWhereItIsAndWhatItsLicenceIs) {
    const auto models = catalogue();
    EXPECT_GE(models.size(), 8U);
    for (const infer::Manifest& model : models) {
        EXPECT_THAT(model.source.url, StartsWith("https://")) << model.id;
        EXPECT_THAT(model.source.licence_url, StartsWith("https://")) << model.id;
        EXPECT_TRUE(model.source.url.ends_with("/" + model.file.filename().string())) << model.id;
        EXPECT_LT(model.preference, 100) << model.id << ": models of our own come first";
    }
}

/// Those that lie in the shared folder are what the manifests of the tests were tried with.
TEST(Catalogue, AgreesWithTheManifestsThatTestsUse) {
    const auto tried = infer::load_manifests(kSource / "tests/models/third-party");
    ASSERT_TRUE(tried) << tried.error().message();
    std::set<std::string> same;
    for (const infer::Manifest& model : catalogue())
        for (const infer::Manifest& other : *tried)
            if (model.sha256 == other.sha256) {
                EXPECT_EQ(model.decoder, other.decoder) << model.id;
                EXPECT_EQ(model.decoder_options, other.decoder_options) << model.id;
                EXPECT_EQ(model.labels, other.labels) << model.id;
                EXPECT_EQ(model.input.width_px, other.input.width_px) << model.id;
                EXPECT_EQ(model.input.color, other.input.color) << model.id;
                EXPECT_EQ(model.input.fit, other.input.fit) << model.id;
                EXPECT_EQ(model.input.mean, other.input.mean) << model.id;
                EXPECT_EQ(model.input.scale, other.input.scale) << model.id;
                same.insert(model.id);
            }
    EXPECT_GE(same.size(), 4U);
}

infer::Manifest object_model(const std::string& id, int preference, const std::string& licence) {
    infer::Manifest model;
    model.id = id;
    model.task = "object";
    model.preference = preference;
    model.licence = licence;
    return model;
}

TEST(Catalogue, NoModelUnderTheAgplIsADefault) {
    const std::vector<infer::Manifest> models{object_model("theirs", 50, "AGPL-3.0-only"),
                                              object_model("free", 1, "MIT")};
    EXPECT_EQ((*choose_manifest(models, "object", {}))->id, "free");
    EXPECT_EQ((*choose_manifest(models, "object", {{"object", "theirs"}}))->id, "theirs");
    const std::vector<infer::Manifest> alone{models.front()};
    EXPECT_EQ(*choose_manifest(alone, "object", {}), nullptr);
}

} // namespace
} // namespace vedette::app
