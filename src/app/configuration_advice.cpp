#include "app/configuration_advice.h"

#include "app/mask_options.h"
#include "app/server/recording_options.h"

namespace vedette::app {
namespace {

/// Packets are recorded as the camera sends them, unless they are encoded again: what is in them
/// stays in them.
void advise_on_masks(const config::Node& root, config::Problems& advice) {
    config::Problems ignored; // they were found before
    const RecordingSettings recordings = read_recordings(root, ignored);
    for (const auto& camera : root["cameras"].members()) {
        const auto recorded = recordings.cameras.find(camera.key);
        if (recorded == recordings.cameras.end() || recorded->second.input.encode ||
            read_masks(camera.value, ignored).privacy.empty())
            continue;
        advice.add(camera.value["masks"]["privacy"].invalid(
            "is not burnt into what is recorded: recordings are the camera's own packets, and who "
            "plays or copies them sees what is behind the mask; where that may not be, set record: "
            "{ encode: { enabled: true } } for this camera, which costs processor time, or record: "
            "{ enabled: false }"));
    }
}

} // namespace

void advise(const config::Node& root, config::Problems& advice) { advise_on_masks(root, advice); }

void tell(const std::vector<std::string>& advice, Log& log) {
    for (const std::string& one : advice)
        log.warn("the configuration has something to look at", {{"what", one}});
}

} // namespace vedette::app
