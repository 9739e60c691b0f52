#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/domain/event.h"
#include "vedette/ports/event_store.h"

namespace vedette::ports::testing {

/// A published sighting at the gate, with every field set. \param at_us  first_seen
[[nodiscard]] domain::Event sample_event(std::string id, std::int64_t at_us = 1'000'000);
/// The same with this plate, observed, normalized and resolved alike.
[[nodiscard]] domain::Event sample_sighting(std::string id, std::string_view plate,
                                            std::int64_t at_us = 1'000'000);

/// Events and queries by chance that have much to do with each other: few cameras, near plates,
/// equal times. The same seed gives the same ones.
class ChanceEvents {
public:
    explicit ChanceEvents(std::uint64_t seed) : random_{seed} {}
    [[nodiscard]] domain::Event event();
    [[nodiscard]] EventQuery query();
    /// 0 … below - 1
    [[nodiscard]] std::uint64_t number(std::uint64_t below) { return random_() % below; }

private:
    [[nodiscard]] std::string plate();
    [[nodiscard]] std::string typed(PlateMatch match);
    [[nodiscard]] bool one_in(std::uint64_t n) { return number(n) == 0; }
    std::mt19937_64 random_;
};

} // namespace vedette::ports::testing
