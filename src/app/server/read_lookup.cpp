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
    if (plate.starts_with(analysis::kMobileSubject))
        return std::nullopt; // it was there, and nothing read it
    const bool any_camera = analysis::cell_middle(camera.value()).has_value(); // that was there
    // It was read as something else, or as one of several.
    const bool any_plate = merged || plate.starts_with(analysis::kPersonSubject);
    ports::EventQuery query;
    if (!any_camera)
        query.cameras = {camera};
    if (!any_plate)
        query.plate = std::string{plate};
    const std::chrono::microseconds longest =
        any_plate ? std::chrono::microseconds{kLongestOfAny} : kLongestOfPlate;
    query.from = at - longest;
    query.to = at + std::chrono::microseconds{1};
    query.limit = 500;
    for (int page_number = 0; page_number < kMostPages; ++page_number) {
        const auto page = sightings.search(query);
        if (!page)
            return std::nullopt; // a case without a picture is worth more than none
        const auto is_it = [at](const auto& one) {
            return one.event.best_seen == at && one.event.plate;
        };
        const auto found = std::find_if(page->events.begin(), page->events.end(), is_it);
        if (found != page->events.end() && any_camera && any_plate &&
            std::any_of(found + 1, page->events.end(), is_it))
            return std::nullopt; // nobody knows which of them; no picture is better than another's
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
