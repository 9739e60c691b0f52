#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/api/following_parts.h"
#include "vedette/api/recording_parts.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/ports/camera_directory.h"
#include "vedette/ports/event_log.h"
#include "vedette/ports/event_store.h"
#include "vedette/ports/object_store.h"

namespace vedette::api {

/// How much a client may ask of the server; whatever is beyond is refused with a clear answer.
struct ApiLimits {
    /// Request line and fields; 1 KiB..64 KiB, beyond: 431.
    std::size_t header_bytes = std::size_t{16} << 10U;
    std::size_t body_bytes = std::size_t{64} << 10U; ///< at most 16 MiB; beyond: 413
    std::chrono::milliseconds header_time{10'000}; ///< from a request's first byte to its last: 408
    std::chrono::milliseconds idle_time{60'000};   ///< between two requests; then it is closed
    std::chrono::milliseconds write_time{30'000};  ///< for one answer to be taken
    std::size_t connections = 10'000;              ///< in all; beyond: 503
    /// From one address; beyond: 429. 0: no limit of its own, which is right for loopback and
    /// behind a proxy, where everybody has the same address.
    std::size_t connections_per_address = 0;
    std::size_t waiting_requests = 1'024; ///< for a worker; beyond: 503 with Retry-After
    std::size_t live_clients = 1'000;     ///< WebSockets in all; beyond: 503
    std::size_t live_queue = 256;         ///< events that wait for one slow client; then it loses
    std::size_t live_queue_bytes = std::size_t{512} << 10U; ///< the same, in bytes
    std::chrono::milliseconds live_idle{60'000}; ///< a client is pinged after half of it, then left
};

struct ApiOptions {
    std::string address = "127.0.0.1"; ///< an IPv4 or IPv6 address, no name
    std::uint16_t port = 0;            ///< 0: a free one, see ApiServer::port()
    /// Nobody is asked who he is, so an address that others can reach is refused unless this is
    /// set.
    bool allow_remote = false;
    /// Further names under which browsers may ask for this server. IP addresses and localhost are
    /// always right; any other name could be an attacker's that points here (DNS rebinding).
    std::vector<std::string> hosts;
    int threads = 2; ///< for the connections; 1..64
    int workers = 2; ///< for what waits: the store, files, pictures; 1..64
    ApiLimits limits;
    std::chrono::milliseconds drain{5'000}; ///< how long stop() waits for answers under way
};

/// One thing that must be well for the server to do its work.
struct ReadyCheck {
    std::string name;
    bool well = false;
    std::string detail; ///< for people; may be empty
};

/// GET /convoy, as it was asked.
struct ConvoyQuestion {
    std::string plate; ///< as typed
    std::optional<WallTime> from;
    std::optional<WallTime> to;
    std::chrono::seconds max_lag{120};
    std::chrono::seconds session_gap{1'800};
    int min_places = 2;
    int min_sessions = 1;
    int limit = 50;
};

/// GET /patterns, as it was asked.
struct PatternsQuestion {
    std::string plate; ///< as typed
    std::optional<WallTime> from;
    std::optional<WallTime> to;
    std::vector<std::string> kinds; ///< "first_seen", …; empty: all
    std::string site;               ///< "NAME=CAMERA_IN,CAMERA_OUT"; empty: none
    int together = 2;
};

/// What the server shows. Everything is borrowed, is called on several threads at once, and must
/// outlive the server. Functions may be empty: what they would give is then left out or answered
/// with 501.
struct ApiParts {
    const ports::EventStore& store;
    const ports::EventLog& log;
    const ports::ObjectStore& objects;
    const ports::CameraDirectory& cameras;
    std::function<std::string()> metrics; ///< Prometheus' text format
    std::function<std::string()> stats;   ///< a JSON object
    /// Asked beside the log and the store, which the server asks itself.
    std::function<std::vector<ReadyCheck>()> checks;
    /// Reads the configuration again. \return what changed, one line each; the error is shown to
    /// the client.
    std::function<Result<std::vector<std::string>>()> reload;
    /// Who travels with a plate: a JSON object. \return invalid_argument, errors of the store.
    std::function<Result<std::string>(const ConvoyQuestion&)> convoy;
    /// What a plate did: a JSON object. \return invalid_argument, errors of the store.
    std::function<Result<std::string>(const PatternsQuestion&)> patterns;
    std::function<std::string()> watch_lists; ///< a JSON object
    /// What this plate, as typed, would match: a JSON object. \return invalid_argument.
    std::function<Result<std::string>(const std::string& plate)> watch_check;
    FollowingParts following{};
    RecordingParts recordings{};
    std::string version; ///< of the program
};

/// The HTTP and WebSocket server: api/openapi.yaml says what it answers.
///
/// Threads: `threads` for connections, `workers` for calls of the ports, one that follows the event
/// log. start(), stop() and destroying it belong to one owner; port() is thread-safe.
class ApiServer {
public:
    /// Listens when it returns.
    /// \return invalid_argument naming the option; unavailable naming address and port if it is
    /// taken or not this machine's; permission_denied for a port that needs privileges.
    static Result<std::unique_ptr<ApiServer>> start(const ApiOptions& options, ApiParts parts,
                                                    Log& log, Metrics& metrics, const Clock& clock);

    ApiServer(const ApiServer&) = delete;
    ApiServer& operator=(const ApiServer&) = delete;
    /// stop(), if nobody did.
    ~ApiServer();

    /// The port that it listens on.
    [[nodiscard]] std::uint16_t port() const noexcept;

    /// Takes no more connections, lets answers under way be finished, but gives up those that take
    /// long to make, tells WebSockets that it is going away, and returns when all is closed, at the
    /// latest after `drain` and the longest call of a port.
    void stop();

private:
    struct Impl;
    explicit ApiServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::api
