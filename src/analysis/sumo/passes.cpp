#include "sumo/passes.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "files/csv.h"

namespace vedette::analysis {
namespace {

constexpr double kLatestS = 400 * 86'400.0;

Error bad(const std::string& what) { return Error{ErrorCode::invalid_argument, what}; }

Result<double> number(const XmlAttributes& attributes, std::string_view name) {
    const auto value = number_from(attributes[name]);
    if (!value)
        return bad("attribute '" + std::string{name} + "' " + shown(attributes[name]) +
                   " must be a number");
    return *value;
}

/// The next word of a list between blanks; empty at its end.
std::string_view next_word(std::string_view& list) {
    list = trimmed(list);
    const std::string_view word = list.substr(0, list.find(' '));
    list.remove_prefix(word.size());
    return word;
}

/// "edge_0" is lane 0 of "edge"; ":j_3_0" lies within a junction.
std::string_view edge_of_lane(std::string_view lane) {
    return lane.substr(0, std::min(lane.rfind('_'), lane.size()));
}

} // namespace

Status SumoPasses::read(std::istream& in, const std::string& name) {
    form_ = Form::none;
    in_vehicle_ = false;
    last_.assign(names_.size(), std::nullopt);
    return read_xml(in, name,
                    [this](std::string_view element_name, const XmlAttributes& attributes) {
                        return element(element_name, attributes);
                    });
}

Status SumoPasses::root(std::string_view name) {
    if (name == "fcd-export")
        form_ = Form::fcd;
    else if (name == "instantE1" || name == "detector")
        form_ = Form::loops;
    else if (name == "routes")
        form_ = Form::routes;
    else
        return bad("begins with <" + std::string{name} +
                   ">: wanted are <fcd-export>, <instantE1> or <routes> with exit times");
    return {};
}

Status SumoPasses::element(std::string_view name, const XmlAttributes& attributes) {
    switch (form_) { // no default: a new form must be decided here
    case Form::none: return root(name);
    case Form::fcd:
        if (name == "timestep")
            return time_step(attributes);
        return name == "vehicle" ? fcd_vehicle(attributes) : Status{};
    case Form::loops: return name == "instantOut" ? loop(attributes) : Status{};
    case Form::routes:
        if (name == "vehicle")
            return route_vehicle(attributes);
        return name == "route" && in_vehicle_ ? route(attributes) : Status{};
    }
    return {};
}

std::uint32_t SumoPasses::trip_of(std::string_view name) {
    const auto [at, is_new] =
        trips_.emplace(std::string{name}, static_cast<std::uint32_t>(names_.size()));
    if (is_new) {
        names_.emplace_back(name);
        last_.emplace_back();
    }
    return at->second;
}

std::uint32_t SumoPasses::edge_of(std::string_view name) {
    const auto [at, is_new] =
        edges_.emplace(std::string{name}, static_cast<std::uint32_t>(edge_names_.size()));
    if (is_new)
        edge_names_.emplace_back(name);
    return at->second;
}

Status SumoPasses::add(double at_s, std::uint32_t camera, std::uint32_t trip) {
    if (!(at_s >= 0 && at_s <= kLatestS))
        return bad("time " + shortest(at_s) + " must be from 0 to " + shortest(kLatestS) +
                   " seconds");
    if (passes_.size() >= max_passes_)
        return Error{ErrorCode::resource_exhausted, "more than " + std::to_string(max_passes_) +
                                                        " passes: give fewer cameras or less time"};
    // SUMO tells time to the hundredth of a second or coarser.
    passes_.push_back({std::llround(at_s * 1000) * 1000, camera, trip});
    return {};
}

Status SumoPasses::time_step(const XmlAttributes& attributes) {
    VEDETTE_TRY(time_s_, number(attributes, "time"));
    return {};
}

Status SumoPasses::fcd_vehicle(const XmlAttributes& attributes) {
    const std::string_view lane = attributes["lane"];
    if (attributes["id"].empty() || lane.empty())
        return bad("a vehicle has no 'id' or no 'lane': let SUMO write lanes into its FCD");
    const std::uint32_t trip = trip_of(attributes["id"]);
    VEDETTE_TRY(const double position_m, number(attributes, "pos"));
    const Last now{edge_of(edge_of_lane(lane)), position_m, time_s_};
    if (last_[trip])
        VEDETTE_CHECK_OK(crossed(*last_[trip], now, trip));
    last_[trip] = now;
    return {};
}

/// A camera of the edge that was left, or of the one that the vehicle is on now, lies between.
Status SumoPasses::crossed(const Last& last, const Last& now, std::uint32_t trip) {
    const bool same = last.edge == now.edge;
    if (const auto camera = cameras_.on_edge(edge_names_[now.edge])) {
        const double from_m = same ? last.position_m : 0;
        const double at_m = cameras_.all()[*camera].position_m;
        const bool passed = (same ? from_m < at_m : from_m <= at_m) && at_m <= now.position_m;
        const double way_m = now.position_m - from_m;
        if (passed)
            VEDETTE_CHECK_OK(
                add(now.at_s - (way_m > 0 ? (now.position_m - at_m) / way_m : 0) *
                                   (same ? now.at_s - last.at_s : (now.at_s - last.at_s) / 2),
                    *camera, trip));
    }
    if (same)
        return {};
    if (const auto camera = cameras_.on_edge(edge_names_[last.edge]))
        if (const double at_m = cameras_.all()[*camera].position_m; last.position_m < at_m)
            return add(last.at_s + (now.at_s - last.at_s) / 2, *camera, trip);
    return {};
}

Status SumoPasses::loop(const XmlAttributes& attributes) {
    if (attributes["state"] != "enter")
        return {};
    const auto camera = cameras_.named(attributes["id"]);
    if (!camera)
        return {}; // a detector that is no camera
    if (attributes["vehID"].empty())
        return bad("an entry has no 'vehID'");
    VEDETTE_TRY(const double at_s, number(attributes, "time"));
    return add(at_s, *camera, trip_of(attributes["vehID"]));
}

Status SumoPasses::route_vehicle(const XmlAttributes& attributes) {
    if (attributes["id"].empty())
        return bad("a vehicle has no 'id'");
    trip_ = trip_of(attributes["id"]);
    VEDETTE_TRY(depart_s_, number(attributes, "depart"));
    in_vehicle_ = true;
    return {};
}

Status SumoPasses::route(const XmlAttributes& attributes) {
    std::string_view exits = attributes["exitTimes"];
    std::string_view edges = attributes["edges"];
    if (exits.empty())
        return {}; // one that was replaced on the way, or no --vehroute-output.exit-times
    in_vehicle_ = false;
    double entered_s = depart_s_;
    for (std::string_view edge = next_word(edges); !edge.empty(); edge = next_word(edges)) {
        const std::string_view word = next_word(exits);
        const auto left_s = number_from(word);
        if (!left_s)
            return bad("'exitTimes' " + shown(word) + " must be one number per edge");
        if (*left_s < 0)
            return {}; // not reached
        if (const auto camera = cameras_.on_edge(edge)) {
            const SumoCamera& its = cameras_.all()[*camera];
            VEDETTE_CHECK_OK(add(entered_s + (*left_s - entered_s) * its.position_m / its.length_m,
                                 *camera, trip_));
        }
        entered_s = *left_s;
    }
    return {};
}

std::vector<SumoPass> SumoPasses::sorted() {
    std::sort(passes_.begin(), passes_.end(), [](const SumoPass& a, const SumoPass& b) {
        return std::tie(a.at_us, a.trip, a.camera) < std::tie(b.at_us, b.trip, b.camera);
    });
    return std::move(passes_);
}

} // namespace vedette::analysis
