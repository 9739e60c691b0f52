#include "ffmpeg/demuxer.h"
#include "vedette/media/source.h"

namespace vedette::media {

Status register_http(SourceRegistry& registry);

namespace {

Result<std::unique_ptr<Source>> open_http(const std::string& location, const SourceOptions& options,
                                          const Clock& clock) {
    ffmpeg::DemuxerSpec spec{.url = location,
                             .name = without_credentials(location),
                             .protocols = "http,https,tcp,tls,crypto,data",
                             .settings = {{"user_agent", "Vedette"}},
                             .live = true}; // unless the server tells how long it is
    VEDETTE_TRY(auto demuxer, ffmpeg::Demuxer::open(std::move(spec), options, clock));
    return std::unique_ptr<Source>{std::move(demuxer)};
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
