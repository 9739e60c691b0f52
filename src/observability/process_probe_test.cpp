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

TEST(ProcessUsage, TellsUsedMemoryFromFree) {
    constexpr std::size_t kPiece = 64U << 10U; // small enough for the heap itself
    std::vector<std::vector<char>> held(200);
    const auto before = process_usage();
    if (before.heap_used_bytes == 0)
        GTEST_SKIP() << "a sanitizer has its own heap";
    for (auto& piece : held)
        piece.assign(kPiece, 'x');
    const auto then = process_usage();
    EXPECT_GE(then.heap_used_bytes, before.heap_used_bytes + held.size() * kPiece);
    const std::vector<char> last{held.back().begin(), held.back().end()}; // nothing to trim above
    held.clear();
    EXPECT_LE(process_usage().heap_used_bytes, then.heap_used_bytes - 190 * kPiece);
    EXPECT_EQ(last.back(), 'x');
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
    EXPECT_THAT(text, HasSubstr("\nprocess_heap_free_bytes "));
    EXPECT_THAT(text, HasSubstr("\nprocess_heap_used_bytes "));
    EXPECT_THAT(text, HasSubstr("app_build_info{version=\"1.2.3\"} 1"));
    const auto at = text.find("\nprocess_cpu_seconds_total ");
    ASSERT_NE(at, std::string::npos);
    EXPECT_GT(std::stod(text.substr(at + 27)), 0.0);
}

} // namespace
} // namespace vedette::observability
