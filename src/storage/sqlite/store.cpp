#include <condition_variable>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "files.h"
#include "sqlite/open.h"
#include "sqlite/searcher.h"
#include "sqlite/writer.h"
#include "vedette/storage/sqlite_care.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::storage {
namespace {

/// Lends readers to one caller each.
class ReaderPool {
public:
    ReaderPool(std::vector<std::unique_ptr<Searcher>> readers, std::chrono::milliseconds patience)
        : patience_{patience}, free_{std::move(readers)} {}

    template <class Use>
    std::invoke_result_t<Use, Searcher&> with(Use&& use) {
        std::unique_ptr<Searcher> reader = take();
        if (!reader)
            return Error{ErrorCode::unavailable, "store: all readers have been busy for " +
                                                     std::to_string(patience_.count()) +
                                                     " ms: ask again"};
        auto result = use(*reader);
        give_back(std::move(reader));
        return result;
    }

    /// Those that nobody holds just now; nobody gets one meanwhile.
    template <class Use>
    void with_free(Use&& use) {
        const std::scoped_lock lock{mutex_};
        for (const auto& reader : free_)
            use(*reader);
    }

private:
    std::unique_ptr<Searcher> take() {
        std::unique_lock lock{mutex_};
        if (!returned_.wait_for(lock, patience_, [this] { return !free_.empty(); }))
            return nullptr;
        auto reader = std::move(free_.back());
        free_.pop_back();
        return reader;
    }
    void give_back(std::unique_ptr<Searcher> reader) {
        {
            const std::scoped_lock lock{mutex_};
            free_.push_back(std::move(reader));
        }
        returned_.notify_one();
    }

    const std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Searcher>> free_; ///< under mutex_
};

} // namespace

struct SqliteStore::Parts {
    std::filesystem::path file;
    UniqueFd lock; ///< let go last
    std::mutex writing;
    Writer writer; ///< under `writing`
    ReaderPool readers;
};

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& file,
                                                       const SqliteOptions& options) {
    if (options.readers < 1 || options.readers > 64)
        return Error{ErrorCode::invalid_argument, "store: readers must be 1..64"};
    VEDETTE_CHECK_OK(make_private_folder(file.parent_path()));
    VEDETTE_TRY(auto lock, lock_for_writing(file));
    VEDETTE_TRY(auto connection, open_writer(file, options));
    VEDETTE_TRY(auto writer, Writer::open(std::move(connection)));
    std::vector<std::unique_ptr<Searcher>> readers;
    for (std::size_t i = 0; i < options.readers; ++i) {
        VEDETTE_TRY(auto reader, open_reader(file, options));
        VEDETTE_TRY(auto searcher, Searcher::open(std::move(reader)));
        readers.push_back(std::move(searcher));
    }
    std::unique_ptr<Parts> parts{new Parts{
        file, std::move(lock), {}, std::move(writer), {std::move(readers), options.patience}}};
    return std::unique_ptr<SqliteStore>{new SqliteStore{std::move(parts)}};
}

Status SqliteStore::apply(std::string_view subscriber, ports::LogPosition up_to,
                          std::span<const domain::Event> events) {
    const std::scoped_lock lock{parts_->writing};
    return parts_->writer.apply(subscriber, up_to, events);
}

Result<std::vector<std::string>> SqliteStore::forget(WallTime before, std::size_t max) {
    const std::scoped_lock lock{parts_->writing};
    VEDETTE_TRY(auto snapshots, parts_->writer.forget(before, max));
    // The write-ahead log still holds the old pages. Whatever keeps them there, a reader or the
    // disk, only delays this: the next checkpoint does it, and the caller needs the snapshots.
    [[maybe_unused]] const Status overwritten = parts_->writer.checkpoint();
    return snapshots;
}

Status SqliteStore::sync() {
    const std::scoped_lock lock{parts_->writing};
    return parts_->writer.checkpoint();
}

Result<bool> SqliteStore::shrink(std::uint64_t bytes) {
    const std::scoped_lock lock{parts_->writing};
    return parts_->writer.shrink(bytes);
}

Result<ports::LogPosition> SqliteStore::position(std::string_view subscriber) const {
    return parts_->readers.with([&](Searcher& reader) { return reader.position(subscriber); });
}

Result<domain::Event> SqliteStore::find(const domain::EventId& id) const {
    return parts_->readers.with([&](Searcher& reader) { return reader.find(id); });
}

Result<ports::EventPage> SqliteStore::search(const ports::EventQuery& query) const {
    return parts_->readers.with([&](Searcher& reader) { return reader.search(query); });
}

Result<ports::StoreExtent> SqliteStore::extent() const {
    return parts_->readers.with([](Searcher& reader) { return reader.extent(); });
}

Result<ports::PassList> SqliteStore::passes_of(std::string_view plate, const ports::TimeSpan& span,
                                               std::size_t limit) const {
    return parts_->readers.with(
        [&](Searcher& reader) { return reader.passes().passes_of(plate, span, limit); });
}

Result<ports::PassList> SqliteStore::passes_at(const domain::CameraId& camera,
                                               const ports::TimeSpan& span,
                                               std::size_t limit) const {
    return parts_->readers.with(
        [&](Searcher& reader) { return reader.passes().passes_at(camera, span, limit); });
}

Result<std::vector<ports::CameraCount>> SqliteStore::counts_of(std::string_view plate,
                                                               const ports::TimeSpan& span) const {
    return parts_->readers.with(
        [&](Searcher& reader) { return reader.passes().counts_of(plate, span); });
}

Result<std::vector<ports::StayRow>>
SqliteStore::stays_among(std::span<const ports::PassRow> passes) const {
    return parts_->readers.with(
        [&](Searcher& reader) { return reader.passes().stays_among(passes); });
}

Result<std::vector<ports::HourCount>> SqliteStore::flow_at(const domain::CameraId& camera,
                                                           const ports::TimeSpan& span) const {
    return parts_->readers.with(
        [&](Searcher& reader) { return reader.passes().flow_at(camera, span); });
}

Result<std::vector<domain::CameraId>> SqliteStore::cameras() const {
    return parts_->readers.with([](Searcher& reader) { return reader.passes().cameras(); });
}

void SqliteStore::release_memory() {
    {
        const std::scoped_lock lock{parts_->writing};
        sqlite3_db_release_memory(parts_->writer.connection().handle());
    }
    parts_->readers.with_free(
        [](Searcher& reader) { sqlite3_db_release_memory(reader.connection().handle()); });
}

Status SqliteStore::backup_to(const std::filesystem::path& to) const {
    return backup_store(parts_->file, to);
}

} // namespace vedette::storage
