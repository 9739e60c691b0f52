#include "app/server/read_lookup.h"

#include <algorithm>
#include <optional>
#include <string>

namespace vedette::app {
namespace {

using analysis::CaseVersions;
using analysis::ReadDetails;

/// Something may have stood there so long before it was seen best.
constexpr std::chrono::hours kLongestOfPlate{24};
constexpr std::chrono::minutes kLongestOfAny{10};
constexpr int kMostPages = 4;

ReadDetails details_of(const domain::Event& event) {
    ReadDetails details{event.id, event.snapshot, {}};
    for (const domain::ModelUse& model : event.models)
        if (model.task == "plate" || model.task == "ocr")
            details.models.push_back({model.task, model.id});
    return details;
}

std::optional<ReadDetails> find_read(const ports::EventStore& sightings,
                                     const domain::CameraId& camera, WallTime at,
                                     std::string_view plate, bool merged) {
    ports::EventQuery query;
    query.cameras = {camera};
    if (!merged) // else it was read as something else
        query.plate = std::string{plate};
    const std::chrono::microseconds longest =
        merged ? std::chrono::microseconds{kLongestOfAny} : kLongestOfPlate;
    query.from = at - longest;
    query.to = at + std::chrono::microseconds{1};
    query.limit = 500;
    for (int page_number = 0; page_number < kMostPages; ++page_number) {
        const auto page = sightings.search(query);
        if (!page)
            return std::nullopt; // a case without a picture is worth more than none
        const auto found =
            std::find_if(page->events.begin(), page->events.end(), [&](const auto& one) {
                return one.event.best_seen == at && one.event.plate;
            });
        if (found != page->events.end())
            return details_of(found->event);
        if (page->next.empty())
            return std::nullopt;
        query.cursor = page->next;
    }
    return std::nullopt;
}

} // namespace

analysis::ReadLookup look_up_reads(const ports::EventStore& sightings) {
    return [&sightings](const domain::CameraId& camera, WallTime at, std::string_view plate,
                        bool merged) { return find_read(sightings, camera, at, plate, merged); };
}

} // namespace vedette::app
