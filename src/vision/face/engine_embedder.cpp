#include "face/engine_embedder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detect/output_shapes.h"

namespace vedette::vision {
namespace {

/// How many numbers the model gives for one face.
Result<std::size_t> dimension_of(const infer::Manifest& manifest, const infer::TensorSpec& output) {
    infer::Shape shape = output.shape;
    if (!shape.empty())
        shape.front() = 1; // faces
    const std::size_t numbers = infer::element_count(shape);
    if (output.type != infer::ElementType::f32 || shape.size() < 2 || numbers < 2 ||
        numbers > EngineEmbedder::kMaxDimension)
        return misfit(manifest.decoder, output,
                      "one row of 2 to " + std::to_string(EngineEmbedder::kMaxDimension) +
                          " numbers for each face");
    return numbers;
}

/// The same direction with length 1; empty if there is none.
std::vector<float> normalised(std::span<const float> numbers) {
    double squares = 0;
    for (const float number : numbers)
        squares += static_cast<double>(number) * static_cast<double>(number);
    const double length = std::sqrt(squares);
    if (!std::isfinite(length) || !(length > 0))
        return {};
    std::vector<float> out;
    out.reserve(numbers.size());
    for (const float number : numbers)
        out.push_back(static_cast<float>(static_cast<double>(number) / length));
    return out;
}

} // namespace

Result<std::unique_ptr<FaceEmbedder>>
EngineEmbedder::create(const infer::Manifest& manifest, std::unique_ptr<infer::Engine> engine) {
    if (engine->inputs().size() != 1 || engine->outputs().size() != 1)
        return Error{ErrorCode::invalid_argument,
                     "a face embedder has one input and one output, this model has " +
                         std::to_string(engine->inputs().size()) + " and " +
                         std::to_string(engine->outputs().size())};
    if (manifest.input.width_px != manifest.input.height_px)
        return Error{ErrorCode::invalid_argument,
                     "input.width and input.height must be the same: aligned faces are square"};
    VEDETTE_TRY(PictureTensor tensor, PictureTensor::create(manifest.input));
    VEDETTE_CHECK_OK(tensor.expect_fits(engine->inputs().front()));
    VEDETTE_TRY(const std::size_t dimension, dimension_of(manifest, engine->outputs().front()));
    return std::unique_ptr<FaceEmbedder>{
        new EngineEmbedder{manifest.full_id(), std::move(engine), std::move(tensor), dimension}};
}

EngineEmbedder::EngineEmbedder(std::string model_id, std::unique_ptr<infer::Engine> engine,
                               PictureTensor tensor, std::size_t dimension)
    : model_id_{std::move(model_id)}, engine_{std::move(engine)},
      max_batch_{engine_->batch() == 0 ? kMaxBatch
                                       : static_cast<std::size_t>(std::max(engine_->batch(), 1))},
      tensor_{std::move(tensor)}, dimension_{dimension} {}

Result<std::vector<std::vector<float>>>
EngineEmbedder::embed(std::span<const imaging::ImageView> faces) {
    std::vector<std::vector<float>> embeddings;
    while (!faces.empty()) {
        const std::size_t count = std::min(faces.size(), max_batch_);
        VEDETTE_CHECK_OK(embed_some(faces.first(count), embeddings));
        faces = faces.subspan(count);
    }
    return embeddings;
}

Status EngineEmbedder::embed_some(std::span<const imaging::ImageView> faces,
                                  std::vector<std::vector<float>>& embeddings) {
    tensor_.reset(faces.size());
    for (std::size_t i = 0; i < faces.size(); ++i) {
        if (faces[i].empty())
            return Error{ErrorCode::invalid_argument, model_id_ + ": a face without pixels"};
        tensor_.write(faces[i], i);
    }
    VEDETTE_TRY(const std::span<const infer::TensorView> outputs,
                engine_->run({&tensor_.view(), 1}));
    if (outputs.size() != 1 || outputs.front().type != infer::ElementType::f32 ||
        outputs.front().floats().size() != dimension_ * faces.size())
        return Error{
            ErrorCode::invalid_argument,
            model_id_ + ": the engine gave other outputs than it promised (" +
                (outputs.empty() ? std::string{"none"} : infer::to_string(outputs.front().shape)) +
                ")"};
    const std::span<const float> numbers = outputs.front().floats();
    for (std::size_t i = 0; i < faces.size(); ++i)
        embeddings.push_back(normalised(numbers.subspan(i * dimension_, dimension_)));
    return {};
}

Result<std::unique_ptr<FaceEmbedder>> load_face_embedder(const FaceEmbedderRegistry& registry,
                                                         const infer::Manifest& manifest,
                                                         const infer::ModelLoader& loader) {
    auto embedder = registry.create(manifest.decoder, manifest, loader);
    if (!embedder)
        return std::move(embedder).error().with_context("load face embedder " + manifest.full_id() +
                                                        " (" + manifest.path.string() + ")");
    return embedder;
}

} // namespace vedette::vision
