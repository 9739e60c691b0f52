#include <array>
#include <string_view>

#include "ffmpeg/demuxer.h"
#include "sources/tls_settings.h"
#include "vedette/media/source.h"

namespace vedette::media {

Status register_streams(SourceRegistry& registry);

namespace {

/// A stream that somebody sends, by a scheme of libavformat's that needs nothing of ours.
struct Kind {
    const char* scheme;
    const char* protocols; ///< the only ones that it may use
    const char* transport;
};
constexpr std::array kKinds{
    Kind{"rtmp", "rtmp,tcp", "tcp"}, Kind{"rtmps", "rtmps,tls,tcp", "tls"},
    Kind{"srt", "srt", "srt"},       Kind{"udp", "udp", "udp"},
    Kind{"tcp", "tcp", "tcp"},
};

/// Microseconds. Some of their containers never say that all streams have begun, and would be
/// looked at until the time for opening is over.
constexpr const char* kAnalyse = "3000000";

bool is_there(std::string_view scheme) {
    void* place = nullptr;
    while (const char* name = avio_enum_protocols(&place, 0))
        if (scheme == name)
            return true;
    return false;
}

Result<std::unique_ptr<Source>> open_stream(const Kind& kind, const std::string& location,
                                            const SourceOptions& options, const Clock& clock) {
    ffmpeg::DemuxerSpec spec{.url = location,
                             .name = without_credentials(location),
                             .protocols = kind.protocols,
                             .settings = {{"analyzeduration", kAnalyse}},
                             .io_settings = tls_settings(location, options.tls),
                             .transport = kind.transport,
                             .live = true};
    VEDETTE_TRY(auto demuxer, ffmpeg::Demuxer::open(std::move(spec), options, clock));
    return std::unique_ptr<Source>{std::move(demuxer)};
}

} // namespace

/// Those that this libavformat was built with.
Status register_streams(SourceRegistry& registry) {
    for (const Kind& kind : kKinds)
        if (is_there(kind.scheme))
            VEDETTE_CHECK_OK(registry.add(kind.scheme, [&kind](const std::string& location,
                                                               const SourceOptions& options,
                                                               const Clock& clock, Log& /*log*/) {
                return open_stream(kind, location, options, clock);
            }));
    return {};
}

} // namespace vedette::media
