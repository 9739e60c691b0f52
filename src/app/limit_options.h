#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "vedette/base/result.h"
#include "vedette/config/option_set.h"
#include "vedette/config/units.h"
#include "vedette/observability/process_probe.h"

namespace vedette::app {

/// `limits:` — what the program may use of the machine.
struct LimitOptions {
    int worker_threads = 8; ///< most that a model computes on, side by side or together
    config::ByteSize memory{2'048'000'000}; ///< resident memory of the process
    int max_cameras = 20;                   ///< that `vedette run` watches at once
};

[[nodiscard]] config::OptionSet<LimitOptions> limit_option_set();

/// \return invalid_argument if that many cameras are more than `most` allows.
[[nodiscard]] Status check_camera_count(std::size_t cameras, int most);

/// Ends a job before the system ends the process: what was written stays whole, and the user is
/// told why.
///
/// Thread-compatible.
class MemoryGuard {
public:
    explicit MemoryGuard(config::ByteSize limit,
                         std::function<std::uint64_t()> in_use = observability::resident_bytes)
        : limit_{limit}, in_use_{std::move(in_use)} {}

    /// \return resource_exhausted when more is in use than the limit allows.
    [[nodiscard]] Status check() const;

private:
    const config::ByteSize limit_;
    const std::function<std::uint64_t()> in_use_;
};

} // namespace vedette::app
