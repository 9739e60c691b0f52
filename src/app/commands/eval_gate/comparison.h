#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "vedette/domain/event.h"
#include "vedette/pipeline/gate.h"

namespace vedette::app {

/// One clip analysed with one gate.
struct GateRun {
    std::string gate;                          ///< off, motion, packet
    std::chrono::duration<double> processor{}; ///< of all threads
    std::uint64_t pictures = 0;                ///< decoded
    std::uint64_t looks = 0;                   ///< of detectors
    pipeline::GateReport report;
    std::vector<domain::Event> sightings; ///< published events
};

/// What one run found of what another one did.
struct GateLoss {
    std::size_t of = 0;     ///< sightings of the other
    std::size_t missed = 0; ///< of them
    std::size_t extra = 0;  ///< sightings that the other does not have
    std::size_t plates_of = 0;
    std::size_t plates_missed = 0;            ///< a plate that the other reads the same way in none
    std::vector<double> delays_s{};           ///< of first_seen, of each that was found; may be < 0
    std::vector<domain::Event> missed_ones{}; ///< of the other
};

/// Sightings of the same kind (any vehicle, or the same label) are the same one if the times for
/// which they were seen overlap, half a second around them counted in; those that overlap longest
/// are taken first, and each once.
[[nodiscard]] GateLoss loss_against(const std::vector<domain::Event>& other,
                                    const std::vector<domain::Event>& own);

} // namespace vedette::app
