#pragma once

#include <functional>
#include <string>
#include <utility>

#include "parameters.h"
#include "routes.h"

namespace vedette::api {

/// A request about what was recorded. All borrowed.
struct Asked {
    const Request& request;
    const RecordingParts& parts;
    const ApiParts& all;
    const Clock& clock;

    [[nodiscard]] domain::CameraId camera() const { return domain::CameraId{request.captured[0]}; }
    [[nodiscard]] const recording::RecordingFiles& files() const { return *parts.files; }
    [[nodiscard]] ports::RecordingIndex& index() const { return *parts.index; }
    [[nodiscard]] imaging::PictureMask mask() const {
        return parts.mask ? parts.mask(camera()) : imaging::PictureMask{};
    }
};

/// `pattern` below /recordings; 501 where this server has none. \pre parts and clock outlive it
[[nodiscard]] Route recording_route(const ApiParts& parts, const Clock& clock, Method method,
                                    std::string pattern, Permission permission,
                                    std::function<Response(const Asked&)> handler);

/// [from, to); both have to be given.
[[nodiscard]] std::pair<WallTime, WallTime> span_in(Parameters& parameters);

} // namespace vedette::api
