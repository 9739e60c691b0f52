#include "app/data/pictures.h"

#include <system_error>
#include <utility>

#include "app/data/files.h"
#include "app/data/held_pictures.h"
#include "app/server/store_feeder.h"
#include "vedette/events/event_json.h"
#include "vedette/events/log_view.h"
#include "vedette/ports/object_store.h"
#include "vedette/storage/folder_store.h"

namespace vedette::app {
namespace {

constexpr std::size_t kMostExamples = 5;
constexpr std::size_t kMostDoubtful = 1000;

void add_pictures_of(const ports::Envelope& envelope, std::set<std::string>& keys) {
    if (envelope.kind != "sighting")
        return;
    const auto event = events::event_from_json(envelope.payload);
    if (!event)
        return; // the store cannot take it either
    for (const std::string* key : {&event->snapshot, &event->plate_snapshot})
        if (!key->empty())
            keys.insert(*key);
}

/// Named by sightings behind `after`.
Result<std::set<std::string>> pictures_behind(const events::LogView& log,
                                              ports::LogPosition after) {
    std::set<std::string> keys;
    const auto visit = [&keys](const ports::LoggedEvent& one) -> Status {
        add_pictures_of(one.event, keys);
        return {};
    };
    const auto damaged = [](const std::string&, std::uint64_t) {
    }; // the store cannot take it either
    VEDETTE_CHECK_OK(log.for_each(after, visit, damaged));
    return keys;
}

bool is_there(const DataFolder& folder, std::string_view key) {
    std::error_code ignored; // what cannot be looked at is not there
    return std::filesystem::is_regular_file(folder.snapshots() / key, ignored);
}

bool is_younger(const std::filesystem::path& file, WallTime than) {
    std::error_code gone;
    const auto modified = std::filesystem::last_write_time(file, gone);
    const auto time = std::chrono::file_clock::to_sys(modified);
    return gone || std::chrono::floor<WallTime::duration>(time) > than;
}

void note(const std::string& key, std::uint64_t& count, std::vector<std::string>& examples) {
    ++count;
    if (examples.size() < kMostExamples)
        examples.push_back(key);
}

Status look_for_missing(const DataFolder& folder, const NeededPictures& needed,
                        PictureReport& report) {
    std::vector<std::string> doubtful;
    VEDETTE_CHECK_OK(needed.for_each([&](std::string_view key) -> Status {
        if (is_there(folder, key))
            return {};
        if (doubtful.size() < kMostDoubtful)
            doubtful.emplace_back(key);
        else
            ++report.missing;
        return {};
    }));
    if (doubtful.empty())
        return {};
    // A server may have forgotten some of them while we looked.
    VEDETTE_TRY(const auto now, NeededPictures::of(folder));
    for (const std::string& key : doubtful) {
        VEDETTE_TRY(const bool still, now.contains(key));
        if (still)
            note(key, report.missing, report.missing_of);
    }
    return {};
}

/// Every picture that no sighting names, apart from those younger than `settled`.
Status for_each_orphan(const DataFolder& folder, const NeededPictures& needed, WallTime settled,
                       std::uint64_t& pictures,
                       const std::function<Status(const std::string& key)>& visit) {
    return for_each_file(folder.snapshots(), [&](const std::string& key) -> Status {
        if (!ports::check_key(key))
            return {}; // none of ours, or not finished
        ++pictures;
        VEDETTE_TRY(const bool known, needed.contains(key));
        if (known || is_younger(folder.snapshots() / key, settled))
            return {};
        return visit(key);
    });
}

} // namespace

Result<NeededPictures> NeededPictures::of(const DataFolder& folder) {
    VEDETTE_TRY(auto store, storage::StoreView::open(folder.store()));
    VEDETTE_TRY(const auto handled, store->position(kStoreFeeder));
    VEDETTE_TRY(auto held, pictures_of_cases(folder.following()));
    const auto log = events::LogView::open(folder.log());
    if (!log && log.error().code() == ErrorCode::not_found)
        return NeededPictures{std::move(store), {}, std::move(held)};
    if (!log)
        return log.error();
    VEDETTE_TRY(auto waiting, pictures_behind(**log, handled));
    return NeededPictures{std::move(store), std::move(waiting), std::move(held)};
}

Result<bool> NeededPictures::contains(const std::string& key) const {
    if (waiting_.contains(key) || held_.contains(key))
        return true;
    return store_->needs(key);
}

Status NeededPictures::for_each(const std::function<Status(std::string_view key)>& visit) const {
    for (const std::string& key : waiting_)
        VEDETTE_CHECK_OK(visit(key));
    return store_->for_each_snapshot([&](std::string_view key) -> Status {
        return waiting_.contains(std::string{key}) ? Status{} : visit(key);
    });
}

Result<PictureReport> check_pictures(const DataFolder& folder, WallTime settled) {
    PictureReport report;
    VEDETTE_TRY(const auto needed, NeededPictures::of(folder));
    VEDETTE_CHECK_OK(look_for_missing(folder, needed, report));
    VEDETTE_CHECK_OK(for_each_orphan(folder, needed, settled, report.there,
                                     [&report](const std::string& key) -> Status {
                                         note(key, report.orphans, report.orphans_of);
                                         return {};
                                     }));
    return report;
}

Result<std::uint64_t> remove_orphans(const DataFolder& folder) {
    VEDETTE_TRY(const auto needed, NeededPictures::of(folder));
    VEDETTE_TRY(const auto pictures, storage::FolderStore::open(folder.snapshots()));
    return pictures->take_stock([&needed](const std::string& key) { return needed.contains(key); });
}

} // namespace vedette::app
