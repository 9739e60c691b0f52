#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace vedette::api::test {

struct Answer {
    int status = 0;                            ///< 0: the server closed the connection without one
    std::map<std::string, std::string> fields; ///< names in lower case
    std::string body;
    std::string head;
};

/// Bytes to and from the server, as they are. A wait of half a minute is a failure.
class TestClient {
public:
    explicit TestClient(std::uint16_t port, const char* from = "127.0.0.1",
                        int receive_buffer = 0) {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{30, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (receive_buffer > 0)
            ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                         sizeof receive_buffer);
        sockaddr_in local = address(from, 0);
        ::bind(descriptor_, reinterpret_cast<sockaddr*>(&local), sizeof local);
        sockaddr_in remote = address("127.0.0.1", port);
        connected_ =
            ::connect(descriptor_, reinterpret_cast<sockaddr*>(&remote), sizeof remote) == 0;
    }
    TestClient(TestClient&& other) noexcept
        : descriptor_{std::exchange(other.descriptor_, -1)},
          connected_{other.connected_}, unread_{std::move(other.unread_)} {}
    TestClient& operator=(TestClient&&) = delete;
    ~TestClient() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    [[nodiscard]] bool connected() const { return connected_; }

    /// \return false if the server has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    void end_sending() { ::shutdown(descriptor_, SHUT_WR); }

    /// A request with a good Host; `more` are further lines.
    Answer ask(std::string_view method, std::string_view target, std::string_view more = "") {
        send(std::string{method} + " " + std::string{target} + " HTTP/1.1\r\nHost: localhost\r\n" +
             std::string{more} + "\r\n");
        return answer(method == "HEAD");
    }
    Answer get(std::string_view target, std::string_view more = "") {
        return ask("GET", target, more);
    }

    Answer answer(bool without_body = false) {
        Answer out;
        std::size_t end = 0;
        while ((end = unread_.find("\r\n\r\n")) == std::string::npos)
            if (!receive())
                return out;
        out.head = unread_.substr(0, end + 2);
        unread_.erase(0, end + 4);
        out.status = std::stoi(out.head.substr(9, 3));
        read_fields(out);
        const auto length = out.fields.find("content-length");
        const std::size_t size =
            without_body || length == out.fields.end() ? 0 : std::stoul(length->second);
        out.body = take(size);
        return out;
    }

    /// Exactly so many bytes, fewer if the server closes.
    std::string take(std::size_t size) {
        while (unread_.size() < size && receive()) {
        }
        std::string out = unread_.substr(0, size);
        unread_.erase(0, out.size());
        return out;
    }
    /// \return whether the server closed, with nothing more said.
    bool is_closed() { return unread_.empty() && !receive() && !timed_out_; }

    /// \return whether bytes, or the end of them, came within the time.
    bool readable_within(int milliseconds) const {
        pollfd wait{descriptor_, POLLIN, 0};
        return !unread_.empty() || ::poll(&wait, 1, milliseconds) > 0;
    }

private:
    static sockaddr_in address(const char* text, std::uint16_t port) {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_port = htons(port);
        ::inet_pton(AF_INET, text, &out.sin_addr);
        return out;
    }
    bool receive() {
        char buffer[65536];
        const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
        timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        EXPECT_FALSE(timed_out_) << "the server said nothing for half a minute";
        if (count <= 0)
            return false;
        unread_.append(buffer, static_cast<std::size_t>(count));
        return true;
    }
    static void read_fields(Answer& answer) {
        std::size_t at = answer.head.find("\r\n") + 2;
        for (std::size_t end = 0; (end = answer.head.find("\r\n", at)) != std::string::npos;
             at = end + 2) {
            const std::string line = answer.head.substr(at, end - at);
            const std::size_t colon = line.find(": ");
            std::string name = line.substr(0, colon);
            for (char& c : name)
                c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            EXPECT_FALSE(answer.fields.count(name)) << "twice: " << line;
            answer.fields[name] = line.substr(colon + 2);
        }
    }

    int descriptor_ = -1;
    bool connected_ = false;
    bool timed_out_ = false;
    std::string unread_;
};

/// The client's side of RFC 6455, as much as tests need.
class TestSocket {
public:
    struct Frame {
        int opcode = -1; ///< 1 text, 8 close, 9 ping, 10 pong; -1: the connection ended
        std::string payload;
    };

    explicit TestSocket(std::uint16_t port, std::string_view target = "/ws/events",
                        std::string_view more = "", int receive_buffer = 0)
        : client_{port, "127.0.0.1", receive_buffer} {
        upgraded = client_.get(target, "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                       "Sec-WebSocket-Version: 13\r\n"
                                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                                           std::string{more});
    }

    Frame read() {
        const std::string head = client_.take(2);
        if (head.size() < 2)
            return {};
        std::size_t size = static_cast<unsigned char>(head[1]) & 0x7FU;
        const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (extra > 0) {
            size = 0;
            for (const char c : client_.take(extra))
                size = size * 256 + static_cast<unsigned char>(c);
        }
        return {head[0] & 0x0F, client_.take(size)};
    }
    /// The next one that is a text.
    std::string read_text() {
        for (;;) {
            Frame frame = read();
            if (frame.opcode == 1 || frame.opcode < 0)
                return frame.payload;
        }
    }
    void send(int opcode, const std::string& payload) {
        std::string bytes;
        bytes.push_back(static_cast<char>(0x80 | opcode));
        if (payload.size() < 126) {
            bytes.push_back(static_cast<char>(0x80U | payload.size()));
        } else {
            bytes.push_back(static_cast<char>(0x80 | 126));
            bytes.push_back(static_cast<char>(payload.size() >> 8U));
            bytes.push_back(static_cast<char>(payload.size() & 0xFFU));
        }
        client_.send(bytes + std::string(4, '\0') + payload); // a mask of zeros changes nothing
    }
    TestClient& client() { return client_; }
    Answer upgraded;

private:
    TestClient client_;
};

} // namespace vedette::api::test
