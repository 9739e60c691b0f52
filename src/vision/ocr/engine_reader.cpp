#include "ocr/engine_reader.h"

#include <algorithm>
#include <utility>

namespace vedette::vision {

Result<std::unique_ptr<PlateReader>> EngineReader::create(const infer::Manifest& manifest,
                                                          std::unique_ptr<infer::Engine> engine,
                                                          TextDecoderFactory decoder) {
    if (engine->inputs().size() != 1 || engine->outputs().size() != 1)
        return Error{ErrorCode::invalid_argument,
                     manifest.full_id() + ": a plate reader has one input and one output, " +
                         "this model has " + std::to_string(engine->inputs().size()) + " and " +
                         std::to_string(engine->outputs().size())};
    auto tensor = PictureTensor::create(manifest.input);
    if (!tensor)
        return std::move(tensor).error().with_context(manifest.full_id());
    if (auto fits = tensor->expect_fits(engine->inputs().front()); !fits)
        return std::move(fits).error().with_context(manifest.full_id());
    const infer::TensorSpec& output = engine->outputs().front();
    if (output.type != infer::ElementType::f32)
        return Error{ErrorCode::invalid_argument, manifest.full_id() + ": the output '" +
                                                      output.name + "' must hold 32-bit floats"};
    auto text = decoder(manifest, output);
    if (!text)
        return std::move(text).error().with_context(manifest.full_id());
    return std::unique_ptr<PlateReader>{new EngineReader{manifest.full_id(), std::move(engine),
                                                         *std::move(tensor), *std::move(text)}};
}

EngineReader::EngineReader(std::string model_id, std::unique_ptr<infer::Engine> engine,
                           PictureTensor tensor, std::unique_ptr<TextDecoder> decoder)
    : model_id_{std::move(model_id)}, engine_{std::move(engine)},
      max_batch_{engine_->batch() == 0 ? kMaxBatch
                                       : static_cast<std::size_t>(std::max(engine_->batch(), 1))},
      tensor_{std::move(tensor)}, decoder_{std::move(decoder)} {}

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
    const std::size_t size = decoder_->size();
    if (outputs.size() != 1 || outputs.front().type != infer::ElementType::f32 ||
        outputs.front().floats().size() != size * crops.size())
        return Error{
            ErrorCode::invalid_argument,
            model_id_ + ": the engine gave other outputs than it promised (" +
                (outputs.empty() ? std::string{"none"} : infer::to_string(outputs.front().shape)) +
                ")"};
    const std::span<const float> numbers = outputs.front().floats();
    for (std::size_t i = 0; i < crops.size(); ++i)
        reads.push_back(decoder_->decode(numbers.subspan(i * size, size)));
    return {};
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
