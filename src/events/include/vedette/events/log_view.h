#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::events {

// What is done to a log from outside: by `vedette backup`, `restore`, `replay` and `doctor`.

/// A log as it stood when it was opened, while a server may go on writing to it. Nothing is locked
/// or changed. What the server was just writing may be seen before it is durable; what it forgets
/// meanwhile is passed over.
///
/// Thread-compatible.
class LogView {
public:
    /// \return not_found if `folder` holds no log, invalid_argument if a newer Vedette wrote it,
    /// unavailable if the disk refuses.
    static Result<std::unique_ptr<LogView>> open(const std::filesystem::path& folder);
    LogView(const LogView&) = delete;
    LogView& operator=(const LogView&) = delete;
    ~LogView();

    [[nodiscard]] ports::LogExtent extent() const;
    /// Both as in ports::EventLog.
    [[nodiscard]] Result<std::vector<ports::LoggedEvent>> read(ports::LogPosition after,
                                                               std::size_t max) const;
    [[nodiscard]] ports::LogPosition beyond_damage(ports::LogPosition after) const;

    /// Every event behind `after`, in order, until `visit` returns an error. What is damaged is
    /// passed over and told in words to `damaged` with how many events it cost.
    /// \return the error of `visit`; unavailable if the disk refuses.
    [[nodiscard]] Status
    for_each(ports::LogPosition after,
             const std::function<Status(const ports::LoggedEvent&)>& visit,
             const std::function<void(const std::string& why, std::uint64_t lost)>& damaged) const;

    /// Copies the files into another folder, each up to the last whole group; damage goes along.
    /// A copy made before is brought up to date, and what the log has forgotten since stays in it.
    /// \return resource_exhausted if the disk is full, unavailable.
    [[nodiscard]] Status copy_to(const std::filesystem::path& folder) const;

private:
    friend Result<struct LogReport> check_log(const std::filesystem::path& folder);
    struct Parts;
    explicit LogView(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

struct LogReport {
    ports::LogExtent extent;
    std::uint64_t segments = 0;
    std::uint64_t events = 0;           ///< that can be read
    std::uint64_t lost = 0;             ///< that are damaged
    std::uint64_t unfinished_bytes = 0; ///< of a write that was never acknowledged
    std::vector<std::string> problems;  ///< in words, the first 20; none: all is well
};

/// Reads every event there is. \return as LogView::open().
[[nodiscard]] Result<LogReport> check_log(const std::filesystem::path& folder);

/// Keeps every Vedette from opening the log in a folder, as long as it lives.
class LogLock {
public:
    /// \return unavailable if one has it open.
    static Result<LogLock> take(const std::filesystem::path& folder);
    LogLock(LogLock&&) noexcept;
    LogLock& operator=(LogLock&&) noexcept;
    ~LogLock();

private:
    explicit LogLock(std::unique_ptr<class LogFiles> files);
    std::unique_ptr<class LogFiles> files_;
};

} // namespace vedette::events
