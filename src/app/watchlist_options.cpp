#include "app/watchlist_options.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "vedette/config/option_set.h"

namespace vedette::app {
namespace {

using analysis::WatchHours;
using analysis::WatchKind;
using analysis::WatchList;
using analysis::WatchRule;
using std::chrono::minutes;

struct HoursOptions {
    std::vector<std::chrono::weekday> days;
    std::string hours = "00:00-24:00";
    std::string time_zone = "UTC";
};

struct ListOptions {
    WatchKind kind = WatchKind::watch;
    WatchRule match = WatchRule::exact;
    std::vector<std::string> plates;
    std::vector<std::string> cameras;
    std::vector<HoursOptions> schedule;
    std::string note;
};

config::OptionSet<HoursOptions> hours_option_set() {
    return config::OptionSet<HoursOptions>{"Hours of a week."}
        .field(
            "days", &HoursOptions::days, "On which the hours begin; empty: all",
            config::list_of(config::choice<std::chrono::weekday>({{"mon", std::chrono::Monday},
                                                                  {"tue", std::chrono::Tuesday},
                                                                  {"wed", std::chrono::Wednesday},
                                                                  {"thu", std::chrono::Thursday},
                                                                  {"fri", std::chrono::Friday},
                                                                  {"sat", std::chrono::Saturday},
                                                                  {"sun", std::chrono::Sunday}}),
                            {.max = 7}))
        .field("hours", &HoursOptions::hours,
               "From and to, such as 08:00-17:30; 22:00-06:00 ends on the next day")
        .field("time_zone", &HoursOptions::time_zone, "Whose clocks: Europe/Berlin, UTC or +02:00");
}

config::OptionSet<ListOptions> list_option_set() {
    return config::OptionSet<ListOptions>{"Plates that mean something."}
        .field("kind", &ListOptions::kind,
               "known: one of ours, its sightings are marked; watch: somebody wants to know; "
               "ignore: nobody does, and other lists are silent about what is not nearer to them",
               config::choice<WatchKind>({{"known", WatchKind::known},
                                          {"watch", WatchKind::watch},
                                          {"ignore", WatchKind::ignore}}))
        .field("match", &ListOptions::match,
               "exact: the same signs, the only one that may drive what acts on the world; strict: "
               "also look-alikes (0 and O, …) of a sure read; balanced: also one edit; broad: two",
               config::choice<WatchRule>({{"exact", WatchRule::exact},
                                          {"strict", WatchRule::strict},
                                          {"balanced", WatchRule::balanced},
                                          {"broad", WatchRule::broad}}))
        .field("plates", &ListOptions::plates,
               "? is any one character, * any number of them; separators and case do not matter",
               {.max = static_cast<double>(analysis::WatchIndex::kMostPlates)})
        .field("cameras", &ListOptions::cameras, "At which it counts; empty: at all")
        .field("schedule", &ListOptions::schedule, "When it counts; empty: always",
               config::list_of(hours_option_set().codec(), {.max = 100}))
        .field("note", &ListOptions::note, "For people: stands in every match", {.max = 1000});
}

/// "08:00", up to "24:00"
std::optional<minutes> clock_time(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
        return std::nullopt;
    const minutes time{((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 +
                       text[4] - '0'};
    if (text[3] > '5' || time > std::chrono::hours{24})
        return std::nullopt;
    return time;
}

bool read_clock(std::string_view text, WatchHours& hours) {
    const auto dash = text.find('-');
    const auto from = clock_time(text.substr(0, dash));
    const auto to =
        dash == std::string_view::npos ? std::nullopt : clock_time(text.substr(dash + 1));
    if (!from || !to || *from == *to || *from == std::chrono::hours{24})
        return false;
    hours.from = *from;
    hours.to = *to;
    return true;
}

WatchHours read_hours(const HoursOptions& options, const config::Node& node,
                      config::Problems& problems) {
    WatchHours hours;
    hours.days = options.days;
    if (!read_clock(options.hours, hours))
        problems.add(node["hours"].invalid(
            "must be two different times of the day such as 08:00-17:30, is " +
            node["hours"].quoted()));
    if (auto zone = analysis::TimeZone::find(options.time_zone))
        hours.zone = *std::move(zone);
    else
        problems.add(node["time_zone"].invalid(zone.error().message()));
    return hours;
}

void check_plates(const WatchList& list, const config::Node& node, config::Problems& problems) {
    const auto plates = node.items();
    for (std::size_t i = 0; i < std::min(plates.size(), list.plates.size()); ++i)
        if (const Status fine = analysis::WatchIndex::check_plate(list.plates[i], list.rule); !fine)
            problems.add(plates[i].invalid(fine.error().message()));
}

WatchList read_list(const std::string& name, const config::Node& node, config::Problems& problems) {
    ListOptions options = list_option_set().read({node}, problems);
    WatchList list{.name = name,
                   .kind = options.kind,
                   .rule = options.match,
                   .plates = std::move(options.plates),
                   .cameras = {},
                   .schedule = {},
                   .note = std::move(options.note)};
    for (std::string& camera : options.cameras)
        list.cameras.emplace_back(std::move(camera));
    const auto hours = node["schedule"].items();
    for (std::size_t i = 0; i < std::min(hours.size(), options.schedule.size()); ++i)
        list.schedule.push_back(read_hours(options.schedule[i], hours[i], problems));
    check_plates(list, node["plates"], problems);
    return list;
}

} // namespace

config::Schema watch_lists_schema() { return config::named(list_option_set().codec()).schema({}); }

std::vector<WatchList> read_watch_lists(const config::Node& root, config::Problems& problems) {
    std::vector<WatchList> lists;
    for (const auto& member : root["watchlists"].members())
        lists.push_back(read_list(member.key, member.value, problems));
    std::sort(lists.begin(), lists.end(),
              [](const WatchList& a, const WatchList& b) { return a.name < b.name; });
    if (problems.empty()) // what is wrong with all of them together: too many
        if (const auto index = analysis::WatchIndex::make(lists); !index)
            problems.add(root["watchlists"].invalid(index.error().message()));
    return lists;
}

Result<analysis::WatchIndex> watch_index(const config::Node& root) {
    config::Problems problems;
    auto lists = read_watch_lists(root, problems);
    if (!problems.empty())
        return problems.summary();
    return analysis::WatchIndex::make(std::move(lists));
}

} // namespace vedette::app
