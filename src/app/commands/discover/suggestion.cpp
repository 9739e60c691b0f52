#include "app/commands/discover/suggestion.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "vedette/base/text.h"

namespace vedette::app {
namespace {

using media::OnvifCamera;
using media::OnvifProfile;
using media::UsbCamera;

constexpr int kEnoughToDetect = 640;
constexpr int kManyLines = 1080;
constexpr std::size_t kLongestName = 40;

bool is_video(const OnvifProfile& profile) {
    return !profile.stream_uri.empty() && profile.codec != "JPEG";
}

/// As a double-quoted text of YAML in which nothing is looked up.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"' || text[i] == '\\')
            out += '\\';
        if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{')
            out += '$';
        out += text[i];
    }
    return out + '"';
}

/// With the place for user and password.
std::string path_of(const std::string& uri, bool with_login) {
    constexpr std::string_view kSchemeEnd = "://";
    const auto end = uri.find(kSchemeEnd);
    if (!with_login || end == std::string::npos)
        return quoted(uri);
    const auto host = end + kSchemeEnd.size();
    const std::string plain = quoted(uri.substr(host));
    return "\"" + uri.substr(0, host) + "${env:CAM_USER}:${env:CAM_PASS}@" + plain.substr(1);
}

std::string described(const OnvifProfile& profile) {
    std::string out = profile.codec;
    if (profile.width_px > 0)
        out += " " + std::to_string(profile.width_px) + "x" + std::to_string(profile.height_px);
    return out;
}

void put_profile(const OnvifProfile& profile, const std::string& roles, bool with_login,
                 std::ostream& out) {
    out << "      - path: " << path_of(profile.stream_uri, with_login) << "  # "
        << described(profile) << '\n'
        << "        roles: [" << roles << "]\n";
}

void put_camera(const Named<OnvifCamera>& one, bool with_login, std::ostream& out) {
    const ProfileChoice choice = choose_profiles(one.camera);
    if (choice.record < 0)
        return;
    const auto& profiles = one.camera.profiles;
    const OnvifProfile& large = profiles[static_cast<std::size_t>(choice.record)];
    const std::string sound = large.audio_codec.empty() ? "" : ", audio";
    out << "  " << one.name << ":\n    inputs:\n";
    if (choice.record == choice.detect)
        return put_profile(large, "detect, record" + sound, with_login, out);
    put_profile(large, "record" + sound, with_login, out);
    put_profile(profiles[static_cast<std::size_t>(choice.detect)], "detect", with_login, out);
}

/// The size that a USB camera is used at: 1080 lines at most, and fluent.
void put_device(const UsbCamera& camera, std::ostream& out) {
    for (const char* format : {"mjpeg", "h264", "yuyv422"})
        for (const auto& offered : camera.formats)
            for (const auto& size : offered.sizes) {
                constexpr double kFluent = 10;
                const bool fluent = size.rates.empty() || size.rates.front() >= kFluent;
                if (offered.name != format || size.height_px > kManyLines || !fluent)
                    continue;
                out << "        device: { format: " << format << ", width: " << size.width_px
                    << ", height: " << size.height_px;
                if (!size.rates.empty())
                    out << ", fps: " << std::setprecision(4) << size.rates.front();
                out << " }\n";
                return;
            }
}

void put_camera(const Named<UsbCamera>& one, std::ostream& out) {
    const bool usable = std::any_of(one.camera.formats.begin(), one.camera.formats.end(),
                                    [](const auto& format) { return format.usable; });
    if (!usable)
        return;
    const auto& path = one.camera.lasting.empty() ? one.camera.path : one.camera.lasting;
    out << "  " << one.name << ":\n    inputs:\n      - path: " << quoted(path.string())
        << "\n        roles: [detect, record]\n";
    put_device(one.camera, out);
}

} // namespace

ProfileChoice choose_profiles(const OnvifCamera& camera) {
    ProfileChoice choice;
    const auto& profiles = camera.profiles; // the largest first
    for (int i = 0; i < static_cast<int>(profiles.size()); ++i) {
        const OnvifProfile& one = profiles[static_cast<std::size_t>(i)];
        if (!is_video(one))
            continue;
        if (choice.record < 0)
            choice.record = choice.detect = i;
        else if (one.width_px >= kEnoughToDetect)
            choice.detect = i;
    }
    return choice;
}

std::string Names::fresh(std::string_view wanted, std::string_view otherwise) {
    std::string name = as_identifier(wanted.substr(0, kLongestName), '-');
    if (name.empty())
        name = otherwise;
    const std::string base = name;
    for (int number = 2; std::find(taken_.begin(), taken_.end(), name) != taken_.end(); ++number)
        name = base + "-" + std::to_string(number);
    taken_.push_back(name);
    return name;
}

std::string suggested_configuration(const std::vector<Named<UsbCamera>>& usb,
                                    const std::vector<Named<OnvifCamera>>& onvif, bool with_login) {
    std::ostringstream out;
    for (const auto& one : usb)
        put_camera(one, out);
    for (const auto& one : onvif)
        put_camera(one, with_login, out);
    return out.str().empty() ? std::string{} : "cameras:\n" + out.str();
}

} // namespace vedette::app
