#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "traffic/city.h"
#include "traffic/engine.h"
#include "traffic/following_plan.h"
#include "traffic/population.h"
#include "traffic/reading.h"

namespace vedette::analysis {

/// Cameras on cars, one to the front and one to the rear: they see who drives before and behind
/// within some seconds, who comes towards them, and who is parked where they pass. Borrows all.
class MobileCameras {
public:
    MobileCameras(const City& city, const std::vector<TownVehicle>& vehicles, const Engine& engine,
                  std::uint64_t seed);
    /// \return the names of the two new cameras.
    std::vector<std::string> mount_on(std::size_t vehicle, Reading& reading);
    /// To be told of every drive, in the order of entering.
    void drives(const Drive& drive, Reading& reading, FollowingPlan& plan);

private:
    struct Carrier {
        std::size_t front = 0;
        std::size_t rear = 0;
    };
    struct Seen {
        std::size_t camera = 0;
        std::int64_t at_us = 0;
        double read_factor = 1;
    };
    /// Where what is seen goes.
    struct Into {
        Reading& reading;
        FollowingPlan& plan;
    };
    void see(const Drive& carrier, const Drive& other, const Seen& how, const Into& into);
    void carrier_enters(const Drive& carrier, const Carrier& its, const Into& into);
    void other_enters(const Drive& other, const Into& into);
    [[nodiscard]] static EdgeIndex opposite(EdgeIndex edge) { return edge ^ 1U; }

    const City& city_;
    const std::vector<TownVehicle>& vehicles_;
    const Engine& engine_;
    Random random_;
    std::map<std::size_t, Carrier> carriers_;     ///< by vehicle
    std::vector<std::deque<Drive>> lately_;       ///< by edge; a few each
    std::vector<std::vector<Drive>> carriers_on_; ///< by edge
    std::vector<std::vector<std::size_t>> homes_; ///< by node
};

} // namespace vedette::analysis
