// What every registered detector must do, whatever its form. A new one takes part by its
// contract.json.
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <thread>

#include "tests/contract_model.h"
#include "vedette/imaging/image.h"

namespace vedette::vision {
namespace {

using testing::ContractModel;
using Found = std::vector<std::vector<domain::Detection>>;

imaging::Image picture(int width_px, int height_px, std::uint32_t seed) {
    imaging::Image image{imaging::PixelFormat::bgr24, width_px, height_px};
    std::mt19937 random{seed};
    for (int y = 0; y < height_px; ++y)
        for (int x = 0; x < image.stride_bytes(); ++x)
            image.row(y)[x] = static_cast<std::uint8_t>(random());
    return image;
}

/// Pictures of ordinary and awkward sizes.
std::vector<imaging::Image> pictures() {
    std::vector<imaging::Image> out;
    std::uint32_t seed = 0;
    for (const auto& [width, height] : {std::pair{64, 32},
                                        {1, 1},
                                        {3, 5},
                                        {7, 333},
                                        {401, 2},
                                        {160, 120},
                                        {33, 31},
                                        {64, 33},
                                        {128, 64},
                                        {20, 20}})
        out.push_back(picture(width, height, ++seed));
    return out;
}

std::vector<imaging::ImageView> views_of(const std::vector<imaging::Image>& images) {
    std::vector<imaging::ImageView> out;
    for (const imaging::Image& image : images)
        out.push_back(image.view());
    return out;
}

bool is_share(float value) { return value >= 0 && value <= 1; }

void expect_inside_the_contract(const std::vector<domain::Detection>& found,
                                const ContractModel& model, float min_score) {
    EXPECT_LE(found.size(), 300U);
    float previous = 1;
    for (const domain::Detection& detection : found) {
        EXPECT_GE(detection.score, min_score);
        EXPECT_LE(detection.score, previous) << "best first";
        previous = detection.score;
        const domain::NormBox& box = detection.box;
        EXPECT_TRUE(is_share(box.left) && is_share(box.top) && is_share(box.right()) &&
                    is_share(box.bottom()))
            << box.left << " " << box.top << " " << box.right() << " " << box.bottom();
        EXPECT_GT(box.area(), 0);
        for (const domain::NormPoint& point : detection.points)
            EXPECT_TRUE(is_share(point.x) && is_share(point.y)) << point.x << " " << point.y;
        const auto& labels = model.manifest.labels;
        EXPECT_NE(std::find(labels.begin(), labels.end(), detection.label), labels.end())
            << detection.label;
    }
}

class EveryDetector : public ::testing::TestWithParam<ContractModel> {
protected:
    void SetUp() override {
        if (!GetParam().files_are_here())
            GTEST_SKIP() << "a file that " << GetParam().manifest.path
                         << " names is not on this machine";
    }
    static std::unique_ptr<Detector> load(testing::Script script,
                                          const DetectorOptions& options = {.min_score = 0.1F}) {
        auto detector = GetParam().load(options, std::move(script));
        EXPECT_TRUE(detector) << detector.error().message();
        return detector ? *std::move(detector) : nullptr;
    }
    static Found detect(Detector& detector, std::span<const imaging::ImageView> pictures) {
        auto found = detector.detect(pictures);
        EXPECT_TRUE(found) << found.error().message();
        return found ? *std::move(found) : Found{};
    }
    static bool has_engine() { return !GetParam().outputs.empty(); }
};

TEST_P(EveryDetector, StaysInsideItsContractWhateverTheModelSays) {
    constexpr float kHuge = std::numeric_limits<float>::max();
    const auto images = pictures();
    for (const float min_score : {0.0F, 0.1F, 0.9F}) {
        for (const testing::Script& script :
             {testing::noise(), testing::nonsense(), testing::constant(0), testing::constant(1),
              testing::constant(kHuge), testing::constant(-kHuge),
              testing::constant(std::numeric_limits<float>::quiet_NaN()),
              testing::constant(std::numeric_limits<float>::infinity())}) {
            const auto detector = load(script, {.min_score = min_score});
            ASSERT_NE(detector, nullptr);
            const Found found = detect(*detector, views_of(images));
            ASSERT_EQ(found.size(), images.size());
            for (const auto& one : found)
                expect_inside_the_contract(one, GetParam(), min_score);
        }
    }
}

TEST_P(EveryDetector, FindsSomethingInNoiseAndNothingInNan) {
    if (!has_engine())
        GTEST_SKIP() << "looks at pixels itself";
    const imaging::Image image = picture(64, 32, 1);
    const imaging::ImageView view = image.view();
    EXPECT_FALSE(detect(*load(testing::noise()), {&view, 1})[0].empty());
    EXPECT_TRUE(
        detect(*load(testing::constant(std::numeric_limits<float>::quiet_NaN())), {&view, 1})[0]
            .empty());
}

TEST_P(EveryDetector, NothingIsInAnEmptyPicture) {
    const auto detector = load(testing::noise());
    const imaging::Image image = picture(64, 32, 1);
    const std::vector<imaging::ImageView> mixed{{}, image.view(), {}};
    const Found found = detect(*detector, mixed);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_TRUE(found[0].empty());
    EXPECT_TRUE(found[2].empty());
    EXPECT_EQ(found[1], detect(*detector, {&mixed[1], 1})[0])
        << "the others are as if it were not there";
    EXPECT_TRUE(detect(*detector, {}).empty());
}

TEST_P(EveryDetector, ABatchGivesWhatSinglePicturesGive) {
    const auto detector = load(testing::noise());
    const auto images = pictures();
    const Found together = detect(*detector, views_of(images));
    ASSERT_EQ(together.size(), images.size());
    for (std::size_t i = 0; i < images.size(); ++i) {
        const imaging::ImageView view = images[i].view();
        EXPECT_EQ(detect(*detector, {&view, 1})[0], together[i]) << "picture " << i;
    }
}

TEST_P(EveryDetector, TwoInstancesRunInTwoThreads) {
    const auto images = pictures();
    const auto views = views_of(images);
    const auto reference = load(testing::noise());
    const Found expected = detect(*reference, views);
    std::array<Found, 2> found;
    {
        std::vector<std::jthread> threads;
        for (Found& mine : found)
            threads.emplace_back([&mine, &views, detector = load(testing::noise())] {
                for (int i = 0; i < 3; ++i)
                    mine = detect(*detector, views);
            });
    }
    EXPECT_EQ(found[0], expected);
    EXPECT_EQ(found[1], expected);
}

TEST_P(EveryDetector, GivesOnlyWantedLabels) {
    const std::string wanted = GetParam().manifest.labels.back();
    const auto detector = load(testing::noise(), {.min_score = 0.1F, .labels = {wanted}});
    const auto images = pictures();
    for (const auto& one : detect(*detector, views_of(images)))
        for (const domain::Detection& detection : one)
            EXPECT_EQ(detection.label, wanted);
    EXPECT_FALSE(GetParam().load({.labels = {"nothing it knows"}}, testing::noise()));
}

TEST_P(EveryDetector, RefusesOutputsThatDoNotFitItsForm) {
    if (!has_engine())
        GTEST_SKIP() << "has no outputs";
    for (std::size_t i = 0; i < GetParam().outputs.size(); ++i) {
        ContractModel wrong = GetParam();
        wrong.outputs[i].shape.back() += 1;
        const auto detector = wrong.load({}, testing::noise());
        ASSERT_FALSE(detector) << "output " << i;
        EXPECT_EQ(detector.error().code(), ErrorCode::invalid_argument);
        EXPECT_NE(detector.error().message().find(wrong.manifest.full_id()), std::string::npos)
            << detector.error().message();
    }
    ContractModel wrong = GetParam();
    wrong.outputs.clear();
    wrong.outputs.push_back({"other", infer::ElementType::u8, {-1, 2}});
    EXPECT_FALSE(wrong.load({}, testing::noise()));
}

TEST_P(EveryDetector, KnowsItsModelAndItsBatch) {
    const auto detector = load(testing::noise());
    EXPECT_EQ(detector->model_id(), GetParam().manifest.full_id());
    EXPECT_GE(detector->preferred_batch(), 1);
}

INSTANTIATE_TEST_SUITE_P(Forms, EveryDetector, ::testing::ValuesIn(ContractModel::all()),
                         [](const auto& model) {
                             std::string name = model.param.manifest.decoder;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(DetectorRegistry, EveryFormTakesPartInTheContractTests) {
    DetectorRegistry registry;
    ASSERT_TRUE(register_builtin_detect(registry));
    std::vector<std::string> tested;
    for (const ContractModel& model : ContractModel::all())
        tested.push_back(model.manifest.decoder);
    for (const std::string& name : registry.names())
        EXPECT_NE(std::find(tested.begin(), tested.end(), name), tested.end())
            << "detector '" << name
            << "' has no contract.json in its folder; copy one from detect/_template";
}

TEST(DetectorRegistry, AnUnknownFormIsNamedWithTheModel) {
    ContractModel model = ContractModel::all().front();
    model.manifest.decoder = "crystal-ball";
    const auto detector = model.load({}, testing::noise());
    ASSERT_FALSE(detector);
    EXPECT_EQ(detector.error().code(), ErrorCode::not_found);
    EXPECT_NE(detector.error().message().find("crystal-ball"), std::string::npos);
    EXPECT_NE(detector.error().message().find(model.manifest.full_id()), std::string::npos);
}

} // namespace
} // namespace vedette::vision
