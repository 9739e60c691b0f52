#pragma once

#include <memory>
#include <span>
#include <vector>

#include "census.h"
#include "http/asio.h"
#include "http/front.h"
#include "http/reactor.h"
#include "vedette/base/result.h"

namespace vedette::api::http {

/// Takes connections and deals them out to the reactors in turn.
///
/// open() and close() belong to the server's owner.
class Listener {
public:
    /// \param reactors  at least one; borrowed like `front` and `log`; the first one accepts.
    Listener(std::span<const std::unique_ptr<Reactor>> reactors, const Front& front,
             std::shared_ptr<Census> census, Log& log);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// \return see ApiServer::start()
    [[nodiscard]] Status open(const ApiOptions& options);
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Returns when no further connection will be taken.
    void close();

private:
    void accept();
    void accepted(const error_code& error, tcp::socket socket, Reactor& reactor);
    void wait_for_room();

    const std::span<const std::unique_ptr<Reactor>> reactors_;
    const Front& front_;
    const std::shared_ptr<Census> census_;
    Log& log_;
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::size_t next_ = 0;
    std::uint16_t port_ = 0;
};

} // namespace vedette::api::http
