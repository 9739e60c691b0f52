#pragma once

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "testing/temporary_folder.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/media/source.h"

namespace vedette::recording::testing {

/// Packets of a clip that the `ffmpeg` program makes on the spot: 25 pictures a second, 64x48, a
/// key frame every second.
struct Clip {
    media::StreamInfo streams;
    std::vector<media::Packet> packets;
};

inline Result<Clip> read_clip(const std::string& path) {
    media::SourceRegistry registry;
    VEDETTE_CHECK_OK(media::register_builtin_sources(registry));
    static NullLog log;
    static const SystemClock clock;
    VEDETTE_TRY(const auto source, media::open_source(registry, path, {.audio = true}, clock, log));
    Clip clip;
    while (true) {
        VEDETTE_TRY(const auto packet, source->read({}));
        clip.streams = source->info();
        if (!packet)
            return clip;
        clip.packets.push_back(*packet);
    }
}

/// \return nothing if the program is missing; the test is to be skipped then.
inline std::optional<Clip> make_clip(int seconds, const std::string& more = "",
                                     const std::string& container = "mp4") {
    const TemporaryFolder folder;
    const std::string path = (folder / ("clip." + container)).string();
    const std::string command =
        "ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=64x48:r=25:d=" +
        std::to_string(seconds) + " " + more +
        " -pix_fmt yuv420p -c:v libx264 -preset ultrafast -bf 0 -g 25 -keyint_min 25 '" + path +
        "' >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) // NOLINT(concurrency-mt-unsafe): a test
        return std::nullopt;
    auto clip = read_clip(path);
    return clip ? std::optional{*std::move(clip)} : std::nullopt;
}

} // namespace vedette::recording::testing
