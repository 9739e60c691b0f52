#include "traffic/mobile.h"

#include <algorithm>
#include <cstdio>

namespace vedette::analysis {
namespace {

/// Plates can be read up to some fifty metres, that is this far behind or before in traffic.
constexpr std::int64_t kNearUs = 5 * kSecondUs;
constexpr std::size_t kMostOnEdge = 32;
constexpr double kOncoming = 0.5; ///< of the read rate: they are fast
constexpr double kParked = 0.6;
constexpr double kParkedAtKerb = 0.15; ///< share of vehicles at home that stand on the street

} // namespace

MobileCameras::MobileCameras(const City& city, const std::vector<TownVehicle>& vehicles,
                             const Engine& engine, std::uint64_t seed)
    : city_{city}, vehicles_{vehicles}, engine_{engine}, random_{mix(seed, 0x6D6F62)},
      lately_(city.edges().size()), carriers_on_(city.edges().size()), homes_(city.nodes().size()) {
    for (std::size_t vehicle = 0; vehicle < vehicles.size(); ++vehicle)
        homes_[vehicles[vehicle].home].push_back(vehicle);
}

std::vector<std::string> MobileCameras::mount_on(std::size_t vehicle, Reading& reading) {
    char name[24];
    std::snprintf(name, sizeof name, "car%03zu", carriers_.size() + 1);
    std::vector<std::string> names{std::string{name} + "-front", std::string{name} + "-rear"};
    carriers_[vehicle] = {reading.add_camera(names[0]), reading.add_camera(names[1])};
    return names;
}

void MobileCameras::see(const Drive& carrier, const Drive& other, const Seen& how,
                        const Into& into) {
    const auto took_us =
        static_cast<double>(std::max<std::int64_t>(carrier.leaves_us - carrier.enters_us, 1));
    const double fraction =
        std::clamp(static_cast<double>(how.at_us - carrier.enters_us) / took_us, 0.0, 1.0);
    const bool read = into.reading.pass({.at_us = how.at_us,
                                         .camera = how.camera,
                                         .vehicle = other.vehicle,
                                         .position = city_.point_on(carrier.edge, fraction),
                                         .read_factor = how.read_factor},
                                        vehicles_[other.vehicle].plate);
    if (other.trip && other.trip == carrier.trip)
        into.plan.passed_mobile(other.vehicle, read);
}

void MobileCameras::carrier_enters(const Drive& carrier, const Carrier& its, const Into& into) {
    const auto somewhere = [&] {
        return carrier.enters_us +
               static_cast<std::int64_t>(
                   random_.unit() * static_cast<double>(carrier.leaves_us - carrier.enters_us));
    };
    for (const Drive& before : lately_[carrier.edge])
        if (before.leaves_us > carrier.enters_us && carrier.enters_us - before.enters_us <= kNearUs)
            see(carrier, before, {.camera = its.front, .at_us = somewhere()}, into);
    for (const Drive& coming : lately_[opposite(carrier.edge)])
        if (coming.leaves_us > carrier.enters_us)
            see(carrier, coming,
                {.camera = its.front,
                 .at_us = std::min(somewhere(), coming.leaves_us),
                 .read_factor = kOncoming},
                into);
    const NodeIndex end = city_.edges()[carrier.edge].to;
    for (const std::size_t vehicle : homes_[end]) {
        const bool on_street = unit_of(mix(vehicles_[vehicle].taste, 7)) < kParkedAtKerb;
        if (on_street && vehicle != carrier.vehicle && engine_.stands_at(vehicle, end))
            see(carrier, {.vehicle = vehicle},
                {.camera = its.front, .at_us = carrier.leaves_us, .read_factor = kParked}, into);
    }
    carriers_on_[carrier.edge].push_back(carrier);
}

void MobileCameras::other_enters(const Drive& other, const Into& into) {
    for (const Drive& carrier : carriers_on_[other.edge])
        if (carrier.vehicle != other.vehicle && other.enters_us - carrier.enters_us <= kNearUs &&
            carrier.leaves_us > other.enters_us)
            see(carrier, other,
                {.camera = carriers_[carrier.vehicle].rear,
                 .at_us = other.enters_us + (carrier.leaves_us - other.enters_us) / 2},
                into);
    for (const Drive& carrier : carriers_on_[opposite(other.edge)])
        if (carrier.leaves_us > other.enters_us)
            see(carrier, other,
                {.camera = carriers_[carrier.vehicle].front,
                 .at_us = other.enters_us + (carrier.leaves_us - other.enters_us) / 2,
                 .read_factor = kOncoming},
                into);
}

void MobileCameras::drives(const Drive& drive, Reading& reading, FollowingPlan& plan) {
    const auto gone = [&](const Drive& one) { return one.leaves_us <= drive.enters_us; };
    for (const EdgeIndex edge : {drive.edge, opposite(drive.edge)}) {
        std::erase_if(carriers_on_[edge], gone);
        std::erase_if(lately_[edge], gone);
    }
    const Into into{reading, plan};
    other_enters(drive, into);
    const auto carrier = carriers_.find(drive.vehicle);
    if (carrier != carriers_.end())
        carrier_enters(drive, carrier->second, into);
    auto& lately = lately_[drive.edge];
    lately.push_back(drive);
    if (lately.size() > kMostOnEdge)
        lately.pop_front();
}

} // namespace vedette::analysis
