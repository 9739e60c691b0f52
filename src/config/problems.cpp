#include "vedette/config/problems.h"

#include "vedette/base/assert.h"

namespace vedette::config {

Error Problems::summary() const {
    VEDETTE_ASSERT(!errors_.empty());
    const Error& first = errors_.front();
    const std::size_t more = errors_.size() - 1;
    if (more == 0)
        return first;
    return {first.code(),
            first.message() + " (and " + std::to_string(more) +
                (more == 1 ? " more problem" : " more problems") +
                "; `vedette config check` lists them)",
            first.where()};
}

} // namespace vedette::config
