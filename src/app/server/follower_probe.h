#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "vedette/analysis/following_stream.h"
#include "vedette/base/metrics.h"

namespace vedette::app {

/// What following tells about itself. Thread-compatible.
class FollowerProbe {
public:
    explicit FollowerProbe(Metrics& metrics);

    /// Counts begin with those of this state: what a run before it counted is not counted again.
    void begin(const analysis::FollowingStream& stream);
    /// What the analysis has counted so far, and what it holds.
    void measured(const analysis::FollowingStream& stream);
    void took(double seconds) { batch_seconds_->observe(seconds); }
    void saved(std::size_t bytes, double seconds);
    void paused() { pauses_->add(); }
    void opened(std::uint64_t cases) { opened_->add(static_cast<double>(cases)); }
    void updated(std::uint64_t cases) { updated_->add(static_cast<double>(cases)); }
    void closed(std::uint64_t cases) { closed_->add(static_cast<double>(cases)); }
    void dropped(std::uint64_t cases) { dropped_->add(static_cast<double>(cases)); }
    void counted() { counted_->add(); }
    void ignored() { ignored_->add(); }

private:
    const std::shared_ptr<Counter> taken_, repeated_, late_, refused_, placeless_;
    const std::shared_ptr<Counter> opened_, updated_, closed_, dropped_, counted_, ignored_;
    const std::shared_ptr<Counter> pauses_;
    const std::shared_ptr<Gauge> held_, subjects_, vehicles_, passes_, candidates_, memory_;
    const std::shared_ptr<Gauge> state_bytes_;
    const std::shared_ptr<Histogram> batch_seconds_, save_seconds_;
    analysis::FollowingCounts before_;
    std::uint64_t placeless_before_ = 0;
};

} // namespace vedette::app
