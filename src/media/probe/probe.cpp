#include "vedette/media/probe.h"

#include <algorithm>

#include "ffmpeg/codec_details.h"
#include "probe/judge.h"
#include "probe/reachability.h"
#include "probe/stream_meter.h"
#include "vedette/media/decoder.h"

namespace vedette::media {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using Weight = Finding::Weight;

void describe(const StreamInfo& info, InputReport& report) {
    report.opened = true;
    report.live = info.live;
    report.container = info.container;
    report.transport = info.transport;
    report.codec = info.codec;
    report.width_px = info.width_px;
    report.height_px = info.height_px;
    report.rotation_deg = info.rotation_deg;
    report.declared_frame_rate = info.frame_rate;
    report.audio_codec = info.audio_codec;
    if (info.parameters) {
        const auto details = ffmpeg::details_of(*info.parameters);
        report.profile = details.profile;
        report.pixel_format = details.pixel_format;
    }
    if (info.audio) {
        const auto details = ffmpeg::details_of(*info.audio);
        report.audio_rate_hz = details.sample_rate_hz;
        report.audio_channels = details.channels;
    }
}

/// Reads an opened input and decodes its first picture.
class Watch {
public:
    Watch(Source& source, const ProbeOptions& options, const Clock& clock, SteadyTime began,
          InputReport& report)
        : source_{source}, options_{options}, clock_{clock}, began_{began}, report_{report},
          meter_{source.info().live} {}

    void run(Log& log) {
        start_decoder(log);
        const SteadyTime from = clock_.steady_now();
        while (wanted(from) && take())
            ;
        report_.measures = meter_.measures();
        if (!report_.first_picture && report_.findings.empty())
            no_picture();
        const auto watched = duration_cast<milliseconds>(clock_.steady_now() - from);
        for (Finding& one : judge(report_, watched))
            report_.findings.push_back(std::move(one));
    }

private:
    [[nodiscard]] bool wanted(SteadyTime from) const {
        const auto watched = clock_.steady_now() - from;
        const bool enough = meter_.key_frames() >= 2 && report_.first_picture;
        return !options_.source.stop.stop_requested() &&
               watched < (enough ? options_.watch : options_.longest_watch);
    }
    void start_decoder(Log& log) {
        auto decoder = Decoder::open(source_.info(), {.hwaccel = "none"}, log);
        if (decoder)
            decoder_ = std::move(*decoder);
        else
            report_.findings.push_back({Weight::problem, "codec-not-supported",
                                        decoder.error().message(),
                                        "choose H.264 (or H.265) at the camera"});
    }
    /// One packet. \return false at the end
    bool take() {
        auto packet = source_.read(options_.source.stop);
        if (!packet) {
            ended(packet.error());
            return false;
        }
        if (!*packet)
            return false;
        const SteadyTime now = clock_.steady_now();
        const auto since = duration_cast<milliseconds>(now - began_);
        if ((*packet)->kind() == PacketKind::audio) {
            meter_.add_audio();
            return true;
        }
        if (!report_.first_packet)
            report_.first_packet = since;
        meter_.add({.at = (*packet)->at(),
                    .key_frame = (*packet)->key_frame(),
                    .time_jumped = (*packet)->time_jumped(),
                    .bytes = (*packet)->size_bytes()},
                   now);
        decode(**packet);
        return true;
    }
    void decode(const Packet& packet) {
        if (report_.first_picture || !decoder_ || !decoder_->send(packet))
            return;
        const auto frame = decoder_->receive();
        if (!frame || !*frame)
            return;
        report_.first_picture = duration_cast<milliseconds>(clock_.steady_now() - began_);
        report_.decoder = decoder_->stats().decoder;
        report_.width_px = (**frame)->view.width_px;
        report_.height_px = (**frame)->view.height_px;
    }
    void ended(const Error& error) {
        if (error.code() == ErrorCode::cancelled)
            return;
        const bool silent = error.code() == ErrorCode::deadline_exceeded;
        report_.findings.push_back({Weight::problem, silent ? "half-open" : "breaks-off",
                                    error.message(),
                                    silent ? "it connects, but sends nothing: restart it, or try "
                                             "the other transport (UDP instead of TCP)"
                                           : ""});
    }
    void no_picture() {
        if (options_.source.stop.stop_requested())
            return;
        report_.findings.push_back(
            {Weight::problem, "no-picture",
             report_.measures.key_frames == 0 ? "no key frame came, so nothing can be decoded"
                                              : "packets came, but no picture could be decoded",
             report_.measures.key_frames == 0 ? "set a shorter key frame interval at the camera"
                                              : "look for lost packets, and for encryption of "
                                                "the stream at the camera"});
    }

    Source& source_;
    const ProbeOptions& options_;
    const Clock& clock_;
    const SteadyTime began_;
    InputReport& report_;
    StreamMeter meter_;
    std::unique_ptr<Decoder> decoder_;
};

} // namespace

bool InputReport::works() const {
    return opened && std::none_of(findings.begin(), findings.end(),
                                  [](const Finding& one) { return one.weight == Weight::problem; });
}

InputReport probe_input(const SourceRegistry& registry, const std::string& location,
                        const ProbeOptions& options, const Clock& clock, Log& log) {
    InputReport report;
    report.name = without_credentials(location);
    ProbeOptions how = options;
    how.source.audio = true;
    const SteadyTime began = clock.steady_now();
    auto source = open_source(registry, location, how.source, clock, log);
    report.open_time = duration_cast<milliseconds>(clock.steady_now() - began);
    if (!source) {
        report.findings = explain_failure(location, source.error(), how.source, clock);
        return report;
    }
    describe((*source)->info(), report);
    Watch{**source, how, clock, began, report}.run(log);
    sort_by_weight(report.findings);
    return report;
}

} // namespace vedette::media
