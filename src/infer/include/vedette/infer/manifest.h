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
    int width_px = 0; ///< 0 for detectors without weights
    int height_px = 0;
    enum class Layout { nchw = 1, nhwc } layout = Layout::nchw;
    enum class Color { bgr = 1, rgb, gray } color = Color::bgr;
    enum class Fit { stretch = 1, letterbox_corner, letterbox_centre } fit = Fit::stretch;
    ElementType type = ElementType::f32; ///< f32 or u8
    int pad = 114;                       ///< 0..255, what a letterbox leaves free
    /// 0: the size is what it is. Else the network does the same at every place of the picture and
    /// takes each width and height up to its own that is a multiple of this many pixels: then what
    /// a letterbox would leave free need not be computed. Width and height are multiples of it.
    int multiple_of_px = 0;
    std::vector<float> mean = {0.0F, 0.0F,
                               0.0F}; ///< per channel in `color` order: (pixel - mean) * scale
    std::vector<float> scale = {1.0F, 1.0F, 1.0F}; ///< as many as `mean`: 3, or 1 for gray
};

/// Where weights can be had that do not come with the program.
struct ModelSource {
    std::string url;         ///< of the file `sha256` is of; empty: nobody says
    std::uint64_t bytes = 0; ///< how large it is
    std::string licence_url; ///< where the licence can be read
    std::string note;        ///< what else should be known before; may be empty
};

/// A copy of the weights that computes in eight bits: for processors that have instructions for it.
struct QuantisedWeights {
    std::filesystem::path file; ///< absolute after loading; empty: there is none
    std::string sha256;         ///< 64 lower-case hex digits
};

/// What one model file is: written by hand beside it, checked against it at load.
struct Manifest {
    std::string
        id; ///< lower case, digits, - _ and dots: "yolox-nano"; with version: "yolox-nano@1"
    int version = 1; ///< from 1
    std::string title;
    std::string task;           ///< object | plate | ocr | face | face-embedding | attributes
    int preference = 0;         ///< of several models for one task the highest is the default
    ModelSource source;         ///< all empty for most
    std::filesystem::path file; ///< absolute after loading; empty for detectors without weights
    std::string sha256;         ///< 64 lower-case hex digits; empty without weights
    QuantisedWeights int8;      ///< same inputs and outputs as `file`
    std::string licence;        ///< SPDX id
    std::string origin;         ///< who made it
    InputSpec input;
    /// Output form: yolox, yolo, nanodet, fastestdet, ssd, yunet, cascade, plate-corners,
    /// fixed-slot, ctc, ...
    std::string decoder;
    std::map<std::string, std::string>
        decoder_options;             ///< known to the decoder; a list is joined by commas
    std::vector<std::string> labels; ///< class index -> label
    std::map<std::string, std::filesystem::path> extra_files; ///< absolute; priors, cascades
    std::map<std::string, std::string>
        extra_sha256;           ///< of those extra files whose content is pinned
    std::filesystem::path path; ///< of the manifest itself

    [[nodiscard]] std::string full_id() const { return id + "@" + std::to_string(version); }
    /// Every file that it names: weights, their quantised copy, extra files.
    [[nodiscard]] std::vector<std::filesystem::path> files() const;
    /// Whoever lets others use it over a network owes them his source: never used unless named.
    [[nodiscard]] bool is_network_copyleft() const { return licence.starts_with("AGPL"); }
};

/// Reads one manifest: a YAML file, described in docs/guide/models.md. Reads the list of labels if
/// that is a file of its own, but not the weights. In paths `${env:NAME:-otherwise}` is replaced,
/// and a relative path counts from the manifest's folder. \return invalid_argument naming file,
/// line and key; not_found.
Result<Manifest> load_manifest(const std::filesystem::path& path);

/// Whether all files() are there and are the ones the manifest speaks of. Reads them whole. \return
/// not_found, data_loss (hash differs; both are named).
Status verify(const Manifest& manifest);

/// Every `*.model.yaml` of a folder and its sub-folders, four levels deep and 1000 at most, ordered
/// by id and version. One bad manifest fails the whole, and so do two with one id and version.
/// \return not_found if there is no such folder; see load_manifest.
Result<std::vector<Manifest>> load_manifests(const std::filesystem::path& folder);

} // namespace vedette::infer
