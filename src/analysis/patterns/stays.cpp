#include "patterns/stays.h"

#include <algorithm>
#include <utility>

namespace vedette::analysis {
namespace {

using ports::PassRow;
using std::chrono::minutes;

bool is_long_enough(std::chrono::microseconds stayed, const PatternOptions& options) {
    return stayed >= options.dwell_at_least && stayed <= options.dwell_at_most;
}

/// Two stays that overlap for as long as asked for.
struct Together {
    const Stay* own;
    const Stay* other;
    [[nodiscard]] WallTime from() const { return std::max(own->from, other->from); }
    [[nodiscard]] WallTime to() const { return std::min(own->to, other->to); }
};

/// Each of the own stays with the first that overlaps it: a count of these is one of own stays.
std::vector<Together> overlaps(const std::vector<Stay>& own, const std::vector<Stay>& others,
                               minutes at_least) {
    std::vector<Together> out;
    for (const Stay& mine : own) {
        const auto partner = std::find_if(others.begin(), others.end(), [&](const Stay& other) {
            const Together both{&mine, &other};
            return both.to() - both.from() >= at_least;
        });
        if (partner != others.end())
            out.push_back({&mine, &*partner});
    }
    return out;
}

using StaysByPlate = std::map<std::string, std::vector<Stay>>;

std::string in_words(const std::string& place, const std::string& other, std::size_t together,
                     std::size_t own, std::size_t others) {
    const auto number = [](std::size_t count, const char* one, const char* many) {
        return counted(static_cast<std::int64_t>(count), one, many);
    };
    return "at " + place + " together with " + other + " on " + std::to_string(together) + " of " +
           number(own, "stay", "stays") + "; " + other + " stayed there " +
           number(others, "time", "times");
}

std::vector<Pattern> partners(const domain::CameraId& camera, const std::string& place,
                              const std::vector<Stay>& own, const StaysByPlate& others,
                              const PatternOptions& options) {
    std::vector<std::pair<std::size_t, Pattern>> ranked;
    for (const auto& [plate, stays] : others) {
        const auto together = overlaps(own, stays, options.together_at_least);
        if (together.size() < static_cast<std::size_t>(options.together_times))
            continue;
        Pattern found{PatternKind::co_parking,
                      camera,
                      together.front().from(),
                      together.back().to(),
                      {},
                      in_words(place, plate, together.size(), own.size(), stays.size()),
                      plate};
        for (const Together& both : together)
            for (const Stay* stay : {both.own, both.other})
                found.passes.insert(found.passes.end(), stay->events.begin(), stay->events.end());
        ranked.emplace_back(together.size(), std::move(found));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Pattern> out;
    for (auto& [together, found] : ranked)
        if (out.size() < options.most_partners)
            out.push_back(std::move(found));
    return out;
}

} // namespace

std::string counted(std::int64_t number, const char* one, const char* many) {
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string time_in_words(std::chrono::microseconds time) {
    const std::int64_t all = std::chrono::duration_cast<minutes>(time).count();
    if (all < 60)
        return counted(all, "minute", "minutes");
    const std::string hours = counted(all / 60, "hour", "hours");
    return all % 60 == 0 ? hours : hours + " " + counted(all % 60, "minute", "minutes");
}

PassesByCamera without_repeats(const std::vector<PassRow>& passes, minutes repeats) {
    PassesByCamera cameras;
    for (const PassRow& pass : passes) {
        auto& here = cameras[pass.camera];
        if (here.empty() || pass.at - here.back().at > repeats)
            here.push_back(pass);
    }
    return cameras;
}

std::vector<Stay> stays_at_site(const Site& site, const PassesByCamera& cameras,
                                const PatternOptions& options) {
    std::vector<Stay> stays;
    const auto in = cameras.find(site.in);
    const auto out = cameras.find(site.out);
    if (in == cameras.end() || out == cameras.end())
        return stays;
    for (std::size_t i = 0; i < in->second.size(); ++i) {
        const PassRow& came = in->second[i];
        const auto left = std::find_if(out->second.begin(), out->second.end(),
                                       [&](const PassRow& pass) { return pass.at > came.at; });
        if (left == out->second.end())
            return stays;
        const bool again_in = i + 1 < in->second.size() && in->second[i + 1].at < left->at;
        if (!again_in && is_long_enough(left->at - came.at, options))
            stays.push_back({came.at, left->at, {came.event, left->event}});
    }
    return stays;
}

Result<std::map<domain::CameraId, std::vector<Stay>>>
standing_stays(const ports::PassIndex& index, const std::vector<PassRow>& passes,
               const PatternOptions& options) {
    VEDETTE_TRY(const auto rows, index.stays_among(passes));
    std::map<domain::CameraId, std::vector<Stay>> out;
    for (const ports::StayRow& row : rows)
        if (is_long_enough(row.to - row.pass.at, options))
            out[row.pass.camera].push_back({row.pass.at, row.to, {row.pass.event}});
    return out;
}

Result<CoParking> co_parking_at_site(const ports::PassIndex& index, std::string_view plate,
                                     const Site& site, const std::vector<Stay>& own,
                                     const ports::TimeSpan& span, const PatternOptions& options) {
    std::map<std::string, std::vector<PassRow>> passes;
    CoParking out;
    for (const domain::CameraId& camera : {site.in, site.out}) {
        VEDETTE_TRY(const auto here, index.passes_at(camera, span, options.most_passes));
        out.complete = out.complete && here.complete;
        for (const PassRow& pass : here.rows)
            if (pass.plate != plate)
                passes[pass.plate].push_back(pass);
        if (site.in == site.out)
            break;
    }
    StaysByPlate others;
    for (const auto& [other, rows] : passes) {
        auto stays = stays_at_site(site, without_repeats(rows, options.repeats), options);
        if (!stays.empty())
            others.emplace(other, std::move(stays));
    }
    out.found = partners(site.in, site.name, own, others, options);
    return out;
}

Result<CoParking> co_parking_at_camera(const ports::PassIndex& index, std::string_view plate,
                                       const domain::CameraId& camera, const std::vector<Stay>& own,
                                       const ports::TimeSpan& span, const PatternOptions& options) {
    VEDETTE_TRY(auto here, index.passes_at(camera, span, options.most_passes));
    std::erase_if(here.rows, [&](const PassRow& pass) { return pass.plate == plate; });
    VEDETTE_TRY(const auto rows, index.stays_among(here.rows));
    StaysByPlate others;
    for (const ports::StayRow& row : rows)
        if (is_long_enough(row.to - row.pass.at, options))
            others[row.pass.plate].push_back({row.pass.at, row.to, {row.pass.event}});
    return CoParking{partners(camera, camera.value(), own, others, options), here.complete};
}

} // namespace vedette::analysis
