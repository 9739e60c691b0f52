#include <fstream>

#include "http/server_fixture.h"
#include "testing/temporary_folder.h"
#include "vedette/ports/testing/memory_recording_index.h"

namespace vedette::api {
namespace {

using test::Answer;
using test::TestClient;

class RecordingRoutes : public ServerTest {
protected:
    void SetUp() override {
        auto opened = recording::open_recording_folder(folder.path());
        ASSERT_TRUE(opened) << opened.error().message();
        files = *std::move(opened);
        ApiParts parts = fakes.parts();
        parts.recordings = {.files = files.get(), .index = &index, .log = &log};
        auto started = ApiServer::start(options, std::move(parts), log, metrics, clock);
        ASSERT_TRUE(started) << started.error().message();
        server = *std::move(started);
    }
    void write(const std::string& name, const std::string& bytes) {
        std::filesystem::create_directories((folder.path() / name).parent_path());
        std::ofstream{folder.path() / name, std::ios::binary} << bytes;
    }

    const TemporaryFolder folder;
    std::unique_ptr<recording::RecordingFiles> files;
    ports::testing::MemoryRecordingIndex index;
};

TEST_F(RecordingRoutes, APreviewIsAskedForAgainSinceItMayGetAMask) {
    const std::string strip = "gate/2026-11-21/10/1000.strip-01.jpg";
    const std::string path = "/recordings/gate/preview.jpg?at=2026-11-21T10:00:05Z";
    write(strip, "a picture");
    TestClient client{port()};
    const Answer first = client.get(path);
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.body, "a picture");
    EXPECT_EQ(first.fields.at("cache-control"), "private, no-cache");
    const std::string known = "If-None-Match: " + first.fields.at("etag") + "\r\n";
    EXPECT_EQ(client.get(path, known).status, 304);
    write(strip, "a picture with a mask");
    const Answer masked = client.get(path, known);
    EXPECT_EQ(masked.status, 200);
    EXPECT_EQ(masked.body, "a picture with a mask");
}

TEST_F(RecordingRoutes, PreviewsOfWhatIsNoCameraAreNone) {
    TestClient client{port()};
    for (const char* camera : {"..", "%2F", "%2e%2e%2f%2e%2e"}) {
        const Answer answer = client.get("/recordings/" + std::string{camera} +
                                         "/preview.jpg?at=2026-11-21T10:00:05Z");
        EXPECT_TRUE(answer.status == 404 || answer.status == 400) << camera << answer.body;
    }
}

} // namespace
} // namespace vedette::api
