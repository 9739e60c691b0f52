#include "probe/reachability.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "probe/reply.h"
#include "vedette/media/vendors.h"
#include "vedette/net/stream.h"
#include "vedette/net/url.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;
using Weight = Finding::Weight;

constexpr std::size_t kMostReplyBytes = 64UL * 1024;
constexpr std::chrono::milliseconds kLookAtPort = 400ms;
constexpr std::chrono::milliseconds kRestOfReply = 500ms;

/// How a scheme is spoken.
struct Manner {
    std::string_view scheme;
    std::uint16_t port;
    bool tls;
    std::string_view protocol; ///< "RTSP", "HTTP", or empty: nothing that we can ask
};
constexpr std::array kManners{
    Manner{"rtsp", 554, false, "RTSP"}, Manner{"rtsps", 322, true, "RTSP"},
    Manner{"http", 80, false, "HTTP"},  Manner{"https", 443, true, "HTTP"},
    Manner{"rtmp", 1935, false, ""},    Manner{"rtmps", 443, true, ""},
};
/// Where cameras, recorders and relays listen if not at the usual port.
constexpr std::array<std::uint16_t, 5> kOtherRtspPorts{554, 8554, 7447, 10554, 5543};

Finding problem(std::string id, std::string text, std::string advice = {}) {
    return {Weight::problem, std::move(id), std::move(text), std::move(advice)};
}

/// Where looking closer tells no more than the error of opening did.
Finding from_error(const Error& error) {
    switch (error.code()) {
    case ErrorCode::not_found: return problem("not-found", error.message());
    case ErrorCode::permission_denied: return problem("not-permitted", error.message());
    case ErrorCode::deadline_exceeded: return problem("no-answer", error.message());
    case ErrorCode::invalid_argument: return problem("not-usable", error.message());
    case ErrorCode::cancelled: return problem("stopped", error.message());
    case ErrorCode::data_loss: return problem("damaged", error.message());
    case ErrorCode::unavailable:
    case ErrorCode::already_exists:
    case ErrorCode::resource_exhausted:
    case ErrorCode::internal: return problem("unavailable", error.message());
    }
    return problem("unavailable", error.message());
}

class Examination {
public:
    Examination(net::Url url, const Manner& manner, const Error& error,
                const SourceOptions& options, const Clock& clock)
        : url_{std::move(url)}, manner_{manner}, error_{error}, options_{options}, clock_{clock} {}

    std::vector<Finding> run() {
        if (connect() && secure() && !manner_.protocol.empty())
            converse();
        if (findings_.empty())
            findings_.push_back(from_error(error_));
        return std::move(findings_);
    }

private:
    [[nodiscard]] net::Patience patience() const {
        return {clock_, options_.open_timeout, options_.stop};
    }
    [[nodiscard]] std::uint16_t port() const { return url_.port != 0 ? url_.port : manner_.port; }
    [[nodiscard]] std::string place() const { return url_.host + ":" + std::to_string(port()); }

    bool connect();
    bool secure();
    void converse();
    [[nodiscard]] std::string question() const;
    [[nodiscard]] Result<std::string> answer();
    void judge(const Reply& reply);
    void judge_silence(const Error& why);
    void judge_other_protocol(const std::string& bytes);
    void judge_login(const Reply& reply);
    void judge_path(const Reply& reply);
    [[nodiscard]] std::string ports_that_answer() const;
    [[nodiscard]] bool speaks_tls() const;

    const net::Url url_;
    const Manner& manner_;
    const Error& error_;
    const SourceOptions& options_;
    const Clock& clock_;
    std::unique_ptr<net::Stream> stream_;
    std::vector<Finding> findings_;
};

bool Examination::connect() {
    auto stream = net::Stream::connect(url_.host, port(), patience());
    if (stream) {
        stream_ = std::move(*stream);
        return true;
    }
    const Error& why = stream.error();
    if (why.code() == ErrorCode::not_found)
        findings_.push_back(problem("name-not-found", why.message()));
    else if (why.code() == ErrorCode::deadline_exceeded)
        findings_.push_back(
            problem("no-answer", why.message(),
                    "is it switched on, is this its address, and does a firewall stand between?"));
    else if (why.code() == ErrorCode::cancelled)
        findings_.push_back(from_error(why));
    else
        findings_.push_back(problem("not-reachable", why.message(), ports_that_answer()));
    return false;
}

std::string Examination::ports_that_answer() const {
    if (manner_.protocol != "RTSP")
        return "check the port, and whether the service is switched on at the camera";
    for (const std::uint16_t other : kOtherRtspPorts)
        if (other != port() &&
            net::Stream::connect(url_.host, other, patience().at_most(kLookAtPort)))
            return "port " + std::to_string(other) + " of it answers: try that";
    return "switch RTSP on at the camera (on some it is off until you do), and check the port";
}

bool Examination::secure() {
    if (!manner_.tls)
        return true;
    const Status secured = stream_->secure(options_.tls, patience());
    if (secured)
        return true;
    const Error& why = secured.error();
    if (why.code() == ErrorCode::permission_denied)
        findings_.push_back(problem("certificate-not-trusted", why.message()));
    else if (why.code() == ErrorCode::unavailable)
        findings_.push_back(
            problem("no-tls", why.message(),
                    "without TLS the address begins with " +
                        std::string{manner_.scheme.substr(0, manner_.scheme.size() - 1)} + "://"));
    else
        findings_.push_back(from_error(why));
    return false;
}

std::string Examination::question() const {
    if (manner_.protocol == "RTSP")
        return "DESCRIBE " + url_.without_user() +
               " RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\nUser-Agent: Vedette\r\n\r\n";
    return "GET " + (url_.target.empty() ? "/" : url_.target) +
           " HTTP/1.1\r\nHost: " + url_.authority() +
           "\r\nUser-Agent: Vedette\r\nConnection: close\r\n\r\n";
}

/// What it says, until the head is there and a moment longer.
Result<std::string> Examination::answer() {
    std::string bytes(kMostReplyBytes, '\0');
    std::size_t size = 0;
    net::Patience wait = patience();
    while (size < bytes.size()) {
        const auto got = stream_->read(std::span{bytes}.subspan(size), wait);
        if (!got && size == 0)
            return got.error();
        if (!got || *got == 0)
            break;
        size += *got;
        if (std::string_view{bytes}.substr(0, size).find("\r\n\r\n") != std::string_view::npos)
            wait = patience().at_most(kRestOfReply);
    }
    bytes.resize(size);
    return bytes;
}

void Examination::converse() {
    if (auto sent = stream_->write(question(), patience()); !sent)
        return judge_silence(sent.error());
    const auto bytes = answer();
    if (!bytes)
        return judge_silence(bytes.error());
    if (bytes->empty())
        return judge_silence({ErrorCode::unavailable, place() + " ended the connection"});
    const auto reply = parse_reply(*bytes);
    if (!reply || reply->protocol != manner_.protocol)
        return judge_other_protocol(*bytes);
    judge(*reply);
}

bool Examination::speaks_tls() const {
    if (manner_.tls)
        return false;
    const net::Patience soon = patience().at_most(2s);
    auto stream = net::Stream::connect(url_.host, port(), soon);
    return stream && (*stream)->secure({.verify = false}, soon);
}

void Examination::judge_silence(const Error& why) {
    if (why.code() == ErrorCode::cancelled)
        return findings_.push_back(from_error(why));
    if (speaks_tls())
        return findings_.push_back(
            problem("wants-tls", place() + " wants to be spoken to under TLS",
                    "write " + std::string{manner_.scheme} + "s:// instead"));
    if (why.code() == ErrorCode::deadline_exceeded)
        return findings_.push_back(
            problem("half-open", why.message(),
                    "something else listens on this port, or the camera hangs: restart it"));
    findings_.push_back(problem(
        "hangs-up", why.message() + " when it was asked for a stream",
        "some cameras do so when too many watch, or after too many wrong passwords: wait, and "
        "look at its log"));
}

void Examination::judge_other_protocol(const std::string& bytes) {
    if (speaks_tls())
        return judge_silence({ErrorCode::unavailable, ""});
    findings_.push_back(problem("other-protocol",
                                place() + " does not speak " + std::string{manner_.protocol} +
                                    " but says '" + printable(bytes) + "'",
                                bytes.starts_with("HTTP/")
                                    ? "that is the port of its web page: RTSP has another one, "
                                      "mostly 554"
                                    : "check the port"));
}

void Examination::judge_login(const Reply& reply) {
    const std::string realm = reply.realm.empty() ? "" : " to '" + reply.realm + "'";
    if (!url_.user || url_.user->empty())
        return findings_.push_back(
            problem("no-user", place() + " asks who logs in" + realm,
                    "give user and password in the address: " + std::string{manner_.scheme} +
                        "://USER:PASSWORD@" + url_.authority() + url_.target));
    findings_.push_back(
        problem("login-refused",
                "the user '" + printable(*url_.user) + "' or its password is not accepted" + realm,
                "check both; signs such as @ : / in a password are written %40 %3A %2F; some "
                "cameras have users of their own for ONVIF or RTSP, and lock who is wrong too "
                "often"));
}

void Examination::judge_path(const Reply& reply) {
    std::string advice = "see its manual, docs/guide/cameras.md, or ask it: vedette discover "
                         "--onvif " +
                         url_.host;
    if (const auto vendor = vendor_called(reply.server + " " + reply.realm))
        advice =
            "it looks like " + std::string{vendor->name} + ": try " + std::string{vendor->main} +
            (vendor->sub.empty() ? ""
                                 : ", or " + std::string{vendor->sub} + " for the small stream");
    findings_.push_back(
        problem("path-not-found",
                place() + " has nothing at " + (url_.target.empty() ? "/" : printable(url_.target)),
                std::move(advice)));
}

void Examination::judge(const Reply& reply) {
    const std::string said = std::to_string(reply.status) + " " + reply.reason;
    // With user and password it was asked before: what came of that goes first.
    if (error_.code() == ErrorCode::not_found || reply.status == 404 || reply.status == 454)
        return judge_path(reply);
    if (error_.code() == ErrorCode::permission_denied || reply.status == 401 || reply.status == 403)
        return judge_login(reply);
    if (reply.status >= 300 && reply.status < 400)
        return findings_.push_back(problem(
            "moved", place() + " sends us elsewhere: " + without_credentials(reply.location),
            "give that address"));
    if (reply.status == 453 || reply.status == 503)
        return findings_.push_back(
            problem("busy", place() + " answers " + said,
                    "too many watch this camera, or its stream is switched off"));
    if (reply.status >= 400)
        return findings_.push_back(problem("refused", place() + " answers " + said));
    if (manner_.protocol == "RTSP" && !reply.announces_video())
        return findings_.push_back(problem("no-video",
                                           place() + " offers a stream without pictures",
                                           "choose another path: this one is sound or data alone"));
    if (manner_.protocol == "HTTP" && reply.content_type.starts_with("text/html"))
        findings_.push_back(problem("web-page", place() + " answers with a web page",
                                    "give the address of its stream or of its still picture"));
}

} // namespace

std::vector<Finding> explain_failure(const std::string& location, const Error& error,
                                     const SourceOptions& options, const Clock& clock) {
    auto url = net::parse_url(location);
    if (location.find("://") == std::string::npos || error.code() == ErrorCode::cancelled)
        return {from_error(error)};
    if (!url)
        return {problem("bad-address", url.error().message(),
                        "signs such as @ : / in a user or password are written %40 %3A %2F")};
    const auto manner = std::find_if(kManners.begin(), kManners.end(),
                                     [&](const Manner& one) { return one.scheme == url->scheme; });
    if (manner == kManners.end())
        return {from_error(error)};
    return Examination{std::move(*url), *manner, error, options, clock}.run();
}

} // namespace vedette::media
