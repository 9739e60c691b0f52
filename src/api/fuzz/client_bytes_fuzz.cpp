// Whatever a client sends, on a new connection or on an open WebSocket: what comes back is HTTP or
// WebSocket's frames, and the connection ends when the client has nothing more to say.
//
// The first byte chooses: odd ('1') opens a WebSocket first, even ('0') does not. Everything after
// it is sent as it is, through a pair of sockets to a session of the real server.
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "http/connection.h"
#include "routes.h"
#include "test_fakes.h"

namespace {

using namespace vedette;
using namespace vedette::api;

/// What fits into a socket's buffer, so that sending never waits for the server.
constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::string_view kUpgrade = "GET /ws/events HTTP/1.1\r\nHost: localhost\r\n"
                                      "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                      "Sec-WebSocket-Version: 13\r\n"
                                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

void require(bool holds) {
    if (!holds)
        std::abort();
}

/// A server without a listener.
struct Sessions {
    void begin(int descriptor) {
        http::tcp::socket socket{reactor.context()};
        socket.assign(http::tcp::v4(), descriptor); // a pair's end reads and writes like any other
        auto seat = census->enter("127.0.0.1").first;
        require(seat.has_value());
        auto session =
            std::make_shared<http::Connection>(reactor, std::move(socket), std::move(seat), front);
        http::asio::post(reactor.context(), [session] { session->start(); });
    }

    test::FakeParts fakes;
    const ApiParts parts = fakes.parts();
    NullLog log;
    NullMetrics metrics;
    ManualClock clock{test::at_second(0)}; ///< nothing ever takes too long
    const ApiLimits limits{};
    const Service service{make_routes(parts, clock), {}, log};
    Probe probe{metrics, service.router()};
    ResponseCache cache{64, 1024 * 1024};
    std::shared_ptr<Census> census = std::make_shared<Census>(64, 0, [](std::size_t) {});
    http::Reactor reactor{clock, log};
    LiveHub live{parts.log, log, 64};
    WorkPool workers{1, 64};
    const http::Front front{limits, clock, service, cache, workers, live, probe};
};

class Client {
public:
    explicit Client(Sessions& server) {
        int ends[2];
        require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        const timeval patience{20, 0};
        ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        descriptor_ = ends[0];
        server.begin(ends[1]);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(descriptor_); }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0)
                return; // the server has closed
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void end_sending() { ::shutdown(descriptor_, SHUT_WR); }

    /// Until `text` has come, or the end.
    std::string receive_until(std::string_view text) {
        std::string all;
        char buffer[16 * 1024];
        while (text.empty() || all.find(text) == std::string::npos) {
            const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
            if (count < 0 && errno == EINTR) // by libFuzzer's own alarm
                continue;
            require(count >= 0 || errno == ECONNRESET); // nothing for 20 s: it hangs
            if (count <= 0)
                break;
            all.append(buffer, static_cast<std::size_t>(count));
        }
        return all;
    }

private:
    int descriptor_ = -1;
};

void require_frames(std::string_view bytes) {
    while (bytes.size() >= 2) {
        const auto first = static_cast<std::uint8_t>(bytes[0]);
        const auto second = static_cast<std::uint8_t>(bytes[1]);
        require((first & 0xF0U) == 0x80U); // whole messages, no extensions
        const std::uint8_t kind = first & 0x0FU;
        require(kind == 1 || kind == 8 || kind == 9 || kind == 10);
        require(second < 126); // unmasked; here is nothing long to say
        bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 2U + second));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Sessions server;
    if (size == 0 || size > kMostBytes)
        return 0;
    const bool live = (data[0] & 1U) != 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    Client client{server};
    if (live) {
        client.send(kUpgrade);
        require(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    }
    client.send(bytes);
    client.end_sending();
    const std::string answer = client.receive_until("");
    if (live)
        require_frames(answer);
    else
        require(answer.empty() || answer.starts_with("HTTP/1.1 ") ||
                answer.starts_with("HTTP/1.0 "));
    return 0;
}
