#include "http/listener.h"

#include <future>

#include "http/connection.h"
#include "problem.h"

namespace vedette::api::http {
namespace {

/// When the process has no descriptor left, trying again at once would only burn time.
constexpr std::chrono::milliseconds kPause{100};

Error cannot_listen(const error_code& error, const ApiOptions& options) {
    const std::string where = options.address + " port " + std::to_string(options.port);
    if (error == asio::error::address_in_use)
        return {ErrorCode::unavailable,
                "cannot listen on " + where +
                    ": another program does. Stop it, or choose another port (0: a free one)"};
    if (error == asio::error::access_denied)
        return {ErrorCode::permission_denied,
                "cannot listen on " + where +
                    ": ports below 1024 need privileges; choose a higher one"};
    if (error ==
            asio::error::make_error_code(asio::error::basic_errors::address_family_not_supported) ||
        error.value() == EADDRNOTAVAIL)
        return {ErrorCode::unavailable,
                "cannot listen on " + where + ": this machine does not have that address"};
    return {ErrorCode::unavailable, "cannot listen on " + where + ": " + error.message()};
}

Response refusal(Census::Refusal why) {
    const bool full = why == Census::Refusal::full;
    return to_response({.status = full ? 503 : 429,
                        .code = "resource_exhausted",
                        .detail = full ? "the server has as many connections as it allows"
                                       : "this address has as many connections as it may have",
                        .parameter = {}});
}

} // namespace

Listener::Listener(std::span<const std::unique_ptr<Reactor>> reactors, const Front& front,
                   std::shared_ptr<Census> census, Log& log)
    : reactors_{reactors}, front_{front}, census_{std::move(census)}, log_{log},
      acceptor_{reactors.front()->context()}, pause_{reactors.front()->context()} {}

Status Listener::open(const ApiOptions& options) {
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error)
        return Error{ErrorCode::invalid_argument,
                     "address: '" + options.address +
                         "' is no IP address; use 127.0.0.1 or another address of this machine"};
    if (!address.is_loopback() && !options.allow_remote)
        return Error{ErrorCode::invalid_argument,
                     "address: " + options.address +
                         " can be reached from other machines, and nobody is asked who he is; use "
                         "127.0.0.1, or allow remote access if that is meant"};
    const tcp::endpoint endpoint{address, options.port};
    acceptor_.open(endpoint.protocol(), error);
    if (!error)
        acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error)
        acceptor_.bind(endpoint, error);
    if (!error)
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return cannot_listen(error, options);
    port_ = acceptor_.local_endpoint(error).port();
    asio::post(acceptor_.get_executor(), [this] { accept(); });
    return {};
}

void Listener::close() {
    std::promise<void> closed;
    asio::post(acceptor_.get_executor(), [&] {
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        closed.set_value();
    });
    closed.get_future().wait();
}

void Listener::accept() {
    Reactor& reactor = *reactors_[next_++ % reactors_.size()];
    acceptor_.async_accept(reactor.context(),
                           [this, &reactor](const error_code& error, tcp::socket socket) {
                               accepted(error, std::move(socket), reactor);
                           });
}

void Listener::wait_for_room() {
    pause_.expires_after(kPause);
    pause_.async_wait([this](const error_code& error) {
        if (!error && acceptor_.is_open())
            accept();
    });
}

void Listener::accepted(const error_code& error, tcp::socket socket, Reactor& reactor) {
    if (!acceptor_.is_open())
        return;
    if (error) {
        if (error == asio::error::connection_aborted)
            return accept();
        log_.warn("no connection can be taken", {{"error", error.message()}});
        return wait_for_room();
    }
    error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (gone)
        return accept();
    auto [seat, refused] = census_->enter(peer.address().to_string());
    if (!seat)
        front_.probe.refused_connection(refused == Census::Refusal::full
                                            ? Probe::Refused::server_full
                                            : Probe::Refused::address_full);
    // A refused one gets its answer and is closed; it takes no seat.
    auto connection =
        std::make_shared<Connection>(reactor, std::move(socket), std::move(seat), front_);
    asio::post(reactor.context(),
               [connection, is_refused = !connection->has_seat(), why = refused] {
                   if (is_refused)
                       connection->start_refused(refusal(why));
                   else
                       connection->start();
               });
    accept();
}

} // namespace vedette::api::http
