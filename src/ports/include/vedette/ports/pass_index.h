#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"

namespace vedette::ports {

/// From a time on, and before another one.
struct TimeSpan {
    WallTime from;
    WallTime to;
    [[nodiscard]] bool contains(WallTime time) const noexcept { return time >= from && time < to; }
    friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

/// A published sighting with a plate, as light as an index holds it.
struct PassRow {
    domain::EventId event;
    domain::CameraId camera;
    WallTime at; ///< first_seen
    std::string plate;
    float confidence = 0; ///< 0..1, of the plate's text
    friend bool operator==(const PassRow&, const PassRow&) = default;
};

/// Oldest first, by time and then by id.
struct PassList {
    std::vector<PassRow> rows;
    bool complete = true; ///< false: the limit cut off later ones
    friend bool operator==(const PassList&, const PassList&) = default;
};

/// A pass that ended with the vehicle at rest: parked before the camera.
struct StayRow {
    PassRow pass; ///< it came at pass.at
    WallTime to;  ///< last_seen
    friend bool operator==(const StayRow&, const StayRow&) = default;
};

struct CameraCount {
    domain::CameraId camera;
    std::uint64_t passes = 0;
    friend bool operator==(const CameraCount&, const CameraCount&) = default;
};

struct HourCount {
    WallTime hour; ///< its beginning, UTC
    std::uint64_t passes = 0;
    friend bool operator==(const HourCount&, const HourCount&) = default;
};

/// What convoy search and patterns ask of a store: who passed where and when. Only published
/// sightings with a plate count; each is one pass.
///
/// Thread-safe. Implementations pass ports/testing/pass_index_contract.h, which is the definition
/// of this interface.
class PassIndex {
public:
    static constexpr std::size_t kMostRows = 100'000;

    virtual ~PassIndex() = default;

    /// The passes whose normalized or resolved text is exactly this one; the rows name it as it was
    /// asked for.
    /// \param plate  normalized, see domain::normalize_plate()
    /// \param limit  1..kMostRows
    /// \return invalid_argument for an empty plate, a limit out of range; errors of the store.
    [[nodiscard]] virtual Result<PassList> passes_of(std::string_view plate, const TimeSpan& span,
                                                     std::size_t limit) const = 0;

    /// The passes at a camera, each once, with its resolved text (its normalized one if that is
    /// all there is). None at a camera that is not known.
    [[nodiscard]] virtual Result<PassList>
    passes_at(const domain::CameraId& camera, const TimeSpan& span, std::size_t limit) const = 0;

    /// Which of these passes ended at rest, in their order and with the plates that they name. What
    /// was forgotten meanwhile is left out. Reads each of the events: to be asked about few.
    [[nodiscard]] virtual Result<std::vector<StayRow>>
    stays_among(std::span<const PassRow> passes) const = 0;

    /// How often passes_of() would find the plate at each camera, without a limit; by camera name,
    /// only those where it was.
    [[nodiscard]] virtual Result<std::vector<CameraCount>>
    counts_of(std::string_view plate, const TimeSpan& span) const = 0;

    /// How many passed a camera in each whole hour that the span touches; oldest first, hours with
    /// none are left out. Takes the same time whatever the traffic.
    [[nodiscard]] virtual Result<std::vector<HourCount>> flow_at(const domain::CameraId& camera,
                                                                 const TimeSpan& span) const = 0;

    /// Every camera that has published sightings, by name.
    [[nodiscard]] virtual Result<std::vector<domain::CameraId>> cameras() const = 0;
};

/// The beginning of the hour (UTC) that a time belongs to.
[[nodiscard]] WallTime hour_of(WallTime time) noexcept;

/// \return invalid_argument naming the field that is out of range; what every implementation asks
/// first.
[[nodiscard]] Status check_pass_plate(std::string_view plate);
[[nodiscard]] Status check_pass_limit(std::size_t limit);

} // namespace vedette::ports
