#include "sqlite/searcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sqlite/open.h"
#include "sqlite/writer.h"
#include "test_store.h"
#include "vedette/ports/testing/memory_event_store.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::storage {
namespace {

using domain::Event;
using ports::EventQuery;
using ports::PlateMatch;
using ports::testing::ChanceEvents;
using ports::testing::MemoryEventStore;
using ports::testing::sample_sighting;

struct Store {
    explicit Store(const SearchLimits& limits = {}) {
        auto written = Writer::open(open_writer(file, {}).value());
        writer = std::make_unique<Writer>(*std::move(written));
        searcher = Searcher::open(open_reader(file, {}).value(), limits).value();
    }
    TemporaryFolder folder;
    std::filesystem::path file = folder / "store.db";
    std::unique_ptr<Writer> writer;
    std::unique_ptr<Searcher> searcher;
};

std::vector<std::string> ids_of(const ports::EventPage& page) {
    std::vector<std::string> ids;
    for (const auto& found : page.events)
        ids.push_back(found.event.id.value());
    return ids;
}

/// Whichever way a question is answered, the answer is the same.
class SearcherWays : public ::testing::TestWithParam<SearchLimits> {};

TEST_P(SearcherWays, AllAgreeWithThePlainModel) {
    Store store{GetParam()};
    MemoryEventStore model;
    ChanceEvents chance{7};
    std::vector<Event> events;
    for (int i = 0; i < 300; ++i)
        events.push_back(chance.event());
    ASSERT_TRUE(store.writer->adopt(events));
    ASSERT_TRUE(model.apply("", ports::LogPosition{1}, events));
    for (int i = 0; i < 400; ++i) {
        EventQuery query = chance.query();
        for (int pages = 0; pages < 5; ++pages) {
            const auto expected = model.search(query).value();
            const auto page = store.searcher->search(query);
            ASSERT_TRUE(page) << page.error().message();
            ASSERT_EQ(ids_of(*page), ids_of(expected)) << query.plate.value_or("-");
            ASSERT_EQ(page->next, expected.next);
            if (page->next.empty())
                break;
            query.cursor = page->next;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Limits, SearcherWays,
                         ::testing::Values(SearchLimits{}, SearchLimits{0, 0, 0, 1'000'000'000},
                                           SearchLimits{1, 2, 3, 1'000'000'000},
                                           SearchLimits{2, 4, 1'000, 1'000'000'000}));

TEST(Searcher, GivesUpWhatCostsTooMuch) {
    SearchLimits limits;
    limits.most_steps = 20'000;
    Store store{limits};
    std::vector<Event> events;
    for (int i = 0; i < 3'000; ++i) {
        events.push_back(sample_sighting("e" + std::to_string(i), "AB1", i));
        events.back().plate->confidence = 0.1F;
    }
    ASSERT_TRUE(store.writer->adopt(events));
    EventQuery query;
    query.min_confidence = 0.5F; // none has it: all must be looked at
    const auto page = store.searcher->search(query);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code(), ErrorCode::deadline_exceeded);
    EXPECT_THAT(page.error().message(), ::testing::HasSubstr("shorter time"));
    query.min_confidence = 0;
    EXPECT_EQ(store.searcher->search(query).value().events.size(), 50U) << "usable again";
}

/// What EXPLAIN QUERY PLAN says of every statement that a connection keeps.
std::vector<std::string> plans_of(Connection& connection) {
    std::vector<std::string> sqls;
    for (sqlite3_stmt* one = sqlite3_next_stmt(connection.handle(), nullptr); one != nullptr;
         one = sqlite3_next_stmt(connection.handle(), one))
        sqls.emplace_back(sqlite3_sql(one));
    std::vector<std::string> plans;
    for (const std::string& sql : sqls) {
        auto explain = connection.prepare("EXPLAIN QUERY PLAN " + sql);
        EXPECT_TRUE(explain) << sql;
        Rows rows = explain->query();
        while (rows.next().value())
            plans.push_back(std::string{rows.bytes(3)} + "   of " + sql);
    }
    return plans;
}

TEST(QueryPlans, NoStatementReadsAllSightings) {
    Store store;
    auto plans = plans_of(store.searcher->connection());
    ASSERT_GE(plans.size(), 10U);
    const auto written = plans_of(store.writer->connection());
    ASSERT_GE(written.size(), 8U);
    plans.insert(plans.end(), written.begin(), written.end());
    for (const std::string& plan : plans) {
        EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("TEMP B-TREE"))) << plan;
        for (const char* table : {"SCAN sightings", "SCAN plate_sightings", "SCAN plates",
                                  "SCAN snapshot_uses", "SCAN subscribers", "SCAN plate_flow"})
            EXPECT_THAT(plan, ::testing::Not(::testing::StartsWith(table))) << plan;
    }
}

TEST(QueryPlans, PagesComeOutOfCoveringIndexes) {
    Store store;
    std::string all;
    for (const std::string& plan : plans_of(store.searcher->connection()))
        all += plan + "\n";
    EXPECT_THAT(all, ::testing::HasSubstr("SEARCH sightings USING COVERING INDEX sightings_by_time "
                                          "(published=? AND first_seen_us_utc>? AND "
                                          "(first_seen_us_utc,event_id)<(?,?))"));
    EXPECT_THAT(all,
                ::testing::HasSubstr("SEARCH sightings USING COVERING INDEX sightings_by_group "
                                     "(group_id=? AND first_seen_us_utc>? AND "
                                     "(first_seen_us_utc,event_id)<(?,?))"));
    EXPECT_THAT(all, ::testing::HasSubstr("SEARCH plate_sightings USING PRIMARY KEY "
                                          "(plate=? AND first_seen_us_utc>? AND "
                                          "(first_seen_us_utc,event_id)<(?,?))"));
    EXPECT_THAT(all, ::testing::HasSubstr(
                         "SEARCH plate_sightings USING COVERING INDEX plate_sightings_by_group "
                         "(group_id=? AND first_seen_us_utc>? AND first_seen_us_utc<?)"));
}

} // namespace
} // namespace vedette::storage
