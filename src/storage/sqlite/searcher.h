#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "sqlite/connection.h"
#include "sqlite/page_collector.h"
#include "sqlite/pass_reader.h"
#include "vedette/ports/event_store.h"
#include "vedette/ports/plate_matcher.h"

namespace vedette::storage {

/// How much a question may cost, and where one way of answering gives way to another.
struct SearchLimits {
    /// Up to so many groups of camera and label are asked one by one; for more it is cheaper to
    /// look at all events in order.
    std::size_t most_group_streams = 512;
    /// Up to so many plates the same.
    std::size_t most_plate_streams = 1024;
    /// So many events are looked at in the hope that what fits many plates is common.
    std::size_t walk_events = 20'000;
    /// A question is given up beyond this, in steps of SQLite's machine: some ten seconds of a
    /// core.
    std::int64_t most_steps = 2'000'000'000;
};

/// Every question, asked over one connection that only reads. Each is answered from one snapshot of
/// the store.
///
/// How a page is found: every question is turned into streams of index rows that are in the order
/// of the page already (all events; those of one group of camera and label; those of one plate),
/// and PageCollector keeps the first rows of all of them. A plate that is not exact first becomes
/// the texts that fit it, found in the packed list of all texts (see plate_block.h). Where very
/// many texts fit, newest events are looked at one by one before the many streams are opened.
///
/// Thread-compatible.
class Searcher {
public:
    /// \param connection  to a file of the newest schema
    static Result<std::unique_ptr<Searcher>> open(std::unique_ptr<Connection> connection,
                                                  const SearchLimits& limits = {});

    [[nodiscard]] Result<ports::LogPosition> position(std::string_view subscriber);
    [[nodiscard]] Result<domain::Event> find(const domain::EventId& id);
    [[nodiscard]] Result<ports::EventPage> search(const ports::EventQuery& query);
    [[nodiscard]] Result<ports::StoreExtent> extent();
    [[nodiscard]] Connection& connection() noexcept { return *connection_; }
    /// The questions of ports::PassIndex, each with the same budget of steps.
    [[nodiscard]] PassReader& passes() noexcept {
        steps_ = 0;
        return *passes_;
    }

    Searcher(const Searcher&) = delete;
    Searcher& operator=(const Searcher&) = delete;
    ~Searcher() = default;

private:
    /// One question while it is being answered.
    struct Search {
        const ports::EventQuery& query;
        std::optional<ports::PlateMatcher> matcher;
        std::optional<ports::PagePosition> after; ///< rows come after this one; none: from the top
        WallTime from = WallTime::min();
        std::optional<std::unordered_set<std::int64_t>> groups; ///< nothing: all of them
        PageCollector page;
    };

    explicit Searcher(const SearchLimits& limits) : limits_{limits} {}
    Status prepare();
    Status find_groups(Search& search);
    Status collect(Search& search);
    Status collect_events(Search& search);
    Status collect_plates(Search& search);
    Status collect_plate(Search& search, std::string_view plate);
    /// Takes from rows (first_seen, event_id, seq, group_id, plate_confidence) what is wanted.
    Status drain(Search& search, Rows rows);
    /// Looks at the newest events one by one. \return whether that completed the page
    Result<bool> walk(Search& search);
    Result<bool> walk_some(Search& search, Rows rows);
    /// Calls `visit(text)` for each text that fits, until it returns false.
    template <class Visit>
    Status for_each_fitting(const ports::PlateMatcher& matcher, Visit&& visit);
    template <class... Values>
    Rows stream(Statement& statement, const Search& search, const Values&... values);
    Result<ports::EventPage> read_page(const Search& search);
    Result<std::optional<WallTime>> edge(Statement& statement);
    static int count_steps(void* searcher);

    const SearchLimits limits_;
    std::unique_ptr<Connection> connection_;
    std::optional<PassReader> passes_;
    std::int64_t steps_ = 0; ///< spent on this question
    Statement find_, read_, position_, groups_;
    Statement by_time_, by_group_, by_plate_, walk_;
    Statement plates_from_, blocks_;
    Statement total_, oldest_, newest_;
};

} // namespace vedette::storage
