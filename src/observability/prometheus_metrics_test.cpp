#include "vedette/observability/prometheus_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace vedette::observability {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PrometheusMetrics, ExposesWhatWasMeasured) {
    PrometheusMetrics metrics;
    metrics.counter("media_frames_total", "Frames read", {{"camera", "gate"}})->add(3);
    metrics.gauge("pipeline_queue_items", "Waiting", {})->set(-2.5);
    const auto time = metrics.histogram("infer_run_seconds", "Time", {0.1, 1}, {});
    time->observe(0.05);
    time->observe(5);
    const std::string text = metrics.expose();
    EXPECT_THAT(text, HasSubstr("# HELP media_frames_total Frames read\n"
                                "# TYPE media_frames_total counter\n"
                                "media_frames_total{camera=\"gate\"} 3"));
    EXPECT_THAT(text, HasSubstr("pipeline_queue_items -2.5"));
    EXPECT_THAT(text, HasSubstr("infer_run_seconds_bucket{le=\"0.1\"} 1"));
    EXPECT_THAT(text, HasSubstr("infer_run_seconds_bucket{le=\"+Inf\"} 2"));
    EXPECT_THAT(text, HasSubstr("infer_run_seconds_count 2"));
}

TEST(PrometheusMetrics, GivesTheSameMeterForTheSameNameAndLabels) {
    PrometheusMetrics metrics;
    metrics.counter("a_total", "A", {{"x", "1"}, {"y", "2"}})->add();
    metrics.counter("a_total", "A", {{"y", "2"}, {"x", "1"}})->add();
    EXPECT_THAT(metrics.expose(), HasSubstr("a_total{x=\"1\",y=\"2\"} 2"));
}

TEST(PrometheusMetrics, CountsTooManyLabelsTogether) {
    PrometheusMetrics metrics{2};
    for (const char* camera : {"a", "b", "c", "d", "a"})
        metrics.counter("frames_total", "Frames", {{"camera", camera}})->add();
    const std::string text = metrics.expose();
    EXPECT_THAT(text, HasSubstr("{camera=\"a\"} 2"));
    EXPECT_THAT(text, HasSubstr("{camera=\"b\"} 1"));
    EXPECT_THAT(text, HasSubstr("{camera=\"other\"} 2"));
    EXPECT_THAT(text, Not(HasSubstr("\"c\"")));
}

TEST(PrometheusMetrics, EscapesLabelValues) {
    PrometheusMetrics metrics;
    metrics.counter("a_total", "A", {{"x", "q\"\\\n"}})->add();
    EXPECT_THAT(metrics.expose(), HasSubstr(R"(a_total{x="q\"\\\n"} 1)"));
}

TEST(PrometheusMetrics, LetsMetersOutliveIt) {
    std::shared_ptr<Counter> counter;
    {
        PrometheusMetrics metrics;
        counter = metrics.counter("a_total", "A", {});
    }
    counter->add();
}

TEST(PrometheusMetrics, CountsFromManyThreads) {
    PrometheusMetrics metrics;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&metrics] {
                for (int i = 0; i < 100; ++i)
                    metrics.counter("a_total", "A", {{"n", std::to_string(i % 3)}})->add();
            });
    }
    EXPECT_THAT(metrics.expose(), HasSubstr("a_total{n=\"0\"} 136"));
}

TEST(PrometheusMetricsDeathTest, EndsOnMistakesOfOurs) {
    PrometheusMetrics metrics;
    metrics.counter("a_total", "A", {});
    EXPECT_DEATH(metrics.gauge("a_total", "A", {}), "broken invariant");
    EXPECT_DEATH(metrics.counter("Bad-Name", "A", {}), "broken invariant");
    EXPECT_DEATH(metrics.counter("b_total", "B", {{"le", "1"}}), "broken invariant");
    EXPECT_DEATH(metrics.histogram("c_s", "C", {2, 1}, {}), "broken invariant");
}

} // namespace
} // namespace vedette::observability
