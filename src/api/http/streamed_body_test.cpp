#include <atomic>
#include <thread>

#include "http/server_fixture.h"
#include "vedette/ports/testing/memory_recording_index.h"

namespace vedette::api {
namespace {

using std::chrono::seconds;
using test::Answer;
using test::TestClient;

/// A file of any size that lies nowhere, and may break.
class EndlessFiles final : public recording::RecordingFiles {
public:
    static char byte_at(std::uint64_t offset) {
        return static_cast<char>(offset * 7 + offset / 251);
    }

    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override {
        ++reads;
        largest = std::max(largest.load(), into.size());
        if (offset + into.size() > breaks_at)
            return Error{ErrorCode::unavailable, "read " + name + ": the disk is broken"};
        for (std::size_t i = 0; i < into.size(); ++i)
            into[i] = static_cast<std::byte>(byte_at(offset + i));
        return into.size();
    }
    Result<std::unique_ptr<recording::RecordingFile>> create(const std::string&) override {
        return no();
    }
    Status sync_name(const std::string&) override { return no(); }
    Status truncate(const std::string&, std::uint64_t) override { return no(); }
    Status remove(const std::string&) override { return no(); }
    Result<std::uint64_t> readable_bytes(const std::string&) const override { return no(); }
    Result<std::vector<Entry>> list_below(const std::string&) const override { return no(); }
    Result<Space> space() const override { return no(); }

    mutable std::atomic<int> reads{0};
    mutable std::atomic<std::size_t> largest{0};
    std::uint64_t breaks_at = UINT64_MAX;

private:
    static Error no() { return {ErrorCode::internal, "nobody asks for this"}; }
};

class StreamedBody : public ServerTest {
protected:
    static constexpr std::uint64_t kBytes = 3'000'001;

    void start_with(std::uint64_t bytes) {
        ports::RecordedSegment row;
        row.camera = domain::CameraId{"gate"};
        row.file = "gate/1.mp4";
        row.start = test::at_second(0);
        row.end = test::at_second(10);
        row.bytes = bytes;
        row.sha256 = std::string(64, 'a');
        ASSERT_TRUE(index.add(row));
        ApiParts parts = fakes.parts();
        parts.recordings = {.files = &files, .index = &index, .log = &log};
        auto started = ApiServer::start(options, std::move(parts), log, metrics, clock);
        ASSERT_TRUE(started) << started.error().message();
        server = *std::move(started);
    }
    static std::string expected(std::uint64_t from, std::uint64_t bytes) {
        std::string out(bytes, '\0');
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = EndlessFiles::byte_at(from + i);
        return out;
    }

    const std::string file = "/recordings/gate/segments/1/file";
    EndlessFiles files;
    ports::testing::MemoryRecordingIndex index;
};

TEST_F(StreamedBody, ArrivesWholeInPiecesAndTheConnectionStays) {
    start_with(kBytes);
    TestClient client{port()};
    for (int i = 0; i < 2; ++i) {
        const Answer answer = client.get(file);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.fields.at("accept-ranges"), "bytes");
        EXPECT_TRUE(answer.body == expected(0, kBytes));
        EXPECT_EQ(client.get("/health").status, 200);
    }
    EXPECT_GT(files.reads, 20);
    EXPECT_LE(files.largest, std::size_t{256} << 10U);
}

TEST_F(StreamedBody, IsGivenInParts) {
    start_with(kBytes);
    TestClient client{port()};
    const Answer part = client.get(file, "Range: bytes=1000000-1999999\r\n");
    EXPECT_EQ(part.status, 206);
    EXPECT_TRUE(part.body == expected(1'000'000, 1'000'000));
    EXPECT_EQ(part.fields.at("content-range"), "bytes 1000000-1999999/3000001");
    expect_problem(client.get(file, "Range: bytes=3000001-\r\n"), 416);
    const int before = files.reads;
    const Answer head = client.ask("HEAD", file);
    EXPECT_EQ(head.fields.at("content-length"), std::to_string(kBytes));
    EXPECT_EQ(client.get(file, "If-None-Match: " + head.fields.at("etag") + "\r\n").status, 304);
    EXPECT_EQ(files.reads, before) << "nothing is read for what is not sent";
}

TEST_F(StreamedBody, ThatBreaksOffClosesTheConnection) {
    files.breaks_at = 1'000'000;
    start_with(kBytes);
    TestClient client{port()};
    client.send("GET " + file + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string got = client.take(kBytes); // what comes until the end
    EXPECT_NE(got.find("HTTP/1.1 200"), std::string::npos);
    EXPECT_LT(got.size(), 1'100'000U);
    EXPECT_TRUE(client.is_closed());
    TestClient other{port()};
    EXPECT_EQ(other.get("/health").status, 200);
}

TEST_F(StreamedBody, IsGivenUpWhenNobodyTakesIt) {
    start_with(std::uint64_t{1} << 36U);
    TestClient client{port()};
    client.send("GET " + file + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    int reads = -1;
    for (int i = 0; i < 600 && files.reads != reads; ++i) { // until all buffers are full
        reads = files.reads;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    EXPECT_LT(reads, 200) << "no more is read than the client takes";
    clock.advance(options.limits.write_time + seconds{1});
    std::this_thread::sleep_for(std::chrono::milliseconds{500}); // until somebody looks at it
    std::uint64_t got = 0;
    for (std::string some = client.take(100'000); !some.empty(); some = client.take(100'000))
        got += some.size();
    EXPECT_LT(got, std::uint64_t{100} << 20U) << "what was under way, and no more";
    EXPECT_TRUE(client.is_closed());
}

TEST_F(StreamedBody, ManyAtOnceAndTheServerStopsInTheMiddle) {
    options.drain = std::chrono::milliseconds{50};
    options.limits.waiting_requests = 2; // fewer than clients: pieces have to wait
    start_with(std::uint64_t{1} << 36U);
    std::vector<TestClient> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back(port());
        clients.back().send("GET " + file + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    for (int round = 0; round < 5; ++round)
        for (auto& client : clients)
            if (client.readable_within(2'000))
                (void)client.take(100);
    server->stop();
    SUCCEED() << "nothing is left that a worker or a connection would touch";
}

} // namespace
} // namespace vedette::api
