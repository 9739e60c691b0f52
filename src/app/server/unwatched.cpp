#include "app/server/unwatched.h"

#include <utility>

namespace vedette::app {

std::set<std::string> Unwatched::among(const std::vector<ports::CameraStatus>& cameras) {
    std::set<std::string> out;
    std::set<std::string> now;
    std::map<std::string, std::uint64_t> dropped;
    for (const ports::CameraStatus& camera : cameras) {
        const std::string& name = camera.id.value();
        dropped[name] = camera.dropped;
        const auto before = dropped_.find(name);
        const bool starved = before != dropped_.end() && camera.dropped > before->second &&
                             camera.looks_per_second <= 0;
        const bool away = camera.state == ports::CameraState::offline ||
                          camera.state == ports::CameraState::starting;
        if (!away && !starved)
            continue;
        now.insert(name);
        if (suspected_.contains(name))
            out.insert(name);
    }
    dropped_ = std::move(dropped);
    suspected_ = std::move(now);
    return out;
}

} // namespace vedette::app
