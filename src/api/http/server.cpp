#include "vedette/api/server.h"

#include "http/listener.h"
#include "routes.h"

namespace vedette::api {
namespace {

constexpr std::size_t kCachedAnswers = 512;
constexpr std::size_t kCachedBytes = std::size_t{16} * 1024 * 1024;
constexpr int kMostThreads = 64;

Error out_of_range(std::string_view option, std::string_view range) {
    return {ErrorCode::invalid_argument, std::string{option} + " must be " + std::string{range}};
}

Status check(const ApiOptions& options) {
    const ApiLimits& limits = options.limits;
    if (options.threads < 1 || options.threads > kMostThreads)
        return out_of_range("threads", "1..64");
    if (options.workers < 1 || options.workers > kMostThreads)
        return out_of_range("workers", "1..64");
    if (limits.header_bytes < 1024 || limits.header_bytes > std::size_t{64} * 1024)
        return out_of_range("header_bytes", "1 KiB..64 KiB");
    if (limits.body_bytes > std::size_t{16} * 1024 * 1024)
        return out_of_range("body_bytes", "at most 16 MiB");
    if (limits.connections < 1 || limits.waiting_requests < 1 || limits.live_queue < 1)
        return out_of_range("connections, waiting_requests and live_queue", "at least 1");
    for (const auto time : {limits.header_time, limits.idle_time, limits.write_time})
        if (time.count() < 1)
            return out_of_range("header_time, idle_time and write_time", "more than nothing");
    return {};
}

} // namespace

/// In the order in which it is made; taken down in the other one.
struct ApiServer::Impl {
    Impl(ApiOptions wanted, ApiParts shown, Log& messages, Metrics& metrics, const Clock& time)
        : options{std::move(wanted)}, parts{with_queues(std::move(shown))}, log{messages},
          service{make_routes(parts, time), options.hosts, messages},
          probe{metrics, service.router()}, cache{kCachedAnswers, kCachedBytes},
          census{std::make_shared<Census>(options.limits.connections,
                                          options.limits.connections_per_address,
                                          [this](std::size_t open) { probe.connections(open); })} {
        for (int i = 0; i < options.threads; ++i)
            reactors.push_back(std::make_unique<http::Reactor>(time, messages));
        live.emplace(parts.log, messages, options.limits.live_clients);
        workers.emplace(options.workers, options.limits.waiting_requests);
        front.emplace(http::Front{options.limits, time, service, cache, *workers, *live, probe});
        listener.emplace(reactors, *front, census, messages);
    }

    /// Queues are looked at when somebody asks.
    ApiParts with_queues(ApiParts shown) {
        if (shown.metrics)
            shown.metrics = [this, others = std::move(shown.metrics)] {
                probe.waiting(workers->waiting(), live->waiting());
                return others();
            };
        return shown;
    }

    const ApiOptions options;
    const ApiParts parts;
    Log& log;
    const Service service;
    Probe probe;
    ResponseCache cache;
    std::shared_ptr<Census> census;
    std::optional<http::Front> front;
    std::vector<std::unique_ptr<http::Reactor>> reactors;
    std::optional<LiveHub> live;
    std::optional<WorkPool> workers;
    std::optional<http::Listener> listener;
    std::uint16_t port = 0;
    bool stopped = false;
};

ApiServer::ApiServer(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

ApiServer::~ApiServer() { stop(); }

Result<std::unique_ptr<ApiServer>> ApiServer::start(const ApiOptions& options, ApiParts parts,
                                                    Log& log, Metrics& metrics,
                                                    const Clock& clock) {
    VEDETTE_CHECK_OK(check(options));
    std::unique_ptr<ApiServer> server{
        new ApiServer{std::make_unique<Impl>(options, std::move(parts), log, metrics, clock)}};
    VEDETTE_CHECK_OK(server->impl_->listener->open(options));
    server->impl_->port = server->impl_->listener->port();
    log.info("listening", {{"address", options.address}, {"port", server->port()}});
    return server;
}

std::uint16_t ApiServer::port() const noexcept { return impl_->port; }

void ApiServer::stop() {
    if (std::exchange(impl_->stopped, true))
        return;
    impl_->listener->close();
    const auto until = std::chrono::steady_clock::now() + impl_->options.drain;
    for (const auto& reactor : impl_->reactors)
        reactor->finish_all();
    bool all_gone = true;
    for (const auto& reactor : impl_->reactors)
        all_gone = reactor->wait_until_empty(until) && all_gone;
    if (!all_gone)
        impl_->log.warn("connections were cut: they were not done in time", {});
    for (const auto& reactor : impl_->reactors)
        reactor->abort_all();
    for (const auto& reactor : impl_->reactors) // nobody asks a worker any more
        (void)reactor->wait_until_empty(std::chrono::steady_clock::now() + impl_->options.drain);
    impl_->workers.reset(); // nobody answers a connection any more
    impl_->live.reset();    // nobody wakes one any more
    for (const auto& reactor : impl_->reactors)
        reactor->end();
    impl_->listener.reset(); // its last handler has run
    impl_->reactors.clear();
}

} // namespace vedette::api
