#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// Only ever grows. Thread-safe.
class Counter {
public:
    virtual ~Counter() = default;
    /// \pre by >= 0
    virtual void add(double by = 1.0) = 0;
};

/// Goes up and down. Thread-safe.
class Gauge {
public:
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
};

/// Counts observations into buckets. Thread-safe.
class Histogram {
public:
    virtual ~Histogram() = default;
    virtual void observe(double value) = 0;
};

/// Label values must come from a small set: a camera, a reason; never a plate or an address.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// Makes the meters that a module's probe holds. Names are `<module>_<what>_<unit>[_total]`.
///
/// Thread-safe. The same name and labels give the same meter. Meters may outlive the factory's
/// caller, not the factory.
class Metrics {
public:
    virtual ~Metrics() = default;
    virtual std::shared_ptr<Counter> counter(const std::string& name, const std::string& help,
                                             const MetricLabels& labels = {}) = 0;
    virtual std::shared_ptr<Gauge> gauge(const std::string& name, const std::string& help,
                                         const MetricLabels& labels = {}) = 0;
    /// \param buckets ascending upper bounds; the same for every use of a name.
    virtual std::shared_ptr<Histogram> histogram(const std::string& name, const std::string& help,
                                                 const std::vector<double>& buckets,
                                                 const MetricLabels& labels = {}) = 0;
};

/// Measures nothing.
class NullMetrics final : public Metrics {
public:
    std::shared_ptr<Counter> counter(const std::string&, const std::string&,
                                     const MetricLabels&) override;
    std::shared_ptr<Gauge> gauge(const std::string&, const std::string&,
                                 const MetricLabels&) override;
    std::shared_ptr<Histogram> histogram(const std::string&, const std::string&,
                                         const std::vector<double>&, const MetricLabels&) override;
};

} // namespace vedette
