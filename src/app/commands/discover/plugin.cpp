#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/commands/discover/camera_report.h"
#include "app/commands/discover/probe_report.h"
#include "app/commands/discover/search.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/media/probe.h"

namespace vedette::app {
namespace {

using std::chrono::milliseconds;
using Json = nlohmann::ordered_json;
using Transport = media::SourceOptions::Transport;

milliseconds in_milliseconds(double seconds) {
    return milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

bool has_problem(const std::vector<media::Finding>& findings) {
    return std::any_of(findings.begin(), findings.end(), [](const media::Finding& one) {
        return one.weight == media::Finding::Weight::problem;
    });
}

class DiscoverCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Find cameras, and say what an input is and what is wrong with it";
    }
    void declare(CLI::App& options) override;
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override;

private:
    [[nodiscard]] media::ProbeOptions probe_options(const Environment& environment) const;
    [[nodiscard]] net::TlsOptions tls() const {
        net::TlsOptions out = tls_;
        out.verify = !no_verify_;
        return out;
    }
    /// \return whether all of them work
    bool probe(const std::vector<std::string>& inputs, const Login& login,
               const Environment& environment, Json& json) const;
    bool search(const Login& login, const Environment& environment, Json& json) const;
    void print(const FoundCameras& found, const std::string& configuration,
               std::ostream& out) const;

    std::vector<std::string> inputs_;
    std::vector<std::string> interfaces_;
    std::vector<std::string> hosts_;
    std::string only_;
    bool try_streams_ = false;
    bool json_ = false;
    double watch_s_ = 5;
    double timeout_s_ = 0;
    std::string user_;
    std::filesystem::path password_file_;
    std::string transport_ = "auto";
    net::TlsOptions tls_;
    bool no_verify_ = false;
};

void DiscoverCommand::declare(CLI::App& options) {
    auto* inputs = options.add_option(
        "INPUT", inputs_,
        "Only try these: rtsp://…, http://…, /dev/video0, a file. Without any, cameras are "
        "looked for: USB cameras, and IP cameras by ONVIF");
    options
        .add_option("--interface", interfaces_,
                    "Network interface to look for IP cameras on (default: all but loopback)")
        ->excludes(inputs);
    auto* hosts = options
                      .add_option("--onvif", hosts_,
                                  "Only ask this IP camera: HOST, HOST:PORT, or the URL of its "
                                  "device service")
                      ->excludes(inputs);
    options.add_option("--only", only_, "Look for usb or for network cameras alone")
        ->check(CLI::IsMember({"usb", "network"}))
        ->excludes(inputs)
        ->excludes(hosts);
    options.add_flag("--try", try_streams_, "Also try the streams that are found")
        ->excludes(inputs);
    options.add_flag("--json", json_, "Print JSON for programs");
    options.add_option("--watch", watch_s_, "Seconds that each input is watched (default: 5)")
        ->check(CLI::Range(0.1, 600.0));
    options
        .add_option("--timeout", timeout_s_,
                    "Seconds to wait for an answer (default: 3 when looking for cameras, 10 for an "
                    "INPUT)")
        ->check(CLI::Range(0.1, 600.0));
    options.add_option("--user", user_,
                       "Who logs in where an address does not say; the password comes from "
                       "VEDETTE_CAMERA_PASSWORD or --password-file, or is asked for. It goes to "
                       "every device that answers as a camera");
    options.add_option("--password-file", password_file_, "Its first line is the password");
    options.add_option("--transport", transport_, "RTSP over auto, tcp or udp")
        ->check(CLI::IsMember({"auto", "tcp", "udp"}));
    options.add_option("--ca-file", tls_.ca_file,
                       "PEM file of who signs the cameras' certificates, or of one itself");
    options.add_option("--server-name", tls_.server_name,
                       "The name that certificates must be for, if it is not the address");
    options.add_flag("--no-verify", no_verify_, "Believe any certificate");
}

media::ProbeOptions DiscoverCommand::probe_options(const Environment& environment) const {
    constexpr double kUsual = 10;
    media::ProbeOptions how;
    how.watch = in_milliseconds(watch_s_);
    how.longest_watch = std::max(how.watch, how.longest_watch);
    how.source.open_timeout = how.source.read_timeout =
        in_milliseconds(timeout_s_ > 0 ? timeout_s_ : kUsual);
    how.source.transport = transport_ == "tcp"   ? Transport::tcp
                           : transport_ == "udp" ? Transport::udp
                                                 : Transport::automatic;
    how.source.tls = tls();
    how.source.stop = environment.stop;
    how.source.cache_dir = (environment.paths.cache / "demo").string();
    return how;
}

bool DiscoverCommand::probe(const std::vector<std::string>& inputs, const Login& login,
                            const Environment& environment, Json& json) const {
    const media::ProbeOptions how = probe_options(environment);
    bool all_work = true;
    json["inputs"] = Json::array();
    for (const std::string& input : inputs) {
        if (environment.stop.stop_requested())
            return false;
        const auto report =
            media::probe_input(environment.registries.sources, with_login(input, login), how,
                               environment.clock, environment.log);
        all_work = all_work && report.works();
        json["inputs"].push_back(input_json(report));
        if (!json_)
            print_input(report, environment.out);
    }
    return all_work;
}

void DiscoverCommand::print(const FoundCameras& found, const std::string& configuration,
                            std::ostream& out) const {
    for (const auto& one : found.usb)
        print_usb_camera(one.camera, out);
    for (const auto& one : found.onvif)
        print_onvif_camera(one.camera, out);
    if (found.usb.empty() && found.onvif.empty())
        out << "No camera was found. Those that do not answer to ONVIF are tried by their address: "
               "vedette discover rtsp://…\n";
    if (!configuration.empty())
        out << "\n# for the configuration"
            << (user_.empty() ? "" : "; CAM_USER and CAM_PASS are variables of the environment")
            << '\n'
            << configuration;
}

bool DiscoverCommand::search(const Login& login, const Environment& environment, Json& json) const {
    SearchOptions how{.usb = only_ != "network" && hosts_.empty(),
                      .network = only_ != "usb" && hosts_.empty(),
                      .interfaces = interfaces_,
                      .hosts = hosts_,
                      .tls = tls(),
                      .login = login};
    if (timeout_s_ > 0)
        how.timeout = in_milliseconds(timeout_s_);
    const FoundCameras found = search_cameras(how, environment);
    const std::string configuration =
        suggested_configuration(found.usb, found.onvif, !user_.empty());
    bool well = found.errors.empty();
    json = {{"usb", Json::array()}, {"onvif", Json::array()}, {"errors", Json::array()}};
    for (const auto& one : found.usb)
        json["usb"].push_back(usb_json(one));
    for (const auto& one : found.onvif) {
        json["onvif"].push_back(onvif_json(one));
        well = well && (hosts_.empty() || !has_problem(one.camera.findings));
    }
    for (const Error& error : found.errors) {
        json["errors"].push_back(error.message());
        environment.err << "vedette: " << error.message() << '\n';
    }
    json["configuration"] = configuration;
    if (!json_)
        print(found, configuration, environment.out);
    if (!try_streams_)
        return well;
    std::vector<std::string> streams;
    for (const auto& one : found.usb)
        streams.push_back(one.camera.path.string());
    for (const auto& one : found.onvif)
        for (const auto& profile : one.camera.profiles)
            if (!profile.stream_uri.empty())
                streams.push_back(profile.stream_uri);
    return probe(streams, login, environment, json) && well;
}

Result<ExitCode> DiscoverCommand::run(Environment& environment) {
    const media::FfmpegLogGuard libav_log{environment.log};
    VEDETTE_TRY(const Login login, ask_login(user_, password_file_));
    Json json = Json::object();
    const bool well = inputs_.empty() ? search(login, environment, json)
                                      : probe(inputs_, login, environment, json);
    if (json_)
        environment.out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                        << '\n';
    return well ? ExitCode::ok : ExitCode::failed;
}

} // namespace

Status register_discover(CommandRegistry& registry);
Status register_discover(CommandRegistry& registry) {
    return registry.add("discover", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<DiscoverCommand>();
    });
}

} // namespace vedette::app
