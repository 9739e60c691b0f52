#include "engine/fallback_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "test_support.h"

namespace vedette::infer {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Doubles its input until told to fail.
class ScriptedEngine final : public Engine {
public:
    ScriptedEngine(std::string name, int good_runs, ErrorCode failure, Shape shape = {1, 2})
        : name_{std::move(name)},
          good_runs_{good_runs}, failure_{failure}, specs_{{"x", ElementType::f32, shape}} {}

    [[nodiscard]] const std::vector<TensorSpec>& inputs() const override { return specs_; }
    [[nodiscard]] const std::vector<TensorSpec>& outputs() const override { return specs_; }
    [[nodiscard]] Result<std::span<const TensorView>>
    run(std::span<const TensorView> inputs) override {
        if (good_runs_-- <= 0)
            return Error{failure_, name_ + " gave up"};
        numbers_.clear();
        for (const float number : inputs.front().floats())
            numbers_.push_back(2 * number);
        views_ = {view_of(numbers_, inputs.front().shape)};
        return std::span<const TensorView>{views_};
    }
    [[nodiscard]] int batch() const override { return 1; }
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    const std::string name_;
    int good_runs_;
    const ErrorCode failure_;
    const std::vector<TensorSpec> specs_;
    std::vector<float> numbers_;
    std::vector<TensorView> views_;
};

class CountingMetrics final : public Metrics {
public:
    struct Count final : Counter {
        double value = 0;
        void add(double by) override { value += by; }
    };
    std::shared_ptr<Counter> counter(const std::string& name, const std::string&,
                                     const MetricLabels& labels) override {
        std::string key = name;
        for (const auto& [label, value] : labels)
            key += " " + label + "=" + value;
        auto& count = counts[key];
        if (!count)
            count = std::make_shared<Count>();
        return count;
    }
    std::shared_ptr<Gauge> gauge(const std::string& n, const std::string& h,
                                 const MetricLabels& l) override {
        return NullMetrics{}.gauge(n, h, l);
    }
    std::shared_ptr<Histogram> histogram(const std::string& n, const std::string& h,
                                         const std::vector<double>& b,
                                         const MetricLabels& l) override {
        return NullMetrics{}.histogram(n, h, b, l);
    }
    std::map<std::string, std::shared_ptr<Count>> counts;
};

class CountingLog final : public Log {
public:
    void write(LogLevel, std::string_view, std::span<const LogField>) override { ++lines; }
    int lines = 0;
};

class FallbackEngineTest : public ::testing::Test {
protected:
    void add(const std::string& name, int good_runs, ErrorCode failure = ErrorCode::unavailable,
             Shape shape = {1, 2}) {
        ASSERT_TRUE(registry.add(name,
                                 [=](const std::filesystem::path&,
                                     const EngineOptions&) -> Result<std::unique_ptr<Engine>> {
                                     return std::make_unique<ScriptedEngine>(name, good_runs,
                                                                             failure, shape);
                                 }));
        chain.push_back({{name, {}}, "toy.onnx"});
    }
    void add_that_cannot_load(const std::string& name, ErrorCode failure) {
        ASSERT_TRUE(registry.add(name,
                                 [=](const std::filesystem::path&,
                                     const EngineOptions&) -> Result<std::unique_ptr<Engine>> {
                                     return Error{failure, name + " is not here"};
                                 }));
        chain.push_back({{name, {}}, "toy.onnx"});
    }
    Result<std::unique_ptr<Engine>> start() {
        return FallbackEngine::start({registry, log, metrics, clock}, "toy@1", chain,
                                     stop.get_token());
    }
    /// \return what comes out for {1, 2}, or nothing.
    static std::vector<float> run(Engine& engine) {
        const std::vector<float> numbers{1, 2};
        const std::vector<TensorView> inputs{view_of(numbers, {1, 2})};
        const auto outputs = engine.run(inputs);
        if (!outputs)
            return {};
        const auto floats = outputs->front().floats();
        return {floats.begin(), floats.end()};
    }

    BackendRegistry registry;
    std::vector<EngineLink> chain;
    CountingLog log;
    CountingMetrics metrics;
    ManualClock clock;
    std::stop_source stop;
};

TEST_F(FallbackEngineTest, UsesTheFirstLinkAndSaysNothing) {
    add("gpu", 100);
    add("cpu", 100);
    const auto engine = start();
    ASSERT_TRUE(engine) << engine.error().message();
    EXPECT_THAT(run(**engine), ElementsAre(2, 4));
    EXPECT_EQ((*engine)->name(), "gpu");
    EXPECT_EQ(log.lines, 0);
}

TEST_F(FallbackEngineTest, RunsTheSameInputsOnTheNextLinkForGood) {
    add("gpu", 1);
    add("cpu", 100);
    const auto engine = start();
    ASSERT_TRUE(engine) << engine.error().message();
    for (int i = 0; i < 5; ++i)
        EXPECT_THAT(run(**engine), ElementsAre(2, 4)) << "nothing is lost in run " << i;
    EXPECT_EQ((*engine)->name(), "cpu");
    EXPECT_EQ(log.lines, 1) << "a latch speaks once";
    EXPECT_EQ(metrics.counts.at("infer_engine_fallbacks_total from=gpu/cpu to=cpu/cpu")->value, 1);
}

TEST_F(FallbackEngineTest, SkipsLinksThatCannotLoad) {
    add_that_cannot_load("tensorrt", ErrorCode::unavailable);
    add_that_cannot_load("picky", ErrorCode::invalid_argument);
    chain.push_back({{"never built", {}}, "toy.onnx"});
    add("cpu", 100);
    const auto engine = start();
    ASSERT_TRUE(engine) << engine.error().message();
    EXPECT_EQ((*engine)->name(), "cpu");
    EXPECT_EQ(log.lines, 3);
}

TEST_F(FallbackEngineTest, NamesEveryLinkAndWhyWhenNoneIsLeft) {
    add_that_cannot_load("one", ErrorCode::unavailable);
    add_that_cannot_load("two", ErrorCode::invalid_argument);
    const auto engine = start();
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(engine.error().message(), AllOf(HasSubstr("toy@1"), HasSubstr("one is not here"),
                                                HasSubstr("two is not here")));
}

TEST_F(FallbackEngineTest, SaysThatAnEmptyChainIsEmpty) {
    const auto engine = start();
    ASSERT_FALSE(engine);
    EXPECT_THAT(engine.error().message(), HasSubstr("empty"));
}

TEST_F(FallbackEngineTest, TriesNobodyElseWhenTheFileIsBad) {
    add_that_cannot_load("one", ErrorCode::data_loss);
    add("two", 100);
    const auto engine = start();
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code(), ErrorCode::data_loss);
}

TEST_F(FallbackEngineTest, DoesNotMoveForTheCallersMistake) {
    add("gpu", 0, ErrorCode::invalid_argument);
    add("cpu", 100);
    const auto engine = start();
    ASSERT_TRUE(engine);
    EXPECT_TRUE(run(**engine).empty());
    EXPECT_EQ((*engine)->name(), "gpu");
    EXPECT_EQ(log.lines, 0);
}

TEST_F(FallbackEngineTest, PassesOverALinkThatSeesAnotherModel) {
    add("gpu", 0);
    add("odd", 100, ErrorCode::unavailable, {1, 3});
    add("cpu", 100, ErrorCode::unavailable, {-1, 2});
    const auto engine = start();
    ASSERT_TRUE(engine);
    EXPECT_THAT(run(**engine), ElementsAre(2, 4));
    EXPECT_EQ((*engine)->name(), "cpu");
}

TEST_F(FallbackEngineTest, KeepsTheLastLinkAndSpeaksOnce) {
    add("gpu", 0);
    add("cpu", 0);
    const auto engine = start();
    ASSERT_TRUE(engine);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(run(**engine).empty());
    EXPECT_EQ((*engine)->name(), "cpu");
    EXPECT_EQ(log.lines, 1);
}

TEST_F(FallbackEngineTest, StopsBetweenLinks) {
    add("gpu", 100);
    stop.request_stop();
    const auto engine = start();
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code(), ErrorCode::cancelled);
}

} // namespace
} // namespace vedette::infer
