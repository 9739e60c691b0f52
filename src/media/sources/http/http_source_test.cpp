#include "test_media.h"
#include "test_server.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class HttpSource : public MediaTest {
protected:
    static std::string url(const LoopbackServer& server, const std::string& user = "") {
        return "http://" + user + "127.0.0.1:" + std::to_string(server.port()) + "/video";
    }
    static std::string answer(const std::string& status, const std::string& headers,
                              const std::string& body = "") {
        return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers + "\r\n" + body;
    }
    static std::string whole(const std::string& type, const std::string& body) {
        return answer("200 OK",
                      "Content-Type: " + type +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                      body);
    }
    static SourceOptions quick() {
        SourceOptions out;
        out.open_timeout = 8000ms;
        out.read_timeout = 5000ms;
        return out;
    }
    Error refusal(const std::string& location, const SourceOptions& options = quick()) {
        auto source = open(location, options);
        EXPECT_FALSE(source);
        return source ? Error{ErrorCode::internal, "it opened"} : source.error();
    }
};

TEST_F(HttpSource, AFileOnAServerIsReadToItsEnd) {
    if (!run_ffmpeg("-f lavfi -i testsrc2=s=160x96:r=25:d=2 -c:v libx264 -movflags faststart " +
                    (folder / "clip.mp4").string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    const LoopbackServer server{whole("video/mp4", read_bytes(folder / "clip.mp4"))};
    auto opened = reader(url(server), quick());
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_FALSE(opened->info().live) << "the file tells how long it is";
    EXPECT_EQ(opened->info().codec, "h264");
    const auto got = read_all(*opened);
    EXPECT_FALSE(got.error) << got.error->message();
    EXPECT_EQ(got.times.size(), 50U);
    EXPECT_NE(server.heard().find("User-Agent: Vedette"), std::string::npos);
}

TEST_F(HttpSource, ACameraThatSendsPictureAfterPictureIsLive) {
    std::string stream =
        answer("200 OK", "Content-Type: multipart/x-mixed-replace;boundary=cut\r\n");
    for (int i = 0; i < 40; ++i) {
        const auto jpeg = imaging::encode_jpeg(test_picture(160, 96, i).view(), 90);
        ASSERT_TRUE(jpeg);
        stream +=
            "--cut\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(jpeg->size()) +
            "\r\n\r\n" + std::string{jpeg->begin(), jpeg->end()} + "\r\n";
    }
    const LoopbackServer camera{stream};
    auto opened = reader(url(camera), quick());
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_TRUE(opened->info().live);
    EXPECT_EQ(opened->info().codec, "mjpeg");
    const auto got = read_all(*opened);
    EXPECT_GE(got.times.size(), 35U);
    for (std::size_t i = 1; i < got.times.size(); ++i)
        EXPECT_GT(got.times[i], got.times[i - 1]);
    ASSERT_TRUE(got.error) << "a camera that hangs up is away";
    EXPECT_EQ(got.error->code(), ErrorCode::unavailable) << got.error->message();
}

TEST_F(HttpSource, AStillPictureIsFetchedAgainAndAgain) {
    const auto jpeg = imaging::encode_jpeg(test_picture(160, 96).view(), 90);
    ASSERT_TRUE(jpeg);
    const LoopbackServer camera{
        answer("200 OK",
               "Content-Type: image/jpeg\r\nETag: \"7\"\r\nContent-Length: " +
                   std::to_string(jpeg->size()) + "\r\n",
               std::string{jpeg->begin(), jpeg->end()})};
    SourceOptions options = quick();
    options.picture_interval = 30ms;
    const auto by_its_name = open(url(camera) + ".jpg", options);
    ASSERT_TRUE(by_its_name) << by_its_name.error().message();
    EXPECT_EQ((*by_its_name)->info().container, "still");
    auto opened = reader(url(camera), options);
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_TRUE(opened->info().live);
    EXPECT_EQ(opened->info().container, "still");
    EXPECT_EQ(opened->info().width_px, 160);
    StreamTime last{-1us};
    for (int i = 0; i < 5; ++i) {
        const auto frame = opened->next();
        ASSERT_TRUE(frame && *frame) << i;
        EXPECT_GT((**frame)->at, last);
        last = (**frame)->at;
    }
    EXPECT_GE(last, StreamTime{4 * 30ms});
    EXPECT_NE(camera.heard().find("If-None-Match: \"7\""), std::string::npos);
}

TEST_F(HttpSource, AStopEndsTheWaitForTheNextStillPicture) {
    const auto jpeg = imaging::encode_jpeg(test_picture(160, 96).view(), 90);
    const LoopbackServer camera{whole("image/jpeg", std::string{jpeg->begin(), jpeg->end()})};
    SourceOptions options = quick();
    options.picture_interval = 60s;
    auto source = open(url(camera), options);
    ASSERT_TRUE(source) << source.error().message();
    ASSERT_TRUE((*source)->read({}));
    std::stop_source stop;
    std::jthread stopper{[&] { stop.request_stop(); }};
    const auto stopped = (*source)->read(stop.get_token());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code(), ErrorCode::cancelled);
}

TEST_F(HttpSource, SaysWhatTheServerSaid) {
    const LoopbackServer missing{answer("404 Not Found", "Content-Length: 0\r\n")};
    EXPECT_EQ(refusal(url(missing)).code(), ErrorCode::not_found);
    const LoopbackServer forbidden{answer("403 Forbidden", "Content-Length: 0\r\n")};
    EXPECT_EQ(refusal(url(forbidden)).code(), ErrorCode::permission_denied);
    const LoopbackServer broken{answer("500 Internal Server Error", "Content-Length: 0\r\n")};
    EXPECT_EQ(refusal(url(broken)).code(), ErrorCode::unavailable);
    const LoopbackServer page{whole("text/html", "<html>log in first</html>")};
    EXPECT_EQ(refusal(url(page)).code(), ErrorCode::unavailable);
}

TEST_F(HttpSource, APasswordIsUsedAndNeverShown) {
    const LoopbackServer locked{
        answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n")};
    const Error error = refusal(url(locked, "viewer:hunter2@"));
    EXPECT_EQ(error.code(), ErrorCode::permission_denied);
    EXPECT_EQ(error.message().find("hunter2"), std::string::npos) << error.message();
    EXPECT_NE(locked.heard().find("Authorization: Basic dmlld2VyOmh1bnRlcjI="), std::string::npos)
        << locked.heard();
}

TEST_F(HttpSource, ARedirectMayNotReachIntoTheMachine) {
    write_clip(folder / "private.mp4", 5);
    const LoopbackServer server{answer("302 Found", "Location: file://" +
                                                        (folder / "private.mp4").string() +
                                                        "\r\nContent-Length: 0\r\n")};
    EXPECT_NE(refusal(url(server)).code(), ErrorCode::internal);
}

TEST_F(HttpSource, AServerThatNeverAnswersEndsAtTheOpenTimeout) {
    const LoopbackServer silent{""};
    SourceOptions options = quick();
    options.open_timeout = 300ms;
    const Error error = refusal(url(silent), options);
    EXPECT_EQ(error.code(), ErrorCode::deadline_exceeded) << error.message();
    EXPECT_NE(error.message().find("300 ms"), std::string::npos) << error.message();
}

TEST_F(HttpSource, NobodyThereIsUnavailable) {
    int port = 0;
    {
        const LoopbackServer gone{""};
        port = gone.port();
    }
    EXPECT_EQ(refusal("http://127.0.0.1:" + std::to_string(port) + "/").code(),
              ErrorCode::unavailable);
}

} // namespace
} // namespace vedette::media
