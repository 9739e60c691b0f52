#include <string>

#include "ffmpeg/demuxer.h"
#include "vedette/media/source.h"

namespace vedette::media {

Status register_rtsp(SourceRegistry& registry);

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// TCP loses nothing on busy networks, so it comes first; cameras that refuse it get UDP.
Settings transport_settings(SourceOptions::Transport transport) {
    switch (transport) {
    case SourceOptions::Transport::tcp: return {{"rtsp_transport", "tcp"}};
    case SourceOptions::Transport::udp: return {{"rtsp_transport", "udp"}};
    case SourceOptions::Transport::automatic:
        return {{"rtsp_transport", "tcp+udp"}, {"rtsp_flags", "prefer_tcp"}};
    }
    return {};
}

Result<std::unique_ptr<Source>> open_rtsp(const std::string& location, const SourceOptions& options,
                                          const Clock& clock) {
    ffmpeg::DemuxerSpec spec{.url = location,
                             .name = without_credentials(location),
                             .protocols = "rtsp,rtsps,rtp,udp,tcp,tls,crypto",
                             .settings = transport_settings(options.transport),
                             .live = true};
    spec.settings.emplace_back("allowed_media_types", "video"); // sound would only cost bandwidth
    spec.settings.emplace_back("user_agent", "Vedette");
    VEDETTE_TRY(auto demuxer, ffmpeg::Demuxer::open(std::move(spec), options, clock));
    return std::unique_ptr<Source>{std::move(demuxer)};
}

} // namespace

Status register_rtsp(SourceRegistry& registry) {
    for (const char* scheme : {"rtsp", "rtsps"})
        VEDETTE_CHECK_OK(
            registry.add(scheme, [](const std::string& location, const SourceOptions& options,
                                    const Clock& clock,
                                    Log& /*log*/) { return open_rtsp(location, options, clock); }));
    return {};
}

} // namespace vedette::media
