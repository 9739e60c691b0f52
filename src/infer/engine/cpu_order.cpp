#include "engine/cpu_order.h"

namespace vedette::infer {

CpuTraits this_cpu() noexcept {
#if defined(__x86_64__)
    return {.x86 = true,
            .bf16 = __builtin_cpu_supports("avx512bf16") != 0,
            .int8 = __builtin_cpu_supports("avx2") != 0};
#else
    return {};
#endif
}

std::array<std::string_view, 3> fastest_first(CpuTraits cpu, Precision wanted) {
    const bool half = wanted == Precision::bf16 || wanted == Precision::f16 ||
                      (wanted == Precision::automatic && cpu.bf16);
    if (cpu.x86 && !half)
        return {"onnxruntime", "openvino", "opencv"};
    return {"openvino", "onnxruntime", "opencv"};
}

bool takes_quantised(CpuTraits cpu, Precision wanted) {
    return wanted == Precision::int8 || (wanted == Precision::automatic && cpu.int8);
}

} // namespace vedette::infer
