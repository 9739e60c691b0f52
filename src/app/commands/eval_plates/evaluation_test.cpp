#include "app/commands/eval_plates/evaluation.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/commands/eval_plates/report.h"
#include "app/commands/eval_plates/temperature.h"
#include "app/test_environment.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

domain::PlateRead read_of(const std::string& text) {
    domain::PlateRead read;
    read.text = text;
    read.confidence = 0.9F;
    read.corners = {{{0.25F, 0.25F}, {0.75F, 0.25F}, {0.75F, 0.5F}, {0.25F, 0.5F}}};
    for (const char c : text)
        read.characters.push_back({{{std::string{c}, 0.99F}}});
    return read;
}

/// Finds one plate in the middle of every picture, or fails.
class ScriptedFinder final : public vision::PlateFinder {
public:
    Result<vision::PlateFindings> find(const imaging::ImageView&,
                                       const vision::PlateSearch&) override {
        ++looks;
        if (failure)
            return *failure;
        const domain::PlateRead read = read_of(text);
        return vision::PlateFindings{
            .reads = {read}, .plates = {{domain::bounding_box(read.corners), 0.8F, "plate", {}}}};
    }
    std::string text = "AB12CDE";
    std::optional<Error> failure;
    int looks = 0;
};

class ScriptedReader final : public vision::PlateReader {
public:
    Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) override {
        reads += static_cast<int>(crops.size());
        return std::vector<domain::PlateRead>(crops.size(), read_of("XY99ZZZ"));
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }
    int reads = 0;

private:
    std::string id_ = "scripted@1";
};

class PlateEvaluationTest : public ::testing::Test {
protected:
    std::filesystem::path picture(const std::string& name) {
        const imaging::Image grey{imaging::PixelFormat::bgr24, 80, 40};
        EXPECT_TRUE(imaging::write_jpeg(grey.view(), 80, machine.folder.path() / name));
        return machine.folder.path() / name;
    }
    Result<PlateEvaluation> evaluate(const std::vector<vision::PlatePicture>& pictures) {
        return evaluate_plates(pictures, {finder, reader, grammars, {}}, {}, machine.environment());
    }

    testing::TestEnvironment machine;
    ScriptedFinder finder;
    ScriptedReader reader;
    vision::PlateGrammars grammars = vision::PlateGrammars::builtin().value();
    const vision::PixelBox where{20, 10, 40, 10};
};

TEST_F(PlateEvaluationTest, ScoresFoundPlatesInPixelsOfThePicture) {
    const auto result = evaluate(
        {{picture("a.jpg"), {{where, "AB12CDE"}}}, {picture("b.jpg"), {{where, "AB12CDX"}}}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->score.detected, (vision::Share{2, 2}));
    EXPECT_EQ(result->score.observed.exact, (vision::Share{1, 2}));
    EXPECT_EQ(result->score.observed.edits, 1);
    EXPECT_EQ(result->milliseconds.size(), 2U);
    EXPECT_EQ(reader.reads, 0);
}

TEST_F(PlateEvaluationTest, ReadsCropsWithoutLookingForPlates) {
    const auto result = evaluate({{picture("crop.jpg"), {{std::nullopt, "XY99ZZZ"}}}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(finder.looks, 0);
    EXPECT_EQ(reader.reads, 1);
    EXPECT_EQ(result->score.observed.exact, (vision::Share{1, 1}));
    EXPECT_EQ(result->score.detected.total, 0);
}

/// Reads what it is told to, picture by picture.
class ReadingInTurn final : public vision::PlateFinder {
public:
    explicit ReadingInTurn(std::vector<domain::PlateRead> reads) : reads_{std::move(reads)} {}
    Result<vision::PlateFindings> find(const imaging::ImageView&,
                                       const vision::PlateSearch&) override {
        const domain::PlateRead& read = reads_.at(next_++);
        return vision::PlateFindings{
            .reads = {read}, .plates = {{domain::bounding_box(read.corners), 0.8F, "plate", {}}}};
    }

private:
    std::vector<domain::PlateRead> reads_;
    std::size_t next_ = 0;
};

/// A read whose third sign is `third`, with so much certainty.
domain::PlateRead doubtful(const char* third, float certainty) {
    domain::PlateRead read = read_of("AB12CDE");
    read.text[2] = third[0];
    read.characters[2] = {{{third, certainty}, {third[0] == '1' ? "4" : "1", 1 - certainty}}};
    read.confidence = certainty * 0.94F;
    read.height_px = 24;
    return read;
}

TEST_F(PlateEvaluationTest, FusesTheReadsOfAPassAndComparesWithTheSurest) {
    const vision::PlateTruth label{where, "AB12CDE", "first"};
    const vision::PlateTruth other{where, "AB12CDE", "second"};
    const vision::PlateTruth unread{where, "QQ11QQQ", "third"};
    ReadingInTurn in_turn{{doubtful("4", 0.6F), doubtful("7", 0.55F), doubtful("1", 0.58F),
                           doubtful("4", 0.9F), read_of("ZZ99ZZZ")}};
    const auto result =
        evaluate_plates({{picture("a.jpg"), {label}},
                         {picture("b.jpg"), {label}},
                         {picture("c.jpg"), {label}},
                         {picture("d.jpg"), {other}},
                         {machine.folder.path() / "gone.jpg", {unread}},
                         {picture("e.jpg"), {{where, "ZZ99ZZZ"}}}},
                        {in_turn, reader, grammars, {"generic"}}, {}, machine.environment());
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->passes.fused, (vision::Share{1, 3})) << "each doubts in favour of the 1";
    EXPECT_EQ(result->passes.surest, (vision::Share{0, 3}));
    EXPECT_EQ(result->passes.any, (vision::Share{1, 3}));
}

TEST_F(PlateEvaluationTest, CountsAPictureThatCannotBeOpenedAsOneWithoutAnswers) {
    const auto broken = machine.folder.write("broken.jpg", "no picture");
    const auto result =
        evaluate({{broken, {{where, "AB12CDE"}}}, {picture("a.jpg"), {{where, "AB12CDE"}}}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_THAT(result->unreadable, ElementsAre(HasSubstr("broken.jpg")));
    EXPECT_EQ(result->score.observed.exact, (vision::Share{1, 2}));
    EXPECT_EQ(result->milliseconds.size(), 1U);
}

TEST_F(PlateEvaluationTest, NamesThePictureOnWhichTheModelFailed) {
    finder.failure = Error{ErrorCode::unavailable, "the device is gone"};
    const auto result = evaluate({{picture("a.jpg"), {{where, "AB12CDE"}}}});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), HasSubstr("a.jpg: the device is gone"));
}

TEST_F(PlateEvaluationTest, StopsWhenAsked) {
    machine.stop.request_stop();
    const auto result = evaluate({{picture("a.jpg"), {{where, "AB12CDE"}}}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::cancelled);
}

EvaluationReport report() {
    EvaluationReport out{"cars", {"plate finder@1"}, {}, {}};
    out.evaluation.score.pictures = 4;
    out.evaluation.score.detected = {3, 4};
    out.evaluation.score.false_reads = 1;
    vision::TextScore& text = out.evaluation.score.observed;
    text.exact = {2, 4};
    text.exact_folded = {3, 4};
    text.edits = 7;
    text.characters = 28;
    out.evaluation.score.resolved = text;
    out.evaluation.passes = {{4, 5}, {3, 5}, {5, 5}};
    out.evaluation.score.signs.reads = 3;
    out.evaluation.score.signs.counts.add_texts(U"AB0O", U"ABO0");
    out.evaluation.score.signs.counts.add_texts(U"AB0", U"ABO");
    out.evaluation.score.signs.counts.add_texts(U"A", U"1");
    out.evaluation.score.signs.counts.add_texts(U"B", U"B7");
    out.evaluation.milliseconds = {10, 1, 4};
    return out;
}

TEST(EvalPlatesReport, GivesPeopleSharesWithCountsAndIntervals) {
    std::ostringstream out;
    write_table(report(), out);
    EXPECT_THAT(out.str(), HasSubstr("cars: 4 pictures\n  plate finder@1\n"));
    EXPECT_THAT(out.str(), HasSubstr("75.0 %   3 of 4, 95 % interval 30.1 to 95.4"));
    EXPECT_THAT(out.str(), HasSubstr("25.0 %   7 edits on 28 characters"));
    EXPECT_THAT(out.str(),
                HasSubstr("0 as O 2 of 2, 7 too many 1, A as 1 1 of 3, O as 0 1 of 1\n"));
    EXPECT_THAT(out.str(), HasSubstr("passes, all reads fused             80.0 %   4 of 5"));
    EXPECT_THAT(out.str(), HasSubstr("passes, the surest read alone       60.0 %   3 of 5"));
    EXPECT_THAT(out.str(), HasSubstr("0.250     1 with confidence 0.50 or more"));
    EXPECT_THAT(out.str(), HasSubstr("4.0     median, mean 5.0"));
}

TEST(EvalPlatesReport, GivesProgramsTheSame) {
    std::ostringstream out;
    write_json(report(), out);
    const auto json = nlohmann::json::parse(out.str());
    EXPECT_EQ(json["folder"], "cars");
    EXPECT_DOUBLE_EQ(json["detected"]["share"], 0.75);
    EXPECT_EQ(json["observed"]["exact"]["hits"], 2);
    EXPECT_DOUBLE_EQ(json["resolved"]["character_error_rate"], 0.25);
    EXPECT_DOUBLE_EQ(json["false_reads_per_picture"], 0.25);
    EXPECT_EQ(json["passes"]["any_read"]["hits"], 5);
    EXPECT_EQ(json["signs"]["reads"], 3);
    EXPECT_EQ(json["signs"]["pairs"].size(), 6U);
    EXPECT_EQ(json["signs"]["pairs"][0],
              (nlohmann::json{{"true", ""}, {"read", "7"}, {"count", 1.0}, {"sure", 0.0}}));
    EXPECT_DOUBLE_EQ(json["ms_per_picture"]["median"], 4);
    EXPECT_TRUE(json["unreadable"].empty());
}

/// One slot that says A nine times of ten, whatever it sees.
class SureReader final : public vision::PlateReader {
public:
    Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) override {
        std::vector<domain::PlateRead> out;
        for (const imaging::ImageView& crop : crops) {
            widths.push_back(crop.width_px);
            domain::PlateRead read;
            read.characters = {{{{"A", 0.9F}, {"B", 0.1F}, {"", 0.0F}}}};
            out.push_back(std::move(read));
        }
        return out;
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }
    std::vector<int> widths;

private:
    std::string id_ = "sure@1";
};

TEST_F(PlateEvaluationTest, FitsATemperatureToCropsAndToLabelledBoxes) {
    SureReader one;
    std::vector<vision::PlatePicture> pictures;
    for (int i = 0; i < 8; ++i) // right in 5 of 8, where 9 of 10 were promised
        pictures.push_back(
            {picture(std::to_string(i) + ".jpg"), {{std::nullopt, i < 5 ? "A" : "B"}}});
    pictures.push_back({picture("whole.jpg"), {{where, "C"}, {where, ""}}});
    pictures.push_back({machine.folder.write("broken.jpg", "no picture"), {{where, "A"}}});
    auto report = read_for_temperature(pictures, one, machine.environment());
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->set.reads(), 8);
    EXPECT_EQ(report->left_out, 1);
    EXPECT_EQ(report->unreadable.size(), 1U);
    ASSERT_EQ(one.widths.size(), 9U);
    EXPECT_EQ(one.widths.front(), 80);
    EXPECT_EQ(one.widths.back(), 44) << "the box of 40 with its margins";
    // log-odds of 9 to 1 are to become those of 5 to 3.
    EXPECT_NEAR(report->set.fit(), std::log(9.0) / std::log(5.0 / 3), 0.01);

    report->folder = "crops";
    report->model = "sure@1";
    std::ostringstream table;
    write_table(*report, table);
    EXPECT_THAT(table.str(), HasSubstr("crops: 8 plates, 1 left out"));
    EXPECT_THAT(table.str(), HasSubstr("1.000  -> 4.301"));
    EXPECT_THAT(table.str(), HasSubstr("text: calibration error             0.2750  -> 0.0000"));
    EXPECT_THAT(table.str(), HasSubstr("{ temperature: 4.30 }"));
    std::ostringstream text;
    write_json(*report, text);
    const auto json = nlohmann::json::parse(text.str());
    EXPECT_NEAR(json["after"]["temperature"], 4.301, 1e-3);
    EXPECT_GT(json["before"]["negative_log_likelihood"], json["after"]["negative_log_likelihood"]);
    EXPECT_NEAR(json["before"]["signs"]["expected_calibration_error"], 0.275, 1e-3);
}

TEST_F(PlateEvaluationTest, FitsNoTemperatureWithoutATextThatTheReaderCanGive) {
    SureReader one;
    const auto report = read_for_temperature({{picture("a.jpg"), {{std::nullopt, "XY"}}}}, one,
                                             machine.environment());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::not_found);
}

TEST(FitTemperature, AsksTheReaderForEverySymbol) {
    infer::Manifest manifest;
    manifest.decoder = "fixed-slot";
    manifest.decoder_options["temperature"] = "1.25";
    EXPECT_DOUBLE_EQ(temperature_of(manifest), 1.25);
    const auto open = with_every_symbol(manifest);
    ASSERT_TRUE(open);
    EXPECT_DOUBLE_EQ(temperature_of(*open), 1);
    EXPECT_EQ(open->decoder_options.at("least_probability"), "0");
    manifest.decoder = "ctc";
    const auto refused = with_every_symbol(manifest);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("'ctc'"));
}

} // namespace
} // namespace vedette::app
