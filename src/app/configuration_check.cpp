#include "app/configuration_check.h"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/configuration.h"
#include "app/following_options.h"
#include "app/limit_options.h"
#include "app/mask_options.h"
#include "app/server/recording_options.h"
#include "app/watchlist_options.h"
#include "vedette/media/source.h"
#include "vedette/observability/log_options.h"
#include "vedette/pipeline/option_sets.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::app {
namespace {

using config::Node;
using config::Problems;

/// Names that are written in one place and defined in another. "*" stands for each element of a
/// list or map.
struct Link {
    std::string_view from;
    std::string_view to;
};
constexpr std::array kLinks{
    Link{"detector_fallback.*", "detectors"},
    Link{"sites.*.cameras.*", "cameras"},
    Link{"camera_groups.*.cameras.*", "cameras"},
    Link{"watchlists.*.cameras.*", "cameras"},
    Link{"following.subjects.*", "watchlists"},
    Link{"following.persons.*", "watchlists"},
    Link{"cameras.*.mobile", "following.mobile"},
    Link{"following.ignore.*", "watchlists"},
    Link{"alerts.rules.*.channels.*", "notifications.channels"},
};

std::vector<Node> children(const Node& node, std::string_view step) {
    if (step != "*")
        return {node[step]};
    if (node.kind() == Node::Kind::list)
        return node.items();
    std::vector<Node> out;
    for (auto& member : node.members())
        out.push_back(std::move(member.value));
    return out;
}

std::vector<Node> at(const Node& root, std::string_view path) {
    std::vector<Node> found{root};
    while (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        std::vector<Node> next;
        for (const Node& node : found)
            for (Node& child : children(node, path.substr(0, dot)))
                next.push_back(std::move(child));
        found = std::move(next);
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return found;
}

void check_links(const Node& root, Problems& problems) {
    for (const Link& link : kLinks) {
        const Node defined = at(root, link.to).front();
        for (const Node& node : at(root, link.from)) {
            const auto name = node.as_string();
            if (node.present() && name && !node.is_withheld() && !defined[*name].present())
                problems.add(node.invalid("there is no " + node.quoted() + " in `" +
                                          std::string{link.to} + "`"));
        }
    }
}

/// Regions of plates are known to the grammars alone.
void check_regions(const Node& root, Problems& problems) {
    const auto grammars = vision::PlateGrammars::builtin();
    if (!grammars)
        return problems.add(grammars.error());
    std::vector<Node> places = at(root, "lpr.regions.*");
    for (Node& place : at(root, "cameras.*.lpr.regions.*"))
        places.push_back(std::move(place));
    for (const Node& place : places) {
        const auto region = place.as_string();
        if (!place.present() || !region)
            continue;
        if (const auto known = grammars->check(std::array{*region}); !known)
            problems.add(place.invalid(known.error().message()));
    }
}

/// A camera stands at one place at most.
void check_sites(const Node& root, Problems& problems) {
    std::map<std::string, std::string> site_of;
    for (const auto& site : root["sites"].members())
        for (const Node& camera : site.value["cameras"].items()) {
            const auto name = camera.as_string();
            if (!name || camera.is_withheld())
                continue;
            const auto [known, is_new] = site_of.emplace(*name, site.key);
            if (!is_new)
                problems.add(camera.invalid("camera " + camera.quoted() + " already stands at '" +
                                            known->second + "'"));
        }
}

void check_cameras(const Node& root, Problems& problems) {
    const LimitOptions limits = limit_option_set().read({root["limits"]}, problems);
    std::size_t enabled = 0;
    for (const auto& camera : root["cameras"].members())
        enabled += camera.value.bool_or("enabled", true).value_or(true) ? 1 : 0;
    if (const Status few = check_camera_count(enabled, limits.max_cameras); !few)
        problems.add(root["limits"].invalid("max_cameras", few.error().message()));
}

/// Kinds of inputs are known to the sources alone.
void check_inputs(const Node& root, Problems& problems) {
    media::SourceRegistry sources;
    if (const Status known = media::register_builtin_sources(sources); !known)
        return problems.add(known.error());
    const auto check = [&](const Node& path) {
        const auto location = path.as_secret();
        if (!path.present() || path.is_withheld() || !location)
            return;
        if (const Status good = media::check_location(sources, location->reveal()); !good)
            problems.add(path.invalid(good.error().message()));
    };
    for (const auto& camera : root["cameras"].members())
        for (const Node& input : camera.value["inputs"].items()) {
            check(input["path"]);
            check(input["fallback"]["path"]);
        }
}

/// What only shows when the values are put together: rules between options of one section.
void check_sections(const Node& root, Problems& problems) {
    (void)observability::log_options().read({root["logger"]}, problems);
    (void)pipeline::read_camera_options(root, "", problems);
    (void)read_watch_lists(root, problems);
    (void)read_recordings(root, problems);
    check_cameras(root, problems);
    for (const auto& camera : root["cameras"].members())
        (void)read_masks(camera.value, problems);
    if (!problems.empty())
        return; // each camera would repeat it
    for (const auto& camera : root["cameras"].members())
        (void)pipeline::read_camera_options(root, camera.key, problems);
    (void)read_following(root, problems);
}

} // namespace

void check_configuration(const Node& root, Problems& problems) {
    const std::size_t before = problems.size();
    config::validate(configuration_schema(), root, problems);
    check_links(root, problems);
    check_sites(root, problems);
    check_regions(root, problems);
    check_inputs(root, problems);
    if (problems.size() == before)
        check_sections(root, problems);
}

} // namespace vedette::app
