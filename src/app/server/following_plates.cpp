#include "app/server/following_plates.h"

#include <utility>
#include <vector>

#include "vedette/domain/plate_text.h"

namespace vedette::app {
namespace {

analysis::WatchList only(const analysis::WatchList& list, bool with_wildcards) {
    analysis::WatchList out = list;
    std::erase_if(out.plates, [&](const std::string& plate) {
        return (plate.find_first_of("?*") != std::string::npos) != with_wildcards;
    });
    return out;
}

domain::PlateText text_of(const std::string& plate) {
    domain::PlateText text;
    text.observed = text.normalized = text.resolved = plate;
    text.confidence = 1;
    return text;
}

bool matches(const analysis::WatchIndex& lists, const std::string& plate) {
    return lists.plates() > 0 && !lists.match(text_of(plate), {}, {}).empty();
}

} // namespace

Result<FollowingPlates> FollowingPlates::make(const FollowingSettings& settings) {
    FollowingPlates plates;
    std::vector<analysis::WatchList> patterns;
    for (const analysis::WatchList& list : settings.subjects) {
        for (const std::string& plate : only(list, false).plates)
            plates.known_.insert(domain::normalize_plate(plate));
        patterns.push_back(only(list, true));
        patterns.back().rule = analysis::WatchRule::exact;
    }
    for (const analysis::WatchList& list : settings.persons) {
        auto& own = plates.persons_[person_subject(list.name)];
        for (const std::string& plate : list.plates)
            own.push_back(domain::normalize_plate(plate));
    }
    for (const MobileNode& node : settings.mobiles)
        plates.mobiles_.insert(node.subject());
    VEDETTE_TRY(plates.patterns_, analysis::WatchIndex::make(std::move(patterns)));
    VEDETTE_TRY(plates.ignored_, analysis::WatchIndex::make(settings.ignore));
    return plates;
}

bool FollowingPlates::is_subject(const std::string& subject) const {
    return known_.contains(subject) || persons_.contains(subject) || mobiles_.contains(subject) ||
           matches(patterns_, subject);
}

bool FollowingPlates::is_ignored(const std::string& plate) const {
    return matches(ignored_, plate);
}

} // namespace vedette::app
