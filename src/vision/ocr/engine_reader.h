#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "detect/picture_tensor.h"
#include "ocr/region_decoder.h"
#include "ocr/text_decoder.h"
#include "vedette/infer/engine.h"
#include "vedette/vision/plate_reader.h"

namespace vedette::vision {

/// A reader that is a model: crops -> tensor -> engine -> decoder. One output for the text, and a
/// second one where the manifest names regions.
class EngineReader final : public PlateReader {
public:
    /// So many crops go to an engine at once if it takes any number.
    static constexpr std::size_t kMaxBatch = 16;

    /// \return invalid_argument, naming what does not fit: manifest, engine and decoder are checked
    /// against each other.
    static Result<std::unique_ptr<PlateReader>> create(const infer::Manifest& manifest,
                                                       std::unique_ptr<infer::Engine> engine,
                                                       TextDecoderFactory decoder);

    [[nodiscard]] Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) override;
    [[nodiscard]] int most_lines() const override { return decoder_->most_lines(); }
    [[nodiscard]] const std::string& model_id() const override { return model_id_; }

private:
    EngineReader(std::string model_id, std::unique_ptr<infer::Engine> engine, PictureTensor tensor,
                 std::unique_ptr<TextDecoder> decoder, std::optional<RegionDecoder> regions);
    Status read_some(std::span<const imaging::ImageView> crops,
                     std::vector<domain::PlateRead>& reads);
    [[nodiscard]] Status check_promise(std::span<const infer::TensorView> outputs,
                                       std::size_t crops) const;

    std::string model_id_;
    std::unique_ptr<infer::Engine> engine_;
    std::size_t max_batch_;
    PictureTensor tensor_;
    std::unique_ptr<TextDecoder> decoder_;
    std::optional<RegionDecoder> regions_;
};

/// Registers a reader that loads its model's engine and decodes with `decoder`.
Status add_engine_reader(PlateReaderRegistry& registry, std::string name,
                         TextDecoderFactory decoder);

} // namespace vedette::vision
