#include "app/server/reload.h"

#include <algorithm>

namespace vedette::app {
namespace {

using Cameras = std::vector<pipeline::LiveCameraOptions>;

Cameras::const_iterator named(const Cameras& cameras, const std::string& name) {
    return std::find_if(cameras.begin(), cameras.end(),
                        [&name](const auto& camera) { return camera.camera.name == name; });
}

void compare_cameras(const Cameras& running, const Cameras& fresh,
                     std::vector<std::string>& changes) {
    for (const auto& camera : fresh) {
        const auto old = named(running, camera.camera.name);
        if (old == running.end())
            changes.push_back("camera " + camera.camera.name + " added");
        else if (old->fingerprint != camera.fingerprint)
            changes.push_back("camera " + camera.camera.name + " changed");
    }
    for (const auto& camera : running)
        if (named(fresh, camera.camera.name) == fresh.end())
            changes.push_back("camera " + camera.camera.name + " removed");
}

template <class Map>
bool differs_at(const Map& one, const Map& other, const std::string& name) {
    const auto a = one.find(name);
    const auto b = other.find(name);
    const bool same_presence = (a == one.end()) == (b == other.end());
    return !same_presence || (a != one.end() && !(a->second == b->second));
}

/// What is recorded of cameras that stay, how long, and how much.
bool is_recorded_otherwise(const ServerSettings& running, const ServerSettings& fresh) {
    const recording::RetentionRules& was = running.recordings.rules();
    const recording::RetentionRules& is = fresh.recordings.rules();
    const auto all_but_cameras = [](std::vector<recording::TierRules> tiers) {
        for (recording::TierRules& tier : tiers)
            tier.rules.by_camera.clear();
        return tiers;
    };
    if (all_but_cameras(running.recordings.tiers) != all_but_cameras(fresh.recordings.tiers))
        return true;
    return std::any_of(fresh.cameras.begin(), fresh.cameras.end(), [&](const auto& camera) {
        const std::string& name = camera.camera.name;
        return named(running.cameras, name) != running.cameras.end() &&
               (differs_at(was.by_camera, is.by_camera, name) ||
                differs_at(running.recordings.cameras, fresh.recordings.cameras, name));
    });
}

} // namespace

std::vector<std::string> changes_between(const ServerSettings& running,
                                         const ServerSettings& fresh) {
    std::vector<std::string> changes;
    compare_cameras(running.cameras, fresh.cameras, changes);
    if (running.retention != fresh.retention)
        changes.emplace_back("retention changed");
    if (is_recorded_otherwise(running, fresh))
        changes.emplace_back("recording changed");
    if (running.watch_lists_written != fresh.watch_lists_written)
        changes.emplace_back("watch lists changed");
    if (running.following_written != fresh.following_written)
        changes.emplace_back("following changed");
    for (const auto& [place, content] : fresh.fixed)
        if (const auto old = running.fixed.find(place);
            old == running.fixed.end() || old->second != content)
            changes.push_back(place + " changed: counts from the next start");
    return changes;
}

void take_over(ServerSettings& running, const ServerSettings& fresh) {
    running.following = fresh.following;
    running.following_written = fresh.following_written;
    running.watch_lists = fresh.watch_lists;
    running.watch_lists_written = fresh.watch_lists_written;
    running.cameras = fresh.cameras;
    running.retention = fresh.retention;
    running.recordings = fresh.recordings;
    running.masks = fresh.masks;
    running.advice = fresh.advice;
}

} // namespace vedette::app
