// Arbitrary numbers as a model's outputs, for every output form: never a crash, results always
// inside the contract.
//
// Input: byte 0 chooses the form, byte 1 the least score, 2 and 3 the picture's size; the rest are
// floats, repeated until every output is full.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "detect/candidates.h"
#include "detect/fastestdet/decoder.h"
#include "detect/nanodet/decoder.h"
#include "detect/plate_corners/decoder.h"
#include "detect/ssd/decoder.h"
#include "detect/yolo/decoder.h"
#include "detect/yolox/decoder.h"
#include "detect/yunet/decoder.h"

namespace {

using namespace vedette;
using vision::DecoderFactory;

struct Form {
    DecoderFactory create;
    std::vector<infer::Shape> outputs;
    std::map<std::string, std::string> options;
};

/// The forms for an input of 64x32 and two classes.
std::vector<Form> forms() {
    const auto yunet = [] {
        std::vector<infer::Shape> shapes;
        for (const std::int64_t width : {1, 1, 4, 10})
            for (const std::int64_t cells : {32, 8, 2})
                shapes.push_back({1, cells, width});
        return shapes;
    };
    return {{vision::YoloxDecoder::create, {{1, 42, 7}}, {}},
            {vision::YoloDecoder::create, {{1, 6, 42}}, {}},
            {vision::YoloDecoder::create, {{1, 126, 7}}, {}},
            {vision::NanodetDecoder::create,
             {{1, 32, 2}, {1, 8, 2}, {1, 2, 2}, {1, 32, 32}, {1, 8, 32}, {1, 2, 32}},
             {}},
            {vision::NanodetDecoder::create, {{1, 42, 34}}, {}},
            {vision::FastestdetDecoder::create, {{1, 7, 2, 4}}, {}},
            {vision::SsdDecoder::create,
             {{1, 9, 4}, {1, 9, 2}},
             {{"box_form", "corners"}, {"background", "0"}}},
            {vision::YunetDecoder::create, yunet(), {}},
            {vision::PlateCornersDecoder::create, {{1, 126, 15}}, {}},
            {vision::SsdDecoder::create,
             {{1, 8, 4}, {1, 8, 2}},
             {{"prior_sides", "8"}, {"strides", "16"}, {"background", "0"}}}};
}

void require(bool condition) {
    if (!condition)
        std::abort();
}

bool is_share(float value) { return value >= 0 && value <= 1; }

void require_inside_the_contract(const std::vector<domain::Detection>& found, float min_score) {
    require(found.size() <= vision::CandidateFilter::kMaxDetections);
    float previous = 1;
    for (const domain::Detection& detection : found) {
        require(detection.score >= min_score && detection.score <= previous);
        previous = detection.score;
        const domain::NormBox& box = detection.box;
        require(is_share(box.left) && is_share(box.top) && is_share(box.right()) &&
                is_share(box.bottom()));
        require(box.width > 0 && box.height > 0);
        for (const domain::NormPoint& point : detection.points)
            require(is_share(point.x) && is_share(point.y));
    }
}

/// Fills `to` with the floats that the bytes are, over and over.
void fill(std::span<const std::uint8_t> bytes, std::vector<float>& to) {
    const std::size_t count = bytes.size() / sizeof(float);
    for (std::size_t i = 0; count > 0 && i < to.size(); ++i)
        std::memcpy(&to[i], bytes.data() + i % count * sizeof(float), sizeof(float));
}

void look_at(const Form& form, std::span<const std::uint8_t> bytes, float min_score,
             const vision::PictureGeometry& picture) {
    infer::Manifest manifest;
    manifest.input.width_px = 64;
    manifest.input.height_px = 32;
    manifest.labels = {"person", "car"};
    manifest.decoder_options = form.options;
    std::vector<infer::TensorSpec> specs;
    for (const infer::Shape& shape : form.outputs)
        specs.push_back({"output" + std::to_string(specs.size()), infer::ElementType::f32, shape});
    auto decoder = form.create(manifest, specs);
    auto filter = vision::CandidateFilter::create(manifest.labels, {min_score, 0.45F, {}});
    require(decoder && filter);

    std::vector<std::vector<float>> numbers;
    for (const std::size_t size : (*decoder)->sizes()) {
        numbers.emplace_back(size, 0.0F);
        fill(bytes, numbers.back());
        if (bytes.size() > sizeof(float))
            bytes = bytes.subspan(1); // the next output reads other numbers
    }
    const std::vector<std::span<const float>> outputs(numbers.begin(), numbers.end());
    std::vector<vision::Candidate> candidates;
    (*decoder)->decode(outputs, min_score, candidates);
    require_inside_the_contract(filter->apply(candidates, picture), min_score);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kHeader = 4;
    if (size < kHeader)
        return 0;
    const std::vector<Form> all = forms();
    const float min_score = static_cast<float>(data[1]) / 255.0F;
    const int width = 1 + data[2] * 17;
    const int height = 1 + data[3] * 13;
    const float scale =
        std::min(64.0F / static_cast<float>(width), 32.0F / static_cast<float>(height));
    look_at(all[data[0] % all.size()], {data + kHeader, size - kHeader}, min_score,
            {width, height, {scale, scale, 3, 1}});
    return 0;
}
