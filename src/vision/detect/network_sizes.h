#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "detect/output_decoder.h"
#include "detect/picture_tensor.h"
#include "vedette/base/result.h"
#include "vedette/imaging/image_view.h"
#include "vedette/infer/engine.h"
#include "vedette/infer/manifest.h"

namespace vedette::vision {

/// A network opened for pictures of one size: what belongs together.
struct SizedNetwork {
    infer::InputSpec input;
    std::unique_ptr<infer::Engine> engine;
    PictureTensor tensor;
    std::unique_ptr<OutputDecoder> decoder;
};

/// The smallest input that shows a picture at the scale at which `input` shows it: `input` itself,
/// less what its letterbox would leave free, in steps of input.multiple_of_px.
/// \pre picture_width_px and picture_height_px > 0
[[nodiscard]] infer::InputSpec without_free_space(const infer::InputSpec& input,
                                                  int picture_width_px, int picture_height_px);

/// One network in the sizes that its pictures ask for. A wide picture fills little more than half
/// of a square; where the manifest allows it (InputSpec::multiple_of_px) the rest is not computed.
/// Two smaller sizes at most are opened, each when it is first asked for, and the full one for all
/// others; the one for pictures of 16:9 at the start.
///
/// Thread-compatible.
class NetworkSizes {
public:
    static constexpr std::size_t kMostSmallerSizes = 2;
    /// Loads the engine for the size that the manifest gives.
    using Load = std::function<Result<std::unique_ptr<infer::Engine>>(const infer::Manifest&)>;

    /// \return what loading fails with; invalid_argument, naming what does not fit: manifest,
    /// engine and decoder are checked against each other.
    static Result<NetworkSizes> open(const infer::Manifest& manifest, Load load,
                                     DecoderFactory decoder);

    /// One that all the pictures fit into; valid until the next call. Opens it where it has to,
    /// which takes as long as loading a model. \pre no picture is empty
    [[nodiscard]] Result<SizedNetwork*> for_pictures(std::span<const imaging::ImageView> pictures);

    /// Of the one that was opened at the start.
    [[nodiscard]] const infer::Engine& first_engine() const { return *networks_.front()->engine; }

private:
    NetworkSizes(infer::Manifest manifest, Load load, DecoderFactory decoder);
    [[nodiscard]] Result<SizedNetwork*> provide(const infer::InputSpec& wanted);
    [[nodiscard]] Result<SizedNetwork*> add(const infer::InputSpec& input);
    [[nodiscard]] bool is_full(const infer::InputSpec& input) const;

    infer::Manifest manifest_;
    Load load_;
    DecoderFactory decoder_;
    std::vector<std::unique_ptr<SizedNetwork>> networks_;
};

} // namespace vedette::vision
