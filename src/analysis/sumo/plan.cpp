#include "sumo/plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "files/open_file.h"

namespace vedette::analysis {
namespace {

using Json = nlohmann::json;

Error bad(const std::string& what) { return Error{ErrorCode::invalid_argument, what}; }

Result<std::string> text(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string() || found->get<std::string>().empty())
        return bad("member '" + std::string{name} + "' must be a text");
    return found->get<std::string>();
}

/// \return an empty list where the member is missing.
Result<Json> list(const Json& object, const char* name) {
    if (!object.is_object())
        return bad("subjects and followers must be objects");
    const auto found = object.find(name);
    if (found == object.end())
        return Json::array();
    if (!found->is_array())
        return bad("member '" + std::string{name} + "' must be a list");
    return *found;
}

Result<SumoFollower> follower_from(const Json& json) {
    SumoFollower follower;
    VEDETTE_TRY(const Json trips, list(json, "trips"));
    VEDETTE_TRY(follower.vehicle, text(json, "vehicle"));
    VEDETTE_TRY(follower.tactic, text(json, "tactic"));
    for (const Json& pair : trips) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string())
            return bad("'trips' must hold pairs of names: the subject's trip and the follower's");
        follower.trips.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    }
    follower.wanted_trips = static_cast<int>(follower.trips.size());
    if (const auto wanted = json.find("wanted_trips"); wanted != json.end()) {
        constexpr int kMost = 10'000;
        if (!wanted->is_number_unsigned() || wanted->get<std::uint64_t>() > kMost)
            return bad("member 'wanted_trips' must be a whole number from 0 to 10000");
        follower.wanted_trips = std::max(follower.wanted_trips, wanted->get<int>());
    }
    return follower;
}

Result<std::vector<SumoSubject>> plan_from(const Json& json) {
    std::vector<SumoSubject> out;
    VEDETTE_TRY(const Json subjects, list(json, "subjects"));
    for (const Json& one : subjects) {
        SumoSubject subject;
        VEDETTE_TRY(const Json followers, list(one, "followers"));
        VEDETTE_TRY(subject.vehicle, text(one, "vehicle"));
        for (const Json& follower : followers) {
            VEDETTE_TRY(auto its, follower_from(follower));
            subject.followers.push_back(std::move(its));
        }
        out.push_back(std::move(subject));
    }
    return out;
}

} // namespace

Result<std::vector<SumoSubject>> read_sumo_plan(const std::filesystem::path& file) {
    VEDETTE_TRY(const auto in, open_for_reading(file));
    const Json json = Json::parse(*in, nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded() || !json.is_object())
        return bad(file.string() + ": is not a JSON object");
    auto plan = plan_from(json);
    if (!plan)
        return std::move(plan).error().with_context(file.string());
    return plan;
}

} // namespace vedette::analysis
