#include "detect/engine_detector.h"

#include <algorithm>
#include <utility>

namespace vedette::vision {

Result<std::unique_ptr<Detector>> EngineDetector::create(const infer::Manifest& manifest,
                                                         const DetectorOptions& options,
                                                         std::unique_ptr<infer::Engine> engine,
                                                         DecoderFactory decoder) {
    VEDETTE_TRY(CandidateFilter filter, CandidateFilter::create(manifest.labels, options));
    VEDETTE_TRY(PictureTensor tensor, PictureTensor::create(manifest.input));
    if (engine->inputs().size() != 1)
        return Error{ErrorCode::invalid_argument,
                     "a detector's model takes one picture tensor; this one has " +
                         std::to_string(engine->inputs().size()) + " inputs"};
    VEDETTE_CHECK_OK(tensor.expect_fits(engine->inputs()[0]));
    VEDETTE_TRY(std::unique_ptr<OutputDecoder> outputs, decoder(manifest, engine->outputs()));
    return std::unique_ptr<Detector>{new EngineDetector{manifest.full_id(), std::move(engine),
                                                        std::move(tensor), std::move(outputs),
                                                        std::move(filter)}};
}

EngineDetector::EngineDetector(std::string model_id, std::unique_ptr<infer::Engine> engine,
                               PictureTensor tensor, std::unique_ptr<OutputDecoder> decoder,
                               CandidateFilter filter)
    : model_id_{std::move(model_id)}, engine_{std::move(engine)},
      max_batch_{engine_->batch() == 0 ? kMaxBatch : std::max(engine_->batch(), 1)},
      tensor_{std::move(tensor)}, decoder_{std::move(decoder)}, filter_{std::move(filter)} {}

Result<std::vector<std::vector<domain::Detection>>>
EngineDetector::detect(std::span<const imaging::ImageView> pictures) {
    std::vector<std::vector<domain::Detection>> results(pictures.size());
    const auto batch = static_cast<std::size_t>(max_batch_);
    for (std::size_t from = 0; from < pictures.size(); from += batch) {
        const std::size_t count = std::min(batch, pictures.size() - from);
        VEDETTE_CHECK_OK(
            detect_some(pictures.subspan(from, count), std::span{results}.subspan(from, count)));
    }
    return results;
}

Status EngineDetector::detect_some(std::span<const imaging::ImageView> pictures,
                                   std::span<std::vector<domain::Detection>> results) {
    const auto filled = static_cast<std::size_t>(std::count_if(
        pictures.begin(), pictures.end(), [](const imaging::ImageView& p) { return !p.empty(); }));
    if (filled == 0)
        return {};
    tensor_.reset(filled);
    geometries_.clear();
    for (const imaging::ImageView& picture : pictures) {
        if (!picture.empty())
            geometries_.push_back(
                {picture.width_px, picture.height_px, tensor_.write(picture, geometries_.size())});
    }
    VEDETTE_TRY(const std::span<const infer::TensorView> outputs,
                engine_->run({&tensor_.view(), 1}));
    VEDETTE_CHECK_OK(expect_outputs(outputs, filled));

    std::size_t slot = 0;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        if (pictures[i].empty())
            continue;
        outputs_of_one_.clear();
        for (std::size_t k = 0; k < outputs.size(); ++k)
            outputs_of_one_.push_back(
                outputs[k].floats().subspan(slot * decoder_->sizes()[k], decoder_->sizes()[k]));
        candidates_.clear();
        decoder_->decode(outputs_of_one_, filter_.min_score(), candidates_);
        results[i] = filter_.apply(candidates_, geometries_[slot]);
        ++slot;
    }
    return {};
}

Status EngineDetector::expect_outputs(std::span<const infer::TensorView> outputs,
                                      std::size_t pictures) const {
    const std::vector<std::size_t>& sizes = decoder_->sizes();
    bool same = outputs.size() == sizes.size();
    for (std::size_t i = 0; same && i < sizes.size(); ++i)
        same = outputs[i].type == infer::ElementType::f32 &&
               outputs[i].bytes.size() == pictures * sizes[i] * sizeof(float);
    if (!same)
        return Error{ErrorCode::invalid_argument,
                     "what " + model_id_ + " gave on " + engine_->name() +
                         " does not have the size its manifest promises; check labels, input size "
                         "and strides"};
    return {};
}

} // namespace vedette::vision
