#include "discovery/onvif_answers.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "probe/reply.h"
#include "vedette/net/url.h"

namespace vedette::media {
namespace {

constexpr std::size_t kMostProfiles = 32;
constexpr std::string_view kMedia = "http://www.onvif.org/ver10/media/wsdl";
constexpr std::string_view kMedia2 = "http://www.onvif.org/ver20/media/wsdl";

template <class T>
T number_of(const std::string& text, T low, T high) {
    T value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} && value >= low && value <= high ? value : T{};
}

/// What configures the pictures of a profile, in the words of Media or of Media2.
const XmlNode* video_of(const XmlNode& profile) {
    const XmlNode* media2 = profile.at({"Configurations", "VideoEncoder"});
    return media2 != nullptr ? media2 : profile.child("VideoEncoderConfiguration");
}

OnvifProfile profile_of(const XmlNode& node) {
    OnvifProfile out;
    out.token = node.attribute("token");
    out.name = printable(node.text_at({"Name"}));
    if (const XmlNode* video = video_of(node)) {
        out.codec = printable(video->text_at({"Encoding"}));
        out.width_px = number_of(video->text_at({"Resolution", "Width"}), 1, 100'000);
        out.height_px = number_of(video->text_at({"Resolution", "Height"}), 1, 100'000);
        out.frame_rate = number_of(video->text_at({"RateControl", "FrameRateLimit"}), 0.0, 1000.0);
        out.kbit_per_s = number_of(video->text_at({"RateControl", "BitrateLimit"}), 1, 10'000'000);
        std::string distance = video->attribute("GovLength");
        for (const char* codec : {"H264", "MPEG4"})
            if (distance.empty())
                distance = video->text_at({codec, "GovLength"});
        out.key_frame_distance = number_of(distance, 1, 1'000'000);
    }
    out.audio_codec = printable(node.text_at({"Configurations", "AudioEncoder", "Encoding"}));
    if (out.audio_codec.empty())
        out.audio_codec = printable(node.text_at({"AudioEncoderConfiguration", "Encoding"}));
    return out;
}

std::int64_t pixels(const OnvifProfile& profile) {
    return std::int64_t{profile.width_px} * profile.height_px;
}

/// Addresses that mean the camera itself, and no other machine.
bool names_nobody(const std::string& host) {
    return host == "0.0.0.0" || host == "::" || host == "::1" || host == "localhost" ||
           host.starts_with("127.");
}

} // namespace

MediaServices services_in(const XmlNode& response) {
    MediaServices out;
    for (const XmlNode& service : response.children) {
        const std::string space = service.text_at({"Namespace"});
        if (space == kMedia)
            out.media = service.text_at({"XAddr"});
        else if (space == kMedia2)
            out.media2 = service.text_at({"XAddr"});
    }
    if (out.media.empty())
        out.media = response.text_at({"Capabilities", "Media", "XAddr"});
    return out;
}

std::optional<WallTime> utc_in(const XmlNode& response) {
    const XmlNode* utc = response.at({"SystemDateAndTime", "UTCDateTime"});
    if (utc == nullptr)
        return std::nullopt;
    const auto part = [&](const char* group, const char* name, int low, int high) {
        const std::string text = utc->text_at({group, name});
        int value = -1;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
        return failed == std::errc{} && value >= low && value <= high ? value : -1;
    };
    const int year = part("Date", "Year", 1970, 9999);
    const int month = part("Date", "Month", 1, 12);
    const int day = part("Date", "Day", 1, 31);
    const int hour = part("Time", "Hour", 0, 23);
    const int minute = part("Time", "Minute", 0, 59);
    const int second = part("Time", "Second", 0, 60);
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || !date.ok())
        return std::nullopt;
    return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
           std::chrono::minutes{minute} + std::chrono::seconds{second};
}

std::vector<OnvifProfile> profiles_in(const XmlNode& response) {
    std::vector<OnvifProfile> out;
    for (const XmlNode& node : response.children)
        if (node.name == "Profiles" && !node.attribute("token").empty() &&
            out.size() < kMostProfiles)
            out.push_back(profile_of(node));
    std::stable_sort(out.begin(), out.end(), [](const OnvifProfile& a, const OnvifProfile& b) {
        return pixels(a) > pixels(b);
    });
    return out;
}

std::string uri_in(const XmlNode& response, const std::string& host) {
    std::string text = response.text_at({"MediaUri", "Uri"});
    if (text.empty())
        text = response.text_at({"Uri"});
    auto url = net::parse_url(text);
    if (!url)
        return {};
    if (names_nobody(url->host))
        url->host = host;
    return url->without_user();
}

} // namespace vedette::media
