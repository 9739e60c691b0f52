#include "http/live_session.h"

#include <boost/beast/core/bind_handler.hpp>

namespace vedette::api::http {
namespace {

namespace websocket = boost::beast::websocket;

/// A client has nothing to say that is longer.
constexpr std::size_t kLongestMessage = 4'096;
constexpr std::chrono::milliseconds kTimeToSayGoodbye{1'000};
/// So that a client that does not read holds its events here, where they are counted, and not in
/// the kernel.
constexpr int kSocketBuffer = 128 * 1024;

} // namespace

bool LiveSession::join(LiveFilter filter) {
    // Called on the hub's thread.
    auto wake = [&context = reactor_.context(), weak = weak_from_this()] {
        asio::post(context, [weak] {
            if (const auto self = weak.lock())
                self->pump();
        });
    };
    const LiveQueue::Capacity capacity{front_.limits.live_queue, front_.limits.live_queue_bytes};
    queue_ = std::make_shared<LiveQueue>(capacity, std::move(filter), std::move(wake));
    if (!front_.live.join(queue_))
        return false;
    front_.probe.live_joined();
    return true;
}

void LiveSession::start(tcp::socket socket, Census::Seat seat, UpgradeRequest request) {
    error_code ignored;
    socket.set_option(asio::socket_base::send_buffer_size{kSocketBuffer}, ignored);
    seat_.emplace(std::move(seat));
    request_ = std::move(request);
    stream_.emplace(std::move(socket));
    stream_->set_option(
        websocket::stream_base::timeout{.handshake_timeout = front_.limits.header_time,
                                        .idle_timeout = front_.limits.live_idle,
                                        .keep_alive_pings = true});
    stream_->read_message_max(kLongestMessage);
    stream_->auto_fragment(false);
    stream_->text(true);
    stream_->async_accept(
        request_, [self = shared_from_this()](const error_code& error) { self->opened(error); });
}

void LiveSession::opened(const error_code& error) {
    if (error || state_ == State::closed)
        return close();
    request_ = {};
    if (state_ == State::opening)
        state_ = State::open;
    listen();
    pump();
}

void LiveSession::pump() {
    if (state_ != State::open || sending_)
        return;
    sending_ = queue_->take();
    if (!sending_)
        return;
    stream_->async_write(asio::buffer(sending_->text),
                         [self = shared_from_this()](const error_code& error, std::size_t) {
                             self->sending_.reset();
                             if (error)
                                 self->close();
                             else
                                 self->pump();
                         });
}

void LiveSession::listen() {
    stream_->async_read(heard_, [self = shared_from_this()](const error_code& error, std::size_t) {
        self->heard_.consume(self->heard_.size());
        if (error)
            self->close();
        else
            self->listen();
    });
}

void LiveSession::check(SteadyTime now) {
    if (state_ == State::closing && now >= deadline_)
        close();
}

void LiveSession::finish() {
    if (state_ == State::opening)
        return close();
    if (state_ != State::open)
        return;
    state_ = State::closing;
    deadline_ = reactor_.clock().steady_now() + kTimeToSayGoodbye;
    stream_->async_close(websocket::close_code::going_away,
                         [self = shared_from_this()](const error_code&) { self->close(); });
}

void LiveSession::abort() { close(); }

void LiveSession::close() {
    if (state_ == State::closed)
        return;
    state_ = State::closed;
    if (stream_) {
        error_code ignored;
        stream_->next_layer().close(ignored);
    }
    seat_.reset();
    front_.probe.live_left(queue_->lost());
    queue_.reset();
    reactor_.remove(shared_from_this());
}

} // namespace vedette::api::http
