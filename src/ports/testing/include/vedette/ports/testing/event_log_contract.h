#pragma once

// What every ports::EventLog does. An implementation instantiates the suite with a Backend:
//
//   struct MyBackend {
//       EventLog& log();   // an empty log at first, then always the same one
//       void reopen();     // ends it and opens it again, if it outlives its process
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Mine, EventLogContract, MyBackend);

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "vedette/ports/event_log.h"

namespace vedette::ports::testing {

/// An event whose every field depends on `number`.
inline Envelope numbered_event(std::uint64_t number, std::size_t payload_bytes = 20) {
    Envelope event;
    event.id = domain::EventId{"site.cam.1." + std::to_string(number) + ".sighting.0"};
    event.kind = number % 3 == 0 ? "camera.offline" : "sighting";
    event.camera = domain::CameraId{number % 5 == 0 ? "" : "cam-" + std::to_string(number % 4)};
    event.at = WallTime{std::chrono::microseconds{1'700'000'000'000'000 + number * 40'000}};
    event.payload = "{\"n\":" + std::to_string(number) + "}";
    event.payload.resize(std::max(event.payload.size(), payload_bytes), ' ');
    return event;
}

template <class Backend>
class EventLogContract : public ::testing::Test {
protected:
    static constexpr std::chrono::milliseconds kLong{60'000};

    EventLog& log() { return backend_.log(); }
    Backend& backend() { return backend_; }

    /// Appends `count` events, numbered on from where the log is.
    void append(std::size_t count) {
        std::vector<Envelope> events;
        for (std::size_t i = 1; i <= count; ++i)
            events.push_back(numbered_event(log().extent().last.value() + i));
        const auto last = log().append(events);
        ASSERT_TRUE(last) << last.error().message();
    }

    /// The positions that read() gives.
    std::vector<std::uint64_t> positions(std::uint64_t after, std::size_t max = 1000) {
        const auto events = log().read(LogPosition{after}, max);
        std::vector<std::uint64_t> found;
        if (!events) {
            ADD_FAILURE() << events.error().message();
            return found;
        }
        for (const LoggedEvent& one : *events)
            found.push_back(one.position.value());
        return found;
    }

    /// Everything that is kept, in pages of `page`.
    std::vector<LoggedEvent> all(std::size_t page = 7) {
        std::vector<LoggedEvent> events;
        for (LogPosition after;;) {
            auto some = log().read(after, page);
            if (!some) {
                ADD_FAILURE() << some.error().message();
                return events;
            }
            if (some->empty())
                return events;
            after = some->back().position;
            events.insert(events.end(), some->begin(), some->end());
        }
    }

    bool waits(std::uint64_t after, std::chrono::milliseconds patience, std::stop_token stop = {}) {
        return log().wait_beyond(LogPosition{after}, patience, std::move(stop));
    }

private:
    Backend backend_;
};

TYPED_TEST_SUITE_P(EventLogContract);

TYPED_TEST_P(EventLogContract, IsEmptyAtFirst) {
    const LogExtent extent = this->log().extent();
    EXPECT_EQ(extent.first.value(), 1U);
    EXPECT_EQ(extent.last.value(), 0U);
    EXPECT_TRUE(this->positions(0).empty());
    EXPECT_TRUE(this->log().forget(LogPosition{5}));
    const auto nothing = this->log().append({});
    ASSERT_TRUE(nothing);
    EXPECT_EQ(nothing->value(), 0U);
}

TYPED_TEST_P(EventLogContract, CountsPositionsFromOne) {
    std::vector<Envelope> events{numbered_event(1), numbered_event(2), numbered_event(3)};
    EXPECT_EQ(this->log().append(events)->value(), 3U);
    EXPECT_EQ(this->log().append(std::span{events}.first(1))->value(), 4U);
    EXPECT_EQ(this->log().append({})->value(), 4U);
    EXPECT_EQ(this->positions(0), (std::vector<std::uint64_t>{1, 2, 3, 4}));
    EXPECT_EQ(this->log().extent().first.value(), 1U);
    EXPECT_EQ(this->log().extent().last.value(), 4U);
    EXPECT_GT(this->log().extent().bytes, 0U);
}

TYPED_TEST_P(EventLogContract, ReadsOnFromWhereOneStands) {
    this->append(10);
    EXPECT_EQ(this->positions(0, 3), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(this->positions(3, 3), (std::vector<std::uint64_t>{4, 5, 6}));
    EXPECT_EQ(this->positions(9, 3), (std::vector<std::uint64_t>{10}));
    EXPECT_TRUE(this->positions(10).empty());
    EXPECT_TRUE(this->positions(std::numeric_limits<std::uint64_t>::max()).empty());
    EXPECT_TRUE(this->positions(0, 0).empty());
    EXPECT_EQ(this->positions(5, std::numeric_limits<std::size_t>::max()).size(), 5U);
}

TYPED_TEST_P(EventLogContract, KeepsEveryByteOfAnEvent) {
    std::vector<Envelope> events(4);
    events[0] = numbered_event(1, 1 << 20);
    events[1] = numbered_event(2);
    events[1].payload = std::string{"\0\xff\n\"quoted\"", 11};
    events[1].at = WallTime::min();
    events[2] = numbered_event(3);
    events[2].payload.clear();
    events[2].camera = domain::CameraId{};
    events[2].at = WallTime::max();
    events[3] = numbered_event(4);
    events[3].id = domain::EventId{std::string(512, 'i')};
    events[3].kind = std::string(64, 'k');
    events[3].camera = domain::CameraId{std::string(512, 'c')};
    ASSERT_TRUE(this->log().append(events));
    this->backend().reopen();
    const auto read = this->all();
    ASSERT_EQ(read.size(), events.size());
    for (std::size_t i = 0; i < events.size(); ++i)
        EXPECT_EQ(read[i].event, events[i]) << i;
}

TYPED_TEST_P(EventLogContract, TakesNoneOfACallWithABadEvent) {
    this->append(1);
    std::vector<Envelope> events{numbered_event(2), numbered_event(3), numbered_event(4)};
    events[1].kind = "No Kind";
    const auto refused = this->log().append(events);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(refused.error().message().find("No Kind"), std::string::npos);
    EXPECT_EQ(this->log().extent().last.value(), 1U);
    this->append(1);
    EXPECT_EQ(this->positions(0), (std::vector<std::uint64_t>{1, 2}));
}

TYPED_TEST_P(EventLogContract, KeepsWhatItTookWhenItIsOpenedAgain) {
    this->append(20);
    for (int i = 0; i < 3; ++i) {
        this->backend().reopen();
        this->append(20);
    }
    const auto events = this->all();
    ASSERT_EQ(events.size(), 80U);
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i].position.value(), i + 1);
        EXPECT_EQ(events[i].event, numbered_event(i + 1));
    }
}

TYPED_TEST_P(EventLogContract, WritersAtTheSameTimeKeepTheirOwnOrder) {
    constexpr std::uint64_t kWriters = 4;
    constexpr std::uint64_t kAppends = 50;
    {
        std::vector<std::jthread> writers;
        for (std::uint64_t writer = 0; writer < kWriters; ++writer)
            writers.emplace_back([this, writer] {
                std::uint64_t before = 0;
                for (std::uint64_t i = 0; i < kAppends; ++i) {
                    const std::uint64_t number = (writer * kAppends + i) * 2;
                    const std::vector<Envelope> two{numbered_event(number),
                                                    numbered_event(number + 1)};
                    const auto last = this->log().append(two);
                    ASSERT_TRUE(last);
                    EXPECT_GT(last->value(), before + 1);
                    before = last->value();
                }
            });
    }
    const auto events = this->all(33);
    ASSERT_EQ(events.size(), kWriters * kAppends * 2);
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i].position.value(), i + 1);
        place[events[i].event.id.value()] = i;
    }
    for (std::uint64_t number = 0; number < kWriters * kAppends * 2; number += 2) {
        const std::size_t at = place.at(numbered_event(number).id.value());
        EXPECT_EQ(place.at(numbered_event(number + 1).id.value()), at + 1) << "must stand together";
        if (number % (kAppends * 2) != 0) {
            EXPECT_GT(at, place.at(numbered_event(number - 2).id.value())) << "in their order";
        }
    }
}

TYPED_TEST_P(EventLogContract, AReaderBesideAWriterMissesNothing) {
    constexpr std::uint64_t kEvents = 400;
    std::jthread writer{[this] {
        for (std::uint64_t i = 0; i < kEvents / 4; ++i)
            this->append(4);
    }};
    std::uint64_t seen = 0;
    while (seen < kEvents && this->waits(seen, this->kLong)) {
        const auto events = this->log().read(LogPosition{seen}, 9);
        ASSERT_TRUE(events) << events.error().message();
        ASSERT_FALSE(events->empty());
        for (const LoggedEvent& one : *events) {
            ASSERT_EQ(one.position.value(), ++seen);
            ASSERT_EQ(one.event, numbered_event(seen));
        }
    }
    EXPECT_EQ(seen, kEvents);
}

TYPED_TEST_P(EventLogContract, WaitsUntilThereIsMore) {
    using std::chrono::milliseconds;
    EXPECT_FALSE(this->waits(0, milliseconds{0}));
    EXPECT_FALSE(this->waits(0, milliseconds{1}));
    std::stop_source stop;
    {
        std::jthread stopper{[&] { stop.request_stop(); }};
        EXPECT_FALSE(this->waits(0, this->kLong, stop.get_token()));
    }
    {
        std::jthread writer{[this] { this->append(2); }};
        EXPECT_TRUE(this->waits(0, milliseconds::max()));
    }
    EXPECT_TRUE(this->waits(1, milliseconds{0}));
    EXPECT_TRUE(this->waits(1, milliseconds{0}, stop.get_token())) << "what is there is told first";
    EXPECT_FALSE(this->waits(2, milliseconds{0}));
}

TYPED_TEST_P(EventLogContract, ForgetsTheOldestAndNoMoreThanAsked) {
    this->append(30);
    ASSERT_TRUE(this->log().forget(LogPosition{12}));
    for (int i = 0; i < 2; ++i) {
        const std::uint64_t first = this->log().extent().first.value();
        EXPECT_LE(first, 13U);
        EXPECT_EQ(this->log().extent().last.value(), 30U);
        EXPECT_EQ(this->positions(0).front(), first);
        EXPECT_EQ(this->positions(0).size(), 31 - first);
        EXPECT_EQ(this->positions(12).front(), 13U);
        this->backend().reopen();
    }
    ASSERT_TRUE(this->log().forget(LogPosition{3})) << "less than before is nothing to do";
    EXPECT_EQ(this->positions(12).size(), 18U);
}

TYPED_TEST_P(EventLogContract, NeverUsesAPositionAgain) {
    this->append(5);
    ASSERT_TRUE(this->log().forget(LogPosition{1000}));
    this->backend().reopen();
    this->append(1);
    EXPECT_EQ(this->log().extent().last.value(), 6U);
    EXPECT_EQ(this->positions(5), (std::vector<std::uint64_t>{6}));
    EXPECT_LE(this->log().extent().first.value(), 6U);
}

REGISTER_TYPED_TEST_SUITE_P(EventLogContract, IsEmptyAtFirst, CountsPositionsFromOne,
                            ReadsOnFromWhereOneStands, KeepsEveryByteOfAnEvent,
                            TakesNoneOfACallWithABadEvent, KeepsWhatItTookWhenItIsOpenedAgain,
                            WritersAtTheSameTimeKeepTheirOwnOrder,
                            AReaderBesideAWriterMissesNothing, WaitsUntilThereIsMore,
                            ForgetsTheOldestAndNoMoreThanAsked, NeverUsesAPositionAgain);

} // namespace vedette::ports::testing
