#include "app/commands/doctor/checks.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>

#include "app/commands/models/model_check.h"
#include "vedette/infer/manifest.h"
#include "vedette/infer/model_loader.h"
#include "vedette/infer/probe.h"
#include "vedette/media/decoder.h"
#include "vedette/media/encoder.h"
#include "vedette/media/usb_cameras.h"

namespace vedette::app {
namespace {

constexpr std::uintmax_t kMiB = std::uintmax_t{1} << 20U;

/// The rest of the first line of a /proc file that starts with `key`.
std::string proc_line(const char* file, std::string_view key) {
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(key))
            return line.substr(std::min(line.size(), line.find(':') + 1));
    return {};
}

/// What speeds inference up, in the words of /proc/cpuinfo on x86 and ARM.
std::string number_formats() {
    constexpr std::array<std::string_view, 9> kWanted{"avx2",        "avx512f",     "avx512_vnni",
                                                      "avx512_bf16", "avx512_fp16", "amx_bf16",
                                                      "amx_int8",    "asimddp",     "bf16"};
    std::istringstream flags{proc_line("/proc/cpuinfo", "flags") +
                             proc_line("/proc/cpuinfo", "Features")};
    std::string found;
    for (std::string flag; flags >> flag;)
        if (std::find(kWanted.begin(), kWanted.end(), flag) != kWanted.end())
            found += (found.empty() ? "" : " ") + flag;
    return found.empty() ? "none that matter" : found;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

Check check_memory() {
    constexpr std::uintmax_t kLittleMiB = 1024;
    std::uintmax_t kib = 0;
    std::istringstream{proc_line("/proc/meminfo", "MemAvailable")} >> kib;
    const auto mib = kib / 1024;
    Check check{Check::State::ok, "memory", std::to_string(mib) + " MiB available", ""};
    if (mib < kLittleMiB) {
        check.state = Check::State::warn;
        check.advice = "one camera with models needs about 300 MiB; watch for swapping";
    }
    return check;
}

} // namespace

std::vector<Check> check_machine() {
    const auto model = proc_line("/proc/cpuinfo", "model name");
    std::vector<Check> checks;
    checks.push_back({Check::State::ok, "processor",
                      std::to_string(std::thread::hardware_concurrency()) + " cores" +
                          (model.empty() ? "" : "," + model),
                      ""});
    checks.push_back({Check::State::ok, "processor formats", number_formats(), ""});
    checks.push_back(check_memory());
    return checks;
}

std::vector<Check> check_engines(const Environment& environment) {
    std::vector<Check> checks;
    bool any = false;
    for (const auto& probe : infer::probe_engines(environment.registries.backends)) {
        const bool cpu = probe.device == "cpu";
        any = any || probe.works;
        checks.push_back({probe.works ? Check::State::ok
                          : cpu       ? Check::State::fail
                                      : Check::State::absent,
                          "engine " + probe.backend + " " + probe.device,
                          probe.works ? "works: " + probe.detail : probe.detail,
                          cpu && !probe.works
                              ? "reinstall the program, or build it again after ./dev deps"
                              : ""});
    }
    for (const char* fast : {"openvino", "onnxruntime"})
        if (!environment.registries.backends.contains(fast))
            checks.push_back({Check::State::warn, std::string{"engine "} + fast,
                              "not in this program",
                              "run ./dev deps and build again: on some processors it is the "
                              "fastest engine"});
    if (!any)
        checks.push_back({Check::State::fail, "engines", "none works", "reinstall the program"});
    return checks;
}

std::vector<Check> check_decoders() {
    const auto decoders = media::video_decoders();
    const bool h264 = std::find(decoders.begin(), decoders.end(), "h264") != decoders.end();
    std::vector<Check> checks;
    checks.push_back({h264 ? Check::State::ok : Check::State::fail, "video decoders",
                      joined(decoders),
                      h264 ? "" : "most cameras send H.264: install an FFmpeg with it"});
    for (const auto& accelerator : media::accelerators())
        checks.push_back({accelerator.works ? Check::State::ok : Check::State::absent,
                          "accelerator " + accelerator.name,
                          accelerator.detail.empty() ? "works" : accelerator.detail, ""});
    return checks;
}

std::vector<Check> check_encoders(const Environment& environment) {
    media::EncoderChooser chooser{media::libav_encoders(), environment.log};
    std::vector<Check> checks;
    bool h264 = false;
    for (const media::EncoderFinding& found : chooser.probe()) {
        h264 = h264 || (found.works && found.kind.codec == media::VideoCodec::h264);
        checks.push_back(
            {found.works ? Check::State::ok : Check::State::absent, "encoder " + found.kind.name,
             found.works
                 ? std::string{"works: "} + std::string{media::to_string(found.kind.codec)} +
                       (found.kind.hardware ? ", in hardware" : ", in software")
                 : found.detail,
             ""});
    }
    if (!h264)
        checks.push_back({Check::State::warn, "encoders", "none for H.264 works",
                          "record.encode, exact exports and timelapses need one: install an FFmpeg "
                          "with libx264"});
    return checks;
}

std::vector<Check> check_inputs(const Environment& environment) {
    std::vector<Check> checks{
        {Check::State::ok, "inputs", joined(environment.registries.sources.names()), ""}};
    const auto usb = media::list_usb_cameras();
    for (const auto& camera : usb.cameras)
        checks.push_back({Check::State::ok, "usb camera " + camera.path.string(),
                          camera.name + "; vedette discover lists what it can", ""});
    for (const auto& failure : usb.failures)
        checks.push_back({Check::State::warn, "usb camera " + failure.path.string(),
                          failure.error.message(), "see docs/guide/cameras.md"});
    if (usb.cameras.empty() && usb.failures.empty())
        checks.push_back({Check::State::absent, "usb cameras", "none", ""});
    return checks;
}

std::vector<Check> check_models(const Environment& environment) {
    const auto manifests = infer::load_manifests(environment.paths.models);
    if (!manifests)
        return {{Check::State::fail, "models", manifests.error().message(),
                 "name a folder of manifests in VEDETTE_MODELS, or mend that file"}};
    std::vector<Check> checks;
    for (const auto& manifest : *manifests) {
        const auto state = try_model(manifest, environment);
        checks.push_back(
            {state.ok ? Check::State::ok : Check::State::warn,
             "model " + manifest.full_id() + " (" + manifest.task + ")", state.detail,
             state.ok ? "" : "install what is missing; vedette models verify tells more"});
    }
    const auto has = [&](std::string_view task) {
        return std::any_of(manifests->begin(), manifests->end(),
                           [&](const infer::Manifest& manifest) { return manifest.task == task; });
    };
    if (!has("object"))
        checks.push_back(
            {Check::State::warn, "model for objects",
             "no manifest in " + environment.paths.models.string(),
             "without one what moves is followed, but not named; docs/guide/models.md tells "
             "how to add one"});
    return checks;
}

std::vector<Check> check_cache(const Environment& environment) {
    constexpr std::uintmax_t kLittleMiB = 1024;
    const auto& folder = environment.paths.cache;
    if (infer::usable_cache(folder, environment.log).empty())
        return {{Check::State::warn, "cache", folder.string() + " cannot be written",
                 "models are compiled at every start; name another folder in XDG_CACHE_HOME"}};
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error)
        return {{Check::State::warn, "cache", folder.string() + ": " + error.message(),
                 "check the disk"}};
    const auto mib = space.available / kMiB;
    const bool little = mib < kLittleMiB;
    return {{little ? Check::State::warn : Check::State::ok, "cache",
             folder.string() + ", " + std::to_string(mib) + " MiB free",
             little ? "free some space on this disk" : ""}};
}

} // namespace vedette::app
