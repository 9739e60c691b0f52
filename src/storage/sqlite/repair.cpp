#include <algorithm>
#include <limits>
#include <system_error>
#include <utility>

#include "files.h"
#include "sqlite/event_blob.h"
#include "sqlite/migrate.h"
#include "sqlite/open.h"
#include "sqlite/writer.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {
namespace {

constexpr std::size_t kEventsAtOnce = 1'000;
constexpr std::size_t kMostTold = 20;
/// So many rows behind a damaged place are tried one by one, before larger and larger steps.
constexpr int kCarefulSteps = 256;

/// Reads what can be read of one store and gives it to another.
class Salvage {
public:
    Salvage(Connection& from, Writer& to) : from_{from}, to_{to} {}

    Result<RepairReport> run() {
        const auto counted = from_.number("SELECT events FROM totals");
        VEDETTE_CHECK_OK(save_events());
        save_positions();
        report_.lost = undecodable_;
        if (counted && *counted && **counted > static_cast<std::int64_t>(report_.kept))
            report_.lost = static_cast<std::uint64_t>(**counted) - report_.kept;
        return std::move(report_);
    }

private:
    void add(std::string problem) {
        if (report_.problems.size() < kMostTold)
            report_.problems.push_back(std::move(problem));
    }

    Status save_events() {
        VEDETTE_TRY(auto after, from_.prepare("SELECT seq, body FROM sightings WHERE seq > ?1 "
                                              "ORDER BY seq"));
        int failures = 0;
        while (true) {
            VEDETTE_TRY(const bool ended, save_until_damage(after));
            VEDETTE_CHECK_OK(hand_over());
            if (ended)
                return {};
            // Beyond the damaged place, at last beyond any row there can be.
            const std::int64_t step = ++failures < kCarefulSteps
                                          ? 1
                                          : std::int64_t{1}
                                                << std::min(failures - kCarefulSteps, 60);
            if (last_ > std::numeric_limits<std::int64_t>::max() - step)
                return {};
            last_ += step;
        }
    }

    /// \return whether the end was reached
    Result<bool> save_until_damage(Statement& after) {
        Rows rows = after.query(last_);
        for (;;) {
            const auto row = rows.next();
            if (!row) {
                add(row.error().message());
                return false;
            }
            if (!*row)
                return true;
            last_ = rows.number(0);
            auto event = from_blob(rows.bytes(1));
            if (!event) {
                ++undecodable_;
                add("event in row " + std::to_string(last_) + " cannot be read");
                continue;
            }
            batch_.push_back(*std::move(event));
            if (batch_.size() >= kEventsAtOnce)
                VEDETTE_CHECK_OK(hand_over());
        }
    }

    Status hand_over() {
        VEDETTE_CHECK_OK(to_.adopt(batch_));
        report_.kept += batch_.size();
        batch_.clear();
        return {};
    }

    void save_positions() {
        const auto saved = [this]() -> Status {
            VEDETTE_TRY(auto all, from_.prepare("SELECT name, position FROM subscribers"));
            Rows rows = all.query();
            for (;;) {
                VEDETTE_TRY(const bool row, rows.next());
                if (!row)
                    return {};
                VEDETTE_CHECK_OK(
                    to_.apply(rows.bytes(0),
                              ports::LogPosition{static_cast<std::uint64_t>(rows.number(1))}, {}));
            }
        }();
        if (!saved)
            add("positions of subscribers, who will read the event log anew: " +
                saved.error().message());
    }

    Connection& from_;
    Writer& to_;
    std::int64_t last_ = 0;
    std::uint64_t undecodable_ = 0;
    std::vector<domain::Event> batch_;
    RepairReport report_;
};

Result<RepairReport> salvage(const std::filesystem::path& file, const std::filesystem::path& part) {
    VEDETTE_TRY(auto from, Connection::open(file, Access::read, kCarePatience));
    VEDETTE_CHECK_OK(refuse_foreign(from, builtin_migrations()));
    VEDETTE_TRY(auto connection, open_writer(part, {}));
    VEDETTE_TRY(auto writer, Writer::open(std::move(connection)));
    return Salvage{from, writer}.run();
}

} // namespace

Result<RepairReport> repair_store(const std::filesystem::path& file) {
    VEDETTE_TRY([[maybe_unused]] const auto lock, lock_for_writing(file));
    const std::filesystem::path part = file.string() + ".repair";
    const std::filesystem::path damaged = file.string() + ".damaged";
    remove_database(part);
    auto report = salvage(file, part);
    if (!report) {
        remove_database(part);
        return std::move(report).error().with_context("repair " + file.string());
    }
    remove_database(damaged);
    std::error_code failed;
    std::filesystem::create_hard_link(file, damaged, failed); // the old name is there all the time
    if (failed)
        return file_error(failed.value(), "keep the damaged file as " + damaged.string());
    for (const char* suffix : {"-wal", "-shm"})
        std::filesystem::rename(file.string() + suffix, damaged.string() + suffix, failed);
    VEDETTE_CHECK_OK(move_into_place(part, file));
    report->damaged = damaged;
    return report;
}

} // namespace vedette::storage
