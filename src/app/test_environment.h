#pragma once

// What commands need, for tests: streams to look into, the built-in plug-ins, a folder of its own.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string>
#include <system_error>

#include "app/environment.h"
#include "testing/temporary_folder.h"

namespace vedette::app::testing {

using vedette::TemporaryFolder;

inline std::string content_of(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// A whole Environment. `paths` may be changed before environment() is asked for.
class TestEnvironment {
public:
    TemporaryFolder folder;
    Paths paths{folder.path() / "models", folder.path() / "catalogue", folder.path() / "cache"};
    std::ostringstream out;
    std::ostringstream err;
    std::stop_source stop;
    ReloadRequests reloads;
    ManualClock clock;

    [[nodiscard]] Environment environment() {
        return {out,  err,      false,       false, stop.get_token(), reloads, clock,
                log_, metrics_, registries_, paths};
    }

private:
    NullLog log_;
    NullMetrics metrics_;
    Registries registries_ = Registries::builtin().value();
};

} // namespace vedette::app::testing
