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

} // namespace

std::vector<std::string> changes_between(const ServerSettings& running,
                                         const ServerSettings& fresh) {
    std::vector<std::string> changes;
    compare_cameras(running.cameras, fresh.cameras, changes);
    if (running.retention != fresh.retention)
        changes.emplace_back("retention changed");
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

} // namespace vedette::app
