#include "app/data/held_pictures.h"

#include <string_view>
#include <system_error>

#include "vedette/analysis/case.h"
#include "vedette/storage/following_db.h"

namespace vedette::app {
namespace {

using analysis::CaseState;

bool holds(std::string_view state) {
    return state != to_string(CaseState::closed) && state != to_string(CaseState::dismissed);
}

} // namespace

Result<std::set<std::string>> pictures_of_cases(const std::filesystem::path& following) {
    std::set<std::string> keys;
    std::error_code ignored; // then there are none for us
    if (!std::filesystem::exists(following, ignored))
        return keys;
    VEDETTE_CHECK_OK(storage::for_each_case(
        following, [&keys](std::string_view state, std::string_view body) -> Status {
            if (!holds(state))
                return {};
            const auto about = analysis::case_from_json(body);
            if (!about)
                return {};
            for (const analysis::CaseSighting& sighting : about->sightings)
                for (const std::string* key :
                     {&sighting.subject_snapshot, &sighting.vehicle_snapshot})
                    if (!key->empty())
                        keys.insert(*key);
            return {};
        }));
    return keys;
}

} // namespace vedette::app
