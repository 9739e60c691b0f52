#include "detect/engine_detector.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vedette::vision {

Result<std::unique_ptr<Detector>> EngineDetector::create(const infer::Manifest& manifest,
                                                         const DetectorOptions& options,
                                                         NetworkSizes::Load load,
                                                         DecoderFactory decoder) {
    VEDETTE_TRY(CandidateFilter filter, CandidateFilter::create(manifest.labels, options));
    VEDETTE_TRY(NetworkSizes networks, NetworkSizes::open(manifest, std::move(load), decoder));
    return std::unique_ptr<Detector>{
        new EngineDetector{manifest.full_id(), std::move(networks), std::move(filter)}};
}

EngineDetector::EngineDetector(std::string model_id, NetworkSizes networks, CandidateFilter filter)
    : model_id_{std::move(model_id)}, networks_{std::move(networks)},
      max_batch_{networks_.first_engine().batch() == 0
                     ? kMaxBatch
                     : std::max(networks_.first_engine().batch(), 1)},
      filter_{std::move(filter)} {}

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
    shown_.clear();
    std::copy_if(pictures.begin(), pictures.end(), std::back_inserter(shown_),
                 [](const imaging::ImageView& picture) { return !picture.empty(); });
    if (shown_.empty())
        return {};
    VEDETTE_TRY(SizedNetwork* const network, networks_.for_pictures(shown_));
    network->tensor.reset(shown_.size());
    geometries_.clear();
    for (const imaging::ImageView& picture : shown_)
        geometries_.push_back({picture.width_px, picture.height_px,
                               network->tensor.write(picture, geometries_.size())});
    VEDETTE_TRY(const std::span<const infer::TensorView> outputs,
                network->engine->run({&network->tensor.view(), 1}));
    VEDETTE_CHECK_OK(expect_outputs(*network, outputs, shown_.size()));

    const std::vector<std::size_t>& sizes = network->decoder->sizes();
    std::size_t slot = 0;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        if (pictures[i].empty())
            continue;
        outputs_of_one_.clear();
        for (std::size_t k = 0; k < outputs.size(); ++k)
            outputs_of_one_.push_back(outputs[k].floats().subspan(slot * sizes[k], sizes[k]));
        candidates_.clear();
        network->decoder->decode(outputs_of_one_, filter_.min_score(), candidates_);
        results[i] = filter_.apply(candidates_, geometries_[slot]);
        ++slot;
    }
    return {};
}

Status EngineDetector::expect_outputs(const SizedNetwork& network,
                                      std::span<const infer::TensorView> outputs,
                                      std::size_t pictures) const {
    const std::vector<std::size_t>& sizes = network.decoder->sizes();
    bool same = outputs.size() == sizes.size();
    for (std::size_t i = 0; same && i < sizes.size(); ++i)
        same = outputs[i].type == infer::ElementType::f32 &&
               outputs[i].bytes.size() == pictures * sizes[i] * sizeof(float);
    if (!same)
        return Error{ErrorCode::invalid_argument,
                     "what " + model_id_ + " gave on " + network.engine->name() +
                         " does not have the size its manifest promises; check labels, input size "
                         "and strides"};
    return {};
}

} // namespace vedette::vision
