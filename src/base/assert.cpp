#include "vedette/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace vedette {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
    std::fprintf(stderr, "vedette: broken invariant at %s:%d: %s\n", file, line, expression);
    std::abort();
}

} // namespace vedette
