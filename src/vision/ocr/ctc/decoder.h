#pragma once

#include "ocr/text_decoder.h"

namespace vedette::vision {

/// Readers by connectionist temporal classification (LPRNet and its kin): a distribution over
/// alphabet and blank at every step, classes x time or time x classes. Options: alphabet (the blank
/// included), blank (class index; default: the last), temperature (of every step, default 1).
///
/// Text: the most probable sequence of a beam search. Characters: the consensus of the beam.
/// Confidence: the probability of the text over all its paths.
[[nodiscard]] Result<std::unique_ptr<TextDecoder>>
make_ctc_decoder(const infer::Manifest& manifest, const infer::TensorSpec& output);

} // namespace vedette::vision
