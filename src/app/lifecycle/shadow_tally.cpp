#include "app/lifecycle/shadow_tally.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "app/data/bounded_file.h"
#include "vedette/base/iso_time.h"
#include "vedette/domain/geometry.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kForm = 1;
constexpr const char* kFormKey = "vedette_shadow";
constexpr std::size_t kLargest_bytes = std::size_t{1} << 20U;
constexpr std::size_t kMostTallies = 16;
constexpr float kSamePlace = 0.5F; ///< overlap of two boxes

/// For each of `live` the one of `shadow` that it overlaps most, if any is left that may be it.
/// \param may_be  whether two can be the same but for their places
/// \param matched called with each pair
/// \return how many of `live` have none
template <class Thing, class BoxOf, class MayBe, class Matched>
std::uint64_t match(std::span<const Thing> live, std::span<const Thing> shadow, const BoxOf& box_of,
                    const MayBe& may_be, const Matched& matched) {
    std::vector<bool> taken(shadow.size(), false);
    std::uint64_t alone = 0;
    for (const Thing& one : live) {
        std::size_t best = shadow.size();
        float best_overlap = kSamePlace;
        for (std::size_t i = 0; i < shadow.size(); ++i) {
            const float overlap = domain::iou(box_of(one), box_of(shadow[i]));
            if (!taken[i] && may_be(one, shadow[i]) && overlap >= best_overlap) {
                best = i;
                best_overlap = overlap;
            }
        }
        if (best == shadow.size()) {
            ++alone;
            continue;
        }
        taken[best] = true;
        matched(one, shadow[best]);
    }
    return alone;
}

std::vector<domain::Detection> sure(std::span<const domain::Detection> all, float least_score) {
    std::vector<domain::Detection> out;
    for (const domain::Detection& one : all)
        if (one.score >= least_score)
            out.push_back(one);
    return out;
}

Json json_of(const Agreement& one) {
    return {{"both", one.both},
            {"only_live", one.only_live},
            {"only_shadow", one.only_shadow},
            {"different", one.different}};
}

Agreement agreement_in(const Json& json) {
    return {json.at("both").get<std::uint64_t>(), json.at("only_live").get<std::uint64_t>(),
            json.at("only_shadow").get<std::uint64_t>(), json.at("different").get<std::uint64_t>()};
}

Json json_of(const ShadowTally& tally) {
    Json examples = Json::array();
    for (const ShadowExample& one : tally.examples)
        examples.push_back({{"at", format_iso_time(one.at, SecondDigits::microseconds)},
                            {"camera", one.camera},
                            {"agreement", json_of(one.agreement)}});
    return {{"task", tally.task},
            {"live", tally.live.id},
            {"live_sha256", tally.live.sha256},
            {"shadow", tally.shadow.id},
            {"shadow_sha256", tally.shadow.sha256},
            {"since", format_iso_time(tally.since, SecondDigits::microseconds)},
            {"pictures", tally.pictures},
            {"passed_over", tally.passed_over},
            {"failures", tally.failures},
            {"agreement", json_of(tally.agreement)},
            {"examples", std::move(examples)}};
}

/// The library throws where a member is missing or of another type.
std::optional<ShadowTally> tally_in(const Json& json) {
    ShadowTally tally;
    tally.task = json.at("task").get<std::string>();
    tally.live = {tally.task, json.at("live").get<std::string>(),
                  json.at("live_sha256").get<std::string>()};
    tally.shadow = {tally.task, json.at("shadow").get<std::string>(),
                    json.at("shadow_sha256").get<std::string>()};
    const auto since = parse_iso_time(json.at("since").get<std::string>());
    if (!since || json.at("examples").size() > kMostExamples)
        return std::nullopt;
    tally.since = *since;
    tally.pictures = json.at("pictures").get<std::uint64_t>();
    tally.passed_over = json.at("passed_over").get<std::uint64_t>();
    tally.failures = json.at("failures").get<std::uint64_t>();
    tally.agreement = agreement_in(json.at("agreement"));
    for (const Json& item : json.at("examples")) {
        const auto at = parse_iso_time(item.at("at").get<std::string>());
        if (!at)
            return std::nullopt;
        tally.examples.push_back(
            {*at, item.at("camera").get<std::string>(), agreement_in(item.at("agreement"))});
    }
    return tally;
}

} // namespace

Agreement& Agreement::operator+=(const Agreement& other) noexcept {
    both += other.both;
    only_live += other.only_live;
    only_shadow += other.only_shadow;
    different += other.different;
    return *this;
}

Agreement agreement_on_things(std::span<const domain::Detection> live,
                              std::span<const domain::Detection> shadow, float least_score) {
    const auto of_live = sure(live, least_score);
    const auto of_shadow = sure(shadow, least_score);
    Agreement out;
    out.only_live = match<domain::Detection>(
        of_live, of_shadow, [](const domain::Detection& one) { return one.box; },
        [](const domain::Detection& a, const domain::Detection& b) { return a.label == b.label; },
        [&out](const domain::Detection&, const domain::Detection&) { ++out.both; });
    out.only_shadow = of_shadow.size() - out.both;
    return out;
}

Agreement agreement_on_texts(std::span<const domain::PlateRead> live,
                             std::span<const domain::PlateRead> shadow) {
    Agreement out;
    out.only_live = match<domain::PlateRead>(
        live, shadow,
        [](const domain::PlateRead& one) { return domain::bounding_box(one.corners); },
        [](const domain::PlateRead&, const domain::PlateRead&) { return true; },
        [&out](const domain::PlateRead& a, const domain::PlateRead& b) {
            ++(a.text == b.text ? out.both : out.different);
        });
    out.only_shadow = shadow.size() - out.both - out.different;
    return out;
}

void ShadowTally::add(const Agreement& one, const std::string& camera, WallTime at) {
    ++pictures;
    agreement += one;
    if (one.is_whole())
        return;
    if (examples.size() == kMostExamples)
        examples.pop_front();
    examples.push_back({at, camera, one});
}

std::string to_json(const std::vector<ShadowTally>& tallies) {
    Json all = Json::array();
    for (const ShadowTally& one : tallies)
        all.push_back(json_of(one));
    return Json{{kFormKey, kForm}, {"tallies", std::move(all)}}.dump(
               2, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

Result<std::vector<ShadowTally>> shadow_tallies_in(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    const Error damaged{ErrorCode::data_loss, "it is damaged, or of a newer Vedette: remove it, "
                                              "counting begins anew"};
    try {
        if (json.at(kFormKey).get<int>() != kForm || json.at("tallies").size() > kMostTallies)
            return damaged;
        std::vector<ShadowTally> out;
        for (const Json& item : json.at("tallies")) {
            auto one = tally_in(item);
            if (!one)
                return damaged;
            out.push_back(*std::move(one));
        }
        return out;
    } catch (const nlohmann::json::exception&) {
        return damaged;
    }
}

Result<std::vector<ShadowTally>> load_shadow_tallies(const DataFolder& folder) {
    const auto file = folder.shadow();
    std::error_code ignored; // then reading it says more
    if (!std::filesystem::exists(file, ignored) && !ignored)
        return std::vector<ShadowTally>{};
    VEDETTE_TRY(const auto text, read_bounded(file, kLargest_bytes));
    auto tallies = shadow_tallies_in(text);
    if (!tallies)
        return std::move(tallies).error().with_context(file.string());
    return tallies;
}

Status keep_shadow_tallies(const DataFolder& folder, const std::vector<ShadowTally>& tallies) {
    return replace_file(folder.shadow(), to_json(tallies));
}

std::string describe(const ShadowTally& tally) {
    const Agreement& all = tally.agreement;
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    std::string text = tally.shadow.id + " beside " + tally.live.id + " (" + tally.task +
                       "): " + number(tally.pictures) + " pictures, " + number(all.both) +
                       (tally.task == "ocr" ? " plates read alike, " : " things seen by both, ");
    if (tally.task == "ocr")
        text += number(all.different) + " differently, ";
    text += number(all.only_live) + " by the live one alone, " + number(all.only_shadow) +
            " by the shadow alone; " + number(tally.passed_over) + " pictures passed over";
    if (tally.failures > 0)
        text += ", " + number(tally.failures) + " failures";
    return text;
}

} // namespace vedette::app
