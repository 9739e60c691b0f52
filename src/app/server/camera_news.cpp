#include "app/server/camera_news.h"

#include <utility>
#include <vector>

namespace vedette::app {
namespace {

using ports::CameraState;

template <class Map, class Key>
typename Map::mapped_type& entry_of(Map& map, const Key& key, const FlapDamper::Options& options) {
    return map.try_emplace(key, options).first->second;
}

} // namespace

/// The end of a recording is told at once, and being away once it has lasted.
bool CameraNews::is_news(Camera& camera, SteadyTime now) const {
    switch (camera.newest.state) {
    case CameraState::online: return camera.damper.see(true, now).has_value();
    case CameraState::offline: return camera.damper.see(false, now).has_value();
    case CameraState::starting:
    case CameraState::ended:
    case CameraState::disabled: break;
    }
    return false;
}

void CameraNews::state_changed(const ports::CameraStatus& status) {
    const bool tell = state_.with([&](State& state) {
        Camera& camera = entry_of(state.cameras, status.id.value(), parts_.damping);
        camera.newest = status;
        return is_news(camera, parts_.clock->steady_now());
    });
    if (tell || status.state == CameraState::ended)
        parts_.cameras->state_changed(status);
}

void CameraNews::load_changed(bool overloaded, double lost) {
    parts_.cameras->load_changed(overloaded, lost);
}

/// That a camera is away is told of the camera; here it is inputs that are recorded alone, and what
/// stands in for an input.
void CameraNews::add_news(const std::string& camera, Input& input,
                          std::vector<InputNews>& news) const {
    const ports::InputStatus& now = input.newest;
    const auto add = [&](const char* kind) {
        news.push_back({domain::CameraId{camera}, kind, now, now.since});
    };
    const bool online = now.state == CameraState::online;
    if (online && std::exchange(input.told_fallback, now.on_fallback) != now.on_fallback) {
        add(now.on_fallback ? "camera.fallback_on" : "camera.fallback_off");
        news.back().at = parts_.clock->wall_now();
    }
    if (now.roles.front() != "record" || (!online && now.state != CameraState::offline))
        return;
    if (const auto well = input.damper.see(online, parts_.clock->steady_now()))
        add(*well ? "camera.record_online" : "camera.record_offline");
}

void CameraNews::tamper_changed(const ports::TamperChange& change) {
    parts_.cameras->tamper_changed(change);
}

void CameraNews::input_changed(const domain::CameraId& camera, const ports::InputStatus& input) {
    std::vector<InputNews> news;
    state_.with([&](State& state) {
        Input& known =
            entry_of(state.inputs, std::pair{camera.value(), input.roles.front()}, parts_.damping);
        known.newest = input;
        add_news(camera.value(), known, news);
    });
    for (const InputNews& one : news)
        parts_.inputs(one);
}

void CameraNews::look() {
    std::vector<ports::CameraStatus> changed;
    std::vector<InputNews> news;
    state_.with([&](State& state) {
        for (auto& [name, camera] : state.cameras)
            if (is_news(camera, parts_.clock->steady_now()))
                changed.push_back(camera.newest);
        for (auto& [key, input] : state.inputs)
            add_news(key.first, input, news);
    });
    for (const ports::CameraStatus& status : changed)
        parts_.cameras->state_changed(status);
    for (const InputNews& one : news)
        parts_.inputs(one);
}

void CameraNews::keep(const std::set<std::string>& cameras) {
    state_.with([&cameras](State& state) {
        std::erase_if(state.cameras, [&](const auto& one) { return !cameras.contains(one.first); });
        std::erase_if(state.inputs,
                      [&](const auto& one) { return !cameras.contains(one.first.first); });
    });
}

} // namespace vedette::app
