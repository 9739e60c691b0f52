#include "app/commands/eval_plates/gallery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/eval_plates/failures.h"
#include "vedette/imaging/image.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Kind = PlateFailure::Kind;

EvaluationReport report() {
    EvaluationReport out{"cars <1>", {"ocr reader@1"}, {}, {}};
    out.evaluation.score.pictures = 4;
    out.evaluation.score.observed.exact = {1, 4};
    out.evaluation.score.resolved.exact = {2, 4};
    return out;
}

PlateFailure misread(const std::string& read, double badness) {
    PlateFailure out;
    out.picture = read + ".jpg";
    out.truth = "AB12CDE";
    out.observed = read;
    out.resolved = read;
    out.badness = badness;
    out.jpeg = {0xFF, 0xD8, 0xFF};
    return out;
}

std::size_t count(const std::string& page, const std::string& what) {
    std::size_t out = 0;
    for (std::size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1))
        ++out;
    return out;
}

TEST(FailureGallery, KeepsTheWorstOfEachKindAndSaysHowManyAreLeftOut) {
    FailureGallery gallery{3};
    for (int i = 0; i < 8; ++i) {
        const double badness = (i * 5 % 8) / 10.0;
        if (gallery.wants(Kind::misread, badness))
            gallery.add(misread("READ" + std::to_string(i * 5 % 8), badness));
    }
    const std::string page = gallery.page(report());
    EXPECT_THAT(page, HasSubstr("Misread (8)"));
    EXPECT_THAT(page, HasSubstr("5 more are left out."));
    EXPECT_EQ(count(page, "<figure>"), 3U);
    EXPECT_LT(page.find("READ7"), page.find("READ6"));
    EXPECT_LT(page.find("READ6"), page.find("READ5"));
    EXPECT_THAT(page, Not(HasSubstr("READ4")));
    EXPECT_THAT(page, HasSubstr("False reads (0)</h2>\n<p>None."));
    EXPECT_FALSE(FailureGallery{0}.wants(Kind::misread, 1));
}

TEST(FailureGallery, IsOnePageThatLoadsNothingAndRunsNothing) {
    FailureGallery gallery{3};
    ASSERT_TRUE(gallery.wants(Kind::misread, 1));
    gallery.add(misread("AB12", 1));
    const std::string page = gallery.page(report());
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, HasSubstr("src=\"data:image/jpeg;base64,/9j/\""));
    EXPECT_EQ(count(page, "src="), 1U);
    for (const char* outside : {"<script", "http://", "https://", "url(", "<link"})
        EXPECT_THAT(page, Not(HasSubstr(outside)));
}

TEST(FailureGallery, MarksEverySignThatDiffers) {
    FailureGallery gallery{3};
    PlateFailure failure = misread("A812CE", 1);
    failure.sign_confidence = {0.99F, 0.6F, 0.98F, 0.97F, 0.96F, 0.95F};
    failure.regions = {{"gb", 0.75F}, {"sk", 0.25F}};
    ASSERT_TRUE(gallery.wants(Kind::misread, 1));
    gallery.add(std::move(failure));
    const std::string page = gallery.page(report());
    EXPECT_THAT(page, HasSubstr("label</th><td>A</td><td class=\"wrong\">B</td><td>1</td>"));
    EXPECT_THAT(page, HasSubstr("read</th><td>A</td><td class=\"wrong\">8</td><td>1</td><td>2</td>"
                                "<td>C</td><td class=\"wrong\">–</td><td>E</td>"));
    EXPECT_THAT(page, HasSubstr("<td>99</td><td>60</td>"));
    EXPECT_THAT(page, HasSubstr("gb 75 %, sk 25 %"));
    EXPECT_THAT(page, HasSubstr("2 of 4 texts right after resolving, 1 as observed"));
}

TEST(FailureGallery, TakesNoNameForMarkup) {
    FailureGallery gallery{3};
    PlateFailure failure = misread("AB12", 1);
    failure.picture = "<b>\"&.jpg";
    ASSERT_TRUE(gallery.wants(Kind::misread, 1));
    gallery.add(std::move(failure));
    const std::string page = gallery.page(report());
    EXPECT_THAT(page, HasSubstr("&lt;b&gt;&quot;&amp;.jpg"));
    EXPECT_THAT(page, HasSubstr("Failures in cars &lt;1&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
}

class Failures : public ::testing::Test {
protected:
    /// A read on the part of the picture (80 x 40) whose corners are those of `box`, in pixels.
    void say(const std::string& text, const vision::PixelBox& box, double confidence) {
        domain::PlateRead read;
        const auto x = [](double pixels) { return static_cast<float>(pixels / 80); };
        const auto y = [](double pixels) { return static_cast<float>(pixels / 40); };
        read.corners = domain::corners_of({x(box.left), y(box.top), x(box.width), y(box.height)});
        said.plates.push_back({read, {}});
        said.answers.push_back({box, text, text, confidence, confidence});
    }
    std::string look(const std::vector<vision::PlateTruth>& labels) {
        FailureGallery gallery{10};
        const auto added = add_failures({"street.jpg", labels}, picture.view(), said, {}, gallery);
        EXPECT_TRUE(added) << added.error().message();
        return gallery.page(report());
    }

    imaging::Image picture{imaging::PixelFormat::bgr24, 80, 40};
    PictureAnswers said;
    const vision::PixelBox here{10, 10, 40, 10};
    const vision::PixelBox there{55, 25, 20, 8};
};

TEST_F(Failures, WhatIsReadRightlyIsNone) {
    say("AB12CDE", here, 0.9);
    say("TAXI", there, 0.3);
    const std::string page = look({{here, "AB12CDE"}});
    EXPECT_EQ(count(page, "None."), 3U);
    EXPECT_EQ(count(page, "<figure>"), 0U);
}

TEST_F(Failures, TellMisreadNotFoundAndFalseApart) {
    say("AB12CDX", here, 0.9);
    say("TAXI", there, 0.8);
    said.found.push_back({5, 0, 30, 8});
    const std::string page = look({{here, "AB12CDE"}, {vision::PixelBox{5, 0, 30, 8}, "XY67PKR"}});
    EXPECT_THAT(page, HasSubstr("Misread (1)"));
    EXPECT_THAT(page, HasSubstr("Not found (1)"));
    EXPECT_THAT(page, HasSubstr("False reads (1)"));
    EXPECT_THAT(page, HasSubstr("8 pixels high, found but not read"));
    EXPECT_EQ(count(page, "<figure>"), 3U);
    EXPECT_EQ(count(page, "base64,/9j/"), 3U);
}

TEST_F(Failures, ACropIsShownWhole) {
    say("AB12CDX", {0, 0, 80, 40}, 0.9);
    const std::string page = look({{std::nullopt, "AB12CDE"}});
    EXPECT_THAT(page, HasSubstr("Misread (1)"));
    EXPECT_THAT(page, HasSubstr("False reads (0)"));
}

TEST_F(Failures, ALabelBesideItsPictureIsNoReasonToStop) {
    EXPECT_THAT(look({{vision::PixelBox{500, 500, 40, 10}, "AB12CDE"}}),
                HasSubstr("Not found (1)"));
}

TEST_F(Failures, WhatDiffersOnlyByOAndIComesLast) {
    say("AO12CDE", here, 0.99);
    const std::string page = look({{here, "A012CDE"}});
    EXPECT_THAT(page, HasSubstr("the same with O = 0 and I = 1"));
}

} // namespace
} // namespace vedette::app
