#pragma once

#include <array>
#include <string_view>

#include "vedette/infer/engine.h"

namespace vedette::infer {

/// What of this machine's processor settles which back-end is fastest on it.
struct CpuTraits {
    bool x86 = false;
    bool bf16 = false; ///< computes with bfloat16
    bool int8 = false; ///< is quicker with bytes than with floats: AVX2 on x86-64 (ADR 31)
};
[[nodiscard]] CpuTraits this_cpu() noexcept;

/// The names of the back-ends, fastest first. OpenVINO leads where it may compute in half the
/// precision and the processor can; at float32 on x86-64 ONNX Runtime is faster with most models
/// and lighter (docs/adr/0011-inference-engine.md has the figures). Other processors were not
/// measured.
[[nodiscard]] std::array<std::string_view, 3> fastest_first(CpuTraits cpu, Precision wanted);

/// Whether a model's quantised copy is taken, where it has one.
[[nodiscard]] bool takes_quantised(CpuTraits cpu, Precision wanted);

} // namespace vedette::infer
