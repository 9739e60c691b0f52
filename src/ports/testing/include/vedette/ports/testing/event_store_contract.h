#pragma once

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "vedette/ports/event_store.h"
#include "vedette/ports/testing/memory_event_store.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::ports::testing {

/// What every EventStore does. A Backend is default-constructed empty and offers
///   EventStore& store();
///   void reopen();   // as after an orderly end of the process
template <class Backend>
class EventStoreContract : public ::testing::Test {
protected:
    EventStore& store() { return backend_.store(); }

    void add(const std::vector<domain::Event>& events) {
        const Status applied = store().apply("test", LogPosition{++position_}, events);
        ASSERT_TRUE(applied) << applied.error().message();
    }
    EventPage search(const EventQuery& query) {
        auto page = store().search(query);
        EXPECT_TRUE(page) << page.error().message();
        return page ? *page : EventPage{};
    }
    std::vector<std::string> ids(const EventQuery& query) {
        std::vector<std::string> out;
        for (const FoundEvent& found : search(query).events)
            out.push_back(found.event.id.value());
        return out;
    }
    /// All pages, one after the other.
    std::vector<std::string> all_ids(EventQuery query) {
        std::vector<std::string> out;
        do {
            const EventPage page = search(query);
            EXPECT_LE(page.events.size(), query.limit);
            for (const FoundEvent& found : page.events)
                out.push_back(found.event.id.value());
            query.cursor = page.next;
        } while (!query.cursor.empty() && !this->HasFailure());
        return out;
    }
    static EventQuery plate(std::string typed, PlateMatch match = PlateMatch::exact) {
        EventQuery query;
        query.plate = std::move(typed);
        query.match = match;
        return query;
    }
    static WallTime at(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }
    ErrorCode refusal(const EventQuery& query) {
        const auto page = store().search(query);
        EXPECT_FALSE(page);
        return page ? ErrorCode{} : page.error().code();
    }

    Backend backend_;
    std::uint64_t position_ = 0;
};
TYPED_TEST_SUITE_P(EventStoreContract);

TYPED_TEST_P(EventStoreContract, GivesBackWhatItTookBitByBit) {
    auto plain = sample_event("a");
    auto full = sample_sighting("b", "AB12CD");
    full.plate->confidence = 0.1F + 0.2F; // not a round number
    full.first_seen = this->at(-1);
    auto odd = sample_sighting("c", "");
    odd.source = std::string{"quote ' nul \0 \xff end", 19};
    odd.camera = domain::CameraId{"'; DROP TABLE sightings; --"};
    odd.models.clear();
    odd.track = domain::TrackId{std::numeric_limits<std::int64_t>::min()};
    this->add({plain, full, odd, domain::Event{}});
    this->backend_.reopen();
    for (const domain::Event& event : {plain, full, odd, domain::Event{}}) {
        const auto found = this->store().find(event.id);
        ASSERT_TRUE(found) << found.error().message();
        EXPECT_EQ(*found, event) << event.id.value();
    }
}

TYPED_TEST_P(EventStoreContract, DoesNotFindWhatNeverCame) {
    const auto found = this->store().find(domain::EventId{"nothing"});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), ErrorCode::not_found);
    EXPECT_THAT(this->ids({}), ::testing::IsEmpty());
    const auto extent = this->store().extent();
    ASSERT_TRUE(extent);
    EXPECT_EQ(extent->events, 0U);
    EXPECT_FALSE(extent->oldest);
    EXPECT_FALSE(extent->newest);
}

TYPED_TEST_P(EventStoreContract, KeepsAPositionPerSubscriber) {
    EXPECT_EQ(this->store().position("store").value(), LogPosition{0});
    ASSERT_TRUE(this->store().apply("store", LogPosition{7}, {}));
    ASSERT_TRUE(this->store().apply("other", LogPosition{~std::uint64_t{0}}, {}));
    ASSERT_TRUE(this->store().apply("store", LogPosition{9}, {}));
    this->backend_.reopen();
    EXPECT_EQ(this->store().position("store").value(), LogPosition{9});
    EXPECT_EQ(this->store().position("other").value(), LogPosition{~std::uint64_t{0}});
    EXPECT_EQ(this->store().position("stor").value(), LogPosition{0});
}

TYPED_TEST_P(EventStoreContract, ReplacesAnEventWhoseIdIsKnown) {
    const auto before = sample_sighting("a", "OLD1", 1'000'000);
    auto after = sample_sighting("a", "NEW1", 2'000'000);
    after.camera = domain::CameraId{"yard"};
    this->add({before, before});
    this->add({before});
    this->add({after, sample_event("b", 1'500'000)});
    EXPECT_THAT(this->ids({}), ::testing::ElementsAre("a", "b"));
    EXPECT_THAT(this->ids(this->plate("OLD1")), ::testing::IsEmpty());
    EXPECT_THAT(this->ids(this->plate("O*D1", PlateMatch::wildcard)), ::testing::IsEmpty());
    EXPECT_THAT(this->ids(this->plate("new-1")), ::testing::ElementsAre("a"));
    EXPECT_EQ(this->store().extent().value().events, 2U);
    EXPECT_EQ(this->store().find(after.id).value(), after);
}

TYPED_TEST_P(EventStoreContract, ListsTheNewestFirstAndThenTheGreaterId) {
    this->add({sample_event("a", 5), sample_event("c", 5), sample_event("b", 5)});
    this->add({sample_event("z", -9), sample_event("y", 6)});
    EXPECT_THAT(this->ids({}), ::testing::ElementsAre("y", "c", "b", "a", "z"));
}

TYPED_TEST_P(EventStoreContract, PagesMeetWithoutGapOrOverlap) {
    std::vector<domain::Event> events;
    for (int i = 0; i < 23; ++i)
        events.push_back(sample_sighting("e" + std::to_string(100 + i), "AB1", i / 6));
    this->add(events);
    EventQuery query;
    const auto whole = this->ids(query);
    ASSERT_EQ(whole.size(), 23U);
    for (const std::size_t limit : {1U, 5U, 22U, 23U, 24U}) {
        query.limit = limit;
        EXPECT_EQ(this->all_ids(query), whole) << limit;
    }
    query.limit = 23;
    EXPECT_EQ(this->search(query).next, "") << "the last page says so";
}

TYPED_TEST_P(EventStoreContract, PagesStandWhileEventsComeAndGo) {
    this->add({sample_event("a", 10), sample_event("b", 20), sample_event("c", 30),
               sample_event("d", 40)});
    EventQuery query;
    query.limit = 2;
    const EventPage first = this->search(query);
    this->add({sample_event("newer", 50), sample_event("older", 15)});
    ASSERT_TRUE(this->store().forget(this->at(11), 10));
    query.cursor = first.next;
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("b", "older"));
}

TYPED_TEST_P(EventStoreContract, RefusesWhatIsNoQuery) {
    EventQuery query;
    query.limit = 501;
    EXPECT_EQ(this->refusal(query), ErrorCode::invalid_argument);
    for (const char* cursor : {"x", "AAAA", "not a cursor", "AQAAAAAAAAAAYQ", "\xff"}) {
        query = {};
        query.cursor = cursor;
        EXPECT_EQ(this->refusal(query), ErrorCode::invalid_argument) << cursor;
    }
    for (const auto match :
         {PlateMatch::exact, PlateMatch::prefix, PlateMatch::wildcard, PlateMatch::fuzzy})
        for (const char* typed : {"", "- .", "?*", "\xff"})
            EXPECT_EQ(this->refusal(this->plate(typed, match)), ErrorCode::invalid_argument)
                << typed;
    EXPECT_EQ(this->refusal(this->plate("*A*A*A*A*A*A*A*A*", PlateMatch::wildcard)),
              ErrorCode::invalid_argument);
}

TYPED_TEST_P(EventStoreContract, FindsBothTextsOfAPlateAsTyped) {
    auto event = sample_sighting("a", "AB120D");
    event.plate->resolved = "AB12OD";
    auto accented = sample_sighting("b", "M\xc3\x9cXY99", 500'000);
    this->add({event, accented, sample_event("c")});
    EXPECT_THAT(this->ids(this->plate("ab 120-d")), ::testing::ElementsAre("a"));
    EXPECT_THAT(this->ids(this->plate("AB12OD")), ::testing::ElementsAre("a"));
    EXPECT_THAT(this->ids(this->plate("m\xc3\xbc-xy 99")), ::testing::ElementsAre("b"));
    EXPECT_THAT(this->ids(this->plate("AB12")), ::testing::IsEmpty());
    EXPECT_THAT(this->ids(this->plate("AB12", PlateMatch::prefix)), ::testing::ElementsAre("a"))
        << "once, though both texts fit";
}

TYPED_TEST_P(EventStoreContract, FindsByWildcard) {
    this->add({sample_sighting("a", "AB12CD", 3), sample_sighting("b", "XB12C", 2),
               sample_sighting("c", "12", 1),
               sample_sighting("d",
                               "\xc3\x9c"
                               "B12",
                               0)});
    const auto ids = [&](const char* typed) {
        return this->ids(this->plate(typed, PlateMatch::wildcard));
    };
    EXPECT_THAT(ids("*12*"), ::testing::ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(ids("?b12*"), ::testing::ElementsAre("a", "b", "d"));
    EXPECT_THAT(ids("?b12"), ::testing::ElementsAre("d"));
    EXPECT_THAT(ids("a*d"), ::testing::ElementsAre("a"));
    EXPECT_THAT(ids("*2*C*"), ::testing::ElementsAre("a", "b"));
    EXPECT_THAT(ids("12"), ::testing::ElementsAre("c"));
    EXPECT_THAT(ids("%12%"), ::testing::ElementsAre("c")) << "no wildcards of a database";
    EXPECT_THAT(ids("1??"), ::testing::IsEmpty());
}

TYPED_TEST_P(EventStoreContract, FindsFuzzilyAndSaysWhy) {
    this->add({sample_sighting("exact", "AB12CD", 9), sample_sighting("confused", "A812CO", 8),
               sample_sighting("edit", "AB12CX", 7), sample_sighting("less", "AB12C", 6),
               sample_sighting("two", "AB1ZXXD", 5), sample_sighting("far", "ZZ99ZZ", 4)});
    EventQuery query = this->plate("ab-12-cd", PlateMatch::fuzzy);
    query.max_edits = 0;
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("exact", "confused"));
    query.max_edits = 1;
    const auto one = this->search(query).events;
    ASSERT_EQ(one.size(), 4U);
    EXPECT_EQ(one[0].reason, "");
    EXPECT_EQ(one[1].reason, "B read as 8, D read as O");
    EXPECT_EQ(one[2].reason, "1 edit: AB12CX");
    EXPECT_EQ(one[3].reason, "1 edit: AB12C");
    query.max_edits = 2;
    const auto two = this->search(query).events;
    ASSERT_EQ(two.size(), 5U);
    EXPECT_EQ(two[4].reason, "2 edits, 2 read as Z: AB1ZXXD");
}

TYPED_TEST_P(EventStoreContract, FiltersByEverythingElse) {
    auto person = sample_event("person", 30);
    person.label = "person";
    person.camera = domain::CameraId{"yard"};
    auto weak = sample_sighting("weak", "AB1", 20);
    weak.plate->confidence = 0.25F;
    auto again = sample_sighting("again", "AB1", 10);
    again.verdict = domain::Verdict::duplicate;
    this->add({person, weak, again, sample_sighting("sure", "AB1", 5)});

    EventQuery query;
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("person", "weak", "sure"));
    query.with_discarded = true;
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("person", "weak", "again", "sure"));
    query.min_confidence = 0.25F;
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("weak", "again", "sure"));
    query.min_confidence = 0.26F;
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("again", "sure"));
    query = {};
    query.cameras = {domain::CameraId{"yard"}, domain::CameraId{"nowhere"}};
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("person"));
    query.cameras = {domain::CameraId{"nowhere"}};
    EXPECT_THAT(this->ids(query), ::testing::IsEmpty());
    query = {};
    query.labels = {"person", "car"};
    query.from = this->at(5);
    query.to = this->at(30);
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("weak", "sure"));
    query.plate = "ab1";
    query.from = this->at(6);
    EXPECT_THAT(this->ids(query), ::testing::ElementsAre("weak"));
}

TYPED_TEST_P(EventStoreContract, ForgetsTheOldestFirst) {
    this->add({sample_sighting("a", "AB1", 10), sample_sighting("b", "AB2", 20),
               sample_sighting("c", "AB1", 30), sample_event("d", 40)});
    EXPECT_THAT(this->store().forget(this->at(10), 9).value(), ::testing::IsEmpty());
    EXPECT_THAT(this->store().forget(this->at(40), 0).value(), ::testing::IsEmpty());
    EXPECT_THAT(this->store().forget(this->at(31), 2).value(),
                ::testing::UnorderedElementsAre("a.jpg", "a-plate.jpg", "b.jpg", "b-plate.jpg"));
    EXPECT_THAT(this->ids({}), ::testing::ElementsAre("d", "c"));
    EXPECT_FALSE(this->store().find(domain::EventId{"a"}));
    EXPECT_THAT(this->ids(this->plate("AB2")), ::testing::IsEmpty());
    EXPECT_THAT(this->ids(this->plate("AB?", PlateMatch::wildcard)), ::testing::ElementsAre("c"));
    const auto extent = this->store().extent().value();
    EXPECT_EQ(extent.events, 2U);
    EXPECT_EQ(extent.oldest, this->at(30));
    EXPECT_EQ(extent.newest, this->at(40));
    EXPECT_GT(extent.bytes, 0U);
    EXPECT_EQ(this->store().position("test").value(), LogPosition{1}) << "kept";
}

TYPED_TEST_P(EventStoreContract, GivesSnapshotsToDeleteOnceNothingRefersToThem) {
    auto a = sample_event("a", 10);
    auto b = sample_event("b", 20);
    auto c = sample_event("c", 30);
    a.snapshot = b.snapshot = "shared.jpg";
    c.snapshot = "";
    this->add({a, b, c});
    EXPECT_THAT(this->store().forget(this->at(11), 9).value(), ::testing::IsEmpty());
    b.snapshot = "other.jpg";
    this->add({b});
    EXPECT_THAT(this->store().forget(this->at(11), 9).value(), ::testing::ElementsAre("shared.jpg"))
        << "replaced, then asked";
    EXPECT_THAT(this->store().forget(this->at(99), 9).value(), ::testing::ElementsAre("other.jpg"));
}

TYPED_TEST_P(EventStoreContract, ReadersSeeWholeBatches) {
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            EventQuery query = this->plate("AB", PlateMatch::prefix);
            query.limit = 500;
            while (!done) {
                const auto page = this->store().search(query);
                if (!page || page->events.size() % 2 != 0)
                    ++torn;
            }
        });
    for (int i = 0; i < 40; ++i)
        this->add({sample_sighting("a" + std::to_string(i), "AB1", i),
                   sample_sighting("b" + std::to_string(i), "AB2", i)});
    done = true;
    readers.clear();
    EXPECT_EQ(torn, 0);
    EXPECT_EQ(this->store().extent().value().events, 80U);
}

TYPED_TEST_P(EventStoreContract, AgreesWithThePlainModelOnEventsByChance) {
    MemoryEventStore model;
    ChanceEvents chance{20261121};
    for (int round = 0; round < 12; ++round) {
        std::vector<domain::Event> events;
        for (int i = 0; i < 60; ++i)
            events.push_back(chance.event());
        this->add(events);
        ASSERT_TRUE(model.apply("test", LogPosition{1}, events));
        if (round % 3 == 2) {
            const auto before = this->at(static_cast<std::int64_t>(chance.number(30)) * 1'000'000);
            const std::size_t max = chance.number(80);
            EXPECT_THAT(this->store().forget(before, max).value(),
                        ::testing::UnorderedElementsAreArray(model.forget(before, max).value()));
        }
        for (int i = 0; i < 60; ++i) {
            EventQuery query = chance.query();
            const auto expected = model.search(query).value();
            const auto page = this->search(query);
            ASSERT_EQ(page.events.size(), expected.events.size()) << query.plate.value_or("-");
            for (std::size_t k = 0; k < expected.events.size(); ++k) {
                ASSERT_EQ(page.events[k].event, expected.events[k].event);
                ASSERT_EQ(page.events[k].reason, expected.events[k].reason);
            }
            ASSERT_EQ(page.next.empty(), expected.next.empty());
            query.cursor = page.next;
            EventQuery model_query = query;
            model_query.cursor = expected.next;
            if (!page.next.empty()) {
                ASSERT_EQ(this->search(query).events.size(),
                          model.search(model_query).value().events.size());
            }
        }
    }
    EXPECT_EQ(this->store().extent().value().events, model.extent().value().events);
}

REGISTER_TYPED_TEST_SUITE_P(EventStoreContract, GivesBackWhatItTookBitByBit,
                            DoesNotFindWhatNeverCame, KeepsAPositionPerSubscriber,
                            ReplacesAnEventWhoseIdIsKnown, ListsTheNewestFirstAndThenTheGreaterId,
                            PagesMeetWithoutGapOrOverlap, PagesStandWhileEventsComeAndGo,
                            RefusesWhatIsNoQuery, FindsBothTextsOfAPlateAsTyped, FindsByWildcard,
                            FindsFuzzilyAndSaysWhy, FiltersByEverythingElse, ForgetsTheOldestFirst,
                            GivesSnapshotsToDeleteOnceNothingRefersToThem, ReadersSeeWholeBatches,
                            AgreesWithThePlainModelOnEventsByChance);

} // namespace vedette::ports::testing
