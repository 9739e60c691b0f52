#include "face/engine_embedder.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <thread>

#include "tests/scripted_engine.h"

namespace vedette::vision {
namespace {

using testing::Script;
using testing::ScriptedEngine;

constexpr std::int64_t kSide = 16;
constexpr std::int64_t kNumbers = 8;

infer::Manifest manifest() {
    infer::Manifest out;
    out.id = "faces";
    out.task = "face-embedding";
    out.decoder = "embedding";
    out.input.width_px = out.input.height_px = kSide;
    out.input.color = infer::InputSpec::Color::rgb;
    return out;
}

infer::TensorSpec input() { return {"data", infer::ElementType::f32, {-1, 3, kSide, kSide}}; }
infer::TensorSpec output(infer::Shape shape = {-1, kNumbers}) {
    return {"fc", infer::ElementType::f32, std::move(shape)};
}

/// Gives the first pixels' numbers, plus one so that black is something.
Script pixels() {
    return [](std::span<const std::byte> picture, std::size_t, std::span<float> numbers) {
        const auto* values = reinterpret_cast<const float*>(picture.data());
        for (std::size_t i = 0; i < numbers.size(); ++i)
            numbers[i] = values[i * 7] + 1;
    };
}

Result<std::unique_ptr<FaceEmbedder>> make(Script script, int batch = 0,
                                           const infer::TensorSpec& gives = output(),
                                           const infer::Manifest& described = manifest()) {
    return EngineEmbedder::create(
        described,
        std::make_unique<ScriptedEngine>(input(), std::vector{gives}, std::move(script), batch));
}

/// Faces of several sizes, each of other pixels.
std::vector<imaging::Image> faces(std::size_t count) {
    std::vector<imaging::Image> out;
    for (std::size_t i = 0; i < count; ++i) {
        const int side = static_cast<int>(kSide + 3 * i);
        imaging::Image face{imaging::PixelFormat::bgr24, side, side};
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < face.stride_bytes(); ++x)
                face.row(y)[x] =
                    static_cast<std::uint8_t>(x * 5 + y * 3 + 41 * static_cast<int>(i));
        out.push_back(std::move(face));
    }
    return out;
}

std::vector<imaging::ImageView> views_of(const std::vector<imaging::Image>& images) {
    std::vector<imaging::ImageView> out;
    for (const imaging::Image& image : images)
        out.push_back(image.view());
    return out;
}

double length_of(const std::vector<float>& numbers) {
    double squares = 0;
    for (const float number : numbers)
        squares += static_cast<double>(number) * static_cast<double>(number);
    return std::sqrt(squares);
}

TEST(EngineEmbedder, GivesOneDirectionPerFaceInOrderWhateverTheBatch) {
    const auto images = faces(37);
    const auto views = views_of(images);
    std::vector<std::vector<float>> one_by_one;
    const auto single = make(pixels(), 1);
    ASSERT_TRUE(single) << single.error().message();
    EXPECT_EQ((*single)->dimension(), 8U);
    EXPECT_EQ((*single)->model_id(), "faces@1");
    for (const imaging::ImageView& view : views)
        one_by_one.push_back((*single)->embed({&view, 1})->front());
    for (const int batch : {0, 1, 5}) {
        const auto embedder = make(pixels(), batch);
        const auto all = (*embedder)->embed(views);
        ASSERT_TRUE(all) << all.error().message();
        EXPECT_EQ(*all, one_by_one) << "batches of " << batch;
    }
    for (const std::vector<float>& one : one_by_one) {
        ASSERT_EQ(one.size(), 8U);
        EXPECT_NEAR(length_of(one), 1, 1e-5);
    }
    EXPECT_NE(one_by_one[0], one_by_one[1]);
}

TEST(EngineEmbedder, ShowsTheModelTheColoursOfTheManifest) {
    // A face of pure blue: in the order red, green, blue the first plane is empty.
    imaging::Image blue{imaging::PixelFormat::bgr24, kSide, kSide};
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x)
            blue.row(y)[3 * x] = 200;
    const Script means = [](std::span<const std::byte> picture, std::size_t,
                            std::span<float> numbers) {
        const auto* values = reinterpret_cast<const float*>(picture.data());
        for (std::size_t plane = 0; plane < 3; ++plane)
            numbers[plane] = values[plane * kSide * kSide];
    };
    const auto embedder = make(means);
    const imaging::ImageView view = blue.view();
    const auto embedding = (*embedder)->embed({&view, 1});
    ASSERT_TRUE(embedding);
    EXPECT_EQ(embedding->front(), (std::vector<float>{0, 0, 1, 0, 0, 0, 0, 0}));
}

TEST(EngineEmbedder, AFaceOfWhichTheModelSaysNothingHasNone) {
    using Limits = std::numeric_limits<float>;
    for (const float value : {0.0F, Limits::quiet_NaN(), Limits::infinity()}) {
        const auto embedder = make([value](auto, auto, std::span<float> numbers) {
            std::fill(numbers.begin(), numbers.end(), value);
        });
        const auto images = faces(2);
        const auto embeddings = (*embedder)->embed(views_of(images));
        ASSERT_TRUE(embeddings);
        ASSERT_EQ(embeddings->size(), 2U);
        EXPECT_TRUE((*embeddings)[0].empty()) << value;
    }
    const auto huge = make([](auto, auto, std::span<float> numbers) {
        std::fill(numbers.begin(), numbers.end(), Limits::max());
    });
    const auto images = faces(1);
    EXPECT_NEAR(length_of((*huge)->embed(views_of(images))->front()), 1, 1e-5);
}

TEST(EngineEmbedder, NothingInNothingOut) {
    const auto none = (*make(pixels()))->embed({});
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
}

TEST(EngineEmbedder, RefusesAFaceWithoutPixels) {
    const imaging::ImageView nothing{};
    const auto embedded = (*make(pixels()))->embed({&nothing, 1});
    ASSERT_FALSE(embedded);
    EXPECT_EQ(embedded.error().code(), ErrorCode::invalid_argument);
}

TEST(EngineEmbedder, RefusesAModelThatDoesNotFit) {
    for (const infer::Shape& shape :
         {infer::Shape{-1}, {-1, 1}, {-1, 5000}, {-1, -1}, {-1, 3, 2000}}) {
        const auto made = make(pixels(), 0, output(shape));
        ASSERT_FALSE(made) << infer::to_string(shape);
        EXPECT_EQ(made.error().code(), ErrorCode::invalid_argument);
        EXPECT_NE(made.error().message().find("fc"), std::string::npos) << made.error().message();
    }
    EXPECT_TRUE(make(pixels(), 0, output({-1, 8, 1, 1})));
    infer::Manifest oblong = manifest();
    oblong.input.height_px = kSide + 4;
    EXPECT_FALSE(make(pixels(), 0, output(), oblong));
    infer::Manifest larger = manifest();
    larger.input.width_px = larger.input.height_px = 2 * kSide;
    EXPECT_FALSE(make(pixels(), 0, output(), larger));
    EXPECT_FALSE(EngineEmbedder::create(
        manifest(),
        std::make_unique<ScriptedEngine>(input(), std::vector{output(), output()}, pixels())));
}

TEST(EngineEmbedder, TwoInstancesRunInTwoThreads) {
    const auto images = faces(6);
    const auto views = views_of(images);
    const auto expected = *(*make(pixels()))->embed(views);
    std::array<std::vector<std::vector<float>>, 2> found;
    {
        std::vector<std::jthread> threads;
        for (auto& mine : found)
            threads.emplace_back([&mine, &views, embedder = *make(pixels())] {
                for (int i = 0; i < 3; ++i)
                    mine = *embedder->embed(views);
            });
    }
    EXPECT_EQ(found[0], expected);
    EXPECT_EQ(found[1], expected);
}

TEST(FaceEmbedders, AreRegisteredAndNameTheModelThatFailed) {
    FaceEmbedderRegistry registry;
    ASSERT_TRUE(register_builtin_face(registry));
    EXPECT_EQ(registry.names(), std::vector<std::string>{"embedding"});
    infer::BackendRegistry backends;
    NullLog log;
    NullMetrics metrics;
    const SystemClock clock;
    const infer::ModelLoader loader{backends, {}, log, metrics, clock};
    infer::Manifest other = manifest();
    other.decoder = "crystal-ball";
    const auto unknown = load_face_embedder(registry, other, loader);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message().find("faces@1"), std::string::npos);
    EXPECT_NE(unknown.error().message().find("crystal-ball"), std::string::npos);
    infer::Manifest with_option = manifest();
    with_option.decoder_options["slots"] = "9";
    const auto refused = load_face_embedder(registry, with_option, loader);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("slots"), std::string::npos);
}

} // namespace
} // namespace vedette::vision
