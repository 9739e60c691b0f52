#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "log/format.h"
#include "log/log_files.h"

namespace vedette::events {

/// Goes through the records of one segment in order, in bounded memory.
///
/// Thread-compatible. Borrows the file.
class RecordScanner {
public:
    enum class Found {
        record = 1, ///< the expected one
        damage,     ///< something else stands where it should
        end,
    };
    struct Range {
        std::uint64_t begin = 0; ///< where the record of `expected` should start
        std::uint64_t end = 0;   ///< where to stop
        ports::LogPosition expected;
    };

    RecordScanner(const LogFile& file, std::uint32_t salt, const Range& range);

    /// After damage it finds the same damage again; resume() passes it.
    /// \return unavailable if the file cannot be read.
    [[nodiscard]] Result<Found> next();

    /// Goes on at the next undamaged record whose position is expected() … highest: record() is
    /// then that one. \return false if there is none.
    [[nodiscard]] Result<bool> resume(ports::LogPosition highest);

    /// Of the last record found; valid until the next call.
    [[nodiscard]] const RecordView& record() const { return record_; }
    /// Where record() starts, or the damage, or the end.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    /// Where the record after record() starts.
    [[nodiscard]] std::uint64_t next_offset() const { return next_; }
    /// The position of the record that next() looks for.
    [[nodiscard]] ports::LogPosition expected() const { return expected_; }

private:
    /// The bytes at `offset`: `wanted` of them, or fewer at the end.
    Result<std::span<const std::byte>> window(std::uint64_t offset, std::size_t wanted);
    /// Whether an undamaged record stands at `offset`; then it becomes record().
    Result<bool> parse_at(std::uint64_t offset);
    void take(std::uint64_t offset);

    const LogFile& file_;
    const std::uint32_t salt_;
    const std::uint64_t end_;
    std::uint64_t offset_;
    std::uint64_t next_;
    ports::LogPosition expected_;
    RecordView record_;
    std::vector<std::byte> buffer_;
    std::uint64_t buffered_at_ = 0; // where in the file the buffer begins
};

} // namespace vedette::events
