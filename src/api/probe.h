#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "router.h"
#include "vedette/base/metrics.h"

namespace vedette::api {

/// What the server measures of itself. Thread-safe.
class Probe {
public:
    Probe(Metrics& metrics, const Router& router);

    /// \param route  of this router; null if the request found none.
    void answered(const Route* route, int status, std::chrono::nanoseconds took);
    enum class Refused { server_full = 1, address_full };
    void refused_connection(Refused why);
    void connections(std::size_t open);
    /// A request found too many others waiting for a worker.
    void refused_request() { refused_requests_->add(); }
    /// How long the queues are just now.
    void waiting(std::size_t requests, std::size_t live_events);
    void live_joined();
    void live_left(std::uint64_t events_lost);

private:
    struct PerRoute {
        std::array<std::shared_ptr<Counter>, 5> by_class; ///< 1xx … 5xx
        std::shared_ptr<Histogram> seconds;
    };
    [[nodiscard]] std::size_t index_of(const Route* route) const;

    const Router& router_;
    std::vector<PerRoute> routes_; ///< as in the router, and one more for no route
    std::shared_ptr<Counter> refused_full_;
    std::shared_ptr<Counter> refused_address_;
    std::shared_ptr<Gauge> connections_;
    std::shared_ptr<Gauge> requests_waiting_;
    std::shared_ptr<Counter> refused_requests_;
    std::shared_ptr<Gauge> live_clients_;
    std::shared_ptr<Gauge> live_waiting_;
    std::shared_ptr<Counter> live_lost_;
    std::atomic<int> live_{0};
};

} // namespace vedette::api
