#pragma once

// A data folder as a server fills it, for tests.

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/data/data_folder.h"
#include "app/data/files.h"
#include "app/server/store_feeder.h"
#include "app/test_environment.h"
#include "vedette/crypto/sha256.h"
#include "vedette/events/durable_log.h"
#include "vedette/events/event_json.h"
#include "vedette/ports/testing/sample_events.h"
#include "vedette/storage/folder_store.h"
#include "vedette/storage/following_db.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::app::testing {

/// A case of following, as `vedette following record` leaves it.
inline void add_case(const DataFolder& folder, const std::string& id) {
    const auto cases = storage::FollowingDb::open(folder.following()).value();
    EXPECT_TRUE(cases->commit({.up_to = {},
                               .cases = {{.id = id,
                                          .subject = "AB123",
                                          .vehicle = id,
                                          .state = "open",
                                          .score = "following-1",
                                          .opened = {},
                                          .updated = {},
                                          .llr = 7,
                                          .revision = 0,
                                          .body = "{}",
                                          .evidence = "{}"}},
                               .announce = {},
                               .state = {}}));
}

/// Holds log, store and pictures open, as a server does.
class RunningData {
public:
    explicit RunningData(const DataFolder& folder)
        : log_{events::DurableLog::open(folder.log(), {}, messages_, metrics_, clock_).value()},
          store_{storage::SqliteStore::open(folder.store()).value()},
          pictures_{storage::FolderStore::open(folder.snapshots()).value()} {}

    static std::string picture_of(int number) {
        return "2026-11-21/e" + std::to_string(number) + ".jpg";
    }
    static domain::Event sighting(int number) {
        auto event = ports::testing::sample_sighting("e" + std::to_string(number),
                                                     "AB" + std::to_string(number), number);
        event.snapshot = picture_of(number);
        event.plate_snapshot = "";
        return event;
    }

    /// Picture and log; the store comes later, with take().
    void see(int from, int to) {
        for (int number = from; number < to; ++number) {
            const domain::Event event = sighting(number);
            const std::string picture = "picture " + std::to_string(number);
            EXPECT_TRUE(pictures_->put(event.snapshot, std::as_bytes(std::span{picture})));
            EXPECT_TRUE(log_->append(std::vector<ports::Envelope>{
                {event.id, "sighting", event.camera, event.first_seen, events::to_json(event)}}));
        }
    }
    /// The store takes what it has not.
    void take() {
        const auto at = store_->position(kStoreFeeder).value();
        const auto logged = log_->read(at, 10'000).value();
        std::vector<domain::Event> sightings;
        for (const auto& one : logged)
            sightings.push_back(events::event_from_json(one.event.payload).value());
        if (logged.empty())
            return;
        EXPECT_TRUE(store_->apply(kStoreFeeder, logged.back().position, sightings));
    }

    events::DurableLog& log() { return *log_; }
    storage::SqliteStore& store() { return *store_; }
    storage::FolderStore& pictures() { return *pictures_; }

private:
    NullLog messages_;
    NullMetrics metrics_;
    SystemClock clock_;
    std::unique_ptr<events::DurableLog> log_;
    std::unique_ptr<storage::SqliteStore> store_;
    std::unique_ptr<storage::FolderStore> pictures_;
};

/// The ids of all sightings in the store.
inline std::set<std::string> stored_ids(storage::SqliteStore& store) {
    std::set<std::string> ids;
    ports::EventQuery query;
    query.limit = 500;
    do {
        const auto page = store.search(query).value();
        for (const auto& found : page.events)
            EXPECT_TRUE(ids.insert(found.event.id.value()).second);
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return ids;
}

/// All files below a folder with the sums of their contents, apart from locks and what SQLite puts
/// beside a store while it is open.
inline std::set<std::string> contents_of(const std::filesystem::path& folder) {
    std::set<std::string> all;
    EXPECT_TRUE(for_each_file(folder, [&](const std::string& path) -> Status {
        if (!path.ends_with("lock") && !path.ends_with("-shm") && !path.ends_with("-wal"))
            all.insert(path + ": " + crypto::sha256_file(folder / path).value());
        return {};
    }));
    return all;
}

} // namespace vedette::app::testing
