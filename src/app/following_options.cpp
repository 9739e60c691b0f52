#include "app/following_options.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "app/server/retention_options.h"
#include "app/watchlist_options.h"
#include "vedette/config/option_set.h"
#include "vedette/domain/plate_text.h"
#include "vedette/net/url.h"
#include "vedette/pipeline/option_sets.h"

namespace vedette::app {
namespace {

using std::chrono::seconds;

constexpr std::size_t kLongestName = 48; ///< of what is a subject and no plate

struct SimpleChoices {
    bool enabled = false;
    seconds window_size{30 * 60};
    std::uint32_t min_detections = 5;
};

struct MobileChoices {
    MobileNode::Source source = MobileNode::Source::gpsd;
    std::string address = "127.0.0.1:2947";
    std::string path;
    int baud = 9'600;
};

struct FollowingChoices {
    bool enabled = false;
    std::vector<std::string> subjects;
    std::vector<std::string> persons;
    std::map<std::string, MobileChoices> mobile;
    seconds window = std::chrono::days{30};
    seconds session_gap{30 * 60};
    std::uint32_t min_detections = 5;
    std::uint32_t min_distinct_places = 3;
    std::uint32_t min_sessions = 2;
    std::chrono::milliseconds max_lag{120'000};
    double alert_llr = 6;
    std::vector<std::string> ignore;
    std::chrono::milliseconds reorder{10'000};
    int utc_offset = 0;
    SimpleChoices simple_rule;
};

struct LocationChoices {
    double lat = 0;
    double lon = 0;
    double bearing = -1; ///< not said
    std::chrono::milliseconds clock_error{0};
};

config::OptionSet<SimpleChoices> simple_option_set() {
    using C = SimpleChoices;
    return config::OptionSet<C>{
        "Beside the cases: an event following.together when a vehicle was read together with a "
        "subject so often within so long. It asks for no reason, and a busy road is enough."}
        .field("enabled", &C::enabled, "Count, too")
        .field("window_size", &C::window_size, "How long back it counts",
               {.min = 60, .max = 86'400})
        .field("min_detections", &C::min_detections,
               "Reads together; those of one queue at one camera are one", {.min = 2, .max = 1000});
}

config::OptionSet<MobileChoices> mobile_option_set() {
    using C = MobileChoices;
    return config::OptionSet<C>{
        "A car that carries cameras, and is followed itself. Its cameras name it: `mobile: NAME` "
        "instead of a `location`."}
        .field("source", &C::source,
               "Who says where it is: gpsd, a device or file with NMEA 0183 (RMC and GGA), or "
               "whoever calls POST /api/v1/following/mobiles/NAME/track",
               config::choice<MobileNode::Source>({{"gpsd", MobileNode::Source::gpsd},
                                                   {"nmea", MobileNode::Source::nmea},
                                                   {"api", MobileNode::Source::api}}))
        .field("address", &C::address, "gpsd: host and port")
        .field("path", &C::path, "nmea: the device, such as /dev/ttyUSB0, or a file that grows")
        .field("baud", &C::baud, "nmea: bits per second of a serial device",
               {.min = 1'200, .max = 921'600});
}

config::OptionSet<FollowingChoices> following_option_set() {
    using C = FollowingChoices;
    constexpr double kYear = 400.0 * 86'400;
    return config::OptionSet<C>{
        "Who keeps turning up behind whom, in `vedette run`. Needs a `location` for every camera "
        "that reads plates. What it finds becomes a case, and the events following.opened, "
        "following.updated and following.closed."}
        .field("enabled", &C::enabled, "Look for it")
        .field("subjects", &C::subjects,
               "Names of watch lists: who may be followed. A plate with wildcards is a subject "
               "from its first sighting on")
        .field("persons", &C::persons,
               "Names of watch lists, each with the plates of one person: one subject, whichever "
               "of the cars is driven. Wildcards are not allowed")
        .field("mobile", &C::mobile, "Cars that carry cameras, by your own names: subjects, too",
               config::named(mobile_option_set().codec(), {.max = 1'000}))
        .field("window", &C::window,
               "How long reads are remembered, as evidence and as habit; a case that gets nothing "
               "new for so long is closed. At most `privacy.retain.plates`",
               {.min = 3600, .max = kYear})
        .field("session_gap", &C::session_gap, "Silence of a subject that ends its journey",
               {.min = 60, .max = 86'400})
        .field("min_detections", &C::min_detections, "Reads together that a case needs",
               {.min = 1, .max = 10'000})
        .field("min_distinct_places", &C::min_distinct_places,
               "Places that a case needs; cameras within 150 m are one", {.min = 1, .max = 10'000})
        .field("min_sessions", &C::min_sessions, "Journeys that a case needs",
               {.min = 1, .max = 10'000})
        .field("max_lag", &C::max_lag, "Reads at one camera further apart are not together",
               {.min = 1, .max = 3600})
        .field("alert_llr", &C::alert_llr,
               "Evidence that a case needs: natural logarithm of a likelihood ratio",
               {.min = 0, .max = 1000})
        .field("ignore", &C::ignore, "Names of watch lists: who may always be there")
        .field("reorder", &C::reorder,
               "How long a read waits for earlier ones of other cameras at most. Later ones are "
               "left out and counted",
               {.min = 0, .max = 600})
        .field("utc_offset", &C::utc_offset,
               "Minutes that local time is ahead of UTC, for habits by hour and day",
               {.min = -1439, .max = 1439})
        .section("simple_rule", &C::simple_rule, "Counting, as a rule of its own",
                 simple_option_set());
}

config::OptionSet<LocationChoices> location_option_set() {
    using C = LocationChoices;
    return config::OptionSet<C>{"Where a camera stands."}
        .field("lat", &C::lat, "Degrees north", {.min = -90, .max = 90})
        .field("lon", &C::lon, "Degrees east", {.min = -180, .max = 180})
        .field("bearing", &C::bearing, "Degrees clockwise from north that it looks to",
               {.min = 0, .max = 360})
        .field("clock_error", &C::clock_error,
               "How far its times may be off from those of the others, one standard deviation",
               {.min = 0, .max = 3600})
        .require("lat")
        .require("lon");
}

bool is_enabled(const config::Node& camera) {
    return camera.bool_or("enabled", true).value_or(true);
}

/// The lists with these names, for their plates alone.
std::vector<analysis::WatchList> chosen(const std::vector<analysis::WatchList>& lists,
                                        const std::vector<std::string>& names) {
    std::vector<analysis::WatchList> out;
    for (analysis::WatchList list : lists) {
        if (std::find(names.begin(), names.end(), list.name) == names.end())
            continue;
        list.cameras.clear();
        list.schedule.clear();
        out.push_back(std::move(list));
    }
    return out;
}

/// Those of cameras that are on. Cameras nearer than that to an earlier one are one place with it,
/// as in the analysis.
std::size_t distinct(const config::Node& cameras, std::vector<analysis::Place> places,
                     double same_place_m) {
    std::erase_if(places, [&](const analysis::Place& place) {
        return !is_enabled(cameras[place.camera.value()]);
    });
    std::size_t count = 0;
    for (std::size_t i = 0; i < places.size(); ++i)
        count +=
            std::none_of(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(i),
                         [&](const analysis::Place& earlier) {
                             return analysis::distance_m(earlier.at, places[i].at) < same_place_m;
                         })
                ? 1
                : 0;
    return count;
}

analysis::FollowingStreamOptions stream_options(const FollowingChoices& choices) {
    analysis::FollowingStreamOptions options;
    analysis::FollowingOptions& following = options.following;
    following.score.max_lag = choices.max_lag;
    following.horizon = std::chrono::ceil<std::chrono::hours>(choices.window);
    following.session_gap = choices.session_gap;
    following.utc_offset = std::chrono::minutes{choices.utc_offset};
    following.alert_llr = choices.alert_llr;
    following.min_sessions = choices.min_sessions;
    following.min_distinct_places = choices.min_distinct_places;
    following.min_detections = choices.min_detections;
    options.reorder = choices.reorder;
    options.simple.enabled = choices.simple_rule.enabled;
    options.simple.window_size = choices.simple_rule.window_size;
    options.simple.min_detections = choices.simple_rule.min_detections;
    return options;
}

/// A person's plates are known, and nobody else's.
void check_persons(const config::Node& own, const FollowingSettings& settings,
                   config::Problems& problems) {
    std::map<std::string, std::string> whose;
    for (const analysis::WatchList& list : settings.persons) {
        if (list.name.size() > kLongestName)
            problems.add(
                own.invalid("persons", "name '" + list.name + "', which has more than 48 bytes"));
        if (list.plates.empty())
            problems.add(own.invalid("persons", "name '" + list.name + "', which has no plates"));
        for (const std::string& written : list.plates) {
            const std::string plate = domain::normalize_plate(written);
            if (written.find_first_of("?*") != std::string::npos)
                problems.add(own.invalid("persons", "name '" + list.name + "', where " + written +
                                                        " has a wildcard: write the plates of the "
                                                        "person out"));
            else if (const auto [known, is_new] = whose.emplace(plate, list.name);
                     !is_new && known->second != list.name)
                problems.add(own.invalid("persons", "give " + plate + " to both '" + known->second +
                                                        "' and '" + list.name +
                                                        "': it can be one person's only"));
        }
    }
}

void check_mobiles(const config::Node& root, const FollowingSettings& settings,
                   config::Problems& problems) {
    for (const MobileNode& node : settings.mobiles) {
        const config::Node own = root["following"]["mobile"][node.name];
        if (node.name.size() > kLongestName)
            problems.add(own.invalid("has a name of more than 48 bytes"));
        if (node.cameras.empty())
            problems.add(own.invalid("has no camera: write mobile: " + node.name +
                                     " at the cameras that it carries"));
        if (node.source == MobileNode::Source::gpsd && node.port == 0)
            problems.add(own["address"].invalid("must be host and port, such as 127.0.0.1:2947"));
        if (node.source == MobileNode::Source::nmea && node.path.empty())
            problems.add(own.invalid("path", "is missing: write the device or the file with NMEA"));
    }
    for (const auto& camera : root["cameras"].members())
        if (camera.value["mobile"].present() && camera.value["location"].present())
            problems.add(camera.value["location"].invalid(
                "can't be said of a camera with `mobile`: it stands nowhere"));
}

/// What following needs that stands in other sections.
void check_needs(const config::Node& root, const FollowingChoices& choices,
                 const FollowingSettings& settings, config::Problems& problems) {
    const config::Node own = root["following"];
    if (settings.persons.empty() && settings.mobiles.empty() &&
        std::all_of(settings.subjects.begin(), settings.subjects.end(),
                    [](const auto& list) { return list.plates.empty(); }))
        problems.add(own.invalid("subjects", "name nobody: write the names of watch lists with "
                                             "the plates that may be followed"));
    std::size_t plates = 0;
    for (const analysis::WatchList& list : settings.subjects)
        plates += list.plates.size();
    const std::size_t all = plates + settings.persons.size() + settings.mobiles.size();
    if (const std::size_t most = settings.stream.following.max_subjects; all > most)
        problems.add(own.invalid("subjects", "have " + std::to_string(plates) +
                                                 " plates: with `persons` and `mobile` " +
                                                 std::to_string(all) + ", no more than " +
                                                 std::to_string(most) + " can be followed"));
    check_persons(own, settings, problems);
    check_mobiles(root, settings, problems);
    for (const auto& camera : root["cameras"].members())
        if (is_enabled(camera.value) && !camera.value["location"].present() &&
            !camera.value["mobile"].present() &&
            pipeline::read_camera_options(root, camera.key, problems).lpr.enabled)
            problems.add(camera.value.invalid(
                "has no place, and `following` needs one for every camera that reads plates: write "
                "location: { lat: …, lon: … }, mobile: NAME if a car carries it, or lpr: { "
                "enabled: false }"));
    const std::size_t places =
        distinct(root["cameras"], settings.places, settings.stream.following.same_place_m);
    if (settings.mobiles.empty() && places < choices.min_distinct_places)
        problems.add(own.invalid("min_distinct_places",
                                 "is " + std::to_string(choices.min_distinct_places) +
                                     ", but the enabled cameras stand at " +
                                     std::to_string(places) +
                                     " (those within 150 m are one): nothing could ever be found"));
    if (settings.stream.following.horizon > settings.keep_ended)
        problems.add(own.invalid("window", "remembers plates longer than `privacy.retain.plates` "
                                           "allows: make it shorter, or that longer"));
}

/// "host:port", "[::1]:2947"; the port is 0 for anything else.
std::pair<std::string, std::uint16_t> host_and_port(const std::string& address) {
    const auto url = net::parse_url("tcp://" + address);
    if (!url || url->user || !url->target.empty() || url->host.empty())
        return {};
    return {url->host, url->port};
}

/// Those of the configuration with the cameras that name them; also cameras that are off, as what
/// they read before is remembered.
std::vector<MobileNode> read_mobiles(const config::Node& root,
                                     const std::map<std::string, MobileChoices>& choices) {
    std::vector<MobileNode> nodes;
    for (const auto& [name, choice] : choices) {
        MobileNode node;
        node.name = name;
        node.source = choice.source;
        std::tie(node.host, node.port) = host_and_port(choice.address);
        node.path = choice.path;
        node.baud = choice.baud;
        for (const auto& camera : root["cameras"].members())
            if (camera.value["mobile"].present() &&
                camera.value["mobile"].as_string().value_or("") == name)
                node.cameras.emplace_back(camera.key);
        std::sort(node.cameras.begin(), node.cameras.end());
        nodes.push_back(std::move(node));
    }
    return nodes;
}

std::optional<analysis::Place> read_place(const std::string& camera, const config::Node& location,
                                          config::Problems& problems) {
    if (!location.present())
        return std::nullopt;
    const auto choices = location_option_set().read({location}, problems);
    analysis::Place place{.camera = domain::CameraId{camera},
                          .at = {choices.lat, choices.lon},
                          .bearing_deg = {},
                          .clock_error = choices.clock_error};
    if (choices.bearing >= 0)
        place.bearing_deg = choices.bearing;
    return place;
}

} // namespace

config::Schema mobile_schema() { return config::codec<std::string>().schema({}); }

std::string person_subject(const std::string& list) {
    return std::string{analysis::kPersonSubject} + list;
}

config::Schema following_schema() { return following_option_set().schema(); }

config::Schema location_schema() {
    config::Schema schema = location_option_set().schema();
    schema.find("bearing")->default_text.clear(); // not said
    return schema;
}

std::vector<analysis::Place> read_camera_places(const config::Node& root,
                                                config::Problems& problems) {
    std::vector<analysis::Place> places;
    for (const auto& camera : root["cameras"].members())
        if (auto place = read_place(camera.key, camera.value["location"], problems))
            places.push_back(*std::move(place));
    std::sort(places.begin(), places.end(),
              [](const auto& a, const auto& b) { return a.camera < b.camera; });
    return places;
}

FollowingSettings read_following(const config::Node& root, config::Problems& problems) {
    const std::size_t before = problems.size();
    const auto choices = following_option_set().read({root["following"]}, problems);
    FollowingSettings settings{.enabled = choices.enabled,
                               .stream = stream_options(choices),
                               .places = read_camera_places(root, problems),
                               .subjects = {},
                               .persons = {},
                               .mobiles = read_mobiles(root, choices.mobile),
                               .carried = {},
                               .ignore = {}};
    if (!choices.enabled || problems.size() != before)
        return settings;
    const auto lists = read_watch_lists(root, problems);
    settings.subjects = chosen(lists, choices.subjects);
    settings.persons = chosen(lists, choices.persons);
    settings.ignore = chosen(lists, choices.ignore);
    settings.keep_ended =
        privacy_retain_option_set().read({root["privacy"]["retain"]}, problems).plates;
    check_needs(root, choices, settings, problems);
    if (problems.size() == before)
        if (const Status fine = analysis::check(settings.stream); !fine)
            problems.add(root["following"].invalid(fine.error().message()));
    return settings;
}

} // namespace vedette::app
