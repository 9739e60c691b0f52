#include "detect/network_sizes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "detect/yolox/decoder.h"
#include "tests/scripted_engine.h"

namespace vedette::vision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

infer::Manifest manifest(int multiple_of_px) {
    infer::Manifest out;
    out.id = "net";
    out.labels = {"car"};
    out.input.width_px = 64;
    out.input.height_px = 64;
    out.input.fit = infer::InputSpec::Fit::letterbox_corner;
    out.input.multiple_of_px = multiple_of_px;
    out.decoder_options["strides"] = "16";
    return out;
}

imaging::ImageView picture(int width_px, int height_px) {
    imaging::ImageView view;
    view.width_px = width_px;
    view.height_px = height_px;
    return view;
}

/// One that loads and then does not run, as ONNX Runtime does with a shape it cannot reach.
class RefusingEngine final : public infer::Engine {
public:
    explicit RefusingEngine(std::unique_ptr<infer::Engine> inner) : inner_{std::move(inner)} {}
    [[nodiscard]] const std::vector<infer::TensorSpec>& inputs() const override {
        return inner_->inputs();
    }
    [[nodiscard]] const std::vector<infer::TensorSpec>& outputs() const override {
        return inner_->outputs();
    }
    [[nodiscard]] int batch() const override { return inner_->batch(); }
    [[nodiscard]] const std::string& name() const override { return inner_->name(); }
    [[nodiscard]] Result<std::span<const infer::TensorView>>
    run(std::span<const infer::TensorView>) override {
        return Error{ErrorCode::unavailable, "52 rows are not 32"};
    }

private:
    std::unique_ptr<infer::Engine> inner_;
};

/// Opens networks that do nothing, and remembers their sizes.
class NetworkSizesTest : public ::testing::Test {
protected:
    Result<std::unique_ptr<infer::Engine>> load(const infer::Manifest& sized) {
        const int width = sized.input.width_px;
        const int height = sized.input.height_px;
        opened.emplace_back(width, height);
        const infer::TensorSpec input{"picture", infer::ElementType::f32, {-1, 3, height, width}};
        const infer::TensorSpec output{
            "out", infer::ElementType::f32, {-1, (width / 16) * (height / 16), 6}};
        std::unique_ptr<infer::Engine> engine = std::make_unique<testing::ScriptedEngine>(
            input, std::vector{output}, [](auto, auto, auto) {});
        if (height == bad_height)
            engine = std::make_unique<RefusingEngine>(std::move(engine));
        return engine;
    }
    Result<NetworkSizes> open(const infer::Manifest& described) {
        return NetworkSizes::open(
            described, [this](const infer::Manifest& sized) { return load(sized); },
            YoloxDecoder::create);
    }
    static std::pair<int, int> chosen(NetworkSizes& sizes,
                                      std::vector<imaging::ImageView> pictures) {
        const auto network = sizes.for_pictures(pictures);
        EXPECT_TRUE(network) << network.error().message();
        if (!network)
            return {};
        EXPECT_EQ((*network)->decoder->sizes().front(),
                  static_cast<std::size_t>((*network)->input.width_px / 16 *
                                           ((*network)->input.height_px / 16) * 6));
        return {(*network)->input.width_px, (*network)->input.height_px};
    }

    std::vector<std::pair<int, int>> opened;
    int bad_height = -1;
};

TEST(WithoutFreeSpace, KeepsTheScaleAndRoundsUp) {
    const auto size = [](int width, int height) {
        const auto out = without_free_space(manifest(16).input, width, height);
        return std::pair{out.width_px, out.height_px};
    };
    EXPECT_THAT(size(1920, 1080), Pair(64, 48)); // 64x36
    EXPECT_THAT(size(640, 480), Pair(64, 48));   // 64x48, no more
    EXPECT_THAT(size(640, 481), Pair(64, 64));   // a line too many
    EXPECT_THAT(size(1080, 1920), Pair(48, 64));
    EXPECT_THAT(size(500, 500), Pair(64, 64));
    EXPECT_THAT(size(10'000, 1), Pair(64, 16)); // never less than one step
    EXPECT_THAT(size(8, 4), Pair(64, 32));      // small pictures are enlarged
}

TEST(WithoutFreeSpace, LeavesAFixedSizeAlone) {
    EXPECT_EQ(without_free_space(manifest(0).input, 1920, 1080).height_px, 64);
}

TEST_F(NetworkSizesTest, OpensTheSizeOfWidePicturesFirst) {
    auto sizes = open(manifest(16));
    ASSERT_TRUE(sizes) << sizes.error().message();
    EXPECT_THAT(opened, ElementsAre(Pair(64, 48)));
    EXPECT_THAT(chosen(*sizes, {picture(1920, 1080)}), Pair(64, 48));
    EXPECT_THAT(chosen(*sizes, {picture(704, 576)}), Pair(64, 64));
    EXPECT_THAT(chosen(*sizes, {picture(1280, 720)}), Pair(64, 48));
    EXPECT_THAT(opened, ElementsAre(Pair(64, 48), Pair(64, 64))) << "each once";
}

TEST_F(NetworkSizesTest, OpensTwoSmallerSizesAtMost) {
    auto sizes = open(manifest(16));
    ASSERT_TRUE(sizes);
    EXPECT_THAT(chosen(*sizes, {picture(1000, 500)}), Pair(64, 32));
    EXPECT_THAT(chosen(*sizes, {picture(1000, 100)}), Pair(64, 48)) << "one that holds it";
    EXPECT_THAT(chosen(*sizes, {picture(500, 1000)}), Pair(64, 64)) << "the full one for others";
    EXPECT_THAT(chosen(*sizes, {picture(100, 1000)}), Pair(64, 64));
    EXPECT_EQ(opened.size(), NetworkSizes::kMostSmallerSizes + 1);
}

TEST_F(NetworkSizesTest, ShowsABatchInTheSizeThatHoldsAll) {
    auto sizes = open(manifest(16));
    ASSERT_TRUE(sizes);
    EXPECT_THAT(chosen(*sizes, {picture(1920, 1080), picture(1080, 1920)}), Pair(64, 64));
}

TEST_F(NetworkSizesTest, HasOneSizeWhereTheManifestSaysNothing) {
    auto sizes = open(manifest(0));
    ASSERT_TRUE(sizes);
    EXPECT_THAT(chosen(*sizes, {picture(1920, 1080)}), Pair(64, 64));
    EXPECT_THAT(chosen(*sizes, {picture(1080, 1920)}), Pair(64, 64));
    EXPECT_THAT(opened, ElementsAre(Pair(64, 64)));
}

TEST_F(NetworkSizesTest, SaysAtTheStartThatAModelDoesNotBearIt) {
    bad_height = 48;
    const auto sizes = open(manifest(16));
    ASSERT_FALSE(sizes);
    EXPECT_EQ(sizes.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(sizes.error().message(), HasSubstr("net@1 cannot take pictures of 64x48"));
    EXPECT_THAT(sizes.error().message(), HasSubstr("remove that key (52 rows are not 32)"));
}

} // namespace
} // namespace vedette::vision
