#pragma once

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

/// Certificates made on the spot and a server on loopback that shows them, for tests.
namespace vedette::net::testing {

struct CertificateOptions {
    std::string subject = "camera";
    std::string names = "IP:127.0.0.1"; ///< as OpenSSL writes them: "IP:127.0.0.1,DNS:gate"
    std::chrono::seconds begins{-3600}; ///< from now
    std::chrono::seconds ends{3600};
};

/// A key and a certificate that it signed itself.
class TestCertificate {
public:
    explicit TestCertificate(const CertificateOptions& options = {})
        : key{EVP_EC_gen("P-256"), EVP_PKEY_free}, certificate{X509_new(), X509_free} {
        X509* const c = certificate.get();
        X509_set_version(c, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
        X509_gmtime_adj(X509_getm_notBefore(c), static_cast<long>(options.begins.count()));
        X509_gmtime_adj(X509_getm_notAfter(c), static_cast<long>(options.ends.count()));
        X509_set_pubkey(c, key.get());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(options.subject.c_str()),
                                   -1, -1, 0);
        X509_set_issuer_name(c, X509_get_subject_name(c));
        X509_EXTENSION* names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, options.names.c_str());
        X509_add_ext(c, names, -1);
        X509_EXTENSION_free(names);
        X509_sign(c, key.get(), EVP_sha256());
    }
    [[nodiscard]] std::string pem() const {
        BIO* bio = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(bio, certificate.get());
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(bio, &bytes);
        std::string out{bytes, static_cast<std::size_t>(size)};
        BIO_free(bio);
        return out;
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
    std::unique_ptr<X509, decltype(&X509_free)> certificate;
};

/// One caller after the other, each until `handle` returns.
class TlsServer {
public:
    using Handle = std::function<void(SSL*)>;

    TlsServer(const TestCertificate& certificate, Handle handle)
        : context_{SSL_CTX_new(TLS_server_method()), SSL_CTX_free}, handle_{std::move(handle)},
          socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        std::signal(SIGPIPE, SIG_IGN); // callers hang up; OpenSSL writes all the same
        SSL_CTX_use_certificate(context_.get(), certificate.certificate.get());
        SSL_CTX_use_PrivateKey(context_.get(), certificate.key.get());
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(socket_, 4);
        socklen_t length = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread{[this](const std::stop_token& stop) { serve(stop); }};
    }
    ~TlsServer() {
        thread_.request_stop();
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Answers every question with the same bytes.
    static Handle saying(std::string answer) {
        return [answer = std::move(answer)](SSL* ssl) {
            std::array<char, 4096> question{};
            if (SSL_read(ssl, question.data(), static_cast<int>(question.size())) > 0)
                SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
        };
    }
    /// Hands everything to a server without TLS, and its answers back.
    static Handle in_front_of(int port) {
        return [port](SSL* ssl) {
            const int inner = ::socket(AF_INET, SOCK_STREAM, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            address.sin_port = htons(static_cast<std::uint16_t>(port));
            if (::connect(inner, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
                pump(ssl, inner);
            ::close(inner);
        };
    }

private:
    static bool pump_once(SSL* ssl, int inner, bool outside, bool inside) {
        std::array<char, 16'384> bytes{};
        if (outside) {
            const int got = SSL_read(ssl, bytes.data(), static_cast<int>(bytes.size()));
            if (got <= 0 ||
                ::send(inner, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got)
                return false;
        }
        if (inside) {
            const auto got = ::read(inner, bytes.data(), bytes.size());
            if (got <= 0 || SSL_write(ssl, bytes.data(), static_cast<int>(got)) != got)
                return false;
        }
        return true;
    }
    static void pump(SSL* ssl, int inner) {
        for (;;) {
            std::array<pollfd, 2> both{pollfd{SSL_get_fd(ssl), POLLIN, 0},
                                       pollfd{inner, POLLIN, 0}};
            const bool waiting = SSL_pending(ssl) > 0;
            if (::poll(both.data(), both.size(), waiting ? 0 : 30'000) < (waiting ? 0 : 1) ||
                !pump_once(ssl, inner, waiting || both[0].revents != 0, both[1].revents != 0))
                return;
        }
    }
    void serve(const std::stop_token& stop) {
        for (int caller = 0; (caller = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(caller)) {
            const timeval patience{5, 0}; // a caller that says nothing must not hold the test
            ::setsockopt(caller, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            SSL* ssl = SSL_new(context_.get());
            SSL_set_fd(ssl, caller);
            const std::stop_callback hang_up{stop, [caller] { ::shutdown(caller, SHUT_RDWR); }};
            if (!stop.stop_requested() && SSL_accept(ssl) == 1) {
                handle_(ssl);
                SSL_shutdown(ssl);
            }
            SSL_free(ssl);
        }
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    Handle handle_;
    int socket_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

} // namespace vedette::net::testing
