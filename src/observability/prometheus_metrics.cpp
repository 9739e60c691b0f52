#include "vedette/observability/prometheus_metrics.h"

#include <algorithm>
#include <map>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <set>

#include "vedette/base/assert.h"
#include "vedette/base/guarded.h"

namespace vedette::observability {
namespace {

using PromLabels = std::map<std::string, std::string>;

bool valid_name(const std::string& name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    const auto allowed = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
    return !name.empty() && letter(name.front()) && !name.starts_with("__") &&
           std::all_of(name.begin(), name.end(), allowed);
}

PromLabels checked(const MetricLabels& labels) {
    PromLabels out;
    for (const auto& [name, value] : labels) {
        VEDETTE_ASSERT(valid_name(name) && name != "le");
        VEDETTE_ASSERT(out.try_emplace(name, value).second);
    }
    return out;
}

/// What is known of one name.
struct Kept {
    enum class Kind { counter = 1, gauge, histogram };
    Kind kind;
    std::vector<double> buckets;
    std::set<PromLabels> series = {};
};

/// A meter of ours in front of one of theirs, which lives as long as `owner`.
template <class Ours, class Theirs>
class Meter : public Ours {
public:
    Meter(Theirs& theirs, std::shared_ptr<void> owner)
        : theirs_{theirs}, owner_{std::move(owner)} {}

protected:
    Theirs& theirs() { return theirs_; }

private:
    Theirs& theirs_;
    const std::shared_ptr<void> owner_;
};

struct PromCounter final : Meter<Counter, prometheus::Counter> {
    using Meter::Meter;
    void add(double by) override { theirs().Increment(by); }
};
struct PromGauge final : Meter<Gauge, prometheus::Gauge> {
    using Meter::Meter;
    void set(double value) override { theirs().Set(value); }
};
struct PromHistogram final : Meter<Histogram, prometheus::Histogram> {
    using Meter::Meter;
    void observe(double value) override { theirs().Observe(value); }
};

} // namespace

struct PrometheusMetrics::Impl {
    explicit Impl(std::size_t limit) : max_series{limit} {}

    /// The labels to use, which are "other" once there are too many.
    PromLabels admit(const std::string& name, Kept::Kind kind, const MetricLabels& labels,
                     const std::vector<double>& buckets = {}) {
        VEDETTE_ASSERT(valid_name(name));
        PromLabels wanted = checked(labels);
        return kept.with([&](auto& all) {
            Kept& known = all.try_emplace(name, Kept{kind, buckets}).first->second;
            VEDETTE_ASSERT(known.kind == kind && known.buckets == buckets);
            if (known.series.contains(wanted))
                return wanted;
            if (known.series.size() < max_series)
                return *known.series.insert(wanted).first;
            for (auto& [label, value] : wanted)
                value = "other";
            return wanted;
        });
    }

    const std::size_t max_series;
    prometheus::Registry registry;
    Guarded<std::map<std::string, Kept>> kept;
};

PrometheusMetrics::PrometheusMetrics(std::size_t max_series)
    : impl_{std::make_shared<Impl>(max_series)} {
    VEDETTE_ASSERT(max_series > 0);
}

PrometheusMetrics::~PrometheusMetrics() = default;

std::shared_ptr<Counter> PrometheusMetrics::counter(const std::string& name,
                                                    const std::string& help,
                                                    const MetricLabels& labels) {
    const PromLabels used = impl_->admit(name, Kept::Kind::counter, labels);
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry);
    return std::make_shared<PromCounter>(family.Add(used), impl_);
}

std::shared_ptr<Gauge> PrometheusMetrics::gauge(const std::string& name, const std::string& help,
                                                const MetricLabels& labels) {
    const PromLabels used = impl_->admit(name, Kept::Kind::gauge, labels);
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
    return std::make_shared<PromGauge>(family.Add(used), impl_);
}

std::shared_ptr<Histogram> PrometheusMetrics::histogram(const std::string& name,
                                                        const std::string& help,
                                                        const std::vector<double>& buckets,
                                                        const MetricLabels& labels) {
    VEDETTE_ASSERT(std::adjacent_find(buckets.begin(), buckets.end(), std::greater_equal<>{}) ==
                   buckets.end());
    const PromLabels used = impl_->admit(name, Kept::Kind::histogram, labels, buckets);
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry);
    return std::make_shared<PromHistogram>(family.Add(used, buckets), impl_);
}

std::string PrometheusMetrics::expose() const {
    return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

} // namespace vedette::observability
