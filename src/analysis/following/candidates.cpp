#include "following/candidates.h"

#include <algorithm>
#include <tuple>

namespace vedette::analysis {

Candidate& CandidateTable::find_or_add(VehicleIndex vehicle) {
    auto place = std::lower_bound(
        candidates_.begin(), candidates_.end(), vehicle,
        [](const Candidate& candidate, VehicleIndex index) { return candidate.vehicle < index; });
    if (place != candidates_.end() && place->vehicle == vehicle)
        return *place;
    if (candidates_.size() == candidates_.capacity()) { // grows by a quarter: many are held
        const auto at = place - candidates_.begin();
        candidates_.reserve(candidates_.size() + candidates_.size() / 4 + 8);
        place = candidates_.begin() + at;
    }
    return *candidates_.insert(place, Candidate{.vehicle = vehicle});
}

std::size_t CandidateTable::shed() {
    const std::size_t before = candidates_.size();
    std::vector<std::tuple<bool, std::uint32_t, VehicleIndex>> order;
    order.reserve(before);
    for (const Candidate& candidate : candidates_)
        order.emplace_back(candidate.sessions > 1, candidate.session, candidate.vehicle);
    const auto cut = order.begin() + static_cast<std::ptrdiff_t>(before / 4);
    std::nth_element(order.begin(), cut, order.end());
    const auto limit = *cut;
    std::erase_if(candidates_, [&](const Candidate& candidate) {
        return std::tuple{candidate.sessions > 1, candidate.session, candidate.vehicle} < limit;
    });
    return before - candidates_.size();
}

std::size_t CandidateTable::remove_before(std::uint32_t session) {
    return std::erase_if(
        candidates_, [session](const Candidate& candidate) { return candidate.session < session; });
}

void CandidateTable::remove(VehicleIndex vehicle) {
    std::erase_if(candidates_,
                  [vehicle](const Candidate& candidate) { return candidate.vehicle == vehicle; });
}

std::size_t CandidateTable::remove_gone(const VehicleTable& vehicles) {
    return std::erase_if(candidates_, [&vehicles](const Candidate& candidate) {
        return vehicles[candidate.vehicle].plate.empty();
    });
}

void CandidateTable::save(StateWriter& out) const {
    out.put(static_cast<std::uint64_t>(candidates_.size()));
    for (const Candidate& candidate : candidates_) {
        out.put(candidate.vehicle);
        out.put(candidate.session);
        out.put(candidate.sessions);
        out.put(candidate.alerted);
        out.put(candidate.met);
        out.put(candidate.ceiling);
    }
}

void CandidateTable::load(StateReader& in) {
    candidates_.assign(in.count(16), Candidate{});
    for (Candidate& candidate : candidates_) {
        candidate.vehicle = in.get<VehicleIndex>();
        candidate.session = in.get<std::uint32_t>();
        candidate.sessions = in.get<std::uint16_t>();
        candidate.alerted = in.get<std::uint8_t>();
        candidate.met = in.get<std::uint8_t>();
        candidate.ceiling = in.get<float>();
    }
    if (!std::is_sorted(
            candidates_.begin(), candidates_.end(),
            [](const Candidate& a, const Candidate& b) { return a.vehicle < b.vehicle; }))
        in.fail();
}

} // namespace vedette::analysis
