// StrongId, Guarded, Registry, Secret, LogField and the null objects.
#include <gtest/gtest.h>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/registry.h"
#include "vedette/base/secret.h"
#include "vedette/base/strong_id.h"

namespace vedette {
namespace {

using TrackId = StrongId<struct TrackTag>;
using CameraId = StrongId<struct CameraTag, std::string>;
static_assert(!std::is_convertible_v<std::int64_t, TrackId>);
static_assert(!std::is_convertible_v<TrackId, StrongId<struct OtherTag>>);
static_assert(!std::is_convertible_v<TrackId, std::int64_t>);

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
static_assert(Printable<std::string> && !Printable<Secret<std::string>>);
static_assert(!std::is_convertible_v<Secret<std::string>, std::string>);
static_assert(!std::is_constructible_v<LogField, std::string_view, Secret<std::string>>);

TEST(StrongId, IsComparedAndHashedByValue) {
    EXPECT_EQ(TrackId{3}, TrackId{3});
    EXPECT_LT(TrackId{3}, TrackId{4});
    const std::unordered_set<CameraId> cameras{CameraId{"gate"}, CameraId{"drive"},
                                               CameraId{"gate"}};
    EXPECT_EQ(cameras.size(), 2U);
    EXPECT_EQ(CameraId{"gate"}.value(), "gate");
}

TEST(Secret, IsRevealedOnlyWhenAsked) {
    EXPECT_EQ(Secret<std::string>{"x"}.reveal(), "x");
    EXPECT_EQ(Secret<std::string>{}.reveal(), "");
    EXPECT_NE(Secret<std::string>{"x"}, Secret<std::string>{"y"});
}

TEST(Guarded, CountsRightFromManyThreads) {
    Guarded<int> count{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 1000; ++i)
                    count.with([](int& value) { ++value; });
            });
    }
    EXPECT_EQ(std::as_const(count).with([](const int& value) { return value; }), 4000);
}

struct Animal {
    virtual ~Animal() = default;
    [[nodiscard]] virtual int legs() const = 0;
};
struct Spider final : Animal {
    explicit Spider(int count) : legs_{count} {}
    [[nodiscard]] int legs() const override { return legs_; }

private:
    int legs_;
};
using Animals = Registry<Animal, int>;

Animals with_spider() {
    Animals animals;
    EXPECT_TRUE(animals.add("spider", [](int legs) -> Result<std::unique_ptr<Animal>> {
        if (legs > 8)
            return Error{ErrorCode::invalid_argument, "too many legs"};
        return std::make_unique<Spider>(legs);
    }));
    return animals;
}

TEST(Registry, MakesByName) {
    const auto made = with_spider().create("spider", 8);
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->legs(), 8);
    EXPECT_EQ(with_spider().create("spider", 9).error().message(), "too many legs");
}

TEST(Registry, NamesWhatIsKnown) {
    Animals animals = with_spider();
    EXPECT_EQ(Animals{}.create("ant", 6).error().message(), "no 'ant'; known: nothing");
    ASSERT_TRUE(animals.add("ant", [](int legs) -> Result<std::unique_ptr<Animal>> {
        return std::make_unique<Spider>(legs);
    }));
    const auto missing = animals.create("bee", 6);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
    EXPECT_EQ(missing.error().message(), "no 'bee'; known: ant spider");
    EXPECT_EQ(animals.names(), (std::vector<std::string>{"ant", "spider"}));
    EXPECT_TRUE(animals.contains("ant"));
    EXPECT_FALSE(animals.contains("bee"));
}

TEST(Registry, RefusesANameTwice) {
    Animals animals = with_spider();
    const auto again = animals.add("spider", [](int) -> Result<std::unique_ptr<Animal>> {
        return Error{ErrorCode::internal, "never called"};
    });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code(), ErrorCode::already_exists);
    EXPECT_EQ((*animals.create("spider", 3))->legs(), 3) << "the first one stays";
}

TEST(LogField, KeepsTheKindOfItsValue) {
    EXPECT_EQ(std::get<std::int64_t>(LogField("k", 3U).value), 3);
    EXPECT_EQ(std::get<std::int64_t>(LogField("k", UINT64_MAX).value), INT64_MAX);
    EXPECT_EQ(std::get<std::int64_t>(LogField("k", -3).value), -3);
    EXPECT_EQ(std::get<double>(LogField("k", 0.5F).value), 0.5);
    EXPECT_EQ(std::get<bool>(LogField("k", true).value), true);
    EXPECT_EQ(std::get<std::string_view>(LogField("k", "v").value), "v");
}

class RecordingLog final : public Log {
public:
    void write(LogLevel level, std::string_view message,
               std::span<const LogField> fields) override {
        lines.push_back({level, std::string{message}, fields.size()});
    }
    struct Line {
        LogLevel level;
        std::string message;
        std::size_t fields;
    };
    std::vector<Line> lines;
};

TEST(Log, PassesLevelMessageAndFieldsOn) {
    RecordingLog log;
    log.debug("d");
    log.info("i", {{"a", 1}});
    log.warn("w", {{"a", 1}, {"b", 2}});
    log.error("e");
    ASSERT_EQ(log.lines.size(), 4U);
    EXPECT_EQ(log.lines[0].level, LogLevel::debug);
    EXPECT_EQ(log.lines[1].fields, 1U);
    EXPECT_EQ(log.lines[2].message, "w");
    EXPECT_EQ(log.lines[2].fields, 2U);
    EXPECT_EQ(log.lines[3].level, LogLevel::error);
}

TEST(NullObjects, TakeEverythingAndDoNothing) {
    NullLog{}.error("x");
    NullMetrics metrics;
    metrics.counter("a", "A", {})->add();
    metrics.gauge("b", "B", {})->set(1);
    metrics.histogram("c", "C", {1, 2}, {})->observe(1);
}

} // namespace
} // namespace vedette
