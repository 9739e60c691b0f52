#include "app/model_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "app/test_environment.h"
#include "testing/test_paths.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kHash(64, 'a');

class Warnings final : public Log {
public:
    void write(LogLevel level, std::string_view message,
               std::span<const LogField> fields) override {
        std::string line{message};
        for (const LogField& field : fields)
            if (const auto* text = std::get_if<std::string_view>(&field.value))
                line += "; " + std::string{*text};
        if (level == LogLevel::warn)
            lines.push_back(std::move(line));
    }
    std::vector<std::string> lines;
};

infer::Manifest manifest(const std::string& id, int preference,
                         const std::string& licence = "MIT") {
    infer::Manifest made;
    made.id = id;
    made.task = "object";
    made.preference = preference;
    made.licence = licence;
    made.sha256 = kHash;
    return made;
}

class LineTest : public ::testing::Test {
protected:
    std::vector<std::string> line() {
        const auto found = line_for(manifests, "object", options, log);
        EXPECT_TRUE(found) << found.error().message();
        std::vector<std::string> ids;
        for (const infer::Manifest* one : found.value_or(std::vector<const infer::Manifest*>{}))
            ids.push_back(one->id);
        return ids;
    }

    std::vector<infer::Manifest> manifests{manifest("fine", 1), manifest("better", 2),
                                           manifest("best", 3),
                                           manifest("theirs", 9, "AGPL-3.0-only")};
    ModelSetOptions options;
    Warnings log;
};

TEST_F(LineTest, WhoWantsNoneGetsNone) {
    options.wanted["object"] = "none";
    options.live["object"] = {"best@1", kHash, {}};
    EXPECT_THAT(line(), IsEmpty());
}

TEST_F(LineTest, WithoutALiveOneThePreferredStandsAlone) {
    EXPECT_THAT(line(), ElementsAre("best"));
    EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(LineTest, TheLiveOneGoesBeforePreference) {
    options.live["object"] = {"fine@1", kHash, {}};
    EXPECT_THAT(line(), ElementsAre("fine", "best", "better"));
    options.live["object"] = {"theirs@1", kHash, {}}; // promoted by hand: it was named
    EXPECT_THAT(line(), ElementsAre("theirs", "best", "better", "fine"));
}

TEST_F(LineTest, WhatTheConfigurationNamesGoesBeforeTheLiveOneAndStandsAlone) {
    options.live["object"] = {"fine@1", kHash, {}};
    options.wanted["object"] = "better";
    EXPECT_THAT(line(), ElementsAre("better"));
    options.wanted["object"] = "worse";
    EXPECT_FALSE(line_for(manifests, "object", options, log));
}

TEST_F(LineTest, ALiveOneThatIsGoneIsPassedOverWithAWarning) {
    options.live["object"] = {"gone@1", kHash, {}};
    EXPECT_THAT(line(), ElementsAre("best"));
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("its manifest is gone")));
}

TEST_F(LineTest, ALiveOneWithOtherWeightsIsPassedOverWithAWarning) {
    options.live["object"] = {"fine@1", std::string(64, 'b'), {}};
    EXPECT_THAT(line(), ElementsAre("best"));
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("other weights than were promoted")));
}

class LiveModels : public ::testing::Test {
protected:
    LiveModels() {
        for (const char* name : {"glyph-row-plate.model.yaml", "tesseract-ocr.model.yaml"})
            machine.folder.write("models/" + std::string{name},
                                 testing::content_of(source / "models" / name));
        options.folder = machine.folder.path() / "models";
        options.want_objects = false;
    }
    std::vector<std::string> used() {
        const auto set = load_model_set(options, machine.environment().with(log, metrics));
        EXPECT_TRUE(set) << set.error().message();
        std::vector<std::string> ids;
        if (set)
            for (const domain::ModelUse& use : set->used)
                ids.push_back(use.id);
        return ids;
    }

    const std::filesystem::path source{VEDETTE_SOURCE_DIR};
    testing::TestEnvironment machine;
    ModelSetOptions options;
    Warnings log;
    NullMetrics metrics;
};

TEST_F(LiveModels, OneThatCantBeLoadedDoesntStopTheProgram) {
    machine.folder.write(
        "models/toy.model.yaml",
        "id: toy\ntitle: Toy\ntask: plate\nlicence: MIT\norigin: us\nfile: toy.onnx\n"
        "sha256: " +
            kHash +
            "\ninput: { width: 64, height: 64 }\n"
            "decoder: yolox\nlabels: [plate]\n");
    options.live["plate"] = {"toy@1", kHash, {}};
    EXPECT_THAT(used(), ElementsAre("glyph-row-plate@1", "tesseract-ocr@1"));
    ASSERT_THAT(log.lines, ElementsAre(HasSubstr("the next one in line is")));
    EXPECT_THAT(log.lines.front(), HasSubstr("toy.onnx")); // it is missing
    machine.folder.write("models/toy.onnx", "of another hash");
    log.lines.clear();
    EXPECT_THAT(used(), ElementsAre("glyph-row-plate@1", "tesseract-ocr@1"));
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("is damaged or another model")));
}

TEST_F(LiveModels, ItNeedNotLieInTheFolderOfModels) {
    std::string text = testing::content_of(source / "models/glyph-row-plate.model.yaml");
    text.replace(text.find("glyph-row-plate"), 15, "glyph-row-other");
    const auto elsewhere = machine.folder.write("elsewhere/other.model.yaml", text);
    options.live["plate"] = {"glyph-row-other@1", "", elsewhere};
    EXPECT_THAT(used(), ElementsAre("glyph-row-other@1", "tesseract-ocr@1"));
    std::filesystem::remove(elsewhere);
    EXPECT_THAT(used(), ElementsAre("glyph-row-plate@1", "tesseract-ocr@1"));
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("can't be read"), HasSubstr("is gone")));
}

} // namespace
} // namespace vedette::app
