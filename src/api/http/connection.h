#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "census.h"
#include "http/asio.h"
#include "http/front.h"
#include "http/reactor.h"
#include "http/wire.h"

namespace vedette::api::http {

/// One client and its requests, one after the other.
///
/// It holds no buffer while it waits for a request, so an idle client costs about a kilobyte. While
/// a request is worked on nothing is read, so who sends many at once waits in his own socket.
class Connection final : public Session, public std::enable_shared_from_this<Connection> {
public:
    /// \param front  borrowed; must outlive the reactor.
    Connection(Reactor& reactor, tcp::socket socket, std::optional<Census::Seat> seat,
               const Front& front);
    [[nodiscard]] bool has_seat() const noexcept { return seat_.has_value(); }

    /// Called once, on the reactor's thread.
    void start();
    /// The same, for a client that is told to go away.
    void start_refused(const Response& response);

    void check(SteadyTime now) override;
    void finish() override;
    void abort() override;

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    enum class State {
        idle = 1,  ///< waits for the first byte of a request
        reading,   ///< has a part of one
        working,   ///< the answer is being made
        writing,   ///< the answer is being sent
        lingering, ///< the last answer is sent; what the client still says is thrown away
        closed,
    };
    /// What the answer to the current request depends on.
    struct Asked {
        bool head = false;
        bool keep_alive = false;
        bool http_1_0 = false;
        std::string if_none_match;
        std::string range; ///< of a GET
        std::string if_range;
        const Route* route = nullptr;
        SteadyTime since;
        std::stop_source given_up{std::nostopstate}; ///< of a Route::takes_long
    };

    void await_bytes();
    void read();
    void go_on();
    bool parse();
    void begin_request();
    void continue_if_expected();
    void dispatch();
    [[nodiscard]] RawRequest raw_request() const;
    void carry_out(Service::Task task);
    void hand_to_worker(Service::Task task);
    [[nodiscard]] bool has_left();
    void become_live(const Service::Task& task);
    void answer(Response response);
    void answer_broken(Response response);
    void send(Response response);
    void sent(const error_code& error);
    void send_head_of_stream();
    void ask_for_piece();
    void send_piece(Result<std::vector<std::byte>> piece);
    void linger();
    void close();

    Reactor& reactor_;
    tcp::socket socket_;
    std::optional<Census::Seat> seat_;
    const Front& front_;
    State state_ = State::idle;
    bool finishing_ = false;
    bool continued_ = false; ///< "100 Continue" was sent
    SteadyTime deadline_;
    std::string unread_; ///< bytes that the parser has not taken yet
    std::optional<Parser> parser_;
    Asked asked_;
    std::string head_; ///< of the answer that is being sent
    Body body_;
    std::optional<StreamedBody> stream_; ///< what is left of it
    std::vector<std::byte> piece_;       ///< of it, that is being sent
    bool piece_is_due_ = false;          ///< no worker had time for it
    std::size_t lingered_bytes_ = 0;
};

} // namespace vedette::api::http
