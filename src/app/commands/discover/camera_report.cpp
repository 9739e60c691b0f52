#include "app/commands/discover/camera_report.h"

#include <iomanip>
#include <nlohmann/json.hpp>

#include "app/commands/discover/probe_report.h"

namespace vedette::app {
namespace {

using media::OnvifCamera;
using media::OnvifProfile;
using media::UsbCamera;
using Json = nlohmann::ordered_json;

void print_rates(const std::vector<double>& rates, std::ostream& out) {
    if (rates.empty())
        return;
    out << " at";
    for (std::size_t i = 0; i < rates.size(); ++i)
        out << (i == 0 ? " " : ", ") << std::setprecision(4) << rates[i];
}

void print_control(const media::UsbCameraControl& control, std::ostream& out) {
    out << "    control " << control.name << " = " << control.value;
    if (control.words.empty())
        out << "  (" << control.minimum << " to " << control.maximum << ')';
    for (std::size_t i = 0; i < control.words.size(); ++i)
        out << (i == 0 ? "  (" : ", ") << control.words[i].first << " " << control.words[i].second
            << (i + 1 == control.words.size() ? ")" : "");
    out << (control.inactive ? ", an automatic is in charge\n" : "\n");
}

void print_profile(const OnvifProfile& profile, std::ostream& out) {
    out << "    " << (profile.name.empty() ? profile.token : profile.name) << ": " << profile.codec
        << ' ' << profile.width_px << 'x' << profile.height_px;
    if (profile.frame_rate > 0)
        out << ", " << std::setprecision(4) << profile.frame_rate << " pictures per second";
    if (profile.key_frame_distance > 0)
        out << ", a key frame every " << profile.key_frame_distance << " pictures";
    if (!profile.audio_codec.empty())
        out << ", sound " << profile.audio_codec;
    out << '\n';
    for (const std::string& uri : {profile.stream_uri, profile.snapshot_uri})
        if (!uri.empty())
            out << "        " << uri << '\n';
}

} // namespace

void print_usb_camera(const UsbCamera& camera, std::ostream& out) {
    out << camera.path.string() << ": " << camera.name << " (" << camera.driver << ", "
        << camera.bus << ")\n";
    if (!camera.lasting.empty())
        out << "    the same after a restart: " << camera.lasting.string() << '\n';
    for (const auto& format : camera.formats) {
        out << "    " << format.name << " (" << format.description
            << (format.usable ? ")\n" : "; not known here)\n");
        for (const auto& size : format.sizes) {
            out << "        " << size.width_px << 'x' << size.height_px;
            print_rates(size.rates, out);
            out << '\n';
        }
    }
    for (const auto& control : camera.controls)
        print_control(control, out);
}

void print_onvif_camera(const OnvifCamera& camera, std::ostream& out) {
    out << camera.address << ": "
        << (camera.model.empty() ? "a camera" : camera.manufacturer + " " + camera.model);
    if (!camera.firmware.empty())
        out << ", firmware " << camera.firmware;
    if (!camera.serial.empty())
        out << ", serial " << camera.serial;
    out << '\n';
    for (const OnvifProfile& profile : camera.profiles)
        print_profile(profile, out);
    print_findings(camera.findings, out);
}

Json usb_json(const Named<UsbCamera>& one) {
    const UsbCamera& camera = one.camera;
    auto formats = Json::array();
    for (const auto& format : camera.formats) {
        auto sizes = Json::array();
        for (const auto& size : format.sizes)
            sizes.push_back({{"width_px", size.width_px},
                             {"height_px", size.height_px},
                             {"rates", size.rates}});
        formats.push_back({{"name", format.name},
                           {"description", format.description},
                           {"usable", format.usable},
                           {"sizes", std::move(sizes)}});
    }
    auto controls = Json::array();
    for (const auto& control : camera.controls) {
        auto words = Json::object();
        for (const auto& [value, word] : control.words)
            words[std::to_string(value)] = word;
        controls.push_back({{"name", control.name},
                            {"minimum", control.minimum},
                            {"maximum", control.maximum},
                            {"step", control.step},
                            {"normal", control.normal},
                            {"value", control.value},
                            {"inactive", control.inactive},
                            {"words", std::move(words)}});
    }
    return {{"name", one.name},
            {"path", camera.path.string()},
            {"lasting", camera.lasting.string()},
            {"model", camera.name},
            {"driver", camera.driver},
            {"bus", camera.bus},
            {"formats", std::move(formats)},
            {"controls", std::move(controls)}};
}

Json onvif_json(const Named<OnvifCamera>& one) {
    const OnvifCamera& camera = one.camera;
    const ProfileChoice choice = choose_profiles(camera);
    auto profiles = Json::array();
    for (int i = 0; i < static_cast<int>(camera.profiles.size()); ++i) {
        const OnvifProfile& profile = camera.profiles[static_cast<std::size_t>(i)];
        auto roles = Json::array();
        if (i == choice.record)
            roles.push_back("record");
        if (i == choice.detect)
            roles.push_back("detect");
        profiles.push_back({{"token", profile.token},
                            {"name", profile.name},
                            {"codec", profile.codec},
                            {"width_px", profile.width_px},
                            {"height_px", profile.height_px},
                            {"frame_rate", profile.frame_rate},
                            {"key_frame_distance", profile.key_frame_distance},
                            {"kbit_per_s", profile.kbit_per_s},
                            {"audio_codec", profile.audio_codec},
                            {"stream_uri", profile.stream_uri},
                            {"snapshot_uri", profile.snapshot_uri},
                            {"roles", std::move(roles)}});
    }
    Json json{{"name", one.name},
              {"address", camera.address},
              {"manufacturer", camera.manufacturer},
              {"model", camera.model},
              {"firmware", camera.firmware},
              {"serial", camera.serial},
              {"profiles", std::move(profiles)},
              {"findings", findings_json(camera.findings)}};
    if (camera.clock_error)
        json["clock_error_s"] = camera.clock_error->count();
    return json;
}

} // namespace vedette::app
