#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traffic/city.h"
#include "vedette/analysis/traffic.h"

namespace vedette::analysis {

/// What a vehicle is used for.
enum class Use { commuter = 1, school_run, delivery, taxi, bus, through, errands, truck };

struct TownVehicle {
    Use use = Use::commuter;
    std::string plate;
    NodeIndex home = 0;
    NodeIndex work = 0;    ///< or depot, school, first stop
    NodeIndex second = 0;  ///< work of a school run
    int leaves_home_s = 0; ///< seconds of the day, its habit
    int leaves_work_s = 0;
    std::uint32_t household = 0; ///< index of the first vehicle of that home
    std::uint64_t taste = 0;     ///< of ways
    double pace = 1;             ///< of its driver: 0.8 slow .. 1.15 fast
    double visit_chance = 0;     ///< through traffic: to come at all on a day
    bool subject = false;
    std::vector<NodeIndex> line; ///< stops of a bus
};

/// Who lives here. Vehicles 0.. are drawn one after the other, so more of them leave the first as
/// they are.
[[nodiscard]] std::vector<TownVehicle> populate(const City& city, const TrafficOptions& options);

} // namespace vedette::analysis
