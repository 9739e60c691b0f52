#include "track/label_vote.h"

#include <algorithm>

#include "vedette/domain/detection.h"

namespace vedette::vision {

std::string_view kind_of(const std::string& label) noexcept {
    return domain::is_vehicle(label) ? std::string_view{"vehicle"} : std::string_view{label};
}

LabelVote::LabelVote(const std::string& label, float score) : entries_{{label, score}} {}

void LabelVote::add(const std::string& label, float score) {
    auto entry = std::find_if(entries_.begin(), entries_.end(),
                              [&](const Entry& known) { return known.label == label; });
    if (entry == entries_.end())
        entry = entries_.insert(entry, {label, 0});
    entry->score += score;
    while (entry != entries_.begin() && std::prev(entry)->score < entry->score) {
        std::iter_swap(entry, std::prev(entry));
        --entry;
    }
}

} // namespace vedette::vision
