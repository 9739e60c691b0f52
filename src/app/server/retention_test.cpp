#include "app/server/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/ports/testing/memory_event_store.h"
#include "vedette/ports/testing/memory_object_store.h"

namespace vedette::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class RetentionTest : public ::testing::Test {
protected:
    /// A sighting that is so old, with its two pictures.
    void seen(const std::string& id, std::chrono::hours ago, const std::string& camera = "gate",
              const std::string& label = "car") {
        domain::Event event;
        event.id = domain::EventId{id};
        event.camera = domain::CameraId{camera};
        event.label = label;
        event.verdict = domain::Verdict::published;
        event.first_seen = event.last_seen = event.best_seen = clock_.wall_now() - ago;
        event.snapshot = id + ".jpg";
        event.plate_snapshot = id + "-plate.jpg";
        for (const std::string& key : {event.snapshot, event.plate_snapshot})
            ASSERT_TRUE(pictures_.put(key, std::as_bytes(std::span{"jpeg"})));
        ASSERT_TRUE(store_.apply("store", ports::LogPosition{++position_}, {{event}}));
    }
    [[nodiscard]] Retention retention(RetentionOptions options) {
        return {std::move(options), Retention::Parts{.store = &store_,
                                                     .pictures = &pictures_,
                                                     .make_durable = [this]() -> Status {
                                                         steps_.emplace_back("sync");
                                                         return {};
                                                     },
                                                     .retain_log =
                                                         [this](const events::RetentionRule& rule) {
                                                             steps_.emplace_back("log");
                                                             rule_ = rule;
                                                             return events::RetentionReport{};
                                                         },
                                                     .subscriber = "store",
                                                     .others_handled = [this] { return others_; },
                                                     .held = [this] { return held_; },
                                                     .messages = &log_,
                                                     .clock = &clock_,
                                                     .newest = newest_}};
    }
    [[nodiscard]] std::vector<std::string> pictures() const {
        std::vector<std::string> keys;
        EXPECT_TRUE(pictures_.for_each("", [&](const ports::ObjectInfo& info) {
            keys.push_back(info.key);
            return true;
        }));
        return keys;
    }
    [[nodiscard]] std::vector<std::string> sightings() const {
        std::vector<std::string> ids;
        const auto page = store_.search({});
        EXPECT_TRUE(page);
        for (const auto& found : page->events)
            ids.push_back(found.event.id.value());
        return ids;
    }

    ManualClock clock_{WallTime{days{20'000}}};
    NullLog log_;
    ports::testing::MemoryEventStore store_;
    ports::testing::MemoryObjectStore pictures_{clock_};
    std::uint64_t position_ = 0;
    std::optional<WallTime> newest_;
    std::optional<ports::LogPosition> others_;
    Result<std::set<std::string>> held_{std::set<std::string>{}};
    std::vector<std::string> steps_;
    events::RetentionRule rule_;
};

TEST_F(RetentionTest, SightingsGoWithTheirPictures) {
    seen("old", 24h * 31);
    seen("new", 24h * 29);
    Retention rules = retention({.pictures = {.default_days = 365, .objects = {}}});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(sightings(), ElementsAre("new"));
    EXPECT_THAT(pictures(), UnorderedElementsAre("new.jpg", "new-plate.jpg"));
}

TEST_F(RetentionTest, PicturesGoBeforeTheirSightings) {
    seen("old", 24h * 10 + 1h);
    seen("new", 24h * 10 - 1h);
    Retention rules = retention({});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(sightings(), ElementsAre("new", "old"));
    EXPECT_THAT(pictures(), UnorderedElementsAre("new.jpg", "new-plate.jpg"));
    clock_.advance(2h);
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(pictures(), IsEmpty());
    EXPECT_THAT(sightings(), ElementsAre("new", "old"));
    EXPECT_EQ(store_.find(domain::EventId{"old"})->snapshot, "") << "it is not there any more";
    EXPECT_EQ(store_.position("store"), ports::LogPosition{2});
}

TEST_F(RetentionTest, APictureThatIsHeldOutlivesItsSighting) {
    seen("held", 24h * 29);
    seen("other", 24h * 29);
    held_ = std::set<std::string>{"held.jpg"};
    Retention rules = retention({});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(pictures(), UnorderedElementsAre("held.jpg", "held-plate.jpg"));
    EXPECT_EQ(store_.find(domain::EventId{"held"})->snapshot, "held.jpg");
    clock_.advance(24h * 2);
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(sightings(), IsEmpty());
    EXPECT_THAT(pictures(), ElementsAre("held.jpg"));
    held_ = Error{ErrorCode::data_loss, "following.db is damaged"};
    EXPECT_FALSE(rules.enforce()) << "nobody knows which ones are held";
}

TEST_F(RetentionTest, TheLogStaysForEachWhoNeedsIt) {
    seen("a", 1h);
    seen("b", 1h);
    Retention rules = retention({});
    ASSERT_TRUE(rules.enforce());
    EXPECT_EQ(rule_.handled, ports::LogPosition{2});
    others_ = ports::LogPosition{1};
    ASSERT_TRUE(rules.enforce());
    EXPECT_EQ(rule_.handled, ports::LogPosition{1});
    others_ = ports::LogPosition{9};
    ASSERT_TRUE(rules.enforce());
    EXPECT_EQ(rule_.handled, ports::LogPosition{2});
}

TEST_F(RetentionTest, PicturesHaveTheirAgeByLabelAndByCamera) {
    seen("car", 24h * 3);
    seen("person", 24h * 3, "gate", "person");
    seen("at-door", 24h * 3, "door");
    Retention rules = retention({.pictures = {.default_days = 10, .objects = {{"person", 2}}},
                                 .pictures_of = {{"door", {.default_days = 1, .objects = {}}}}});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(pictures(), UnorderedElementsAre("car.jpg", "car-plate.jpg"));
    EXPECT_EQ(sightings().size(), 3U);
}

TEST_F(RetentionTest, AnotherRuleIsAppliedToWhatIsThereAlready) {
    seen("a", 24h * 6);
    Retention rules = retention({});
    ASSERT_TRUE(rules.enforce());
    EXPECT_EQ(pictures().size(), 2U);
    rules.change({.pictures = {.default_days = 5, .objects = {}}});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(pictures(), IsEmpty());
    rules.change({.sightings = days{1}});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(sightings(), IsEmpty());
}

TEST_F(RetentionTest, ALongArrearIsWorkedOffInParts) {
    for (int day = 0; day < 100; ++day)
        seen("d" + std::to_string(day), 24h * (day + 11));
    Retention rules = retention({.sightings = days{365}, .pictures = {}});
    ASSERT_TRUE(rules.enforce());
    const std::size_t left = pictures().size();
    EXPECT_GT(left, 0U);
    EXPECT_LT(left, 200U);
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(pictures(), IsEmpty());
    EXPECT_EQ(sightings().size(), 50U); // a page: all of them are there
}

TEST_F(RetentionTest, AClockThatIsYearsAheadDeletesNothing) {
    seen("a", 1h);
    newest_ = clock_.wall_now() - 1h;
    clock_.advance(days{4000});
    Retention rules = retention({.log = days{7}});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(sightings(), ElementsAre("a"));
    EXPECT_THAT(pictures(), UnorderedElementsAre("a.jpg", "a-plate.jpg"));
    EXPECT_LT(*rule_.older_than, clock_.wall_now() - days{4000});
    clock_.advance(days{1}); // and it stays so
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(sightings(), IsEmpty());
}

TEST_F(RetentionTest, TheLogKeepsWhatTheStoreHasNotGotForGood) {
    seen("a", 1h);
    seen("b", 1h);
    Retention rules = retention({.log = days{2}, .log_size = {5'000'000}});
    ASSERT_TRUE(rules.enforce());
    EXPECT_THAT(steps_, ElementsAre("sync", "log"));
    EXPECT_EQ(rule_.handled, ports::LogPosition{2});
    EXPECT_EQ(rule_.older_than, clock_.wall_now() - days{2});
    EXPECT_EQ(rule_.max_bytes, 5'000'000U);
}

} // namespace
} // namespace vedette::app
