#include "vedette/media/probe.h"

#include "test_media.h"
#include "test_server.h"
#include "vedette/net/testing/tls_server.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test
using net::testing::TestCertificate;
using net::testing::TlsServer;

class Probe : public MediaTest {
protected:
    static ProbeOptions quick() {
        ProbeOptions out;
        out.source.open_timeout = 5000ms;
        out.source.read_timeout = 5000ms;
        out.watch = 300ms;
        out.longest_watch = 1000ms;
        return out;
    }
    InputReport probe(const std::string& location, const ProbeOptions& options = quick()) {
        InputReport report = probe_input(registry, location, options, clock, log);
        EXPECT_EQ(all_of(report).find("hunter2"), std::string::npos) << all_of(report);
        return report;
    }
    static std::string all_of(const InputReport& report) {
        std::string all = report.name;
        for (const Finding& one : report.findings)
            all += " | " + one.id + ": " + one.text + " -> " + one.advice;
        return all;
    }
    /// The first finding, which must be a problem of that kind.
    Finding problem(const std::string& location, const std::string& id,
                    const ProbeOptions& options = quick()) {
        const InputReport report = probe(location, options);
        EXPECT_FALSE(report.works());
        EXPECT_FALSE(report.findings.empty());
        if (report.findings.empty())
            return {};
        EXPECT_EQ(report.findings[0].id, id) << all_of(report);
        EXPECT_EQ(report.findings[0].weight, Finding::Weight::problem);
        return report.findings[0];
    }
    static std::string rtsp(int port, const std::string& rest = "/x",
                            const std::string& user = "") {
        return "rtsp://" + user + "127.0.0.1:" + std::to_string(port) + rest;
    }
    static std::string says(const std::string& status, const std::string& headers = "",
                            const std::string& body = "") {
        return "RTSP/1.0 " + status + "\r\nCSeq: 1\r\n" + headers + "\r\n" + body;
    }
};

TEST_F(Probe, AFileIsMeasured) {
    write_clip(folder / "a.mp4", 50);
    const InputReport report = probe((folder / "a.mp4").string());
    EXPECT_TRUE(report.works()) << all_of(report);
    EXPECT_TRUE(report.opened);
    EXPECT_FALSE(report.live);
    EXPECT_EQ(report.codec, "h264");
    EXPECT_FALSE(report.profile.empty());
    EXPECT_EQ(report.width_px, 160);
    EXPECT_NEAR(report.measures.frame_rate.value_or(0), 25, 0.1);
    EXPECT_GE(report.measures.key_frames, 1U);
    ASSERT_TRUE(report.first_picture);
    EXPECT_NE(report.decoder.find("h264"), std::string::npos);
}

TEST_F(Probe, SoundAndBFramesAreSeen) {
    if (!run_ffmpeg("-f lavfi -i testsrc2=s=160x96:r=25:d=2 -f lavfi -i sine=d=2 -c:v libx264 -bf "
                    "2 -g 25 -c:a aac " +
                    (folder / "b.mp4").string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    const InputReport report = probe((folder / "b.mp4").string());
    EXPECT_EQ(report.audio_codec, "aac");
    EXPECT_EQ(report.audio_rate_hz, 44'100);
    EXPECT_EQ(report.audio_channels, 1);
    EXPECT_GT(report.measures.audio_packets, 10U);
    EXPECT_TRUE(report.measures.reordered);
    EXPECT_NE(all_of(report).find("b-frames"), std::string::npos) << all_of(report);
    EXPECT_TRUE(report.works());
}

TEST_F(Probe, WhatIsNoInputSaysSo) {
    EXPECT_NE(problem((folder / "none.mp4").string(), "not-found").text.find("none.mp4"),
              std::string::npos);
    EXPECT_NE(problem("gopher://h/x", "not-usable").text.find("rtsp://"), std::string::npos)
        << "what there is instead";
    problem("rtsp://user:hunter2@:99999999/", "bad-address");
}

TEST_F(Probe, NobodyListensNamesAPortThatAnswers) {
    int port = 0;
    {
        const LoopbackServer gone{""};
        port = gone.port();
    }
    const Finding finding = problem(rtsp(port, "/x", "admin:hunter2@"), "not-reachable");
    EXPECT_NE(finding.text.find("nothing listens"), std::string::npos) << finding.text;
    EXPECT_FALSE(finding.advice.empty());
}

TEST_F(Probe, AServerThatSaysNothingIsHalfOpen) {
    const LoopbackServer silent{""};
    ProbeOptions options = quick();
    options.source.open_timeout = 300ms;
    const Finding finding = problem(rtsp(silent.port()), "half-open", options);
    EXPECT_NE(finding.text.find("said nothing"), std::string::npos) << finding.text;
}

TEST_F(Probe, ALoginIsAskedForOrRefused) {
    const LoopbackServer locked{says(
        "401 Unauthorized", "WWW-Authenticate: Digest realm=\"IP Camera(C1)\", nonce=\"1\"\r\n")};
    const Finding nobody = problem(rtsp(locked.port()), "no-user");
    EXPECT_NE(nobody.text.find("IP Camera(C1)"), std::string::npos) << nobody.text;
    EXPECT_NE(nobody.advice.find("USER:PASSWORD@"), std::string::npos) << nobody.advice;
    const Finding somebody = problem(rtsp(locked.port(), "/x", "admin:hunter2@"), "login-refused");
    EXPECT_NE(somebody.text.find("'admin'"), std::string::npos) << somebody.text;
}

TEST_F(Probe, AWrongPathComesWithTheMakersOwn) {
    const LoopbackServer dahua{says("404 Not Found", "Server: Dahua Rtsp Server\r\n")};
    const Finding finding = problem(rtsp(dahua.port(), "/live"), "path-not-found");
    EXPECT_NE(finding.text.find("/live"), std::string::npos) << finding.text;
    EXPECT_NE(finding.advice.find("subtype=1"), std::string::npos) << finding.advice;
}

TEST_F(Probe, OtherAnswersAreTold) {
    const LoopbackServer busy{says("453 Not Enough Bandwidth")};
    problem(rtsp(busy.port()), "busy");
    const LoopbackServer moved{says("302 Moved", "Location: rtsp://u:hunter2@10.0.0.9/y\r\n")};
    const auto report = probe(rtsp(moved.port()));
    EXPECT_FALSE(report.opened);
    const LoopbackServer sound{
        says("200 OK", "Content-Type: application/sdp\r\n", "v=0\r\nm=audio 0 RTP/AVP 8\r\n")};
    problem(rtsp(sound.port()), "no-video");
    const LoopbackServer broken{says("500 Internal Server Error")};
    problem(rtsp(broken.port()), "refused");
    const LoopbackServer ssh{"SSH-2.0-OpenSSH_9.2\r\n"};
    EXPECT_NE(problem(rtsp(ssh.port()), "other-protocol").text.find("SSH-2.0"), std::string::npos);
    const LoopbackServer web{"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"};
    EXPECT_NE(problem(rtsp(web.port()), "other-protocol").advice.find("554"), std::string::npos);
}

TEST_F(Probe, TlsWhereThereIsNoneAndNoneWhereThereIs) {
    const LoopbackServer plain{says("200 OK")};
    const std::string port = std::to_string(plain.port());
    problem("rtsps://127.0.0.1:" + port + "/x", "no-tls");
    const TestCertificate certificate;
    const TlsServer secure{certificate, TlsServer::saying("x")};
    EXPECT_NE(problem(rtsp(secure.port()), "wants-tls").advice.find("rtsps://"), std::string::npos);
}

TEST_F(Probe, ACertificateThatIsNotTrustedIsExplained) {
    const TestCertificate old{{.begins = -7200s, .ends = -3600s}};
    const TlsServer secure{old, TlsServer::saying("x")};
    for (const char* scheme : {"rtsps", "https"}) {
        const std::string url =
            std::string{scheme} + "://127.0.0.1:" + std::to_string(secure.port()) + "/";
        const Finding unknown = problem(url, "certificate-not-trusted");
        EXPECT_NE(unknown.text.find("ca_file"), std::string::npos) << unknown.text;
        ProbeOptions options = quick();
        write_bytes(folder / "ca.pem", old.pem());
        options.source.tls.ca_file = folder / "ca.pem";
        const Finding expired = problem(url, "certificate-not-trusted", options);
        EXPECT_NE(expired.text.find("expired"), std::string::npos) << expired.text;
    }
}

TEST_F(Probe, HttpSaysWhatItGaveInstead) {
    const LoopbackServer page{
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
        "9\r\n\r\n<html>log"};
    const std::string base = "http://127.0.0.1:";
    problem(base + std::to_string(page.port()) + "/", "web-page");
    const LoopbackServer missing{
        "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"};
    problem(base + std::to_string(missing.port()) + "/video", "path-not-found");
}

TEST_F(Probe, AStopEndsIt) {
    const LoopbackServer silent{""};
    std::stop_source stop;
    stop.request_stop();
    ProbeOptions options = quick();
    options.source.open_timeout = 60s;
    options.source.stop = stop.get_token();
    const InputReport report = probe(rtsp(silent.port()), options);
    EXPECT_FALSE(report.opened);
    ASSERT_FALSE(report.findings.empty());
    EXPECT_EQ(report.findings[0].id, "stopped") << all_of(report);
}

} // namespace
} // namespace vedette::media
