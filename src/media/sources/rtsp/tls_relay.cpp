#include "sources/rtsp/tls_relay.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "vedette/base/worker.h"

namespace vedette::media {
namespace {

constexpr std::size_t kPieceBytes = 64UL * 1024;

/// What came from one side and has not gone to the other yet. While there is some, nothing more is
/// read from there.
class Piece {
public:
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
    [[nodiscard]] std::span<char> room() noexcept { return bytes_; }
    [[nodiscard]] std::string_view content() const noexcept {
        return {bytes_.data() + begin_, end_ - begin_};
    }
    void filled(std::size_t count) noexcept {
        begin_ = 0;
        end_ = count;
    }
    void taken(std::size_t count) noexcept { begin_ += count; }

private:
    std::array<char, kPieceBytes> bytes_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

/// Both directions between libavformat and the camera.
class Pump {
public:
    Pump(net::Stream& camera, int player) : camera_{camera}, player_{player} {}

    /// As much as goes without waiting. \return false when one side is gone
    bool turn() {
        for (bool moved = true; moved;) {
            moved = false;
            if (!from_player(moved) || !to_camera(moved) || !from_camera(moved) ||
                !to_player(moved))
                return false;
        }
        return true;
    }
    [[nodiscard]] short wanted_of_player() const noexcept {
        return static_cast<short>((outward_.empty() ? POLLIN : 0) |
                                  (inward_.empty() ? 0 : POLLOUT));
    }
    [[nodiscard]] short wanted_of_camera() const noexcept {
        return static_cast<short>((inward_.empty() ? POLLIN : 0) |
                                  (outward_.empty() ? 0 : POLLOUT));
    }

private:
    bool from_player(bool& moved) {
        if (!outward_.empty())
            return true;
        const auto got = ::recv(player_, outward_.room().data(), outward_.room().size(), 0);
        if (got <= 0)
            return got < 0 && (errno == EAGAIN || errno == EINTR);
        outward_.filled(static_cast<std::size_t>(got));
        return moved = true;
    }
    bool to_camera(bool& moved) {
        if (outward_.empty())
            return true;
        const auto put = camera_.write_some(outward_.content());
        if (!put)
            return false;
        outward_.taken(*put);
        moved = moved || *put > 0;
        return true;
    }
    bool from_camera(bool& moved) {
        if (!inward_.empty())
            return true;
        const auto got = camera_.read_some(inward_.room());
        if (!got)
            return false;
        inward_.filled(*got);
        moved = moved || *got > 0;
        return true;
    }
    bool to_player(bool& moved) {
        if (inward_.empty())
            return true;
        const std::string_view bytes = inward_.content();
        const auto put = ::send(player_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put < 0)
            return errno == EAGAIN || errno == EINTR;
        inward_.taken(static_cast<std::size_t>(put));
        moved = moved || put > 0;
        return true;
    }

    net::Stream& camera_;
    const int player_;
    Piece outward_;
    Piece inward_;
};

/// Waits for any of them, the last being the wish to end. \return false for that
template <std::size_t N>
bool wait_for(std::array<pollfd, N>& all) {
    while (::poll(all.data(), all.size(), -1) < 0)
        if (errno != EINTR)
            return false;
    return all.back().revents == 0;
}

} // namespace

Result<std::unique_ptr<TlsRelay>> TlsRelay::start(std::unique_ptr<net::Stream> camera) {
    std::unique_ptr<TlsRelay> relay{new TlsRelay};
    relay->camera_ = std::move(camera);
    relay->listener_ = UniqueFd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    relay->wake_ = UniqueFd{::eventfd(0, EFD_CLOEXEC)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    const int listener = relay->listener_.get();
    if (!relay->wake_.is_open() || ::bind(listener, raw, length) != 0 ||
        ::listen(listener, 1) != 0 || ::getsockname(listener, raw, &length) != 0)
        return Error{ErrorCode::unavailable,
                     "this machine gives no port on loopback for a camera under TLS"};
    relay->port_ = ntohs(address.sin_port);
    TlsRelay& self = *relay;
    relay->thread_ = std::jthread{[&self](const std::stop_token& stop) { self.run(stop); }};
    return relay;
}

TlsRelay::~TlsRelay() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto woken = ::write(wake_.get(), &one, sizeof one);
}

void TlsRelay::run(const std::stop_token& stop) {
    name_this_thread("tls relay");
    std::array waiting{pollfd{listener_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
    if (!wait_for(waiting))
        return;
    const UniqueFd player{
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    listener_ = UniqueFd{};
    if (!player.is_open())
        return;
    const auto pump = std::make_unique<Pump>(*camera_, player.get()); // large, for a stack
    while (!stop.stop_requested() && pump->turn()) {
        std::array all{pollfd{player.get(), pump->wanted_of_player(), 0},
                       pollfd{camera_->descriptor(), pump->wanted_of_camera(), 0},
                       pollfd{wake_.get(), POLLIN, 0}};
        if (!wait_for(all))
            return;
    }
}

} // namespace vedette::media
