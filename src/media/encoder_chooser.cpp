#include <algorithm>

#include "vedette/imaging/image.h"
#include "vedette/media/encoder.h"

namespace vedette::media {
namespace {

constexpr int kTriedWidth_px = 640;
constexpr int kTriedHeight_px = 360;
constexpr int kTriedPictures = 4;

} // namespace

std::string_view to_string(VideoCodec codec) noexcept {
    switch (codec) { // no default: a new codec must be named here
    case VideoCodec::h264: return "h264";
    case VideoCodec::hevc: return "hevc";
    case VideoCodec::av1: return "av1";
    }
    return "";
}

/// In the order in which they are tried.
std::vector<EncoderKind> EncoderChooser::candidates(const std::string& wish,
                                                    VideoCodec codec) const {
    std::vector<EncoderKind> out;
    for (EncoderKind& kind : backend_->kinds()) {
        if (kind.codec != codec)
            continue;
        if (kind.name == wish)
            out.insert(out.begin(), std::move(kind));
        else if (!kind.hardware || (wish == "auto" && !kind.only_by_name))
            out.push_back(std::move(kind));
    }
    return out;
}

Status EncoderChooser::try_out(const EncoderKind& kind) {
    VEDETTE_TRY(const auto encoder, backend_->open(kind, {.codec = kind.codec,
                                                          .width_px = kTriedWidth_px,
                                                          .height_px = kTriedHeight_px}));
    imaging::Image picture{imaging::PixelFormat::bgr24, kTriedWidth_px, kTriedHeight_px};
    bool came = false;
    const auto collect = [&]() -> Status {
        for (;;) {
            VEDETTE_TRY(const auto packet, encoder->receive());
            if (!packet)
                return {};
            came = true;
        }
    };
    for (int i = 0; i < kTriedPictures; ++i) {
        std::fill_n(picture.row(i), picture.stride_bytes(), static_cast<std::uint8_t>(40 * i));
        VEDETTE_CHECK_OK(
            encoder->send(picture.view(), StreamTime{std::chrono::milliseconds{40 * i}}, i == 0));
        VEDETTE_CHECK_OK(collect());
    }
    VEDETTE_CHECK_OK(encoder->finish());
    VEDETTE_CHECK_OK(collect());
    return came ? Status{} : Status{Error{ErrorCode::unavailable, "it gives nothing out"}};
}

/// What is known, or is found out now.
Status EncoderChooser::usable(const EncoderKind& kind) {
    const std::scoped_lock one_at_a_time{trying_};
    {
        const std::scoped_lock lock{mutex_};
        const auto known = known_.find(kind.name);
        if (known != known_.end() && known->second.empty())
            return {};
        if (known != known_.end())
            return Error{ErrorCode::unavailable, known->second};
    }
    const Status works = try_out(kind);
    const std::scoped_lock lock{mutex_};
    if (works || kind.hardware)
        known_[kind.name] = works ? "" : works.error().message();
    return works;
}

Result<std::unique_ptr<Encoder>> EncoderChooser::open(const std::string& wish,
                                                      const EncoderOptions& options) {
    const auto kinds = candidates(wish, options.codec);
    const bool named = wish != "auto" && wish != "software";
    if (named && (kinds.empty() || kinds.front().name != wish)) {
        std::string known;
        for (const EncoderKind& kind : backend_->kinds())
            if (kind.codec == options.codec)
                known += (known.empty() ? "" : ", ") + kind.name;
        return Error{ErrorCode::invalid_argument,
                     "there is no encoder '" + wish + "' for " +
                         std::string{to_string(options.codec)} +
                         " here; there are: " + (known.empty() ? "none" : known)};
    }
    std::string tried;
    for (const EncoderKind& kind : kinds) {
        std::string why;
        if (const Status good = usable(kind); !good) {
            why = good.error().message();
        } else if (auto encoder = backend_->open(kind, options)) {
            return encoder;
        } else {
            why = encoder.error().message();
        }
        if (named && kind.name == wish)
            log_.warn("the encoder does not work, another one is taken",
                      {{"encoder", kind.name}, {"why", why}});
        tried += (tried.empty() ? "" : "; ") + kind.name + ": " + why;
    }
    return Error{ErrorCode::unavailable,
                 "no encoder for " + std::string{to_string(options.codec)} +
                     " works here: " + (tried.empty() ? "libavcodec has none" : tried) +
                     "; `vedette doctor` lists those that do"};
}

void EncoderChooser::failed(const std::string& name, const std::string& why) {
    const auto kinds = backend_->kinds();
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const EncoderKind& one) { return one.name == name; });
    const bool hardware = kind != kinds.end() && kind->hardware;
    log_.warn(hardware ? "hardware encoder failed, encoding in software from now on"
                       : "encoder failed, it is opened anew",
              {{"encoder", name}, {"why", why}});
    const std::scoped_lock lock{mutex_};
    if (hardware)
        known_[name] = "it failed before: " + why;
    else
        known_.erase(name); // tried out once more
}

std::vector<EncoderFinding> EncoderChooser::probe() {
    std::vector<EncoderFinding> out;
    for (const EncoderKind& kind : backend_->kinds()) {
        const Status works = usable(kind);
        out.push_back({kind, works.has_value(), works ? "" : works.error().message()});
    }
    return out;
}

} // namespace vedette::media
