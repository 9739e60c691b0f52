#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/metrics.h"

namespace vedette::observability {

/// Meters that Prometheus can read.
///
/// Thread-safe. The same name and labels give the same meter; meters may outlive this object. One
/// name has at most `max_series` different sets of labels: whatever comes later is counted together
/// under the value "other" of every label, so a camera's worth of memory cannot become a city's.
/// Broken names, a name used for two kinds of meter or with two sets of buckets are mistakes in
/// our code and end the process.
class PrometheusMetrics final : public Metrics {
public:
    static constexpr std::size_t kDefaultMaxSeries = 512;
    explicit PrometheusMetrics(std::size_t max_series = kDefaultMaxSeries);
    PrometheusMetrics(const PrometheusMetrics&) = delete;
    PrometheusMetrics& operator=(const PrometheusMetrics&) = delete;
    ~PrometheusMetrics() override;

    std::shared_ptr<Counter> counter(const std::string& name, const std::string& help,
                                     const MetricLabels& labels) override;
    std::shared_ptr<Gauge> gauge(const std::string& name, const std::string& help,
                                 const MetricLabels& labels) override;
    std::shared_ptr<Histogram> histogram(const std::string& name, const std::string& help,
                                         const std::vector<double>& buckets,
                                         const MetricLabels& labels) override;

    /// Everything measured so far in Prometheus' text format 0.0.4.
    [[nodiscard]] std::string expose() const;

private:
    struct Impl;
    const std::shared_ptr<Impl> impl_; // shared with the meters
};

} // namespace vedette::observability
