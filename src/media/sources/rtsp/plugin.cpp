#include <algorithm>
#include <string>

#include "ffmpeg/demuxer.h"
#include "sources/rtsp/tls_relay.h"
#include "vedette/media/source.h"
#include "vedette/net/stream.h"
#include "vedette/net/url.h"

namespace vedette::media {

Status register_rtsp(SourceRegistry& registry);

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;
using Transport = SourceOptions::Transport;

constexpr std::uint16_t kRtspsPort = 322;

/// TCP loses nothing on busy networks, so it comes first; cameras that refuse it get UDP.
Settings transport_settings(Transport transport) {
    switch (transport) {
    case Transport::tcp: return {{"rtsp_transport", "tcp"}};
    case Transport::udp: return {{"rtsp_transport", "udp"}};
    case Transport::automatic: return {{"rtsp_transport", "tcp+udp"}, {"rtsp_flags", "prefer_tcp"}};
    }
    return {};
}

ffmpeg::DemuxerSpec spec_for(const std::string& url, const std::string& location,
                             const SourceOptions& options, Transport transport) {
    ffmpeg::DemuxerSpec spec{.url = url,
                             .name = without_credentials(location),
                             .protocols = "rtsp,rtp,udp,tcp,crypto",
                             .settings = transport_settings(transport),
                             .finds_packets = true,
                             .live = true};
    // Sound that nobody wants would only cost bandwidth.
    spec.settings.emplace_back("allowed_media_types", options.audio ? "video+audio" : "video");
    spec.settings.emplace_back("user_agent", "Vedette");
    return spec;
}

Result<std::unique_ptr<Source>> open_rtsp(const std::string& location, const SourceOptions& options,
                                          const Clock& clock) {
    VEDETTE_TRY(auto demuxer,
                ffmpeg::Demuxer::open(spec_for(location, location, options, options.transport),
                                      options, clock));
    return std::unique_ptr<Source>{std::move(demuxer)};
}

/// A demuxer and the way to the camera that it uses.
class RelayedSource final : public Source {
public:
    RelayedSource(std::unique_ptr<TlsRelay> relay, std::unique_ptr<Source> inner)
        : relay_{std::move(relay)}, inner_{std::move(inner)}, info_{inner_->info()} {
        info_.transport = "tls";
    }
    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    [[nodiscard]] const std::string& name() const override { return inner_->name(); }
    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override {
        auto packet = inner_->read(std::move(stop));
        if (inner_->info().parameters != info_.parameters ||
            inner_->info().audio != info_.audio) { // the codec may have changed
            info_ = inner_->info();
            info_.transport = "tls";
        }
        return packet;
    }

private:
    std::unique_ptr<TlsRelay> relay_; // before inner_, which says goodbye through it
    std::unique_ptr<Source> inner_;
    StreamInfo info_;
};

/// The same address by way of the relay. Cameras look at the path, not at their own name in it.
std::string relayed(const net::Url& url, std::uint16_t port) {
    std::string user;
    if (url.user)
        user = net::percent_encoded(*url.user) + ":" + net::percent_encoded(url.password.reveal()) +
               "@";
    return "rtsp://" + user + "127.0.0.1:" + std::to_string(port) + url.target;
}

Result<std::unique_ptr<Source>> open_rtsps(const std::string& location,
                                           const SourceOptions& options, const Clock& clock) {
    const std::string doing = "open '" + without_credentials(location) + "'";
    auto url = net::parse_url(location);
    if (!url)
        return std::move(url).error().with_context(doing);
    const net::Patience patience{clock, options.open_timeout, options.stop};
    auto camera =
        net::Stream::connect(url->host, url->port != 0 ? url->port : kRtspsPort, patience);
    if (!camera)
        return std::move(camera).error().with_context(doing);
    if (auto secured = (*camera)->secure(options.tls, patience); !secured)
        return std::move(secured).error().with_context(doing);
    VEDETTE_TRY(auto relay, TlsRelay::start(std::move(*camera)));
    SourceOptions rest = options;
    rest.open_timeout = std::max(patience.left(), std::chrono::milliseconds{1});
    const std::string inner = relayed(*url, relay->port());
    VEDETTE_TRY(auto demuxer, ffmpeg::Demuxer::open(
                                  spec_for(inner, location, options, Transport::tcp), rest, clock));
    return std::unique_ptr<Source>{
        std::make_unique<RelayedSource>(std::move(relay), std::move(demuxer))};
}

} // namespace

Status register_rtsp(SourceRegistry& registry) {
    VEDETTE_CHECK_OK(registry.add(
        "rtsp", [](const std::string& location, const SourceOptions& options, const Clock& clock,
                   Log& /*log*/) { return open_rtsp(location, options, clock); }));
    return registry.add("rtsps", [](const std::string& location, const SourceOptions& options,
                                    const Clock& clock,
                                    Log& /*log*/) { return open_rtsps(location, options, clock); });
}

} // namespace vedette::media
