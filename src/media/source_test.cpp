#include "vedette/media/source.h"

#include <atomic>
#include <thread>

#include "test_media.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

TEST(WithoutCredentials, HidesUserAndPasswordOfUrls) {
    EXPECT_EQ(without_credentials("rtsp://user:secret@host/x"), "rtsp://***@host/x");
    EXPECT_EQ(without_credentials("rtsp://user@host:554/x?y=1"), "rtsp://***@host:554/x?y=1");
    EXPECT_EQ(without_credentials("RTSP://a:p@ss@host/x"), "RTSP://***@host/x");
    EXPECT_EQ(without_credentials("rtsp://a:b@[fe80::1]:554/x"), "rtsp://***@[fe80::1]:554/x");
}

TEST(WithoutCredentials, LeavesPathsAndPlainUrlsAlone) {
    for (const char* plain : {"/videos/a@b:c.mp4", "clip.mp4", "rtsp://host/x",
                              "rtsp://host:554/x@y", "rtsp://[fe80::1]/x@y", "demo://street?seed=7",
                              "http://h/a?user=1", "", "://", "1://a:b@c"})
        EXPECT_EQ(without_credentials(plain), plain);
}

TEST(WithoutCredentials, HidesWhatCameraMakersPutIntoTheAddress) {
    EXPECT_EQ(without_credentials("http://h/s.cgi?user=admin&pwd=1234&ch=1"),
              "http://h/s.cgi?user=admin&pwd=***&ch=1");
    EXPECT_EQ(without_credentials("rtsp://h:554/user=admin&password=x&channel=1"),
              "rtsp://h:554/user=admin&password=***&channel=1");
    EXPECT_EQ(without_credentials("http://h/?Token=abc"), "http://h/?Token=***");
}

TEST(WithoutCredentials, HidesTooMuchRatherThanTooLittle) {
    EXPECT_EQ(without_credentials("rtsp://user:pa/ss@host/x"), "rtsp://***@host/x");
}

class OpenSource : public MediaTest {};

TEST_F(OpenSource, RegistersWhatItPromises) {
    for (const char* scheme : {"file", "folder", "rtsp", "rtsps", "http", "https"})
        EXPECT_TRUE(registry.contains(scheme)) << scheme;
}

TEST_F(OpenSource, AMissingFileIsNamed) {
    const auto source = open("/nowhere/clip.mp4");
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code(), ErrorCode::not_found);
    EXPECT_NE(source.error().message().find("/nowhere/clip.mp4"), std::string::npos);
}

TEST_F(OpenSource, AnUnknownSchemeNamesTheKnownOnes) {
    const auto source = open("gopher://user:secret@host/x");
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(source.error().message().find("rtsp://"), std::string::npos);
    EXPECT_EQ(source.error().message().find("secret"), std::string::npos);
}

TEST_F(OpenSource, FileUrlsArePathsAndFoldersAreFound) {
    write_clip(folder / "a.mp4", 3);
    EXPECT_TRUE(open("file://" + (folder / "a.mp4").string()));
    const auto none = open(folder.string());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(none.error().message().find("no pictures"), std::string::npos);
}

TEST_F(OpenSource, AFileAtRealSpeedComesWhenItsTimeHasCome) {
    write_clip(folder / "a.mp4", 3);
    auto file = open((folder / "a.mp4").string());
    ASSERT_TRUE(file);
    ManualClock time;
    const auto camera = at_real_speed(*std::move(file), time);
    EXPECT_TRUE(camera->info().live);
    const auto first = camera->read({});
    ASSERT_TRUE(first && *first);
    std::atomic<bool> came = false;
    std::jthread reader{[&] {
        const auto second = camera->read({});
        EXPECT_TRUE(second && *second);
        EXPECT_GE(time.steady_now().time_since_epoch(), (*second)->at() - (*first)->at());
        came = true;
    }};
    EXPECT_FALSE(came);
    time.advance(11s); // far behind: what is left is not hurried, and this one is due
    reader.join();
    EXPECT_TRUE(came);
}

TEST_F(OpenSource, AStopRequestEndsTheWaitForAPicture) {
    write_clip(folder / "a.mp4", 3);
    auto file = open((folder / "a.mp4").string());
    ASSERT_TRUE(file);
    ManualClock time;
    const auto camera = at_real_speed(*std::move(file), time);
    ASSERT_TRUE(camera->read({}));
    std::jthread reader{[&](const std::stop_token& stop) {
        const auto second = camera->read(stop);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code(), ErrorCode::cancelled);
    }};
    reader.request_stop();
}

} // namespace
} // namespace vedette::media
