#include "vedette/observability/process_probe.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

#include "vedette/observability/prometheus_metrics.h"

namespace vedette::observability {
namespace {

using ::testing::HasSubstr;

TEST(ProcessUsage, CountsWhatIsOpened) {
    const std::uint64_t before = process_usage().open_files;
    const std::ifstream one{"/proc/self/statm"};
    const std::ifstream two{"/proc/self/statm"};
    EXPECT_EQ(process_usage().open_files, before + 2);
}

TEST(ProcessUsage, CountsWhatIsHeld) {
    const auto before = resident_bytes();
    constexpr std::size_t kMuch = 32U << 20U;
    const std::vector<char> held(kMuch, 'x');
    EXPECT_GT(resident_bytes(), before + kMuch / 2);
    EXPECT_EQ(held.back(), 'x');
}

TEST(ProcessProbe, ShowsTheProcess) {
    PrometheusMetrics metrics;
    const ManualClock clock{WallTime{std::chrono::seconds{1'700'000'000}}};
    ProcessProbe probe{metrics, "1.2.3", clock};
    volatile double work = 0;
    for (int i = 0; i < 20'000'000; ++i)
        work = work + i;
    probe.sample();
    const std::string text = metrics.expose();
    EXPECT_THAT(text, HasSubstr("process_start_time_seconds 1700000000"));
    EXPECT_THAT(text, HasSubstr("app_build_info{version=\"1.2.3\"} 1"));
    const auto at = text.find("\nprocess_cpu_seconds_total ");
    ASSERT_NE(at, std::string::npos);
    EXPECT_GT(std::stod(text.substr(at + 27)), 0.0);
}

} // namespace
} // namespace vedette::observability
