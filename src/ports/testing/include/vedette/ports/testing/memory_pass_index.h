#pragma once

#include <map>
#include <span>

#include "vedette/base/guarded.h"
#include "vedette/domain/event.h"
#include "vedette/ports/pass_index.h"

namespace vedette::ports::testing {

/// A PassIndex that looks at every event for every question: too slow to use, too plain to be
/// wrong. Thread-safe.
class MemoryPassIndex final : public PassIndex {
public:
    /// One whose id is known replaces the one that is there.
    void add(std::span<const domain::Event> events);
    void forget(WallTime before);
    [[nodiscard]] Result<PassList> passes_of(std::string_view plate, const TimeSpan& span,
                                             std::size_t limit) const override;
    [[nodiscard]] Result<PassList> passes_at(const domain::CameraId& camera, const TimeSpan& span,
                                             std::size_t limit) const override;
    [[nodiscard]] Result<std::vector<StayRow>>
    stays_among(std::span<const PassRow> passes) const override;
    [[nodiscard]] Result<std::vector<CameraCount>> counts_of(std::string_view plate,
                                                             const TimeSpan& span) const override;
    [[nodiscard]] Result<std::vector<HourCount>> flow_at(const domain::CameraId& camera,
                                                         const TimeSpan& span) const override;
    [[nodiscard]] Result<std::vector<domain::CameraId>> cameras() const override;

private:
    using Events = std::map<domain::EventId, domain::Event>;
    Guarded<Events> events_;
};

} // namespace vedette::ports::testing
