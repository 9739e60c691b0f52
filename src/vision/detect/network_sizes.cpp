#include "detect/network_sizes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace vedette::vision {
namespace {

int rounded_up(double px, int step, int most) {
    const int steps = static_cast<int>(std::ceil(px / step));
    return std::clamp(steps * step, step, most);
}

bool holds(const infer::InputSpec& input, const infer::InputSpec& wanted) {
    return input.width_px >= wanted.width_px && input.height_px >= wanted.height_px;
}

/// An engine may find out at the first run only that its network does not bear another size.
Status try_out(SizedNetwork& network, const std::string& model) {
    network.tensor.reset(1);
    if (auto outputs = network.engine->run({&network.tensor.view(), 1}); !outputs)
        return Error{ErrorCode::invalid_argument,
                     model + " cannot take pictures of " + std::to_string(network.input.width_px) +
                         "x" + std::to_string(network.input.height_px) +
                         ", though its manifest says input.multiple_of: remove that key (" +
                         outputs.error().message() + ")"};
    return {};
}

} // namespace

infer::InputSpec without_free_space(const infer::InputSpec& input, int picture_width_px,
                                    int picture_height_px) {
    infer::InputSpec out = input;
    if (input.multiple_of_px <= 0)
        return out;
    const double scale = std::min(static_cast<double>(input.width_px) / picture_width_px,
                                  static_cast<double>(input.height_px) / picture_height_px);
    out.width_px = rounded_up(picture_width_px * scale, input.multiple_of_px, input.width_px);
    out.height_px = rounded_up(picture_height_px * scale, input.multiple_of_px, input.height_px);
    return out;
}

NetworkSizes::NetworkSizes(infer::Manifest manifest, Load load, DecoderFactory decoder)
    : manifest_{std::move(manifest)}, load_{std::move(load)}, decoder_{decoder} {}

Result<NetworkSizes> NetworkSizes::open(const infer::Manifest& manifest, Load load,
                                        DecoderFactory decoder) {
    NetworkSizes sizes{manifest, std::move(load), decoder};
    constexpr int kWide = 16;
    constexpr int kHigh = 9;
    VEDETTE_CHECK_OK(sizes.provide(without_free_space(manifest.input, kWide, kHigh)));
    return sizes;
}

Result<SizedNetwork*> NetworkSizes::for_pictures(std::span<const imaging::ImageView> pictures) {
    if (manifest_.input.multiple_of_px <= 0)
        return networks_.front().get();
    infer::InputSpec wanted = manifest_.input;
    wanted.width_px = 0;
    wanted.height_px = 0;
    for (const imaging::ImageView& picture : pictures) {
        const auto one = without_free_space(manifest_.input, picture.width_px, picture.height_px);
        wanted.width_px = std::max(wanted.width_px, one.width_px);
        wanted.height_px = std::max(wanted.height_px, one.height_px);
    }
    return provide(wanted);
}

bool NetworkSizes::is_full(const infer::InputSpec& input) const {
    return holds(input, manifest_.input);
}

Result<SizedNetwork*> NetworkSizes::provide(const infer::InputSpec& wanted) {
    std::size_t smaller = 0;
    for (const auto& network : networks_) {
        if (network->input.width_px == wanted.width_px &&
            network->input.height_px == wanted.height_px)
            return network.get();
        smaller += is_full(network->input) ? 0 : 1;
    }
    if (smaller < kMostSmallerSizes || is_full(wanted))
        return add(wanted);
    for (const auto& network : networks_)
        if (holds(network->input, wanted))
            return network.get();
    return add(manifest_.input);
}

Result<SizedNetwork*> NetworkSizes::add(const infer::InputSpec& input) {
    infer::Manifest manifest = manifest_;
    manifest.input = input;
    VEDETTE_TRY(PictureTensor tensor, PictureTensor::create(input));
    VEDETTE_TRY(std::unique_ptr<infer::Engine> engine, load_(manifest));
    if (engine->inputs().size() != 1)
        return Error{ErrorCode::invalid_argument,
                     "a detector's model takes one picture tensor; this one has " +
                         std::to_string(engine->inputs().size()) + " inputs"};
    VEDETTE_CHECK_OK(tensor.expect_fits(engine->inputs()[0]));
    VEDETTE_TRY(std::unique_ptr<OutputDecoder> decoder, decoder_(manifest, engine->outputs()));
    auto network = std::make_unique<SizedNetwork>(
        SizedNetwork{input, std::move(engine), std::move(tensor), std::move(decoder)});
    if (input.multiple_of_px > 0)
        VEDETTE_CHECK_OK(try_out(*network, manifest.full_id()));
    return networks_.emplace_back(std::move(network)).get();
}

} // namespace vedette::vision
