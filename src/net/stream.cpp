#include "vedette/net/stream.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>

#include "certificate.h"
#include "vedette/base/unique_fd.h"

namespace vedette::net {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookForStop{100};

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;
struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
struct FreeSsl {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

struct FreeMethod {
    void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};
using Method = std::unique_ptr<BIO_METHOD, FreeMethod>;

std::string reason_of(int system_error) { return std::generic_category().message(system_error); }

Result<Addresses> look_up(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
    if (failed == 0)
        return Addresses{found};
    if (failed == EAI_AGAIN)
        return Error{ErrorCode::unavailable,
                     "the name '" + host +
                         "' can't be looked up now: no name server answers; check the network of "
                         "this machine, or write the camera's address as numbers"};
    return Error{ErrorCode::not_found, "there is no machine called '" + host +
                                           "'; check the name, or write its address as numbers"};
}

std::string where(const std::string& host, std::uint16_t port) {
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
           std::to_string(port);
}

Error connect_error(const std::string& place, int system_error) {
    switch (system_error) {
    case ECONNREFUSED:
        return {ErrorCode::unavailable, place +
                                            " refuses the connection: the machine is there, but "
                                            "nothing listens on this port"};
    case EHOSTUNREACH:
    case ENETUNREACH:
        return {ErrorCode::unavailable,
                place + " can't be reached: no way leads there from this machine; check cable, "
                        "address and network"};
    default:
        return {ErrorCode::unavailable,
                place + " can't be connected to: " + reason_of(system_error)};
    }
}

Result<UniqueFd> connect_to(const addrinfo& address, const std::string& place,
                            const Patience& patience) {
    UniqueFd socket{::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.is_open())
        return connect_error(place, errno);
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS)
            return connect_error(place, errno);
        VEDETTE_CHECK_OK(
            wait_until_ready(socket.get(), WaitFor::writing, patience, place + " did not answer"));
        int failed = 0;
        socklen_t size = sizeof failed;
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failed, &size);
        if (failed != 0)
            return connect_error(place, failed);
    }
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

bool is_number(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

/// What OpenSSL says last, without its numbers.
std::string tls_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason != nullptr ? reason : "the connection broke off";
}

int socket_of(BIO* bio) { return static_cast<const UniqueFd*>(BIO_get_data(bio))->get(); }

int note_retry(BIO* bio, ssize_t done, int how) {
    BIO_clear_retry_flags(bio);
    if (done < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_flags(bio, how | BIO_FLAGS_SHOULD_RETRY);
    return static_cast<int>(done);
}

extern "C" int vedette_net_bio_write(BIO* bio, const char* bytes, int count) {
    const auto put = ::send(socket_of(bio), bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
    return note_retry(bio, put, BIO_FLAGS_WRITE);
}

extern "C" int vedette_net_bio_read(BIO* bio, char* bytes, int count) {
    const auto got = ::recv(socket_of(bio), bytes, static_cast<std::size_t>(count), 0);
    return note_retry(bio, got, BIO_FLAGS_READ);
}

extern "C" long vedette_net_bio_ctrl(BIO* /*bio*/, int command, long /*number*/, void* /*data*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// OpenSSL's own sockets end the process with SIGPIPE when the other side is gone.
Method make_method() {
    Method method{BIO_meth_new(BIO_TYPE_SOURCE_SINK, "vedette socket")};
    if (method) {
        BIO_meth_set_write(method.get(), vedette_net_bio_write);
        BIO_meth_set_read(method.get(), vedette_net_bio_read);
        BIO_meth_set_ctrl(method.get(), vedette_net_bio_ctrl);
    }
    return method;
}

Result<Context> make_context(const TlsOptions& options) {
    ERR_clear_error();
    Context context{SSL_CTX_new(TLS_client_method())};
    if (!context)
        return Error{ErrorCode::internal, "TLS: " + tls_reason()};
    // The verdict is asked for below, before a byte is sent: then there is a certificate to name.
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
    if (!options.verify)
        return context;
    if (options.ca_file.empty()) {
        SSL_CTX_set_default_verify_paths(context.get());
        return context;
    }
    if (SSL_CTX_load_verify_locations(context.get(), options.ca_file.c_str(), nullptr) != 1) {
        ERR_clear_error();
        return Error{ErrorCode::invalid_argument,
                     "tls.ca_file '" + options.ca_file.string() +
                         "' can't be read, or holds no certificate in PEM form"};
    }
    return context;
}

class Connection final : public Stream {
public:
    Connection(UniqueFd socket, std::string host, std::string place)
        : socket_{std::move(socket)}, host_{std::move(host)}, place_{std::move(place)} {}
    ~Connection() override {
        if (ssl_) {
            SSL_shutdown(ssl_.get()); // says goodbye, without waiting for an answer
            ERR_clear_error();
        }
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Status secure(const TlsOptions& options, const Patience& patience) override;
    [[nodiscard]] Result<std::size_t> read(std::span<char> into, const Patience& patience) override;
    Status write(std::string_view bytes, const Patience& patience) override;
    [[nodiscard]] Result<std::size_t> read_some(std::span<char> into) override {
        VEDETTE_TRY(const Step step, try_read(into));
        if (step.ended)
            return Error{ErrorCode::unavailable, place_ + " ended the connection"};
        return step.bytes;
    }
    [[nodiscard]] Result<std::size_t> write_some(std::string_view bytes) override {
        VEDETTE_TRY(const Step step, try_write(bytes));
        return step.bytes;
    }
    [[nodiscard]] int descriptor() const noexcept override { return socket_.get(); }
    [[nodiscard]] bool holds_bytes() const noexcept override {
        return ssl_ && SSL_pending(ssl_.get()) > 0;
    }

private:
    /// What one attempt gave.
    struct Step {
        std::size_t bytes = 0;
        bool ended = false;
        WaitFor next = WaitFor::reading; ///< if there was nothing
    };

    Status shake_hands(const Patience& patience);
    [[nodiscard]] Result<Step> try_read(std::span<char> into);
    [[nodiscard]] Result<Step> try_write(std::string_view bytes);
    /// After an SSL call that returned `result` <= 0. \return nothing done, or an error
    [[nodiscard]] Result<Step> tls_step(int result);
    [[nodiscard]] Error broken(int system_error) const {
        return {ErrorCode::unavailable,
                place_ + " broke off the connection: " + reason_of(system_error)};
    }

    UniqueFd socket_; // before ssl_, which uses it
    std::string host_;
    std::string place_;
    Method method_; // before ssl_, too
    Context context_;
    Ssl ssl_;
};

Result<Connection::Step> Connection::tls_step(int result) {
    const int system_error = errno;
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return Step{.next = WaitFor::reading};
    case SSL_ERROR_WANT_WRITE: return Step{.next = WaitFor::writing};
    case SSL_ERROR_ZERO_RETURN: return Step{.ended = true};
    case SSL_ERROR_SYSCALL:
        ERR_clear_error();
        if (system_error == 0)
            return Step{.ended = true};
        return broken(system_error);
    default:
        return Error{ErrorCode::unavailable, place_ + " broke off the connection: " + tls_reason()};
    }
}

Result<Connection::Step> Connection::try_read(std::span<char> into) {
    errno = 0;
    if (ssl_) {
        ERR_clear_error();
        const auto most = static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX));
        const int got = SSL_read(ssl_.get(), into.data(), most);
        return got > 0 ? Result<Step>{Step{.bytes = static_cast<std::size_t>(got)}} : tls_step(got);
    }
    const auto got = ::recv(socket_.get(), into.data(), into.size(), 0);
    if (got > 0)
        return Step{.bytes = static_cast<std::size_t>(got)};
    if (got == 0)
        return Step{.ended = true};
    if (errno == EAGAIN || errno == EINTR)
        return Step{.next = WaitFor::reading};
    return broken(errno);
}

Result<Connection::Step> Connection::try_write(std::string_view bytes) {
    errno = 0;
    if (ssl_) {
        ERR_clear_error();
        const auto most = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
        const int put = SSL_write(ssl_.get(), bytes.data(), most);
        return put > 0 ? Result<Step>{Step{.bytes = static_cast<std::size_t>(put)}} : tls_step(put);
    }
    const auto put = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0)
        return Step{.bytes = static_cast<std::size_t>(put), .next = WaitFor::writing};
    if (errno == EAGAIN || errno == EINTR)
        return Step{.next = WaitFor::writing};
    return broken(errno);
}

Result<std::size_t> Connection::read(std::span<char> into, const Patience& patience) {
    for (;;) {
        VEDETTE_TRY(const Step step, try_read(into));
        if (step.bytes > 0 || step.ended)
            return step.bytes;
        VEDETTE_CHECK_OK(wait_until_ready(socket_.get(), step.next, patience,
                                          place_ + " is connected, but said nothing"));
    }
}

Status Connection::write(std::string_view bytes, const Patience& patience) {
    while (!bytes.empty()) {
        VEDETTE_TRY(const Step step, try_write(bytes));
        bytes.remove_prefix(step.bytes);
        if (step.ended)
            return Error{ErrorCode::unavailable, place_ + " ended the connection"};
        if (step.bytes == 0)
            VEDETTE_CHECK_OK(wait_until_ready(socket_.get(), step.next, patience,
                                              place_ + " takes no more bytes"));
    }
    return {};
}

Status Connection::shake_hands(const Patience& patience) {
    for (;;) {
        errno = 0;
        ERR_clear_error();
        const int result = SSL_connect(ssl_.get());
        if (result == 1)
            return {};
        const int kind = SSL_get_error(ssl_.get(), result);
        if (kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE)
            return Error{ErrorCode::unavailable,
                         place_ + " and this machine do not agree on TLS (" + tls_reason() +
                             "): perhaps this port is one without TLS"};
        VEDETTE_CHECK_OK(wait_until_ready(
            socket_.get(), kind == SSL_ERROR_WANT_READ ? WaitFor::reading : WaitFor::writing,
            patience, place_ + " is connected, but does not answer in TLS"));
    }
}

Status Connection::secure(const TlsOptions& options, const Patience& patience) {
    VEDETTE_TRY(context_, make_context(options));
    method_ = make_method();
    const std::string& expected = options.server_name.empty() ? host_ : options.server_name;
    ssl_.reset(SSL_new(context_.get()));
    if (!ssl_)
        return Error{ErrorCode::internal, "TLS: " + tls_reason()};
    BIO* const bio = BIO_new(method_.get());
    if (bio == nullptr)
        return Error{ErrorCode::internal, "TLS: " + tls_reason()};
    BIO_set_data(bio, &socket_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    if (is_number(expected)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), expected.c_str());
    } else {
        SSL_set1_host(ssl_.get(), expected.c_str());
        SSL_set_tlsext_host_name(ssl_.get(), expected.c_str());
    }
    VEDETTE_CHECK_OK(shake_hands(patience));
    if (!options.verify)
        return {};
    const long verdict = SSL_get_verify_result(ssl_.get());
    X509* const peer = SSL_get0_peer_certificate(ssl_.get());
    if (verdict == X509_V_OK && peer != nullptr)
        return {};
    return certificate_error(peer, verdict, expected, !options.ca_file.empty())
        .with_context(place_);
}

} // namespace

Status wait_until_ready(int descriptor, WaitFor what, const Patience& patience,
                        std::string_view doing) {
    const auto began = patience.clock().steady_now();
    for (;;) {
        if (patience.stop_requested())
            return Error{ErrorCode::cancelled, std::string{doing} + ": stopped"};
        pollfd waiting{descriptor, static_cast<short>(what == WaitFor::reading ? POLLIN : POLLOUT),
                       0};
        const auto slice = std::min(patience.left(), kLookForStop);
        const int ready = ::poll(&waiting, 1, static_cast<int>(slice.count()));
        if (ready > 0)
            return {};
        if (ready < 0 && errno != EINTR)
            return Error{ErrorCode::unavailable, std::string{doing} + ": " + reason_of(errno)};
        if (patience.over()) {
            const auto waited =
                std::chrono::duration_cast<milliseconds>(patience.clock().steady_now() - began);
            return Error{ErrorCode::deadline_exceeded,
                         std::string{doing} + " for " + std::to_string(waited.count()) + " ms"};
        }
    }
}

Result<std::unique_ptr<Stream>> Stream::connect(const std::string& host, std::uint16_t port,
                                                const Patience& patience) {
    const std::string place = where(host, port);
    VEDETTE_TRY(const Addresses addresses, look_up(host, port));
    Error last{ErrorCode::not_found, "'" + host + "' has no address"};
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        auto socket = connect_to(*one, place, patience);
        if (socket)
            return std::unique_ptr<Stream>{
                std::make_unique<Connection>(std::move(*socket), host, place)};
        last = std::move(socket).error();
        if (last.code() == ErrorCode::cancelled || patience.over())
            break;
    }
    return last;
}

} // namespace vedette::net
