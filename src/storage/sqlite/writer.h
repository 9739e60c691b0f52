#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sqlite/connection.h"
#include "sqlite/plate_book.h"
#include "vedette/domain/event.h"
#include "vedette/ports/event_log.h"

namespace vedette::storage {

/// Everything that changes the store, each call in one transaction.
///
/// Thread-compatible.
class Writer {
public:
    /// \param connection  to a file of the newest schema
    static Result<Writer> open(std::unique_ptr<Connection> connection);

    Status apply(std::string_view subscriber, ports::LogPosition up_to,
                 std::span<const domain::Event> events);
    /// Stores events without a subscriber.
    Status adopt(std::span<const domain::Event> events);
    /// See EventStore::forget(). What a call gives out is given out again by the first call after
    /// a restart, in case nobody came to delete it.
    Result<std::vector<std::string>> forget(WallTime before, std::size_t max);
    /// Moves everything from the write-ahead log into the file, where what was forgotten is
    /// overwritten. Waits for readers as long as the connection's patience.
    Status checkpoint();
    /// See SqliteStore::shrink().
    Result<bool> shrink(std::uint64_t bytes);
    [[nodiscard]] Connection& connection() noexcept { return *connection_; }

private:
    struct Stored {
        std::int64_t seq = 0;
        std::string body;
    };
    Writer() = default;
    Status prepare();
    Result<std::int64_t> group_of(const domain::Event& event);
    Status put(const domain::Event& event);
    Status put_indexes(const domain::Event& event, std::int64_t seq, std::int64_t group);
    Status replace(const domain::Event& event, std::string_view body);
    Status remove(std::int64_t seq, const domain::Event& event);
    Status remove_plate(const std::string& plate, const domain::Event& event);
    Status settle_flow();
    Result<Stored> read(std::int64_t seq);
    Result<std::vector<std::int64_t>> oldest(WallTime before, std::size_t max);
    Result<std::vector<std::string>> hand_out_snapshots();
    struct Progress {
        std::string_view subscriber;
        ports::LogPosition up_to;
    };
    Status store(std::span<const domain::Event> events, const Progress* progress);
    Status store_within(std::span<const domain::Event> events, const Progress* progress);
    Result<std::vector<std::string>> forget_within(WallTime before, std::size_t max);
    /// Writes what was gathered since the transaction began.
    Status settle();
    /// Drops it, and what was known of a transaction that may have been taken back.
    void discard();

    std::unique_ptr<Connection> connection_;
    std::unique_ptr<PlateBook> plates_;
    /// camera, label, published -> group_id; as many as there are combinations
    std::map<std::tuple<std::string, std::string, bool>, std::int64_t> groups_;
    std::int64_t added_ = 0; ///< events in this transaction, less those removed
    /// group_id, hour -> passes in this transaction, less those removed
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> flow_;
    bool handed_out_before_ = false;

    Statement add_sighting_, find_sighting_, read_sighting_, remove_sighting_, add_to_total_;
    Statement find_group_, add_group_, remove_empty_groups_;
    Statement add_plate_sighting_, remove_plate_sighting_, any_plate_sighting_;
    Statement add_flow_, remove_no_flow_;
    Statement add_use_, remove_use_, any_use_, not_loose_, loosen_;
    Statement drop_handed_out_, list_loose_, mark_handed_out_;
    Statement set_position_, oldest_;
};

} // namespace vedette::storage
