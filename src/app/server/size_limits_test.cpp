#include "app/server/size_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/ports/testing/memory_event_store.h"
#include "vedette/ports/testing/memory_object_store.h"

namespace vedette::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::uint64_t kPicture = 1'000; ///< bytes; two of each sighting
constexpr std::uint64_t kPlenty = 1'000'000'000;

class SizeLimitsTest : public ::testing::Test {
protected:
    void seen(const std::string& id, std::chrono::microseconds ago) {
        domain::Event event;
        event.id = domain::EventId{id};
        event.camera = domain::CameraId{"gate"};
        event.label = "car";
        event.verdict = domain::Verdict::published;
        event.first_seen = event.last_seen = event.best_seen = clock_.wall_now() - ago;
        event.snapshot = id + ".jpg";
        event.plate_snapshot = id + "-plate.jpg";
        for (const std::string& key : {event.snapshot, event.plate_snapshot})
            ASSERT_TRUE(pictures_.put(key, std::vector<std::byte>(kPicture)));
        ASSERT_TRUE(store_.apply("store", ports::LogPosition{++position_}, {{event}}));
    }
    /// Only the oldest `count` sightings have no picture, and none names one that is not there.
    void expect_bare(std::size_t count) {
        ports::EventQuery all;
        all.limit = 500;
        const auto page = store_.search(all);
        ASSERT_TRUE(page);
        const auto& found = page->events; // newest first
        for (std::size_t i = 0; i < found.size(); ++i) {
            const domain::Event& event = found[i].event;
            EXPECT_EQ(event.snapshot.empty(), i + count >= found.size()) << event.id.value();
            EXPECT_EQ(event.snapshot.empty(), event.plate_snapshot.empty());
            EXPECT_TRUE(event.snapshot.empty() || pictures_.get(event.snapshot));
        }
    }
    std::uint64_t picture_bytes() {
        std::uint64_t bytes = 0;
        EXPECT_TRUE(pictures_.for_each("", [&](const ports::ObjectInfo& info) {
            bytes += info.bytes;
            return true;
        }));
        return bytes;
    }
    [[nodiscard]] std::uint64_t sightings() const { return store_.extent()->events; }
    Status enforce(const SizeRule& rule) { return limits_.enforce(rule, {}); }

    ManualClock clock_{WallTime{std::chrono::days{20'000}}};
    NullLog log_;
    NullMetrics metrics_;
    ports::testing::MemoryEventStore store_;
    ports::testing::MemoryObjectStore pictures_{clock_};
    bool counted_ = true;
    std::vector<std::uint64_t> shrunk_to_;
    SizeLimits limits_{{.store = &store_,
                        .pictures = &pictures_,
                        .picture_bytes = [this]() -> std::optional<std::uint64_t> {
                            return counted_ ? std::optional{picture_bytes()} : std::nullopt;
                        },
                        .shrink_store = [this](std::uint64_t bytes) -> Result<bool> {
                            shrunk_to_.push_back(bytes);
                            return shrunk_to_.size() % 3 != 0;
                        },
                        .messages = &log_,
                        .metrics = &metrics_,
                        .clock = &clock_}};
    std::uint64_t position_ = 0;
};

TEST_F(SizeLimitsTest, WhileThereIsRoomNothingGoes) {
    seen("a", 1h);
    ASSERT_TRUE(enforce({.pictures = 2 * kPicture, .store = kPlenty}));
    expect_bare(0);
}

TEST_F(SizeLimitsTest, TheOldestPicturesGoFirst) {
    for (int i = 0; i < 200; ++i)
        seen("s" + std::to_string(i), 200h - std::chrono::hours{i});
    ASSERT_TRUE(enforce({.pictures = 200 * kPicture, .store = kPlenty}));
    EXPECT_LE(picture_bytes(), 200 * kPicture);
    EXPECT_GE(picture_bytes(), 140 * kPicture) << "and not many more than have to";
    expect_bare(200 - picture_bytes() / (2 * kPicture));
    EXPECT_EQ(sightings(), 200U);
}

TEST_F(SizeLimitsTest, ManyAtOneMomentAndThenLongSilence) {
    for (int i = 0; i < 700; ++i)
        seen("dense" + std::to_string(1000 + i), 24h * 300 - std::chrono::milliseconds{i});
    seen("new", 1h);
    ASSERT_TRUE(enforce({.pictures = 4 * kPicture, .store = kPlenty}));
    EXPECT_EQ(store_.find(domain::EventId{"new"})->snapshot, "new.jpg");
    EXPECT_LE(picture_bytes(), 4 * kPicture);
}

TEST_F(SizeLimitsTest, GoesOnWhereItWasAndComesBackForOlderOnes) {
    for (int i = 0; i < 100; ++i)
        seen("s" + std::to_string(i), 100h - std::chrono::hours{i});
    const SizeRule rule{.pictures = 100 * kPicture, .store = kPlenty};
    ASSERT_TRUE(enforce(rule));
    for (int i = 0; i < 100; ++i)
        seen("older" + std::to_string(i), 24h * 40); // by a clock that was set back
    for (int i = 0; i < 30; ++i) {
        ASSERT_TRUE(enforce(rule));
        clock_.advance(1min);
    }
    EXPECT_LE(picture_bytes(), rule.pictures);
}

TEST_F(SizeLimitsTest, PicturesOfNobodyAreNotLookedForAllTheTime) {
    ASSERT_TRUE(pictures_.put("alien", std::vector<std::byte>(50 * kPicture)));
    seen("a", 1h);
    ASSERT_TRUE(enforce({.pictures = kPicture, .store = kPlenty}));
    seen("b", 0h);
    ASSERT_TRUE(enforce({.pictures = kPicture, .store = kPlenty}));
    EXPECT_TRUE(pictures_.get("b.jpg")) << "the next look is later";
    clock_.advance(11min);
    ASSERT_TRUE(enforce({.pictures = kPicture, .store = kPlenty}));
    EXPECT_FALSE(pictures_.get("b.jpg"));
    EXPECT_TRUE(pictures_.get("alien"));
}

TEST_F(SizeLimitsTest, WithoutACountNoPictureGoes) {
    seen("a", 1h);
    counted_ = false;
    ASSERT_TRUE(enforce({.pictures = 0, .store = kPlenty}));
    expect_bare(0);
}

TEST_F(SizeLimitsTest, TheOldestSightingsGoWithTheirPictures) {
    for (int i = 0; i < 2'000; ++i)
        seen("s" + std::to_string(i), 2'000h - std::chrono::hours{i});
    const std::uint64_t most = store_.extent()->bytes / 2;
    ASSERT_TRUE(enforce({.pictures = kPlenty, .store = most}));
    EXPECT_LE(store_.extent()->bytes, most);
    EXPECT_EQ(sightings(), 500U);
    EXPECT_EQ(picture_bytes(), 2 * 500 * kPicture);
    EXPECT_TRUE(store_.find(domain::EventId{"s1999"}));
    EXPECT_FALSE(store_.find(domain::EventId{"s1499"}));
    EXPECT_THAT(shrunk_to_, ElementsAre(most, most, most)) << "until there is no more to do";
}

TEST_F(SizeLimitsTest, AStopIsHeard) {
    for (int i = 0; i < 100; ++i)
        seen("s" + std::to_string(i), 1h);
    std::stop_source stop;
    stop.request_stop();
    ASSERT_TRUE(limits_.enforce({.pictures = 0, .store = 0}, stop.get_token()));
    expect_bare(0);
    EXPECT_THAT(shrunk_to_, IsEmpty());
}

} // namespace
} // namespace vedette::app
