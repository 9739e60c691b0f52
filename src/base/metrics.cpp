#include "vedette/base/metrics.h"

namespace vedette {
namespace {

struct NullCounter final : Counter {
    void add(double) override {}
};
struct NullGauge final : Gauge {
    void set(double) override {}
};
struct NullHistogram final : Histogram {
    void observe(double) override {}
};

} // namespace

std::shared_ptr<Counter> NullMetrics::counter(const std::string&, const std::string&,
                                              const MetricLabels&) {
    return std::make_shared<NullCounter>();
}

std::shared_ptr<Gauge> NullMetrics::gauge(const std::string&, const std::string&,
                                          const MetricLabels&) {
    return std::make_shared<NullGauge>();
}

std::shared_ptr<Histogram> NullMetrics::histogram(const std::string&, const std::string&,
                                                  const std::vector<double>&, const MetricLabels&) {
    return std::make_shared<NullHistogram>();
}

} // namespace vedette
