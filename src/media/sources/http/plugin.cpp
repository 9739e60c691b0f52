#include "ffmpeg/demuxer.h"
#include "sources/http/still_source.h"
#include "sources/tls_settings.h"
#include "vedette/media/source.h"

namespace vedette::media {

Status register_http(SourceRegistry& registry);

namespace {

/// By libavformat's readers of pictures: the one that goes by an address's ending, the others by
/// what came.
bool is_one_picture(const StreamInfo& info) {
    return info.container == "image2" || info.container.ends_with("_pipe");
}

Result<std::unique_ptr<Source>> open_http(const std::string& location, const SourceOptions& options,
                                          const Clock& clock) {
    const bool secure = location.starts_with("https") || location.starts_with("HTTPS");
    ffmpeg::DemuxerSpec spec{.url = location,
                             .name = without_credentials(location),
                             .protocols = "http,https,tcp,tls,crypto,data",
                             .settings = {{"user_agent", "Vedette"}},
                             .io_settings = tls_settings(location, options.tls),
                             .transport = secure ? "https" : "http",
                             .live = true}; // unless the server tells how long it is
    const net::Patience patience{clock, options.open_timeout, options.stop};
    auto demuxer = ffmpeg::Demuxer::open(std::move(spec), options, clock);
    if (!demuxer)
        return with_tls_reason(std::move(demuxer).error(), location, options.tls, patience);
    if (is_one_picture((*demuxer)->info()))
        return open_still_source(location, options, clock);
    return std::unique_ptr<Source>{std::move(*demuxer)};
}

} // namespace

Status register_http(SourceRegistry& registry) {
    for (const char* scheme : {"http", "https"})
        VEDETTE_CHECK_OK(
            registry.add(scheme, [](const std::string& location, const SourceOptions& options,
                                    const Clock& clock,
                                    Log& /*log*/) { return open_http(location, options, clock); }));
    return {};
}

} // namespace vedette::media
