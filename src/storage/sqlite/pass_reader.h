#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sqlite/connection.h"
#include "vedette/ports/pass_index.h"

namespace vedette::storage {

/// The questions of ports::PassIndex over one connection that only reads. Every answer comes out of
/// covering indexes; only of a pass with two texts the event itself is read, to know which of them
/// is the resolved one.
///
/// Thread-compatible.
class PassReader {
public:
    /// \param connection  to a file of the newest schema; borrowed
    static Result<PassReader> open(Connection& connection);

    [[nodiscard]] Result<ports::PassList> passes_of(std::string_view plate,
                                                    const ports::TimeSpan& span, std::size_t limit);
    [[nodiscard]] Result<ports::PassList> passes_at(const domain::CameraId& camera,
                                                    const ports::TimeSpan& span, std::size_t limit);
    [[nodiscard]] Result<std::vector<ports::StayRow>>
    stays_among(std::span<const ports::PassRow> passes);
    [[nodiscard]] Result<std::vector<ports::CameraCount>> counts_of(std::string_view plate,
                                                                    const ports::TimeSpan& span);
    [[nodiscard]] Result<std::vector<ports::HourCount>> flow_at(const domain::CameraId& camera,
                                                                const ports::TimeSpan& span);
    [[nodiscard]] Result<std::vector<domain::CameraId>> cameras();

private:
    explicit PassReader(Connection& connection) : connection_{&connection} {}
    Status prepare();
    /// Of published sightings, by camera.
    Result<std::vector<std::int64_t>> groups_of(const domain::CameraId& camera);
    Result<std::unordered_map<std::int64_t, domain::CameraId>> camera_of_groups();
    Status add_group(std::int64_t group, const domain::CameraId& camera,
                     const ports::TimeSpan& span, std::size_t limit,
                     std::vector<ports::PassRow>& into);
    Result<std::string> resolved_text(const domain::EventId& event);

    Connection* connection_;
    Statement groups_, groups_of_camera_;
    Statement of_plate_, of_group_, count_plate_, flow_, body_;
};

} // namespace vedette::storage
