#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "vedette/ports/event_store.h"
#include "vedette/ports/pass_index.h"

namespace vedette::storage {

struct SqliteOptions {
    std::size_t readers = 4; ///< searches that run side by side; 1..64
    /// Longest wait for a free reader, or for another program that holds the file.
    std::chrono::milliseconds patience{5'000};
    std::size_t writer_cache_bytes = std::size_t{16} << 20U;
    std::size_t reader_cache_bytes = std::size_t{4} << 20U; ///< of each
    std::uint64_t max_bytes = 0; ///< the file grows no further; 0: as far as the disk goes
};

/// The EventStore and the PassIndex in one SQLite file. Beside it live `-wal` and `-shm` (SQLite's)
/// and `.lock`.
///
/// One writer connection, a few that read. After a crash of the process nothing that apply() took
/// is lost; after a power cut the last transactions may be, events and positions together, and the
/// event log delivers them again. See docs/design/storage.md.
///
/// Thread-safe.
class SqliteStore final : public ports::EventStore, public ports::PassIndex {
public:
    /// Opens or creates `file` (0600) and brings its schema up to date.
    /// \return unavailable if another process writes to it or the disk refuses; invalid_argument if
    /// it belongs to another program or a newer version, data_loss if it is damaged.
    static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file,
                                                     const SqliteOptions& options = {});
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    Status apply(std::string_view subscriber, ports::LogPosition up_to,
                 std::span<const domain::Event> events) override;
    [[nodiscard]] Result<ports::LogPosition> position(std::string_view subscriber) const override;
    [[nodiscard]] Result<domain::Event> find(const domain::EventId& id) const override;
    [[nodiscard]] Result<ports::EventPage> search(const ports::EventQuery& query) const override;
    [[nodiscard]] Result<ports::StoreExtent> extent() const override;
    Result<std::vector<std::string>> forget(WallTime before, std::size_t max) override;

    [[nodiscard]] Result<ports::PassList> passes_of(std::string_view plate,
                                                    const ports::TimeSpan& span,
                                                    std::size_t limit) const override;
    [[nodiscard]] Result<ports::PassList> passes_at(const domain::CameraId& camera,
                                                    const ports::TimeSpan& span,
                                                    std::size_t limit) const override;
    [[nodiscard]] Result<std::vector<ports::StayRow>>
    stays_among(std::span<const ports::PassRow> passes) const override;
    [[nodiscard]] Result<std::vector<ports::CameraCount>>
    counts_of(std::string_view plate, const ports::TimeSpan& span) const override;
    [[nodiscard]] Result<std::vector<ports::HourCount>>
    flow_at(const domain::CameraId& camera, const ports::TimeSpan& span) const override;
    [[nodiscard]] Result<std::vector<domain::CameraId>> cameras() const override;

    /// Everything applied so far will then survive a power cut: to be called before the event log
    /// forgets what was applied. \return unavailable while long searches hold it up.
    Status sync();
    /// Makes the file no larger than `bytes`, a few MiB at a time, as far as there is space in it
    /// that nothing uses. One that an early Vedette made keeps its size, and is filled
    /// again. \return whether there is more to do.
    Result<bool> shrink(std::uint64_t bytes);
    /// Gives back the memory of caches, of those connections that nobody uses just now.
    void release_memory();
    /// See backup_store().
    [[nodiscard]] Status backup_to(const std::filesystem::path& to) const;

private:
    struct Parts;
    explicit SqliteStore(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

} // namespace vedette::storage
