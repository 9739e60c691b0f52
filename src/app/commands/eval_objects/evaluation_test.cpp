#include "app/commands/eval_objects/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/commands/eval_objects/gallery.h"
#include "app/commands/eval_objects/report.h"
#include "app/commands/eval_objects/setup.h"
#include "app/test_environment.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using vision::LabelledBox;

/// Says the same of every picture, or fails.
class ScriptedDetector final : public vision::Detector {
public:
    explicit ScriptedDetector(std::vector<domain::Detection> says) : says_{std::move(says)} {}
    Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override {
        ++looks;
        if (failure)
            return *failure;
        return std::vector<std::vector<domain::Detection>>(pictures.size(), says_);
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }
    std::optional<Error> failure;
    int looks = 0;

private:
    std::vector<domain::Detection> says_;
    std::string id_ = "scripted@1";
};

class ObjectEvaluationTest : public ::testing::Test {
protected:
    std::filesystem::path picture(const std::string& name) {
        const imaging::Image grey{imaging::PixelFormat::bgr24, 80, 40};
        EXPECT_TRUE(imaging::write_jpeg(grey.view(), 80, machine.folder.path() / name));
        return machine.folder.path() / name;
    }
    ObjectReport report_of(std::vector<LabelledBox> truth) {
        ObjectReport report;
        report.folder = "cars & more";
        report.model = "object scripted@1";
        report.sizes = vision::coco_sizes();
        report.evaluation = look_at_labelled({{picture("a.jpg"), std::move(truth)}}, detector,
                                             machine.environment())
                                .value();
        sort_labels(report, {"car", "bus", "dog"});
        return report;
    }

    testing::TestEnvironment machine;
    /// In pixels: a car at 20 10 40 20, a weak one at 0 0 8 8, a dog at 40 0 20 20.
    ScriptedDetector detector{{{{0.25F, 0.25F, 0.5F, 0.5F}, 0.9F, "car", {}},
                               {{0, 0, 0.1F, 0.2F}, 0.4F, "car", {}},
                               {{0.5F, 0, 0.25F, 0.5F}, 0.8F, "dog", {}}}};
    const LabelledBox car{{20, 10, 40, 20}, "car"};
};

TEST_F(ObjectEvaluationTest, GivesBoxesInPixelsOfThePicture) {
    const auto result = look_at_labelled({{picture("a.jpg"), {car}}, {picture("b.jpg"), {}}},
                                         detector, machine.environment());
    ASSERT_TRUE(result) << result.error().message();
    ASSERT_EQ(result->pictures.size(), 2U);
    EXPECT_THAT(result->pictures[0].truth, ElementsAre(car));
    EXPECT_EQ(result->pictures[1].found[0].box, car.box);
    EXPECT_EQ(result->milliseconds.size(), 2U);
    EXPECT_EQ(detector.looks, 3) << "the first once more, to warm up";
}

TEST_F(ObjectEvaluationTest, CountsAPictureThatCannotBeOpenedAsOneWithoutAnswers) {
    const auto broken = machine.folder.write("broken.jpg", "no picture");
    const auto result = look_at_labelled({{broken, {car}}, {picture("a.jpg"), {car}}}, detector,
                                         machine.environment());
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_THAT(result->unreadable, ElementsAre(HasSubstr("broken.jpg")));
    ASSERT_EQ(result->pictures.size(), 2U);
    EXPECT_TRUE(result->pictures[0].found.empty());
    EXPECT_EQ(result->milliseconds.size(), 1U);
}

TEST_F(ObjectEvaluationTest, NamesThePictureOnWhichTheModelFailed) {
    detector.failure = Error{ErrorCode::unavailable, "the device is gone"};
    const auto result =
        look_at_labelled({{picture("a.jpg"), {car}}}, detector, machine.environment());
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), HasSubstr("a.jpg: the device is gone"));
}

TEST_F(ObjectEvaluationTest, StopsWhenAsked) {
    machine.stop.request_stop();
    const auto result =
        look_at_labelled({{picture("a.jpg"), {car}}}, detector, machine.environment());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::cancelled);
}

TEST_F(ObjectEvaluationTest, ATeacherIsBelievedWhereItIsSureAndIgnoredWhereItDoubts) {
    ScriptedDetector teacher{{{{0.25F, 0.25F, 0.5F, 0.5F}, 0.9F, "car", {}},
                              {{0, 0, 0.1F, 0.2F}, 0.3F, "bus", {}},
                              {{0, 0, 0.5F, 0.5F}, 0.1F, "dog", {}}}};
    const auto broken = machine.folder.write("broken.jpg", "no picture");
    const auto result = look_with_teacher({broken, picture("a.jpg")}, detector, {teacher, 0.6, 0.2},
                                          machine.environment());
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->unreadable.size(), 1U);
    ASSERT_EQ(result->pictures.size(), 1U) << "there is no truth about the broken one";
    ASSERT_EQ(result->pictures[0].truth.size(), 2U);
    EXPECT_EQ(result->pictures[0].truth[0], car);
    EXPECT_TRUE(result->pictures[0].truth[1].ignored);
    EXPECT_EQ(result->pictures[0].truth[1].label, "bus");
}

TEST_F(ObjectEvaluationTest, SortsLabelsByWhoKnowsThem) {
    const ObjectReport report = report_of({car, {{0, 0, 5, 5}, "tram"}, {{9, 0, 5, 5}, "tram"}});
    EXPECT_THAT(report.judged, ElementsAre("car"));
    EXPECT_THAT(report.unknown, ElementsAre(Pair("tram", 2)));
    EXPECT_THAT(report.unasked, ElementsAre(Pair("dog", 1)));
}

TEST_F(ObjectEvaluationTest, GivesPeopleATableThatSaysWhatWasNotScored) {
    std::ostringstream out;
    write_table(report_of({car, {{60, 30, 10, 10}, "car"}, {{0, 0, 5, 5}, "tram"}}), out);
    EXPECT_THAT(out.str(), HasSubstr("cars & more: 1 pictures, 2 boxes\n  object scripted@1\n"));
    // Half is found at once, then a wrong one follows: the area is 0.5.
    EXPECT_THAT(out.str(),
                ::testing::ContainsRegex("car +2 +50.0 +50.0 +9.5 to 90.5 +100.0 +1.00"));
    EXPECT_THAT(out.str(), ::testing::ContainsRegex("  small +2 "));
    EXPECT_THAT(out.str(), Not(HasSubstr("large")));
    EXPECT_THAT(out.str(), HasSubstr("not known to the model, not scored: tram (1)"));
    EXPECT_THAT(out.str(), HasSubstr("never labelled, not scored: dog (1)"));
    EXPECT_THAT(out.str(), HasSubstr("PASCAL VOC since 2010"));
}

TEST_F(ObjectEvaluationTest, SaysThatPartialLabelsGiveNoPrecision) {
    ObjectReport report = report_of({car});
    report.options.partial = true;
    std::ostringstream out;
    write_table(report, out);
    EXPECT_THAT(out.str(), ::testing::ContainsRegex("car +1 +- +100.0 .* +- +1.00"));
    EXPECT_THAT(out.str(), HasSubstr("no precision and no AP"));
    std::ostringstream json;
    write_json(report, json);
    EXPECT_THAT(json.str(), Not(HasSubstr("precision\"")));
}

TEST_F(ObjectEvaluationTest, GivesProgramsTheSame) {
    ObjectReport report = report_of({car, {{60, 30, 10, 10}, "car"}, {{0, 0, 5, 5}, "tram"}});
    report.teacher = "object teacher@1";
    std::ostringstream out;
    write_json(report, out);
    const auto json = nlohmann::json::parse(out.str());
    EXPECT_EQ(json["pictures"], 1);
    EXPECT_EQ(json["boxes"], 2);
    const auto& scored = json["labels"][0];
    EXPECT_EQ(scored["label"], "car");
    EXPECT_DOUBLE_EQ(scored["average_precision"], 0.5);
    EXPECT_EQ(scored["recall"]["hits"], 1);
    EXPECT_EQ(scored["precision"]["of"], 1);
    EXPECT_TRUE(scored["sizes"]["large"]["average_precision"].is_null());
    EXPECT_DOUBLE_EQ(json["mean_average_precision"]["all"], 0.5);
    EXPECT_EQ(json["not_known_to_the_model"]["tram"], 1);
    EXPECT_EQ(json["not_judged"]["dog"], 1);
    EXPECT_EQ(json["teacher"]["model"], "object teacher@1");
}

TEST_F(ObjectEvaluationTest, TheGalleryShowsTheWorstFirstAndAsksNobody) {
    ObjectReport report = report_of({car});
    report.evaluation =
        look_at_labelled({{picture("good.jpg"), {car}},
                          {picture("one missed.jpg"), {car, {{1, 30, 9, 9}, "car"}}},
                          {picture("<worst>.jpg"), {{{60, 30, 10, 10}, "car"}}}},
                         detector, machine.environment())
            .value();
    const auto page = machine.folder.path() / "page.html";
    const auto summary = write_gallery(report, page);
    ASSERT_TRUE(summary) << summary.error().message();
    EXPECT_EQ(summary->shown, 2U);
    EXPECT_EQ(summary->left_out, 0U);
    const std::string html = testing::content_of(page);
    EXPECT_THAT(html, HasSubstr("&lt;worst&gt;.jpg: 1 missed, 1 false"));
    EXPECT_LT(html.find("&lt;worst&gt;.jpg"), html.find("one missed.jpg"));
    EXPECT_THAT(html, Not(HasSubstr("good.jpg")));
    EXPECT_THAT(html, HasSubstr("cars &amp; more"));
    EXPECT_THAT(html, HasSubstr("data:image/jpeg;base64,/9j/"));
    EXPECT_THAT(html, Not(HasSubstr("http://")));
    EXPECT_THAT(html, Not(HasSubstr("https://")));
    EXPECT_THAT(html, HasSubstr("class=\"missed\" x=\"60\" y=\"30\" width=\"10\" height=\"10\""));
    EXPECT_THAT(html, HasSubstr(">0.90<"));
}

TEST_F(ObjectEvaluationTest, TheGalleryStopsAtItsSize) {
    ObjectReport report = report_of({{{60, 30, 10, 10}, "car"}});
    const auto page = machine.folder.path() / "page.html";
    const auto summary = write_gallery(report, page, {.most_bytes = 3000});
    ASSERT_TRUE(summary) << summary.error().message();
    EXPECT_EQ(summary->shown, 0U);
    EXPECT_EQ(summary->left_out, 1U);
    EXPECT_THAT(testing::content_of(page), HasSubstr("1 more are left out"));
    EXPECT_FALSE(write_gallery(report, machine.folder.path() / "no such folder/page.html"));
}

} // namespace
} // namespace vedette::app
