#pragma once

/// Before a function with a hot loop: it is compiled twice, for every x86-64 and for those with
/// AVX2, and the loader picks. Results are the same to the bit: no fused arithmetic. Left out under
/// sanitizers, whose run-time is not up yet when the loader asks.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&      \
    !defined(__clang__)
#define VEDETTE_AVX2_CLONE __attribute__((target_clones("avx2", "default")))
#else
#define VEDETTE_AVX2_CLONE
#endif
