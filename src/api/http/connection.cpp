#include "http/connection.h"

#include <array>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "event_query.h"
#include "http/live_session.h"
#include "problem.h"

namespace vedette::api::http {
namespace {

namespace beast_http = boost::beast::http;
using Field = beast_http::field;

constexpr std::chrono::milliseconds kLingerTime{1'000};
constexpr std::size_t kLingerBytes = std::size_t{1} << 20U;
constexpr std::uint64_t kPieceBytes = std::uint64_t{256} << 10U; ///< of a streamed body

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

Response problem(int status, std::string_view code, std::string detail) {
    return to_response(
        {.status = status, .code = code, .detail = std::move(detail), .parameter = {}});
}

Response busy(Probe& probe) {
    probe.refused_request();
    return problem(503, "resource_exhausted", "too many requests are waiting; try again shortly");
}

/// RFC 9110, 7.2: exactly one Host, in HTTP/1.0 at most one.
template <class Message>
bool has_one_host(const Message& message) {
    const auto count = message.count(Field::host);
    return count == 1 || (count == 0 && message.version() < 11);
}

} // namespace

Connection::Connection(Reactor& reactor, tcp::socket socket, std::optional<Census::Seat> seat,
                       const Front& front)
    : reactor_{reactor}, socket_{std::move(socket)}, seat_{std::move(seat)}, front_{front},
      deadline_{reactor.clock().steady_now() + front.limits.header_time} {}

void Connection::start() {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay{true}, ignored);
    reactor_.add(shared_from_this());
    go_on();
}

void Connection::start_refused(const Response& response) {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    reactor_.add(shared_from_this());
    if (state_ != State::closed)
        answer_broken(response);
}

void Connection::check(SteadyTime now) {
    if (piece_is_due_ && state_ == State::writing)
        ask_for_piece();
    if (state_ == State::working && asked_.given_up.stop_possible() && has_left())
        asked_.given_up.request_stop();
    if (now < deadline_ || state_ == State::working || state_ == State::closed)
        return;
    if (state_ == State::reading)
        answer_broken(problem(408, "too_slow", "the request did not arrive in time"));
    else
        close();
}

void Connection::finish() {
    finishing_ = true;
    asked_.keep_alive = false;
    asked_.given_up.request_stop();
    if (state_ == State::idle)
        close();
}

void Connection::abort() { close(); }

/// Nothing is read while an answer is made; but the end of what a client says can be seen.
bool Connection::has_left() {
    char next = 0;
    error_code error;
    (void)socket_.receive(asio::buffer(&next, 1), tcp::socket::message_peek, error);
    return error && error != asio::error::would_block && error != asio::error::try_again;
}

void Connection::await_bytes() {
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
        if (self->state_ == State::closed)
            return;
        if (error)
            self->close();
        else
            self->read();
    });
}

void Connection::read() {
    if (state_ != State::idle && state_ != State::reading && state_ != State::lingering)
        return; // timed out meanwhile
    error_code error;
    const auto buffer = reactor_.scratch();
    const std::size_t count = socket_.read_some(buffer, error);
    if (error == asio::error::would_block || error == asio::error::try_again)
        return await_bytes();
    if (error)
        return close();
    if (state_ == State::lingering) {
        lingered_bytes_ += count;
        return lingered_bytes_ > kLingerBytes ? close() : await_bytes();
    }
    unread_.append(static_cast<const char*>(buffer.data()), count);
    go_on();
}

/// Takes the next request out of what was read, or waits for more.
void Connection::go_on() {
    if (state_ == State::closed)
        return;
    if (state_ == State::idle) // RFC 9112, 2.2: empty lines before a request are passed over
        unread_.erase(0, std::min(unread_.find_first_not_of("\r\n"), unread_.size()));
    if (unread_.empty() && state_ == State::idle) {
        unread_.shrink_to_fit();
        return await_bytes();
    }
    if (!unread_.empty() && !parse())
        return;
    if (parser_ && parser_->is_done())
        return dispatch();
    continue_if_expected();
    await_bytes();
}

void Connection::begin_request() {
    state_ = State::reading;
    deadline_ = reactor_.clock().steady_now() + front_.limits.header_time;
    continued_ = false;
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(static_cast<std::uint32_t>(front_.limits.header_bytes));
    parser_->body_limit(front_.limits.body_bytes);
}

/// \return false if the client was answered that this is no request.
bool Connection::parse() {
    if (state_ == State::idle)
        begin_request();
    error_code error;
    const std::size_t taken = parser_->put(asio::buffer(unread_), error);
    const bool has_line =
        parser_->is_header_done() || taken > 0 || unread_.find('\n') != std::string::npos;
    unread_.erase(0, taken);
    if (!error || error == beast_http::error::need_more)
        return true;
    answer_broken(parse_problem(error, has_line));
    return false;
}

void Connection::continue_if_expected() {
    if (continued_ || !parser_ || !parser_->is_header_done())
        return;
    if (!boost::beast::iequals(parser_->get()[Field::expect], "100-continue"))
        return;
    continued_ = true;
    error_code ignored; // a client that does not take 25 bytes gets no more
    socket_.write_some(asio::buffer(std::string_view{"HTTP/1.1 100 Continue\r\n\r\n"}), ignored);
}

RawRequest Connection::raw_request() const {
    const auto& message = parser_->get();
    return {.method = view(message.method_string()),
            .target = view(message.target()),
            .host = view(message[Field::host]),
            .origin = view(message[Field::origin]),
            .fetch_site = view(message["Sec-Fetch-Site"]),
            .if_none_match = view(message[Field::if_none_match]),
            .accept = view(message[Field::accept]),
            .range = view(message[Field::range]),
            .if_range = view(message[Field::if_range]),
            .content_type = view(message[Field::content_type]),
            .body = message.body(),
            .is_websocket_upgrade = boost::beast::websocket::is_upgrade(message)};
}

void Connection::dispatch() {
    const auto& message = parser_->get();
    state_ = State::working;
    asked_ = {.head = message.method() == beast_http::verb::head,
              .keep_alive = message.keep_alive() && !finishing_,
              .http_1_0 = message.version() < 11,
              .if_none_match = std::string{view(message[Field::if_none_match])},
              .range = message.method() == beast_http::verb::get
                           ? std::string{view(message[Field::range])}
                           : std::string{},
              .if_range = std::string{view(message[Field::if_range])},
              .route = nullptr,
              .since = reactor_.clock().steady_now()};
    if (!has_one_host(message))
        return answer_broken(problem(400, "malformed", "a request must have one Host field"));
    RawRequest raw = raw_request();
    if (raw.host.empty() && asked_.http_1_0)
        raw.host = "localhost"; // a browser always sends one
    Service::Plan plan = front_.service.plan(raw);
    if (auto* response = std::get_if<Response>(&plan))
        return answer(std::move(*response));
    auto& task = std::get<Service::Task>(plan);
    asked_.route = task.route;
    if (task.route->place == Place::websocket && raw.is_websocket_upgrade)
        return become_live(task);
    parser_.reset();
    carry_out(std::move(task));
}

void Connection::carry_out(Service::Task task) {
    switch (task.route->place) {
    case Place::at_once: return answer(front_.service.run(task));
    case Place::worker: return hand_to_worker(std::move(task));
    case Place::websocket: break;
    }
    Response response = problem(426, "upgrade_required", "this address speaks WebSocket alone");
    response.headers.push_back({"Upgrade", "websocket"});
    answer(std::move(response));
}

void Connection::hand_to_worker(Service::Task task) {
    // Called on a worker's thread; the connection goes home with the answer.
    auto deliver = [self = shared_from_this()](const Response& response) {
        asio::post(self->reactor_.context(), [self, response] {
            if (self->state_ == State::working)
                self->answer(response);
        });
    };
    if (task.route->takes_long) {
        asked_.given_up = std::stop_source{};
        task.request.stop = asked_.given_up.get_token();
    }
    const auto fresh_for = task.route->same_answer_for;
    if (fresh_for.count() == 0) {
        if (!front_.workers.post([&front = front_, deliver, task = std::move(task)] {
                deliver(front.service.run(task));
            }))
            answer(busy(front_.probe));
        return;
    }
    std::string key = task.request.base + task.request.path + "?";
    const auto add = [&key](const std::string& part) {
        key.append(std::to_string(part.size())).append(":").append(part);
    };
    for (const auto& [name, value] : task.request.query) {
        add(name);
        add(value);
    }
    auto asked = front_.cache.ask(key, asked_.since, deliver);
    if (asked.ready)
        return answer(*std::move(asked.ready));
    if (asked.turn == ResponseCache::Turn::wait)
        return;
    const auto work = [&front = front_, key, fresh_for, task = std::move(task)] {
        const Response response = front.service.run(task);
        const SteadyTime now = front.clock.steady_now();
        front.cache.fulfil(key, now, now + fresh_for, response);
    };
    if (!front_.workers.post(work))
        front_.cache.fulfil(key, asked_.since, asked_.since, busy(front_.probe));
}

void Connection::become_live(const Service::Task& task) {
    auto filter = live_filter(task.request);
    if (auto* refused = std::get_if<Response>(&filter))
        return answer(std::move(*refused));
    if (!unread_.empty())
        return answer_broken(
            problem(400, "malformed", "a WebSocket may send nothing before it is open"));
    auto live = std::make_shared<LiveSession>(reactor_, front_);
    if (!live->join(std::get<LiveFilter>(std::move(filter))))
        return answer(problem(503, "resource_exhausted",
                              "as many listen to live events as this server allows"));
    front_.probe.answered(asked_.route, 101, {});
    state_ = State::closed;
    live->start(std::move(socket_), *std::move(seat_), parser_->release());
    seat_.reset();
    reactor_.add(live);
    reactor_.remove(shared_from_this());
}

/// After this the client's bytes mean nothing any more.
void Connection::answer_broken(Response response) {
    asked_.keep_alive = false;
    asked_.since = reactor_.clock().steady_now();
    answer(std::move(response));
}

void Connection::answer(Response response) {
    Service::finish(response, {.if_none_match = asked_.if_none_match,
                               .range = asked_.range,
                               .if_range = asked_.if_range});
    front_.probe.answered(asked_.route, response.status,
                          reactor_.clock().steady_now() - asked_.since);
    send(std::move(response));
}

void Connection::send(Response response) {
    parser_.reset();
    state_ = State::writing;
    deadline_ = reactor_.clock().steady_now() + front_.limits.write_time;
    head_ =
        response_head(response, reactor_.date(),
                      asked_.keep_alive ? AfterAnswer::keep : AfterAnswer::close, asked_.http_1_0);
    if (response.stream && !asked_.head) {
        stream_ = std::move(response.stream);
        return send_head_of_stream();
    }
    body_ = asked_.head ? Body{} : std::move(response.body);
    const std::array<asio::const_buffer, 2> bytes{
        asio::buffer(head_), asio::buffer(body_.bytes().data(), body_.bytes().size())};
    asio::async_write(socket_, bytes, [self = shared_from_this()](error_code error, std::size_t) {
        if (self->state_ == State::writing)
            self->sent(error);
    });
}

void Connection::send_head_of_stream() {
    asio::async_write(socket_, asio::buffer(head_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                          if (self->state_ != State::writing)
                              return;
                          if (error)
                              return self->close();
                          self->ask_for_piece();
                      });
}

/// One piece at a time: a client that takes them slowly costs no memory.
void Connection::ask_for_piece() {
    deadline_ = reactor_.clock().steady_now() + front_.limits.write_time;
    if (stream_->bytes == 0)
        return sent({});
    const auto count = static_cast<std::size_t>(std::min(kPieceBytes, stream_->bytes));
    // Called on a worker's thread; the connection goes home with the bytes.
    auto read = [self = shared_from_this(), source = stream_->source, from = stream_->from, count] {
        std::vector<std::byte> bytes(count);
        const Status done = source->read_at(from, bytes);
        auto piece = done ? Result<std::vector<std::byte>>{std::move(bytes)}
                          : Result<std::vector<std::byte>>{done.error()};
        asio::post(self->reactor_.context(), [self, piece = std::move(piece)]() mutable {
            if (self->state_ == State::writing)
                self->send_piece(std::move(piece));
        });
    };
    piece_is_due_ = !front_.workers.post(std::move(read)); // then at the next check()
}

void Connection::send_piece(Result<std::vector<std::byte>> piece) {
    if (!piece) {
        front_.service.tell_broken_stream(asked_.route, piece.error());
        return close();
    }
    piece_ = *std::move(piece);
    stream_->from += piece_.size();
    stream_->bytes -= piece_.size();
    deadline_ = reactor_.clock().steady_now() + front_.limits.write_time;
    asio::async_write(socket_, asio::buffer(piece_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                          if (self->state_ != State::writing)
                              return;
                          if (error)
                              return self->close();
                          self->ask_for_piece();
                      });
}

void Connection::sent(const error_code& error) {
    body_ = {};
    stream_.reset();
    piece_ = {};
    if (error)
        return close();
    if (!asked_.keep_alive || finishing_)
        return linger();
    state_ = State::idle;
    deadline_ = reactor_.clock().steady_now() + front_.limits.idle_time;
    asked_ = {};
    go_on();
}

/// Closing at once with bytes unread would make the system throw the answer away (RST).
void Connection::linger() {
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error)
        return close();
    state_ = State::lingering;
    deadline_ = reactor_.clock().steady_now() + kLingerTime;
    unread_ = {};
    read();
}

void Connection::close() {
    if (state_ == State::closed)
        return;
    state_ = State::closed;
    asked_.given_up.request_stop();
    stream_.reset();
    error_code ignored;
    socket_.close(ignored);
    seat_.reset();
    reactor_.remove(shared_from_this());
}

} // namespace vedette::api::http
