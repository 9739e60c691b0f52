#pragma once

#include "ocr/text_decoder.h"

namespace vedette::vision {

/// Readers with a fixed number of slots: each slot gives one distribution over the alphabet, one
/// symbol of which (the pad) means "no character". Options: alphabet, pad (default "_"), slots
/// (default: by the output's size), temperature (default 1; see to_probabilities),
/// least_probability (0..0.02, default 0.001: what is less likely is no candidate), regions (the
/// classes of a second output; see RegionDecoder).
///
/// Confidence: the product of every slot's best probability, pads included: right only if each of
/// them is.
[[nodiscard]] Result<std::unique_ptr<TextDecoder>>
make_fixed_slot_decoder(const infer::Manifest& manifest, const infer::TensorSpec& output);

} // namespace vedette::vision
