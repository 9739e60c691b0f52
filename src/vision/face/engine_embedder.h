#pragma once

#include <memory>
#include <string>
#include <vector>

#include "detect/picture_tensor.h"
#include "vedette/infer/engine.h"
#include "vedette/vision/face_embedder.h"

namespace vedette::vision {

/// An embedder that is a model: faces -> tensor -> engine -> one row of numbers per face, brought
/// to length 1.
class EngineEmbedder final : public FaceEmbedder {
public:
    /// So many faces go to an engine at once if it takes any number.
    static constexpr std::size_t kMaxBatch = 16;
    /// More numbers per face than any such network has.
    static constexpr std::size_t kMaxDimension = 4096;

    /// \return invalid_argument, naming what does not fit: manifest and engine are checked against
    /// each other.
    static Result<std::unique_ptr<FaceEmbedder>> create(const infer::Manifest& manifest,
                                                        std::unique_ptr<infer::Engine> engine);

    [[nodiscard]] Result<std::vector<std::vector<float>>>
    embed(std::span<const imaging::ImageView> faces) override;
    [[nodiscard]] std::size_t dimension() const override { return dimension_; }
    [[nodiscard]] const std::string& model_id() const override { return model_id_; }

private:
    EngineEmbedder(std::string model_id, std::unique_ptr<infer::Engine> engine,
                   PictureTensor tensor, std::size_t dimension);
    Status embed_some(std::span<const imaging::ImageView> faces,
                      std::vector<std::vector<float>>& embeddings);

    std::string model_id_;
    std::unique_ptr<infer::Engine> engine_;
    std::size_t max_batch_;
    PictureTensor tensor_;
    std::size_t dimension_;
};

} // namespace vedette::vision
