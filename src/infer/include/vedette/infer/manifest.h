#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/infer/tensor.h"

namespace vedette::infer {

/// How a picture becomes the input tensor.
struct InputSpec {
    int width_px = 0;
    int height_px = 0;
    enum class Layout { nchw = 1, nhwc } layout = Layout::nchw;
    enum class Color { bgr = 1, rgb, gray } color = Color::bgr;
    enum class Fit { stretch = 1, letterbox_corner, letterbox_centre } fit = Fit::stretch;
    ElementType type = ElementType::f32;
    int pad = 114;                    ///< 0..255, what a letterbox leaves free
    std::vector<float> mean{0, 0, 0}; ///< per channel in `color` order: (pixel - mean) * scale
    std::vector<float> scale{1, 1, 1};
};

/// What one model file is: written by hand beside it, checked against it at load.
struct Manifest {
    std::string id; ///< "yolox-nano"; with version: "yolox-nano@1"
    int version = 1;
    std::string title;
    std::string task;           ///< object | plate | ocr | face | face-embedding | attributes
    std::filesystem::path file; ///< absolute after loading; empty for detectors without weights
    int preference = 0;         ///< of several models for one task the highest is the default
    std::string sha256;         ///< 64 lower-case hex digits
    std::string licence;        ///< SPDX id
    std::string origin;         ///< who made it
    InputSpec input;
    std::string decoder; ///< output form: yolox, yolo, nanodet, fastestdet, ssd, yunet, cascade,
                         ///< plate-corners, fixed-slot, ctc, …
    std::map<std::string, std::string> decoder_options; ///< known to the decoder
    std::vector<std::string> labels;                    ///< class index -> label
    std::map<std::string, std::filesystem::path>
        extra_files;            ///< absolute; priors, label lists, cascades
    std::filesystem::path path; ///< of the manifest itself

    [[nodiscard]] std::string full_id() const { return id + "@" + std::to_string(version); }
};

/// Reads one manifest (YAML). Does not read the weights.
/// \return invalid_argument naming file, line and key; not_found.
Result<Manifest> load_manifest(const std::filesystem::path& path);

/// Whether the weights are there and are the ones the manifest speaks of.
/// \return not_found, data_loss (hash differs; both are named).
Status verify(const Manifest& manifest);

/// Every `*.model.yaml` of a folder, its sub-folders included, ordered by id. One bad manifest
/// fails the whole.
Result<std::vector<Manifest>> load_manifests(const std::filesystem::path& folder);

} // namespace vedette::infer
