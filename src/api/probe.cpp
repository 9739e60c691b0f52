#include "probe.h"

#include <algorithm>
#include <string>

namespace vedette::api {
namespace {

std::vector<double> seconds_buckets() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5};
}

} // namespace

Probe::Probe(Metrics& metrics, const Router& router)
    : router_{router}, refused_full_{metrics.counter("api_connections_refused_total",
                                                     "Connections that were refused",
                                                     {{"reason", "full"}})},
      refused_address_{metrics.counter("api_connections_refused_total",
                                       "Connections that were refused", {{"reason", "address"}})},
      connections_{metrics.gauge("api_connections", "Connections that are open")},
      requests_waiting_{metrics.gauge("api_requests_waiting", "Requests that wait for a worker")},
      refused_requests_{metrics.counter("api_requests_refused_total",
                                        "Requests refused because too many were waiting")},
      live_clients_{metrics.gauge("api_live_clients", "WebSockets that get live events")},
      live_waiting_{metrics.gauge("api_live_events_waiting",
                                  "Events that wait for live clients, of all together")},
      live_lost_{metrics.counter("api_live_events_lost_total",
                                 "Events that a live client was too slow for")} {
    constexpr std::array<std::string_view, 5> kClasses{"1xx", "2xx", "3xx", "4xx", "5xx"};
    const auto add = [&](const std::string& name) {
        PerRoute& one = routes_.emplace_back();
        for (std::size_t i = 0; i < kClasses.size(); ++i)
            one.by_class.at(i) =
                metrics.counter("api_requests_total", "Requests by route and class of the answer",
                                {{"route", name}, {"status", std::string{kClasses.at(i)}}});
        one.seconds = metrics.histogram("api_request_seconds",
                                        "From the last byte of a request to its answer",
                                        seconds_buckets(), {{"route", name}});
    };
    for (const Route& route : router.routes())
        add(std::string{to_string(route.method)} + " " + route.pattern);
    add("none");
}

std::size_t Probe::index_of(const Route* route) const {
    return route == nullptr ? routes_.size() - 1
                            : static_cast<std::size_t>(route - router_.routes().data());
}

void Probe::answered(const Route* route, int status, std::chrono::nanoseconds took) {
    const PerRoute& one = routes_.at(index_of(route));
    one.by_class.at(static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1))->add();
    one.seconds->observe(std::chrono::duration<double>(took).count());
}

void Probe::refused_connection(Refused why) {
    (why == Refused::address_full ? refused_address_ : refused_full_)->add();
}

void Probe::connections(std::size_t open) { connections_->set(static_cast<double>(open)); }

void Probe::waiting(std::size_t requests, std::size_t live_events) {
    requests_waiting_->set(static_cast<double>(requests));
    live_waiting_->set(static_cast<double>(live_events));
}

void Probe::live_joined() { live_clients_->set(++live_); }

void Probe::live_left(std::uint64_t events_lost) {
    live_clients_->set(--live_);
    if (events_lost > 0)
        live_lost_->add(static_cast<double>(events_lost));
}

} // namespace vedette::api
