#pragma once

#include <cstdint>
#include <vector>

#include "following/state_bytes.h"
#include "following/vehicles.h"

namespace vedette::analysis {

/// A vehicle that was seen with a subject: 16 bytes.
struct Candidate {
    VehicleIndex vehicle = kNoVehicle;
    std::uint32_t session = 0;  ///< the subject's last one with a co-sighting
    std::uint16_t sessions = 0; ///< how many there were
    std::uint8_t alerted = 0;   ///< low bits of `sessions` as of the last alert; 0 is none
    std::uint8_t met = 0;       ///< how often, at most 255
    float ceiling = 0;          ///< the score cannot be higher
};
static_assert(sizeof(Candidate) == 16);

/// The candidates of one subject, in order of vehicles.
class CandidateTable {
public:
    /// Those of a new vehicle start empty. \return the candidate, until the next change
    Candidate& find_or_add(VehicleIndex vehicle);
    [[nodiscard]] const std::vector<Candidate>& all() const { return candidates_; }
    /// Drops a quarter of those seen on one session only, the longest ago first; if there are none,
    /// of all. \return how many
    std::size_t shed();
    /// \return how many were dropped
    std::size_t remove_before(std::uint32_t session);
    void remove(VehicleIndex vehicle);
    /// Those whose vehicle is no longer in the table. \return how many were dropped
    std::size_t remove_gone(const VehicleTable& vehicles);
    void clear() { candidates_ = {}; }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    std::vector<Candidate> candidates_;
};

} // namespace vedette::analysis
