#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <thread>

#include "ocr/ctc/decoder.h"
#include "ocr/engine_reader.h"
#include "ocr/fixed_slot/decoder.h"
#include "ocr/tesseract/plate_ink.h"
#include "ocr/tesseract/reader.h"
#include "tests/scripted_engine.h"
#include "vedette/imaging/draw.h"

namespace vedette::vision {
namespace {

/// An engine whose output is the mean brightness of each picture, at the first class of every
/// place.
class FakeEngine final : public infer::Engine {
public:
    FakeEngine(infer::TensorSpec input, infer::Shape picture_output, int batch)
        : inputs_{std::move(input)}, batch_{batch}, numbers_per_picture_{
                                                        infer::element_count(picture_output)} {
        picture_output.insert(picture_output.begin(), 1);
        outputs_ = {{"out", infer::ElementType::f32, std::move(picture_output)}};
    }
    [[nodiscard]] const std::vector<infer::TensorSpec>& inputs() const override { return inputs_; }
    [[nodiscard]] const std::vector<infer::TensorSpec>& outputs() const override {
        return outputs_;
    }
    [[nodiscard]] int batch() const override { return batch_; }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Result<std::span<const infer::TensorView>>
    run(std::span<const infer::TensorView> inputs) override {
        if (fails)
            return Error{ErrorCode::unavailable, "the device is gone"};
        const auto pictures = static_cast<std::size_t>(inputs.front().shape.front());
        largest_batch = std::max(largest_batch, pictures);
        const std::span<const float> pixels = inputs.front().floats();
        const std::size_t each = pixels.size() / pictures;
        numbers_.assign(pictures * numbers_per_picture_ - (short_by_one ? 1 : 0), 0.0F);
        for (std::size_t i = 0; i < numbers_.size(); ++i)
            numbers_[i] = i % 4 == 0 ? pixels[i / numbers_per_picture_ * each] : 0.5F;
        infer::Shape shape = outputs_.front().shape;
        shape.front() = static_cast<std::int64_t>(pictures);
        view_ = {infer::ElementType::f32, shape, std::as_bytes(std::span{numbers_})};
        return std::span<const infer::TensorView>{&view_, 1};
    }

    bool fails = false;
    bool short_by_one = false;
    std::size_t largest_batch = 0;

private:
    std::vector<infer::TensorSpec> inputs_;
    std::vector<infer::TensorSpec> outputs_;
    int batch_;
    std::size_t numbers_per_picture_;
    std::vector<float> numbers_;
    infer::TensorView view_;
    std::string name_ = "fake";
};

struct Form {
    const char* name;
    TextDecoderFactory decoder;
    infer::Shape output; ///< of one picture
};

class EveryEngineReader : public ::testing::TestWithParam<Form> {
protected:
    static infer::Manifest manifest() {
        infer::Manifest out;
        out.id = "reader";
        out.input.width_px = 16;
        out.input.height_px = 8;
        out.decoder_options = {{"alphabet", "ABC_"}};
        return out;
    }
    /// A batch of 0 takes any number, 1 one picture.
    std::unique_ptr<PlateReader> make(int batch) {
        auto engine = std::make_unique<FakeEngine>(
            infer::TensorSpec{"in", infer::ElementType::f32, {batch == 1 ? 1 : -1, 3, 8, 16}},
            GetParam().output, batch);
        engine_ = engine.get();
        auto reader = EngineReader::create(manifest(), std::move(engine), GetParam().decoder);
        EXPECT_TRUE(reader) << reader.error().message();
        return reader ? *std::move(reader) : nullptr;
    }
    static imaging::Image crop(int width_px, int height_px) {
        return imaging::Image{imaging::PixelFormat::bgr24, width_px, height_px};
    }
    FakeEngine* engine_ = nullptr;
};

TEST_P(EveryEngineReader, GivesOneReadPerCropInOrderWhateverTheirSize) {
    for (const int batch : {0, 1}) {
        const auto reader = make(batch);
        ASSERT_NE(reader, nullptr);
        std::vector<imaging::Image> crops;
        for (int i = 1; i <= 20; ++i)
            crops.push_back(crop(i * 7, i));
        std::vector<imaging::ImageView> views;
        for (const imaging::Image& one : crops)
            views.push_back(one.view());
        const auto reads = reader->read(views);
        ASSERT_TRUE(reads) << reads.error().message();
        EXPECT_EQ(reads->size(), 20U);
        EXPECT_LE(engine_->largest_batch, batch == 1 ? 1U : EngineReader::kMaxBatch);
        for (const domain::PlateRead& read : *reads) {
            EXPECT_GE(read.confidence, 0.0F);
            EXPECT_LE(read.confidence, 1.0F);
            EXPECT_EQ(read, reads->front()); // black is black in every size
        }
    }
}

TEST_P(EveryEngineReader, NothingInNothingOut) {
    const auto reads = make(0)->read({});
    ASSERT_TRUE(reads);
    EXPECT_TRUE(reads->empty());
}

TEST_P(EveryEngineReader, PassesOnWhatTheEngineSays) {
    const auto reader = make(1);
    engine_->fails = true;
    const imaging::Image one = crop(30, 10);
    const imaging::ImageView view = one.view();
    const auto reads = reader->read({&view, 1});
    ASSERT_FALSE(reads);
    EXPECT_EQ(reads.error().code(), ErrorCode::unavailable);
}

TEST_P(EveryEngineReader, RefusesACropWithoutPixelsAndAnOutputThatIsTooShort) {
    const auto reader = make(1);
    const imaging::ImageView nothing{};
    EXPECT_FALSE(reader->read({&nothing, 1}));
    engine_->short_by_one = true;
    const imaging::Image one = crop(30, 10);
    const imaging::ImageView view = one.view();
    EXPECT_FALSE(reader->read({&view, 1}));
}

INSTANTIATE_TEST_SUITE_P(Forms, EveryEngineReader,
                         ::testing::Values(Form{"fixed_slot", make_fixed_slot_decoder, {3, 4}},
                                           Form{"ctc", make_ctc_decoder, {4, 7}}),
                         [](const auto& test) { return test.param.name; });

/// Fixed slots (3 of 4 symbols) and a second output for the region, as a script says.
class ReaderWithRegions : public ::testing::Test {
protected:
    static infer::Manifest manifest(const std::string& regions) {
        infer::Manifest out;
        out.id = "reader";
        out.input.width_px = 16;
        out.input.height_px = 8;
        out.decoder_options = {{"alphabet", "ABC_"}};
        if (!regions.empty())
            out.decoder_options["regions"] = regions;
        return out;
    }
    static Result<std::unique_ptr<PlateReader>> make(const std::string& regions,
                                                     infer::Shape second_output = {-1, 3}) {
        const testing::Script script = [](std::span<const std::byte> picture, std::size_t output,
                                          std::span<float> numbers) {
            // Dark pictures are American, others Brazilian.
            const bool dark = std::all_of(picture.begin(), picture.end(),
                                          [](std::byte byte) { return byte == std::byte{}; });
            std::fill(numbers.begin(), numbers.end(), 0.0F);
            if (output == 0)
                for (std::size_t slot = 0; slot < 3; ++slot)
                    numbers[slot * 4 + (slot < 2 ? slot : 3)] = 1;
            else if (!numbers.empty())
                numbers[dark ? 1 : numbers.size() - 1] = 5;
        };
        std::vector<infer::TensorSpec> outputs{{"signs", infer::ElementType::f32, {-1, 3, 4}}};
        if (!second_output.empty())
            outputs.push_back({"region", infer::ElementType::f32, std::move(second_output)});
        auto engine = std::make_unique<testing::ScriptedEngine>(
            infer::TensorSpec{"in", infer::ElementType::f32, {-1, 3, 8, 16}}, std::move(outputs),
            script);
        return EngineReader::create(manifest(regions), std::move(engine), make_fixed_slot_decoder);
    }
    static std::string refusal(const std::string& regions, infer::Shape second_output) {
        const auto made = make(regions, std::move(second_output));
        EXPECT_FALSE(made);
        return made ? "" : made.error().message();
    }
};

TEST_F(ReaderWithRegions, GivesEachReadTheRegionOfItsCrop) {
    auto reader = make("[eu, us, br]");
    ASSERT_TRUE(reader) << reader.error().message();
    imaging::Image dark{imaging::PixelFormat::bgr24, 30, 10};
    imaging::Image bright{imaging::PixelFormat::bgr24, 30, 10};
    std::fill_n(bright.row(0), 30 * 10 * 3, std::uint8_t{200});
    const std::array crops{dark.view(), bright.view(), dark.view()};
    const auto reads = (*reader)->read(crops);
    ASSERT_TRUE(reads) << reads.error().message();
    ASSERT_EQ(reads->size(), 3U);
    EXPECT_EQ((*reads)[0].text, "AB");
    ASSERT_FALSE((*reads)[0].looks_like.empty());
    EXPECT_EQ((*reads)[0].looks_like.front().region, "us");
    EXPECT_NEAR((*reads)[0].looks_like.front().score, std::exp(5.0F) / (std::exp(5.0F) + 2), 1e-4);
    EXPECT_EQ((*reads)[1].looks_like.front().region, "br");
    EXPECT_EQ((*reads)[2], (*reads)[0]);
}

TEST_F(ReaderWithRegions, WithoutRegionsNoReadSaysWhereItIsFrom) {
    auto reader = make("", {});
    ASSERT_TRUE(reader) << reader.error().message();
    const imaging::Image crop{imaging::PixelFormat::bgr24, 30, 10};
    const imaging::ImageView view = crop.view();
    EXPECT_TRUE((*reader)->read({&view, 1})->front().looks_like.empty());
}

TEST_F(ReaderWithRegions, RefusesWhatDoesNotFit) {
    EXPECT_NE(refusal("eu,us,br", {}).find("has 1 and 1"), std::string::npos);
    EXPECT_NE(refusal("", {-1, 3}).find("name its classes in decoder_options.regions"),
              std::string::npos);
    EXPECT_NE(refusal("eu,us", {-1, 3}).find("region"), std::string::npos);
    EXPECT_NE(refusal("eu,us,eu", {-1, 3}).find("'eu' twice"), std::string::npos);
    EXPECT_NE(refusal("eu,,us", {-1, 3}).find("empty name"), std::string::npos);
    EXPECT_TRUE(make("eu,us,br", {-1, 1, 3}));
}

TEST(RegionDecoder, TakesAnyNumbers) {
    infer::Manifest manifest;
    manifest.decoder_options["regions"] = "eu, us";
    auto decoder = RegionDecoder::create(manifest, {"region", infer::ElementType::f32, {1, 2}});
    ASSERT_TRUE(decoder) << decoder.error().message();
    for (const float number : {0.0F, -1e30F, std::numeric_limits<float>::infinity(),
                               std::numeric_limits<float>::quiet_NaN()}) {
        const auto regions = decoder->decode(std::vector<float>{number, 0});
        for (const domain::RegionCandidate& region : regions) {
            EXPECT_GE(region.score, RegionDecoder::kLeast);
            EXPECT_LE(region.score, 1.0F);
        }
    }
    const auto sure = decoder->decode(std::vector<float>{0.0F, 1.0F});
    ASSERT_EQ(sure.size(), 1U) << "what is unlikely is left out";
    EXPECT_EQ(sure.front(), (domain::RegionCandidate{"us", 1.0F}));
}

TEST(PlateReaders, AreRegistered) {
    PlateReaderRegistry registry;
    ASSERT_TRUE(register_builtin_ocr(registry));
    EXPECT_EQ(registry.names(), (std::vector<std::string>{"ctc", "fixed-slot", "tesseract"}));
}

imaging::Image drawn_plate(const char* text, bool light_on_dark) {
    imaging::Image out{imaging::PixelFormat::bgr24, 260, 56};
    const std::uint8_t paper = light_on_dark ? 20 : 235;
    std::fill(out.row(0), out.row(0) + static_cast<std::ptrdiff_t>(56) * out.stride_bytes(), paper);
    imaging::draw_label(out, 6, 52, text, {{paper, paper, paper}, 36});
    return out;
}

TEST(PlateInk, TellsOneLineFromTwo) {
    EXPECT_EQ(make_ink(imaging::Image{imaging::PixelFormat::bgr24, 200, 44}.view()).lines, 1);
    EXPECT_EQ(make_ink(imaging::Image{imaging::PixelFormat::bgr24, 120, 60}.view()).lines, 1);
    EXPECT_EQ(make_ink(imaging::Image{imaging::PixelFormat::bgr24, 60, 50}.view()).lines, 2);
}

TEST(PlateInk, HasAWhiteMargin) {
    const PlateInk ink = make_ink(drawn_plate("AB 12", true).view());
    EXPECT_EQ(ink.picture.row(0)[0], 255);
    EXPECT_EQ(ink.picture.row(ink.picture.height_px() / 2)[3], 255);
}

TEST(PlateInk, CountsTheSignsAndWipesOutTheFrame) {
    imaging::Image crop = drawn_plate("HKE 742", false);
    for (int y = 0; y < crop.height_px(); ++y) // the car right and left of the plate
        for (const int x : {0, crop.width_px() - 4})
            std::fill_n(crop.row(y) + x * 3, 12, std::uint8_t{10});
    const PlateInk ink = make_ink(crop.view());
    EXPECT_EQ(ink.signs, 6);
    const int middle = ink.picture.height_px() / 2;
    for (int x = 0; x < 16; ++x)
        EXPECT_EQ(ink.picture.row(middle)[x], 255) << x;
}

TEST(PlateInk, FindsNoRowInATextureOfStripes) {
    imaging::Image crop{imaging::PixelFormat::gray8, 240, 50};
    for (int y = 0; y < crop.height_px(); ++y)
        std::fill_n(crop.row(y), crop.width_px(),
                    (y / 5) % 2 == 0 ? std::uint8_t{200} : std::uint8_t{60});
    EXPECT_EQ(make_ink(crop.view()).signs, 0);
}

TEST(TesseractReader, HardlyBelievesATextOfTwoSigns) {
    infer::Manifest manifest;
    manifest.id = "tesseract-ocr";
    const auto reader = make_tesseract_reader(manifest);
    if (!reader && reader.error().code() == ErrorCode::not_found)
        GTEST_SKIP() << reader.error().message();
    ASSERT_TRUE(reader) << reader.error().message();
    const imaging::Image picture = drawn_plate("H7", false);
    const imaging::ImageView view = picture.view();
    const auto reads = (*reader)->read({&view, 1});
    ASSERT_TRUE(reads) << reads.error().message();
    EXPECT_LE(reads->front().confidence, 0.3F);
    float product = 1;
    for (const domain::PlateCharacter& character : reads->front().characters)
        product *= character.candidates.front().probability;
    EXPECT_LE(product, 0.31F) << "the fusion sees characters only";
}

TEST(TesseractReader, ReadsADrawnPlateWithAConfidencePerSign) {
    infer::Manifest manifest;
    manifest.id = "tesseract-ocr";
    const auto reader = make_tesseract_reader(manifest);
    if (!reader && reader.error().code() == ErrorCode::not_found)
        GTEST_SKIP() << reader.error().message();
    ASSERT_TRUE(reader) << reader.error().message();
    const imaging::Image picture = drawn_plate("HKE 742", false);
    const imaging::ImageView view = picture.view();
    const auto reads = (*reader)->read({&view, 1});
    ASSERT_TRUE(reads) << reads.error().message();
    ASSERT_EQ(reads->size(), 1U);
    EXPECT_EQ(reads->front().text, "HKE742");
    EXPECT_EQ(reads->front().characters.size(), 6U);
    EXPECT_GT(reads->front().confidence, 0.0F);
    EXPECT_LE(reads->front().confidence, 1.0F);
}

TEST(TesseractReader, AnUnknownLanguageNamesThePackage) {
    infer::Manifest manifest;
    manifest.id = "tesseract-ocr";
    manifest.decoder_options = {{"language", "klingon"}};
    const auto reader = make_tesseract_reader(manifest);
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code(), ErrorCode::not_found);
    EXPECT_NE(reader.error().message().find("tesseract-ocr-klingon"), std::string::npos);
}

} // namespace
} // namespace vedette::vision
