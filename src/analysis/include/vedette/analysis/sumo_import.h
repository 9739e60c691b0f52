#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "vedette/analysis/traffic.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// What of SUMO's outputs becomes reads. The forms are told by their root element:
///   fcd-export      floating-car data: a camera is passed where a vehicle's position on the edge
///                   grows beyond the camera's between two time steps (interpolated)
///   instantE1       instantInductionLoop: a camera is a detector of that name; "enter" is the pass
///   routes          vehroute-output with exit times: interpolated along the edge
/// See https://sumo.dlr.de/docs/Simulation/Output/index.html
struct SumoOptions {
    std::vector<std::filesystem::path> inputs; ///< for example one of each day
    /// CSV: camera, edge, position_m, edge_length_m, lat, lon, optional bearing. One camera an
    /// edge.
    std::filesystem::path cameras;
    /// JSON of who was to follow whom, by names of SUMO's vehicles; empty: nobody.
    std::filesystem::path plan;
    std::uint64_t seed = 1;
    std::chrono::sys_days start{std::chrono::year{2026} / 3 / 2}; ///< SUMO's second 0
    /// "v12#3" is the third trip of vehicle "v12"; without it each name is a vehicle.
    char trip_mark = '#';
    std::size_t max_passes = 50'000'000; ///< all are held to be sorted: 16 bytes each
    ReadingOptions reading;
};

/// Reads SUMO's files as a stream and gives reads to `sink`, with plates, misses, misreads and
/// clocks as simulate_traffic() makes them. Pure: the same files and options give the same reads.
/// \return not_found, permission_denied; invalid_argument with file and line for what is not the
///   form that was expected; resource_exhausted beyond max_passes; what the sink returns.
[[nodiscard]] Result<TrafficTruth> import_sumo(const SumoOptions& options, ReadSink& sink);

} // namespace vedette::analysis
