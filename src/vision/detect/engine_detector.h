#pragma once

#include <memory>
#include <string>
#include <vector>

#include "detect/candidates.h"
#include "detect/network_sizes.h"
#include "detect/output_decoder.h"
#include "vedette/infer/engine.h"
#include "vedette/vision/detector.h"

namespace vedette::vision {

/// A detector that is a model: pictures -> tensor -> engine -> decoder -> filter.
class EngineDetector final : public Detector {
public:
    /// So many pictures go to an engine at once if it takes any number; bounds the memory of a
    /// batch.
    static constexpr int kMaxBatch = 8;

    /// \return what `load` fails with; invalid_argument, naming what does not fit: manifest, engine
    /// and decoder are checked against each other.
    static Result<std::unique_ptr<Detector>> create(const infer::Manifest& manifest,
                                                    const DetectorOptions& options,
                                                    NetworkSizes::Load load,
                                                    DecoderFactory decoder);

    [[nodiscard]] Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override;
    [[nodiscard]] int preferred_batch() const override { return max_batch_; }
    [[nodiscard]] const std::string& model_id() const override { return model_id_; }

private:
    EngineDetector(std::string model_id, NetworkSizes networks, CandidateFilter filter);
    Status detect_some(std::span<const imaging::ImageView> pictures,
                       std::span<std::vector<domain::Detection>> results);
    [[nodiscard]] Status expect_outputs(const SizedNetwork& network,
                                        std::span<const infer::TensorView> outputs,
                                        std::size_t pictures) const;

    std::string model_id_;
    NetworkSizes networks_;
    int max_batch_;
    CandidateFilter filter_;
    std::vector<imaging::ImageView> shown_; ///< this and the next three are kept from call to call
    std::vector<Candidate> candidates_;
    std::vector<PictureGeometry> geometries_;
    std::vector<std::span<const float>> outputs_of_one_;
};

/// Registers a detector that loads its model's engine and decodes with `decoder`.
Status add_engine_detector(DetectorRegistry& registry, std::string name, DecoderFactory decoder);

} // namespace vedette::vision
