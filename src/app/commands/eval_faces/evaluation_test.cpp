#include "app/commands/eval_faces/evaluation.h"

#include <array>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/commands/eval_faces/report.h"
#include "app/test_environment.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Sees one face, the arc template's, wherever the picture is bright: a face of 112x112 pixels.
class BrightFaceDetector final : public vision::Detector {
public:
    Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override {
        if (failure)
            return *failure;
        std::vector<std::vector<domain::Detection>> out;
        for (const imaging::ImageView& picture : pictures) {
            sizes.emplace_back(picture.width_px, picture.height_px);
            out.push_back(faces_in(picture));
        }
        return out;
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }

    std::optional<Error> failure;
    std::vector<std::pair<int, int>> sizes;
    int least_width_px = 0; ///< of the picture: in a smaller one it sees nothing
    bool with_points = true;

private:
    [[nodiscard]] std::vector<domain::Detection> faces_in(const imaging::ImageView& picture) const {
        const std::uint8_t* middle = picture.planes[0].data +
                                     picture.height_px / 2 * picture.planes[0].stride_bytes +
                                     picture.width_px / 2 * 3;
        if (middle[1] < 100 || picture.width_px < least_width_px)
            return {};
        // The face lies in the middle.
        const auto wide = static_cast<float>(picture.width_px);
        const auto high = static_cast<float>(picture.height_px);
        domain::Detection face{{0.25F, 0.25F, 0.5F, 0.5F}, 0.5F + wide / 10'000, "face", {}};
        for (const imaging::PixelPoint& point : vision::kArcFaceTemplate)
            if (with_points)
                face.points.push_back({0.5F + (point.x - 56) / wide, 0.5F + (point.y - 56) / high});
        return {face};
    }
    std::string id_ = "bright@1";
};

/// The mean blue, green and red of the middle.
class ColourEmbedder final : public vision::FaceEmbedder {
public:
    Result<std::vector<std::vector<float>>>
    embed(std::span<const imaging::ImageView> faces) override {
        std::vector<std::vector<float>> out;
        for (const imaging::ImageView& face : faces) {
            sizes.emplace_back(face.width_px, face.height_px);
            const std::uint8_t* middle = face.planes[0].data +
                                         face.height_px / 2 * face.planes[0].stride_bytes +
                                         face.width_px / 2 * 3;
            double squares = 0;
            std::vector<float> one;
            for (int c = 0; c < 3; ++c) {
                one.push_back(static_cast<float>(middle[c]));
                squares += static_cast<double>(middle[c]) * middle[c];
            }
            for (float& value : one)
                value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
            out.push_back(std::move(one));
        }
        return out;
    }
    [[nodiscard]] std::size_t dimension() const override { return 3; }
    [[nodiscard]] const std::string& model_id() const override { return id_; }
    std::vector<std::pair<int, int>> sizes;

private:
    std::string id_ = "colour@1";
};

class FaceEvaluationTest : public ::testing::Test {
protected:
    /// A picture of one colour.
    std::filesystem::path picture(const std::string& name, std::array<int, 3> bgr, int side = 120) {
        imaging::Image image{imaging::PixelFormat::bgr24, side, side};
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < 3 * side; ++x)
                image.row(y)[x] = static_cast<std::uint8_t>(bgr[static_cast<std::size_t>(x) % 3]);
        const auto path = machine.folder.path() / name;
        std::filesystem::create_directories(path.parent_path());
        EXPECT_TRUE(imaging::write_jpeg(image.view(), 95, path));
        return path;
    }
    Result<PersonsEvaluation> embed(const std::vector<PersonPictures>& persons) {
        return embed_persons(persons, {&detector, embedder}, machine.environment());
    }

    testing::TestEnvironment machine;
    BrightFaceDetector detector;
    ColourEmbedder embedder;
};

TEST_F(FaceEvaluationTest, PersonsAreFoldersWithPictures) {
    picture("p/zoe/2.jpg", {200, 200, 200});
    picture("p/zoe/1.jpg", {200, 200, 200});
    picture("p/adam/1.jpg", {200, 200, 200});
    machine.folder.write("p/adam/notes.txt", "");
    machine.folder.write("p/notes.txt", "");
    std::filesystem::create_directories(machine.folder.path() / "p/nobody");
    const auto persons = load_persons(machine.folder.path() / "p");
    ASSERT_TRUE(persons) << persons.error().message();
    ASSERT_EQ(persons->size(), 2U);
    EXPECT_EQ((*persons)[0].name, "adam");
    EXPECT_THAT((*persons)[1].files, ElementsAre(machine.folder.path() / "p/zoe/1.jpg",
                                                 machine.folder.path() / "p/zoe/2.jpg"));
    EXPECT_EQ(load_persons(machine.folder.path() / "p/nobody").error().code(),
              ErrorCode::not_found);
    EXPECT_EQ(load_persons(machine.folder.path() / "none").error().code(), ErrorCode::not_found);
}

TEST_F(FaceEvaluationTest, LooksWithSeveralMarginsAndTakesTheSurestFace) {
    const auto result = embed({{"a", {picture("a.jpg", {50, 200, 50})}}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_THAT(detector.sizes, ElementsAre(std::pair{120, 120}, std::pair{180, 180},
                                            std::pair{240, 240}, std::pair{360, 360}));
    ASSERT_EQ(result->samples.size(), 1U);
    EXPECT_THAT(embedder.sizes, ElementsAre(std::pair{112, 112}));
    EXPECT_NEAR(result->samples[0].embedding[1], 0.94F, 0.02) << "aligned on what is green";
    EXPECT_EQ(result->find_ms.size(), 1U);
    EXPECT_EQ(result->embed_ms.size(), 1U);
}

TEST_F(FaceEvaluationTest, AFaceSeenOnlyWithAMarginIsAlignedInThePictureItself) {
    detector.least_width_px = 300;
    const auto result = embed({{"a", {picture("a.jpg", {50, 200, 50})}}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_TRUE(result->without_face.empty());
    EXPECT_NEAR(result->samples[0].embedding[1], 0.94F, 0.02);
}

TEST_F(FaceEvaluationTest, LargePicturesAreShownSmaller) {
    const auto result = embed({{"a", {picture("a.jpg", {50, 200, 50}, 1280)}}});
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(detector.sizes.front(), (std::pair{640, 640}));
    EXPECT_EQ(detector.sizes.back(), (std::pair{1920, 1920}));
}

TEST_F(FaceEvaluationTest, APictureWithoutAFaceIsLikeNobody) {
    const auto dark = picture("dark.jpg", {10, 10, 10});
    const auto broken = machine.folder.write("broken.jpg", "no picture");
    const auto result = embed({{"a", {dark, broken, picture("a.jpg", {50, 200, 50})}}});
    ASSERT_TRUE(result) << result.error().message();
    ASSERT_EQ(result->samples.size(), 3U);
    EXPECT_TRUE(result->samples[0].embedding.empty());
    EXPECT_TRUE(result->samples[1].embedding.empty());
    EXPECT_FALSE(result->samples[2].embedding.empty());
    EXPECT_THAT(result->without_face, ElementsAre(dark.string()));
    EXPECT_THAT(result->unreadable, ElementsAre(HasSubstr("broken.jpg")));
}

TEST_F(FaceEvaluationTest, AlignedFacesAreNotLookedFor) {
    const auto result = embed_persons({{"a", {picture("a.jpg", {50, 200, 50})}}},
                                      {nullptr, embedder}, machine.environment());
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_THAT(embedder.sizes, ElementsAre(std::pair{120, 120}));
    EXPECT_TRUE(result->find_ms.empty());
}

TEST_F(FaceEvaluationTest, NamesThePictureOnWhichAModelFailed) {
    const auto file = picture("a.jpg", {50, 200, 50});
    detector.failure = Error{ErrorCode::unavailable, "the device is gone"};
    EXPECT_THAT(embed({{"a", {file}}}).error().message(), HasSubstr("a.jpg: the device is gone"));
    EXPECT_THAT(count_faces({{file, 1, {}}}, detector, machine.environment()).error().message(),
                HasSubstr("a.jpg: the device is gone"));
    detector.failure.reset();
    detector.with_points = false;
    EXPECT_THAT(embed({{"a", {file}}}).error().message(), HasSubstr("five are needed"));
}

TEST_F(FaceEvaluationTest, StopsWhenAsked) {
    const auto file = picture("a.jpg", {50, 200, 50});
    machine.stop.request_stop();
    EXPECT_EQ(embed({{"a", {file}}}).error().code(), ErrorCode::cancelled);
    EXPECT_EQ(count_faces({{file, 1, {}}}, detector, machine.environment()).error().code(),
              ErrorCode::cancelled);
}

TEST_F(FaceEvaluationTest, CountsFacesByTheirNoses) {
    const auto broken = machine.folder.write("broken.jpg", "no picture");
    const auto result = count_faces({{picture("a.jpg", {50, 200, 50}), 2, {{60, 60}, {5, 5}}},
                                     {picture("b.jpg", {10, 10, 10}), 0, {}},
                                     {broken, 1, {}}},
                                    detector, machine.environment());
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->pictures, 3);
    EXPECT_EQ(result->tally.recall(), (vision::Share{1, 3}));
    EXPECT_EQ(result->tally.precision(), (vision::Share{1, 1}));
    EXPECT_EQ(result->tally.right_count(), (vision::Share{1, 3}));
    std::ostringstream out;
    write_table({"group", "face bright@1", 0.5, *result}, out);
    EXPECT_THAT(out.str(), HasSubstr("group: 3 pictures\n  face bright@1\n"));
    EXPECT_THAT(out.str(), HasSubstr("33.3 %   1 of 3, 95 % interval"));
    std::ostringstream json;
    write_json({"group", "face bright@1", 0.5, *result}, json);
    EXPECT_EQ(nlohmann::json::parse(json.str())["recall"]["of"], 3);
}

TEST_F(FaceEvaluationTest, ReportsOnPersonsForPeopleAndPrograms) {
    PersonsReport report;
    report.folder = "people";
    report.models = {"face bright@1", "face-embedding colour@1"};
    report.persons = 2;
    report.evaluation =
        *embed({{"a", {picture("1.jpg", {50, 200, 50}), picture("2.jpg", {60, 200, 50})}},
                {"b", {picture("3.jpg", {200, 120, 10}), picture("4.jpg", {200, 120, 20})}}});
    report.verification = *vision::score_verification(report.evaluation.samples);
    report.identification = *vision::score_identification(report.evaluation.samples);
    std::ostringstream out;
    write_table(report, out);
    EXPECT_THAT(out.str(), HasSubstr("people: 2 persons, 4 pictures, 2 pairs of one, 4 of two\n"));
    EXPECT_THAT(out.str(), HasSubstr("told to be one, of one (1 % of two)"));
    EXPECT_THAT(out.str(), HasSubstr("100.0 %   95 % interval 100.0 to 100.0; from cosine"));
    EXPECT_THAT(out.str(), HasSubstr("pictures without a face"));
    std::ostringstream text;
    write_json(report, text);
    const auto json = nlohmann::json::parse(text.str());
    EXPECT_EQ(json["verification"]["pairs_of_one"], 2);
    EXPECT_DOUBLE_EQ(json["verification"]["at"][1]["hit_rate"], 1);
    EXPECT_DOUBLE_EQ(json["verification"]["equal_error_rate"], 0);
    EXPECT_EQ(json["identification"].size(), 2U);
    EXPECT_GE(json["verification"]["roc"].size(), 2U);
}

} // namespace
} // namespace vedette::app
