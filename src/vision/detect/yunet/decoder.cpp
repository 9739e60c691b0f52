#include "detect/yunet/decoder.h"

#include <algorithm>
#include <cmath>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {

constexpr std::array<const char*, 4> kNames{"cls_", "obj_", "bbox_", "kps_"};
constexpr std::array<std::size_t, 4> kWidths{1, 1, 4, 10};
constexpr std::size_t kFacePoints = 5;

std::size_t find(const std::vector<infer::TensorSpec>& outputs, const std::string& name,
                 std::size_t otherwise) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (outputs[i].name == name)
            return i;
    }
    return otherwise;
}

} // namespace

Result<std::unique_ptr<OutputDecoder>>
YunetDecoder::create(const infer::Manifest& manifest,
                     const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_TRY(const DecoderOptions options, DecoderOptions::of(manifest, {"strides"}));
    VEDETTE_TRY(const std::vector<int> strides, options.strides({8, 16, 32}));
    const std::vector<Grid> grids = grids_of(manifest.input, strides);
    VEDETTE_CHECK_OK(expect_outputs("yunet", outputs, kKinds * grids.size()));
    std::unique_ptr<YunetDecoder> decoder{new YunetDecoder};
    decoder->sizes_.assign(outputs.size(), 0);
    for (std::size_t i = 0; i < grids.size(); ++i) {
        Level level{grids[i], {}};
        for (std::size_t kind = 0; kind < kKinds; ++kind) {
            const std::string name = kNames[kind] + std::to_string(grids[i].stride_px);
            const std::size_t index = find(outputs, name, kind * grids.size() + i);
            const std::size_t size = grids[i].cells() * kWidths[kind];
            VEDETTE_CHECK_OK(expect_size("yunet", outputs[index], size));
            if (decoder->sizes_[index] != 0)
                return misfit("yunet", outputs[index],
                              "one output per kind and stride, named like " + name);
            decoder->sizes_[index] = size;
            level.outputs[kind] = index;
        }
        decoder->levels_.push_back(level);
    }
    return decoder;
}

void YunetDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    for (const Level& level : levels_)
        decode_level(level, outputs, min_score, into);
}

void YunetDecoder::decode_level(const Level& level, Outputs outputs, float min_score,
                                std::vector<Candidate>& into) {
    const auto values = [&](Kind kind) { return outputs[level.outputs[kind]].data(); };
    const auto columns = static_cast<std::size_t>(level.grid.columns);
    const auto stride = static_cast<float>(level.grid.stride_px);
    for (std::size_t cell = 0; cell < level.grid.cells(); ++cell) {
        const float certain = std::clamp(values(kClass)[cell], 0.0F, 1.0F);
        const float present = std::clamp(values(kObjectness)[cell], 0.0F, 1.0F);
        const float score = std::sqrt(certain * present);
        if (!(score >= min_score))
            continue;
        const auto x = static_cast<float>(cell % columns);
        const auto y = static_cast<float>(cell / columns);
        const float* box = values(kBox) + cell * 4;
        Candidate face =
            candidate_around((x + box[0]) * stride, (y + box[1]) * stride,
                             std::exp(box[2]) * stride, std::exp(box[3]) * stride, score, 0);
        const float* point = values(kPoints) + cell * 2 * kFacePoints;
        face.point_count = kFacePoints;
        for (std::size_t i = 0; i < kFacePoints; ++i)
            face.points[i] = {(x + point[2 * i]) * stride, (y + point[2 * i + 1]) * stride};
        into.push_back(face);
    }
}

} // namespace vedette::vision
