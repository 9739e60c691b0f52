#include "ocr/engine_reader.h"

#include <algorithm>
#include <utility>

namespace vedette::vision {

namespace {

/// One output, and one more where the manifest names regions.
Status check_outputs(const infer::Manifest& manifest, const infer::Engine& engine) {
    const std::size_t wanted = RegionDecoder::wanted(manifest) ? 2 : 1;
    if (engine.inputs().size() == 1 && engine.outputs().size() == wanted)
        return {};
    std::string message = "a plate reader has one input and one output";
    message += wanted == 2 ? ", and a second one for decoder_options.regions" : "";
    message += "; this model has " + std::to_string(engine.inputs().size()) + " and " +
               std::to_string(engine.outputs().size());
    if (wanted == 1 && engine.outputs().size() == 2)
        message += " (if the second tells the region, name its classes in decoder_options.regions)";
    return Error{ErrorCode::invalid_argument, std::move(message)};
}

} // namespace

Result<std::unique_ptr<PlateReader>> EngineReader::create(const infer::Manifest& manifest,
                                                          std::unique_ptr<infer::Engine> engine,
                                                          TextDecoderFactory decoder) {
    const auto wrong = [&manifest](Error error) {
        return std::move(error).with_context(manifest.full_id());
    };
    if (auto fits = check_outputs(manifest, *engine); !fits)
        return wrong(std::move(fits).error());
    auto tensor = PictureTensor::create(manifest.input);
    if (!tensor)
        return wrong(std::move(tensor).error());
    if (auto fits = tensor->expect_fits(engine->inputs().front()); !fits)
        return wrong(std::move(fits).error());
    const infer::TensorSpec& output = engine->outputs().front();
    if (output.type != infer::ElementType::f32)
        return Error{ErrorCode::invalid_argument, manifest.full_id() + ": the output '" +
                                                      output.name + "' must hold 32-bit floats"};
    auto text = decoder(manifest, output);
    if (!text)
        return wrong(std::move(text).error());
    std::optional<RegionDecoder> regions;
    if (RegionDecoder::wanted(manifest)) {
        auto made = RegionDecoder::create(manifest, engine->outputs().back());
        if (!made)
            return wrong(std::move(made).error());
        regions = *std::move(made);
    }
    return std::unique_ptr<PlateReader>{new EngineReader{manifest.full_id(), std::move(engine),
                                                         *std::move(tensor), *std::move(text),
                                                         std::move(regions)}};
}

EngineReader::EngineReader(std::string model_id, std::unique_ptr<infer::Engine> engine,
                           PictureTensor tensor, std::unique_ptr<TextDecoder> decoder,
                           std::optional<RegionDecoder> regions)
    : model_id_{std::move(model_id)}, engine_{std::move(engine)},
      max_batch_{engine_->batch() == 0 ? kMaxBatch
                                       : static_cast<std::size_t>(std::max(engine_->batch(), 1))},
      tensor_{std::move(tensor)}, decoder_{std::move(decoder)}, regions_{std::move(regions)} {}

Result<std::vector<domain::PlateRead>>
EngineReader::read(std::span<const imaging::ImageView> crops) {
    std::vector<domain::PlateRead> reads;
    while (!crops.empty()) {
        const std::size_t count = std::min(crops.size(), max_batch_);
        VEDETTE_CHECK_OK(read_some(crops.first(count), reads));
        crops = crops.subspan(count);
    }
    return reads;
}

Status EngineReader::read_some(std::span<const imaging::ImageView> crops,
                               std::vector<domain::PlateRead>& reads) {
    tensor_.reset(crops.size());
    for (std::size_t i = 0; i < crops.size(); ++i) {
        if (crops[i].empty())
            return Error{ErrorCode::invalid_argument, model_id_ + ": a plate crop without pixels"};
        tensor_.write(crops[i], i);
    }
    VEDETTE_TRY(const std::span<const infer::TensorView> outputs,
                engine_->run({&tensor_.view(), 1}));
    VEDETTE_CHECK_OK(check_promise(outputs, crops.size()));
    const std::size_t size = decoder_->size();
    for (std::size_t i = 0; i < crops.size(); ++i) {
        reads.push_back(decoder_->decode(outputs.front().floats().subspan(i * size, size)));
        if (regions_)
            reads.back().looks_like = regions_->decode(
                outputs.back().floats().subspan(i * regions_->size(), regions_->size()));
    }
    return {};
}

Status EngineReader::check_promise(std::span<const infer::TensorView> outputs,
                                   std::size_t crops) const {
    const auto holds = [crops](const infer::TensorView& output, std::size_t each) {
        return output.type == infer::ElementType::f32 && output.floats().size() == each * crops;
    };
    const bool kept = outputs.size() == (regions_ ? 2U : 1U) &&
                      holds(outputs.front(), decoder_->size()) &&
                      (!regions_ || holds(outputs.back(), regions_->size()));
    if (kept)
        return {};
    std::string given;
    for (const infer::TensorView& output : outputs)
        given += (given.empty() ? "" : ", ") + infer::to_string(output.shape);
    return Error{ErrorCode::invalid_argument,
                 model_id_ + ": the engine gave other outputs than it promised (" +
                     (given.empty() ? "none" : given) + ")"};
}

Status add_engine_reader(PlateReaderRegistry& registry, std::string name,
                         TextDecoderFactory decoder) {
    return registry.add(
        std::move(name),
        [decoder](const infer::Manifest& manifest,
                  const infer::ModelLoader& loader) -> Result<std::unique_ptr<PlateReader>> {
            VEDETTE_TRY(std::unique_ptr<infer::Engine> engine, loader.load(manifest));
            return EngineReader::create(manifest, std::move(engine), decoder);
        });
}

} // namespace vedette::vision
