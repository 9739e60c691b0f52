#pragma once

#include <arpa/inet.h>
#include <array>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
#include <vector>

/// A server on loopback for the tests of sources that connect to one.
namespace vedette::media::testing {

/// Answers every caller with the same bytes and hangs up, on a port of the system's choice; never
/// answers if the bytes are empty.
class LoopbackServer {
public:
    explicit LoopbackServer(std::string answer)
        : answer_{std::move(answer)}, socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(socket_, 4);
        socklen_t length = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        if (!answer_.empty())
            thread_ = std::jthread{[this] { serve(); }};
    }
    ~LoopbackServer() {
        ::shutdown(socket_, SHUT_RDWR);
        if (thread_.joinable())
            thread_.join();
        ::close(socket_);
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;
    [[nodiscard]] int port() const { return port_; }
    /// What callers have said so far.
    [[nodiscard]] std::string heard() const {
        const std::scoped_lock lock{mutex_};
        return heard_;
    }

private:
    void serve() {
        for (int caller = 0; (caller = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(caller)) {
            const timeval patience{5, 0}; // a caller that reads nothing must not hold the test
            ::setsockopt(caller, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
            std::array<char, 2048> question{};
            const auto asked = ::read(caller, question.data(), question.size());
            if (asked > 0) {
                const std::scoped_lock lock{mutex_};
                heard_.append(question.data(), static_cast<std::size_t>(asked));
            }
            for (std::string_view rest = answer_; !rest.empty();) {
                const auto sent = ::send(caller, rest.data(), rest.size(), MSG_NOSIGNAL);
                if (sent <= 0)
                    break;
                rest.remove_prefix(static_cast<std::size_t>(sent));
            }
        }
    }

    std::string answer_;
    int socket_;
    int port_ = 0;
    mutable std::mutex mutex_; // protects heard_
    std::string heard_;
    std::jthread thread_;
};

} // namespace vedette::media::testing
