#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "vedette/ports/camera_directory.h"

namespace vedette::app {

/// Tells which cameras nobody watches: their analysed input is away, or pictures are due for a look
/// and none gets one, and so it was when that was asked before.
///
/// Thread-compatible.
class Unwatched {
public:
    /// To be asked every few seconds.
    [[nodiscard]] std::set<std::string> among(const std::vector<ports::CameraStatus>& cameras);

private:
    std::map<std::string, std::uint64_t> dropped_; ///< by camera, when it was asked last
    std::set<std::string> suspected_;              ///< likewise
};

} // namespace vedette::app
