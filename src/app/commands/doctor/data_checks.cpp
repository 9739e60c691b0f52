#include "app/commands/doctor/data_checks.h"

#include <system_error>
#include <utility>

#include "app/data/pictures.h"
#include "app/server/store_feeder.h"
#include "vedette/recording/settle.h"
#include "vedette/storage/following_db.h"
#include "vedette/storage/recording_db.h"

namespace vedette::app {
namespace {

/// A picture is written before its sighting, which may have to wait for the disk.
constexpr std::chrono::hours kSettled{1};
constexpr const char* kRepair = "stop the server, then run vedette doctor --repair --data ";

std::string in_words(const std::vector<std::string>& several) {
    std::string text;
    for (const std::string& one : several)
        text += (text.empty() ? "" : "; ") + one;
    return text;
}

Check check_folder(const DataFolder& folder) {
    constexpr std::uintmax_t kMiB = std::uintmax_t{1} << 20U;
    constexpr std::uintmax_t kLittleMiB = 1024;
    std::error_code failed;
    const auto space = std::filesystem::space(folder.root, failed);
    if (failed)
        return {Check::State::fail, "data", folder.root.string() + ": " + failed.message(),
                "check the disk"};
    const auto mib = space.available / kMiB;
    const bool little = mib < kLittleMiB;
    return {little ? Check::State::warn : Check::State::ok, "data",
            folder.root.string() + ", " + std::to_string(mib) + " MiB free" +
                (folder.is_in_use() ? ", a server runs on it" : ""),
            little ? "free some space on this disk" : ""};
}

Check check_log_of(const DataFolder& folder, const events::LogReport& log) {
    const std::string finding =
        std::to_string(log.events) + " events in " + std::to_string(log.segments) + " files, " +
        std::to_string(log.extent.first.value()) + " to " + std::to_string(log.extent.last.value());
    if (!log.problems.empty())
        return {Check::State::fail, "event log",
                finding + ", " + std::to_string(log.lost) + " lost: " + in_words(log.problems),
                "the server passes over what is damaged; look after the disk, or restore a backup"};
    if (log.unfinished_bytes > 0 && !folder.is_in_use())
        return {Check::State::ok, "event log",
                finding + ", and an unfinished write that the server cuts off when it starts", ""};
    return {Check::State::ok, "event log", finding, ""};
}

/// Whether the store goes on where it should in the log.
Check check_position(const storage::StoreView& store, const events::LogReport& log) {
    const auto handled = store.position(kStoreFeeder);
    if (!handled)
        return {Check::State::fail, "position", handled.error().message(), ""};
    if (*handled > log.extent.last)
        return {Check::State::warn, "position",
                "the store has taken the event " + std::to_string(handled->value()) +
                    ", the log ends at " + std::to_string(log.extent.last.value()),
                "the log was lost or is older than the store: the server goes on at its end"};
    const auto behind = log.extent.last.value() - handled->value();
    return {Check::State::ok, "position",
            behind == 0
                ? "the store has taken every event of the log"
                : "the store has yet to take " + std::to_string(behind) + " events of the log",
            ""};
}

void add_pictures(const DataFolder& folder, const Clock& clock, std::vector<Check>& checks) {
    const auto report = check_pictures(folder, clock.wall_now() - kSettled);
    if (!report)
        return checks.push_back({Check::State::fail, "pictures", report.error().message(),
                                 "see that the folder may be read"});
    if (report->missing > 0)
        checks.push_back({Check::State::warn, "pictures missing",
                          std::to_string(report->missing) +
                              " that sightings name: " + in_words(report->missing_of),
                          "take them from a backup; the sightings are there without them"});
    if (report->orphans > 0)
        checks.push_back({Check::State::warn, "pictures of nothing",
                          std::to_string(report->orphans) +
                              " that no sighting names: " + in_words(report->orphans_of),
                          kRepair + folder.root.string() + ", which removes them"});
    checks.push_back(
        {Check::State::ok, "pictures", std::to_string(report->there) + " are there", ""});
}

Check check_store_of(const DataFolder& folder, const Result<storage::StoreReport>& store) {
    if (!store) {
        const bool damaged = store.error().code() == ErrorCode::data_loss;
        return {Check::State::fail, "store", store.error().message(),
                damaged ? kRepair + folder.root.string() + ", or restore a backup" : ""};
    }
    if (!store->problems.empty())
        return {Check::State::fail, "store", in_words(store->problems),
                kRepair + folder.root.string() + ", or restore a backup"};
    return {Check::State::ok, "store", std::to_string(store->events) + " sightings, all is well",
            ""};
}

/// Says nothing where there are no cases.
void add_following(const DataFolder& folder, std::vector<Check>& checks) {
    std::error_code ignored; // then it is not there for us
    if (!std::filesystem::exists(folder.following(), ignored))
        return;
    const auto report = storage::check_following(folder.following());
    if (!report || !report->problems.empty())
        return checks.push_back({Check::State::fail, "following",
                                 report ? in_words(report->problems) : report.error().message(),
                                 "restore a backup, or put " + folder.following().string() +
                                     " aside and make the cases again"});
    checks.push_back(
        {Check::State::ok, "following", std::to_string(report->cases) + " cases, all is well", ""});
}

struct RecordingsReport {
    std::uint64_t segments = 0;
    std::vector<std::string> away; ///< tiers, with the reason
    recording::Settlement settlement;
    std::vector<std::string> damaged;
};

/// The tiers that are here, without one.
std::vector<recording::TierFiles> all_but(const recording::TieredFiles& files,
                                          const std::string& id) {
    const std::shared_ptr<recording::RecordingFiles> first{&files.first(),
                                                           [](recording::RecordingFiles*) {}};
    std::vector<recording::TierFiles> out{{"", first, first}};
    for (const auto& tier : files.others())
        if (const auto here = tier->here(); here && here->id != id)
            out.push_back(*here);
    return out;
}

void add(const recording::Settlement& more, recording::Settlement& all) {
    all.adopted += more.adopted;
    all.empty += more.empty;
    all.deleted += more.deleted;
    all.without_file += more.without_file;
    all.left_over += more.left_over;
    all.relocated += more.relocated;
    all.damaged.insert(all.damaged.end(), more.damaged.begin(), more.damaged.end());
}

/// \param clean  also mends what can be mended
Result<RecordingsReport> look_at_recordings(const DataFolder& folder, const RecordingsPlace& place,
                                            bool clean) {
    NullLog quiet;
    const SystemClock clock;
    VEDETTE_TRY(const auto files,
                open_recordings(place, folder.recordings(), clock, quiet, TierUse::read));
    VEDETTE_TRY(const auto index, storage::RecordingDb::open(folder.recording_index()));
    const auto describe = [&](const std::string& file) {
        return recording::describe_recording(*files, file, clock);
    };
    RecordingsReport report;
    VEDETTE_TRY(report.settlement,
                recording::settle(files->first(), *index, describe, quiet, clean));
    const auto note = [&report](const std::string& file, const std::string& what) {
        constexpr std::size_t kMostNamed = 20;
        if (report.damaged.size() < kMostNamed)
            report.damaged.push_back(what.find(file) == std::string::npos ? file + ": " + what
                                                                          : what);
    };
    VEDETTE_TRY(report.segments, recording::verify_recordings(files->first(), *index, note));
    for (const auto& tier : files->others()) {
        const auto here = tier->here();
        if (!here) {
            report.away.push_back(tier->name() + ": " + tier->why_away());
            continue;
        }
        const std::vector<recording::TierFiles> others = all_but(*files, here->id);
        VEDETTE_TRY(const auto settled,
                    recording::settle_tier(*here, others, *index, describe, quiet, clean));
        add(settled, report.settlement);
        VEDETTE_TRY(const auto read,
                    recording::verify_recordings(*here->files, *index, note, here->id));
        report.segments += read;
    }
    return report;
}

std::string in_words(const recording::Settlement& found) {
    return std::to_string(found.adopted) + " files without a row, " +
           std::to_string(found.without_file) + " rows without a file, " +
           std::to_string(found.deleted) + " deletions that were interrupted, " +
           std::to_string(found.empty) + " empty files, " +
           std::to_string(found.left_over + found.relocated) + " moves that were interrupted";
}

bool is_settled(const recording::Settlement& found) {
    return found.adopted + found.without_file + found.deleted + found.empty + found.left_over +
               found.relocated ==
           0;
}

/// Says nothing where there are no recordings.
void add_recordings(const DataFolder& folder, const RecordingsPlace& place,
                    std::vector<Check>& checks) {
    std::error_code ignored; // then they are not there for us
    if (!std::filesystem::exists(folder.recording_index(), ignored) ||
        !std::filesystem::exists(folder_of(place, folder.recordings()), ignored))
        return;
    const auto report = look_at_recordings(folder, place, false);
    if (!report)
        return checks.push_back({Check::State::fail, "recordings", report.error().message(),
                                 "check the disk; an index that is damaged may be put aside: it "
                                 "is made again of the files at the next start"});
    for (const std::string& tier : report->away)
        checks.push_back({Check::State::warn, "recordings elsewhere",
                          tier + "; what is there is not checked",
                          "mount it, or take it out of "
                          "storage.tiers"});
    auto damaged = report->damaged;
    damaged.insert(damaged.end(), report->settlement.damaged.begin(),
                   report->settlement.damaged.end());
    if (!damaged.empty())
        checks.push_back({Check::State::fail, "recordings", in_words(damaged),
                          "check the disk; what is named is not what was recorded"});
    else if (!is_settled(report->settlement) && !folder.is_in_use())
        checks.push_back({Check::State::warn, "recordings", in_words(report->settlement),
                          "the next start mends that, or " + (kRepair + folder.root.string())});
    else
        checks.push_back({Check::State::ok, "recordings",
                          std::to_string(report->segments) + " segments, each as it was recorded",
                          ""});
}

bool is_sound(const Result<storage::StoreReport>& store) {
    return store && store->problems.empty();
}

Result<std::optional<Check>> repair_store_of(const DataFolder& folder) {
    const auto before = storage::check_store(folder.store());
    if (is_sound(before) || (!before && before.error().code() != ErrorCode::data_loss))
        return std::optional<Check>{};
    VEDETTE_TRY(const auto repaired, storage::repair_store(folder.store()));
    return std::optional<Check>{
        {repaired.lost > 0 ? Check::State::warn : Check::State::ok, "store repaired",
         std::to_string(repaired.kept) + " sightings kept, " + std::to_string(repaired.lost) +
             " lost; the damaged file is " + repaired.damaged.string(),
         repaired.lost > 0 ? "vedette replay --to-subscriber store --data " + folder.root.string() +
                                 " brings back what the log still has"
                           : ""}};
}

} // namespace

std::vector<Check> check_data(const DataFolder& folder, const Clock& clock,
                              const RecordingsPlace& recordings) {
    if (const Status used = folder.must_be_used(); !used)
        return {{Check::State::fail, "data", used.error().message(), ""}};
    std::vector<Check> checks{check_folder(folder)};
    const auto log = events::check_log(folder.log());
    checks.push_back(
        log ? check_log_of(folder, *log)
            : Check{Check::State::fail, "event log", log.error().message(), "restore a backup"});
    add_following(folder, checks);
    add_recordings(folder, recordings, checks);
    const auto report = storage::check_store(folder.store());
    checks.push_back(check_store_of(folder, report));
    if (!is_sound(report))
        return checks; // what it says of the others cannot be relied on
    if (const auto store = storage::StoreView::open(folder.store()); store && log)
        checks.push_back(check_position(**store, *log));
    add_pictures(folder, clock, checks);
    return checks;
}

Result<std::vector<Check>> repair_data(const DataFolder& folder,
                                       const RecordingsPlace& recordings) {
    VEDETTE_CHECK_OK(folder.must_be_used());
    // The repair of the store takes its lock itself.
    { VEDETTE_TRY([[maybe_unused]] const auto nobody_runs, DataLock::take(folder)); }
    std::vector<Check> done;
    VEDETTE_TRY(auto repaired, repair_store_of(folder));
    if (repaired) {
        // The pictures of what was lost stay, until it was brought back from the log.
        done.push_back(*std::move(repaired));
        return done;
    }
    VEDETTE_TRY([[maybe_unused]] const auto lock, DataLock::take(folder));
    VEDETTE_TRY(const auto removed, remove_orphans(folder));
    if (removed > 0)
        done.push_back({Check::State::ok, "pictures removed",
                        std::to_string(removed) + " that no sighting named", ""});
    std::error_code ignored; // then they are not there for us
    if (std::filesystem::exists(folder.recording_index(), ignored)) {
        VEDETTE_TRY(const auto report, look_at_recordings(folder, recordings, true));
        if (!is_settled(report.settlement))
            done.push_back(
                {Check::State::ok, "recordings settled", in_words(report.settlement), ""});
    }
    return done;
}

} // namespace vedette::app
