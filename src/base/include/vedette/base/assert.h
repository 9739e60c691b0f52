#pragma once

namespace vedette {

/// Prints the broken invariant and ends the process. Only VEDETTE_ASSERT calls it.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

} // namespace vedette

/// A broken invariant of ours, never bad input. On in every build.
#define VEDETTE_ASSERT(condition)                                                                  \
    (static_cast<bool>(condition) ? static_cast<void>(0)                                           \
                                  : ::vedette::assertion_failed(#condition, __FILE__, __LINE__))
