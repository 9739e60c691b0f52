#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>
#include <optional>

#include "census.h"
#include "http/asio.h"
#include "http/front.h"
#include "http/reactor.h"

namespace vedette::api::http {

/// A WebSocket that gets live events. What the client says is read and means nothing.
class LiveSession final : public Session, public std::enable_shared_from_this<LiveSession> {
public:
    using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;

    LiveSession(Reactor& reactor, const Front& front) : reactor_{reactor}, front_{front} {}

    /// Events are kept for it from now on. \return false if there is no room.
    [[nodiscard]] bool join(LiveFilter filter);
    /// Answers the upgrade and begins to send.
    void start(tcp::socket socket, Census::Seat seat, UpgradeRequest request);

    void check(SteadyTime now) override;
    void finish() override;
    void abort() override;

private:
    using Stream = boost::beast::websocket::stream<tcp::socket>;
    enum class State { opening = 1, open, closing, closed };

    void opened(const error_code& error);
    void pump();
    void listen();
    void close();

    Reactor& reactor_;
    const Front& front_;
    std::optional<Stream> stream_;
    std::optional<Census::Seat> seat_;
    UpgradeRequest request_;
    std::shared_ptr<LiveQueue> queue_;
    std::shared_ptr<const LiveMessage> sending_;
    boost::beast::flat_buffer heard_;
    State state_ = State::opening;
    SteadyTime deadline_; ///< of State::closing
};

} // namespace vedette::api::http
