#pragma once

#include <memory>
#include <string>
#include <thread>

#include "vedette/base/result.h"
#include "vedette/base/unique_fd.h"
#include "vedette/net/stream.h"

namespace vedette::media {

/// Lets libavformat's RTSP speak through a connection of ours under TLS: the one of Debian 12 can't
/// be told to check a certificate there. What libavformat says to a port on loopback goes to the
/// camera as it is, and back.
///
/// The port takes one caller and is closed then. Who on this machine came first would have a
/// connection to the camera without user or password, as he can have anyway.
class TlsRelay {
public:
    /// \param camera  connected and secured
    /// \return unavailable if this machine gives no port
    static Result<std::unique_ptr<TlsRelay>> start(std::unique_ptr<net::Stream> camera);
    ~TlsRelay();
    TlsRelay(const TlsRelay&) = delete;
    TlsRelay& operator=(const TlsRelay&) = delete;

    /// On 127.0.0.1.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    TlsRelay() = default;
    void run(const std::stop_token& stop);

    std::unique_ptr<net::Stream> camera_;
    UniqueFd listener_;
    UniqueFd wake_; ///< an eventfd: written to when it is to end
    std::uint16_t port_ = 0;
    std::jthread thread_; // last: stopped and joined first
};

} // namespace vedette::media
