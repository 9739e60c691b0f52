#include "app/evaluation_text.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace vedette::app {
namespace {

constexpr double kMedian = 0.5;
constexpr double kSlow = 0.95;

} // namespace

std::string fixed(double value, int digits) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << value;
    return out.str();
}

std::string percent(const vision::Share& share) {
    return share.total == 0 ? "-" : fixed(share.value() * 100, 1);
}

std::string interval_text(const vision::Share& share) {
    if (share.total == 0)
        return "-";
    const vision::Interval interval = vision::wilson95(share);
    return fixed(interval.low * 100, 1) + " to " + fixed(interval.high * 100, 1);
}

double quantile(std::vector<double> values, double share) {
    if (values.empty())
        return 0;
    const double rank = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(values.size()));
    const auto at = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

std::string times_text(const std::vector<double>& milliseconds) {
    return "median " + fixed(quantile(milliseconds, kMedian), 1) + ", 95th percentile " +
           fixed(quantile(milliseconds, kSlow), 1);
}

std::string html_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

nlohmann::ordered_json share_json(const vision::Share& share) {
    const vision::Interval interval = vision::wilson95(share);
    return {{"hits", share.hits},
            {"of", share.total},
            {"share", share.value()},
            {"low95", interval.low},
            {"high95", interval.high}};
}

nlohmann::ordered_json times_json(const std::vector<double>& milliseconds) {
    return {{"median", quantile(milliseconds, kMedian)}, {"p95", quantile(milliseconds, kSlow)}};
}

} // namespace vedette::app
