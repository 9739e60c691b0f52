#include "app/commands/eval_gate/comparison.h"

#include <algorithm>
#include <set>

#include "vedette/domain/detection.h"

namespace vedette::app {
namespace {

constexpr std::chrono::milliseconds kAround{500};

struct Pair {
    std::chrono::microseconds overlap;
    std::size_t other;
    std::size_t own;
};

bool are_alike(const domain::Event& a, const domain::Event& b) {
    return a.label == b.label || (domain::is_vehicle(a.label) && domain::is_vehicle(b.label));
}

std::vector<Pair> possible_pairs(const std::vector<domain::Event>& other,
                                 const std::vector<domain::Event>& own) {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < other.size(); ++i)
        for (std::size_t j = 0; j < own.size(); ++j) {
            const auto overlap = std::min(other[i].last_seen, own[j].last_seen) -
                                 std::max(other[i].first_seen, own[j].first_seen) + 2 * kAround;
            if (overlap.count() > 0 && are_alike(other[i], own[j]))
                pairs.push_back({overlap, i, j});
        }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair& a, const Pair& b) { return a.overlap > b.overlap; });
    return pairs;
}

std::set<std::string> plates_in(const std::vector<domain::Event>& events) {
    std::set<std::string> texts;
    for (const domain::Event& event : events)
        if (event.verdict == domain::Verdict::published && event.plate)
            texts.insert(event.plate->resolved);
    return texts;
}

} // namespace

GateLoss loss_against(const std::vector<domain::Event>& other,
                      const std::vector<domain::Event>& own) {
    std::vector<bool> found(other.size());
    std::vector<bool> used(own.size());
    GateLoss loss{.of = other.size()};
    for (const Pair& pair : possible_pairs(other, own)) {
        if (found[pair.other] || used[pair.own])
            continue;
        found[pair.other] = used[pair.own] = true;
        loss.delays_s.push_back(
            std::chrono::duration<double>(own[pair.own].first_seen - other[pair.other].first_seen)
                .count());
    }
    for (std::size_t i = 0; i < other.size(); ++i)
        if (!found[i])
            loss.missed_ones.push_back(other[i]);
    loss.missed = loss.missed_ones.size();
    loss.extra = static_cast<std::size_t>(std::count(used.begin(), used.end(), false));
    const std::set<std::string> plates = plates_in(own);
    for (const std::string& text : plates_in(other)) {
        ++loss.plates_of;
        loss.plates_missed += plates.contains(text) ? 0 : 1;
    }
    return loss;
}

} // namespace vedette::app
