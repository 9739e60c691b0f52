#include "app/following_options.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/server/retention_options.h"
#include "app/watchlist_options.h"
#include "vedette/config/option_set.h"
#include "vedette/pipeline/option_sets.h"

namespace vedette::app {
namespace {

using std::chrono::seconds;

struct SimpleChoices {
    bool enabled = false;
    seconds window_size{30 * 60};
    std::uint32_t min_detections = 5;
};

struct FollowingChoices {
    bool enabled = false;
    std::vector<std::string> subjects;
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
               "How long a read waits for earlier ones of other cameras. Later ones are left out "
               "and counted; a case comes so much later",
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

/// What following needs that stands in other sections.
void check_needs(const config::Node& root, const FollowingChoices& choices,
                 const FollowingSettings& settings, config::Problems& problems) {
    const config::Node own = root["following"];
    if (std::all_of(settings.subjects.begin(), settings.subjects.end(),
                    [](const auto& list) { return list.plates.empty(); }))
        problems.add(own.invalid("subjects", "name nobody: write the names of watch lists with "
                                             "the plates that may be followed"));
    std::size_t plates = 0;
    for (const analysis::WatchList& list : settings.subjects)
        plates += list.plates.size();
    if (const std::size_t most = settings.stream.following.max_subjects; plates > most)
        problems.add(own.invalid("subjects", "have " + std::to_string(plates) +
                                                 " plates together, no more than " +
                                                 std::to_string(most) + " can be followed"));
    for (const auto& camera : root["cameras"].members())
        if (is_enabled(camera.value) && !camera.value["location"].present() &&
            pipeline::read_camera_options(root, camera.key, problems).lpr.enabled)
            problems.add(camera.value.invalid(
                "has no place, and `following` needs one for every camera that reads plates: write "
                "location: { lat: …, lon: … }, or lpr: { enabled: false }"));
    const std::size_t places =
        distinct(root["cameras"], settings.places, settings.stream.following.same_place_m);
    if (places < choices.min_distinct_places)
        problems.add(own.invalid("min_distinct_places",
                                 "is " + std::to_string(choices.min_distinct_places) +
                                     ", but the enabled cameras stand at " +
                                     std::to_string(places) +
                                     " (those within 150 m are one): nothing could ever be found"));
    if (settings.stream.following.horizon > settings.keep_ended)
        problems.add(own.invalid("window", "remembers plates longer than `privacy.retain.plates` "
                                           "allows: make it shorter, or that longer"));
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
                               .ignore = {}};
    if (!choices.enabled || problems.size() != before)
        return settings;
    const auto lists = read_watch_lists(root, problems);
    settings.subjects = chosen(lists, choices.subjects);
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
