#pragma once

#include <cstdint>
#include <set>

#include "vedette/ports/page_position.h"

namespace vedette::storage {

/// One row of an index: enough to know whether the event belongs on the page.
struct IndexRow {
    ports::PagePosition position;
    std::int64_t seq = 0;
};

/// The first rows of the one order, out of several streams that are each in that order. It holds a
/// page and no more, whatever the streams hold.
class PageCollector {
public:
    explicit PageCollector(std::size_t most) : most_{most} {}

    /// Whether a row that stands here would still change something.
    [[nodiscard]] bool wants(const ports::PagePosition& position) const {
        return rows_.size() < most_ || is_listed_before(position, rows_.rbegin()->position);
    }
    /// The same row may come from several streams; it counts once.
    void add(IndexRow row) {
        rows_.insert(std::move(row));
        if (rows_.size() > most_)
            rows_.erase(std::prev(rows_.end()));
    }
    [[nodiscard]] bool is_full() const { return rows_.size() == most_; }
    /// No row before this time is wanted any more.
    [[nodiscard]] WallTime earliest_wanted() const {
        return is_full() ? rows_.rbegin()->position.first_seen : WallTime::min();
    }
    [[nodiscard]] const auto& rows() const { return rows_; }

private:
    struct Order {
        bool operator()(const IndexRow& a, const IndexRow& b) const {
            return is_listed_before(a.position, b.position);
        }
    };
    std::size_t most_;
    std::set<IndexRow, Order> rows_;
};

} // namespace vedette::storage
