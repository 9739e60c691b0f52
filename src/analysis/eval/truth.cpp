#include <fstream>
#include <nlohmann/json.hpp>

#include "vedette/analysis/eval_following.h"

namespace vedette::analysis {
namespace {

Error bad(const std::filesystem::path& file, const std::string& what) {
    return {
        ErrorCode::invalid_argument,
        file.string() + ": " + what +
            R"(; expected {"subjects":[{"plate":"..","followers":[{"plate":"..","trips":3}]}]})"};
}

bool has_plate(const nlohmann::json& of) {
    return of.is_object() && of.contains("plate") && of["plate"].is_string();
}

Result<FollowerTruth> read_follower(const nlohmann::json& from, const std::filesystem::path& file) {
    if (!has_plate(from))
        return bad(file, "a follower without a plate");
    FollowerTruth follower;
    follower.plate = from["plate"].get<std::string>();
    if (from.contains("trips") && from["trips"].is_number_unsigned())
        follower.trips = from["trips"].get<std::uint32_t>();
    if (from.contains("tactic") && from["tactic"].is_string())
        follower.tactic = from["tactic"].get<std::string>();
    return follower;
}

} // namespace

Result<FollowingTruth> read_following_truth(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in)
        return Error{ErrorCode::not_found, file.string() + " cannot be read"};
    const auto json = nlohmann::json::parse(in, nullptr, false);
    if (json.is_discarded() || !json.is_object() || !json.contains("subjects") ||
        !json["subjects"].is_array())
        return bad(file, "not the truth of a data set");
    FollowingTruth truth;
    if (json.contains("description") && json["description"].is_string())
        truth.description = json["description"].get<std::string>();
    for (const auto& one : json["subjects"]) {
        if (!has_plate(one))
            return bad(file, "a subject without a plate");
        SubjectTruth subject;
        subject.plate = one["plate"].get<std::string>();
        if (one.contains("cameras") && one["cameras"].is_array())
            for (const auto& camera : one["cameras"])
                if (camera.is_string())
                    subject.cameras.emplace_back(camera.get<std::string>());
        if (one.contains("followers") && one["followers"].is_array())
            for (const auto& other : one["followers"]) {
                VEDETTE_TRY(auto follower, read_follower(other, file));
                subject.followers.push_back(std::move(follower));
            }
        truth.subjects.push_back(std::move(subject));
    }
    return truth;
}

} // namespace vedette::analysis
