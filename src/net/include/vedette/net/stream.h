#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/net/patience.h"

namespace vedette::net {

/// How the other side has to prove who it is.
struct TlsOptions {
    bool verify = true; ///< false: anybody is believed; what is sent can still not be read
                        ///< by who only listens
    std::filesystem::path ca_file{}; ///< PEM: authorities, or the very certificate; empty: the
                                     ///< machine's authorities
    std::string server_name{}; ///< the name that the certificate must be for; empty: the host that
                               ///< was connected to
    friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

/// Bytes to and from another machine over TCP, under TLS once secure() succeeded.
///
/// Thread-compatible. No call takes longer than its Patience, apart from the look-up of a name.
class Stream {
public:
    /// Tries every address of `host`.
    /// \return not_found if there is no such name; unavailable if it was refused or can't be
    ///   reached; deadline_exceeded, cancelled
    static Result<std::unique_ptr<Stream>> connect(const std::string& host, std::uint16_t port,
                                                   const Patience& patience);
    virtual ~Stream() = default;

    /// From here on everything goes through TLS.
    /// \return permission_denied if the certificate is not to be trusted, saying what it is and
    ///   what to do; unavailable if the other side speaks no TLS, or none that this machine knows;
    ///   not_found, invalid_argument for `ca_file`; deadline_exceeded, cancelled
    virtual Status secure(const TlsOptions& options, const Patience& patience) = 0;

    /// Waits for the first byte. \return how many were read, 0 at the end of the stream;
    /// unavailable, deadline_exceeded, cancelled
    [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into,
                                                   const Patience& patience) = 0;
    /// All of it, or an error as read().
    virtual Status write(std::string_view bytes, const Patience& patience) = 0;

    /// Without waiting. \return as read() and write(), nothing done meaning 0; at the end of the
    /// stream unavailable
    [[nodiscard]] virtual Result<std::size_t> read_some(std::span<char> into) = 0;
    [[nodiscard]] virtual Result<std::size_t> write_some(std::string_view bytes) = 0;

    /// For poll(): readable or writable is a reason to try again.
    [[nodiscard]] virtual int descriptor() const noexcept = 0;
    /// Whether bytes were taken from the socket that nobody has read yet.
    [[nodiscard]] virtual bool holds_bytes() const noexcept = 0;
};

/// Waits until `descriptor` can be read (or written).
/// \return deadline_exceeded or cancelled, `doing` saying what was going on
enum class WaitFor { reading = 1, writing };
Status wait_until_ready(int descriptor, WaitFor what, const Patience& patience,
                        std::string_view doing);

} // namespace vedette::net
