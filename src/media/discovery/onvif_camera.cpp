#include <algorithm>
#include <array>
#include <ctime>
#include <random>

#include "discovery/onvif_answers.h"
#include "discovery/soap.h"
#include "probe/judge.h"
#include "probe/reply.h"
#include "vedette/media/onvif.h"
#include "vedette/net/http.h"
#include "vedette/net/url.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;
using Weight = Finding::Weight;

constexpr std::size_t kMostAnswerBytes = 1'000'000;
constexpr const char* kDevicePath = "/onvif/device_service";
/// Where makers put it: the web server's, TP-Link's, Hikvision's and Reolink's, others'.
constexpr std::array kUsualPorts{80, 8000, 2020, 8080, 8899};
constexpr std::chrono::milliseconds kKnock = 1500ms;
/// Log-ins of cameras allow for about so much; events of several cameras are put in order by it.
constexpr std::chrono::seconds kClockOff{5};

constexpr std::string_view kDevice = "xmlns=\"http://www.onvif.org/ver10/device/wsdl\"";
constexpr std::string_view kMedia = "xmlns=\"http://www.onvif.org/ver10/media/wsdl\"";
constexpr std::string_view kMedia2 = "xmlns=\"http://www.onvif.org/ver20/media/wsdl\"";
constexpr std::string_view kSchema = "xmlns:t=\"http://www.onvif.org/ver10/schema\"";

/// <NAME NAMESPACE>INNER</NAME>
std::string element(std::string_view name, std::string_view space, std::string_view inner = {}) {
    std::string out = "<";
    out.append(name).append(" ").append(space).append(">");
    return out.append(inner).append("</").append(name).append(">");
}

std::string utc_text(WallTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::string fresh_nonce() {
    std::random_device random;
    std::string out;
    for (int i = 0; i < 16; ++i)
        out += static_cast<char>(random() & 0xFFU);
    return out;
}

/// Questions to one camera and its answers.
class Conversation {
public:
    Conversation(const OnvifQuestion& question, const Clock& clock)
        : question_{question}, clock_{clock} {}

    /// \return the first element of the answer's body; permission_denied if it wants somebody else
    Result<XmlNode> ask(const std::string& address, const std::string& body) {
        return ask(address, body, login(), question_.timeout);
    }
    /// Without saying who asks.
    Result<XmlNode> ask_openly(const std::string& address, const std::string& body,
                               std::chrono::milliseconds limit) {
        return ask(address, body, std::nullopt, std::min(limit, question_.timeout));
    }
    /// What was answered at all: a fault, too, is from an ONVIF device.
    [[nodiscard]] bool heard_soap() const noexcept { return heard_soap_; }
    void camera_clock_is(std::chrono::seconds ahead) noexcept { ahead_ = ahead; }

private:
    [[nodiscard]] std::optional<SoapLogin> login() const {
        if (question_.user.empty())
            return std::nullopt;
        return SoapLogin{.user = question_.user,
                         .password = question_.password,
                         .nonce = fresh_nonce(),
                         .created = utc_text(clock_.wall_now() + ahead_)};
    }
    Result<XmlNode> ask(const std::string& address, const std::string& body,
                        const std::optional<SoapLogin>& who, std::chrono::milliseconds limit) {
        net::HttpRequest request{.url = address,
                                 .post = soap_envelope(body, who),
                                 .headers = {"Content-Type: application/soap+xml; charset=utf-8"},
                                 .tls = question_.tls,
                                 .max_body = kMostAnswerBytes};
        const net::Patience patience{clock_, limit, question_.stop};
        if (who && http_wants_login_)
            log_in(request);
        auto answer = http_.ask(request, patience);
        if (answer && answer->status == 401 && who && !std::exchange(http_wants_login_, true)) {
            log_in(request);
            answer = http_.ask(request, patience);
        }
        if (!answer)
            return std::move(answer).error();
        return understood(*answer, address);
    }
    /// Not before it is asked for: the first half of a digest is a question without its body, which
    /// other cameras do not understand.
    void log_in(net::HttpRequest& request) const {
        request.user = question_.user;
        request.password = question_.password;
        request.login = net::HttpRequest::Login::digest;
    }
    Result<XmlNode> understood(const net::HttpAnswer& answer, const std::string& address) {
        auto envelope = parse_xml(answer.body);
        const XmlNode* body = envelope ? envelope->child("Body") : nullptr;
        heard_soap_ = heard_soap_ || body != nullptr || answer.status == 401;
        if (answer.status == 401 || answer.status == 403 || (envelope && is_login_fault(*envelope)))
            return Error{ErrorCode::permission_denied, "it does not let us"};
        if (const auto fault = envelope ? soap_fault(*envelope) : std::nullopt)
            return Error{ErrorCode::unavailable, "it answers with the fault '" + *fault + "'"};
        if (body == nullptr || body->children.empty())
            return Error{ErrorCode::invalid_argument,
                         address + " answers with status " + std::to_string(answer.status) +
                             " and '" + printable(answer.body) + "', which is not ONVIF"};
        return body->children.front();
    }

    const OnvifQuestion& question_;
    const Clock& clock_;
    net::HttpClient http_;
    std::chrono::seconds ahead_{0};
    bool heard_soap_ = false;
    bool http_wants_login_ = false;
};

class Inquiry {
public:
    Inquiry(const OnvifQuestion& question, const Clock& clock)
        : question_{question}, clock_{clock}, conversation_{question, clock} {}

    OnvifCamera run() {
        if (find_service()) {
            ask_who_it_is();
            ask_profiles();
            judge_profiles();
        }
        sort_by_weight(camera_.findings);
        return std::move(camera_);
    }

private:
    void say(Weight weight, std::string id, std::string text, std::string advice = {}) {
        camera_.findings.push_back({weight, std::move(id), std::move(text), std::move(advice)});
    }
    [[nodiscard]] std::vector<std::string> candidates() const;
    bool find_service();
    void take_time(const XmlNode& response);
    void ask_who_it_is();
    void ask_profiles();
    void ask_uris(const std::string& service, bool media2);
    void judge_profiles();
    void refused(const Error& error, const char* doing);
    [[nodiscard]] std::string at_camera(const std::string& address) const;

    const OnvifQuestion& question_;
    const Clock& clock_;
    Conversation conversation_;
    OnvifCamera camera_;
    bool login_told_ = false;
};

std::vector<std::string> Inquiry::candidates() const {
    if (question_.address.find("://") != std::string::npos)
        return {question_.address};
    const std::string start = "http://" + question_.address;
    const auto url = net::parse_url(start);
    if (!url || url->port != 0)
        return {start + kDevicePath};
    std::vector<std::string> out;
    out.reserve(kUsualPorts.size());
    for (const int port : kUsualPorts)
        out.push_back(start + ":" + std::to_string(port) + kDevicePath);
    return out;
}

bool Inquiry::find_service() {
    const auto addresses = candidates();
    const auto limit = addresses.size() > 1 ? kKnock : question_.timeout;
    std::optional<Error> first;
    for (const std::string& address : addresses) {
        const auto url = net::parse_url(address);
        if (!url) {
            say(Weight::problem, "bad-address", url.error().message());
            return false;
        }
        camera_.address = address;
        camera_.host = url->host;
        auto answer =
            conversation_.ask_openly(address, element("GetSystemDateAndTime", kDevice), limit);
        if (answer)
            take_time(*answer);
        if (conversation_.heard_soap())
            return true;
        if (!first || first->code() == ErrorCode::unavailable)
            first = answer.error();
        if (answer.error().code() == ErrorCode::cancelled ||
            answer.error().code() == ErrorCode::not_found)
            break;
    }
    const bool many = addresses.size() > 1;
    if (many)
        camera_.address = question_.address;
    say(Weight::problem,
        first->code() == ErrorCode::permission_denied ? "certificate-not-trusted" : "no-onvif",
        first->message() + (many ? " (other usual ports of ONVIF do not answer either)" : ""),
        "switch ONVIF on at the camera, where some have users of its own for it, and check "
        "address and port");
    return false;
}

/// A wrong clock would make every log-in fail: it is made up for, and told.
void Inquiry::take_time(const XmlNode& response) {
    const auto theirs = utc_in(response);
    if (!theirs)
        return;
    const auto ahead = std::chrono::floor<std::chrono::seconds>(*theirs - clock_.wall_now());
    camera_.clock_error = ahead;
    conversation_.camera_clock_is(ahead);
    if (ahead > kClockOff || ahead < -kClockOff)
        say(Weight::warning, "clock-wrong",
            "its clock is " + std::to_string(std::abs(ahead.count())) + " s " +
                (ahead.count() > 0 ? "ahead of" : "behind") + " ours",
            "let camera and server take the time from one NTP server");
}

void Inquiry::refused(const Error& error, const char* doing) {
    if (error.code() == ErrorCode::cancelled)
        return;
    if (error.code() != ErrorCode::permission_denied)
        return say(Weight::problem, "onvif-failed",
                   std::string{"asking it "} + doing + ": " + error.message());
    if (std::exchange(login_told_, true))
        return;
    if (question_.user.empty())
        return say(Weight::problem, "no-user", "it wants to know who asks",
                   "add --user NAME; many cameras have users of their own for ONVIF");
    say(Weight::problem, "login-refused",
        "the user '" + printable(question_.user) + "' or its password is not accepted",
        "check both; many cameras have users of their own for ONVIF, and some lock who is wrong "
        "too often");
}

void Inquiry::ask_who_it_is() {
    const auto answer =
        conversation_.ask(camera_.address, element("GetDeviceInformation", kDevice));
    if (!answer)
        return refused(answer.error(), "what it is");
    camera_.manufacturer = printable(answer->text_at({"Manufacturer"}));
    camera_.model = printable(answer->text_at({"Model"}));
    camera_.firmware = printable(answer->text_at({"FirmwareVersion"}));
    camera_.serial = printable(answer->text_at({"SerialNumber"}));
}

/// A service of the camera, at the host by which we reached it: behind a router it may call itself
/// otherwise, and no other machine is to get a log-in.
std::string Inquiry::at_camera(const std::string& address) const {
    const auto reached = net::parse_url(camera_.address);
    auto url = net::parse_url(address);
    if (!reached || !url || (url->scheme != "http" && url->scheme != "https"))
        return {};
    const bool same = url->host == reached->host;
    url->host = reached->host;
    if (!same)
        url->port = reached->port;
    return url->without_user();
}

void Inquiry::ask_profiles() {
    auto services =
        conversation_.ask(camera_.address, element("GetServices", kDevice,
                                                   "<IncludeCapability>false</IncludeCapability>"));
    if (!services)
        services = conversation_.ask(
            camera_.address, element("GetCapabilities", kDevice, "<Category>All</Category>"));
    if (!services)
        return refused(services.error(), "for its services");
    const MediaServices found = services_in(*services);
    const std::string media2 = at_camera(found.media2);
    if (!media2.empty()) {
        const auto answer =
            conversation_.ask(media2, element("GetProfiles", kMedia2, "<Type>All</Type>"));
        if (answer)
            camera_.profiles = profiles_in(*answer);
        if (!camera_.profiles.empty())
            return ask_uris(media2, true);
    }
    const std::string media = at_camera(found.media);
    if (media.empty())
        return say(Weight::problem, "no-media", "it offers no pictures by ONVIF");
    const auto answer = conversation_.ask(media, element("GetProfiles", kMedia));
    if (!answer)
        return refused(answer.error(), "for its profiles");
    camera_.profiles = profiles_in(*answer);
    ask_uris(media, false);
}

void Inquiry::ask_uris(const std::string& service, bool media2) {
    const std::string space = std::string{media2 ? kMedia2 : kMedia} + " " + std::string{kSchema};
    for (OnvifProfile& profile : camera_.profiles) {
        const std::string token = "<ProfileToken>" + xml_escaped(profile.token) + "</ProfileToken>";
        const std::string setup =
            media2 ? "<Protocol>RTSP</Protocol>"
                   : "<StreamSetup><t:Stream>RTP-Unicast</t:Stream><t:Transport><t:Protocol>RTSP"
                     "</t:Protocol></t:Transport></StreamSetup>";
        const auto stream =
            conversation_.ask(service, element("GetStreamUri", space, setup + token));
        if (!stream) {
            refused(stream.error(), "for the address of a stream");
            if (stream.error().code() != ErrorCode::unavailable) // one profile may be broken
                return;
        } else {
            profile.stream_uri = uri_in(*stream, camera_.host);
        }
        if (const auto still = conversation_.ask(service, element("GetSnapshotUri", space, token)))
            profile.snapshot_uri = uri_in(*still, camera_.host);
    }
}

void Inquiry::judge_profiles() {
    const auto other = std::find_if(camera_.profiles.begin(), camera_.profiles.end(),
                                    [&](const OnvifProfile& profile) {
                                        const auto url = net::parse_url(profile.stream_uri);
                                        return url && url->host != camera_.host;
                                    });
    if (other != camera_.profiles.end())
        say(Weight::note, "other-host",
            "its streams are said to be at another address than " + camera_.host,
            "if they can't be reached there, write the address that works");
    constexpr double kLongInterval = 5;
    for (const OnvifProfile& profile : camera_.profiles)
        if (profile.frame_rate > 0 &&
            profile.key_frame_distance / profile.frame_rate > kLongInterval)
            say(Weight::warning, "long-key-frame-interval",
                "profile '" + profile.name + "' has a key frame only every " +
                    std::to_string(profile.key_frame_distance) + " pictures",
                "set 1 or 2 s (I-frame interval, GOP) at the camera");
}

} // namespace

OnvifCamera ask_onvif(const OnvifQuestion& question, const Clock& clock) {
    return Inquiry{question, clock}.run();
}

} // namespace vedette::media
