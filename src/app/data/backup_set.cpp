#include "app/data/backup_set.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "app/data/data_folder.h"
#include "app/data/files.h"
#include "app/output/line_file.h"
#include "vedette/crypto/sha256.h"
#include "vedette/events/event_json.h"
#include "vedette/ports/object_store.h"

namespace vedette::app {
namespace {

constexpr const char* kManifest = "backup.json";
constexpr const char* kSums = "SHA256SUMS";
constexpr const char* kAdvice = ": take another backup";
constexpr std::size_t kSumLength = 64;

bool is_segment(std::string_view name) {
    constexpr std::string_view kEnding = ".events";
    return name.ends_with(kEnding) && name.size() > kEnding.size() &&
           std::all_of(name.begin(), name.end() - kEnding.size(),
                       [](char sign) { return sign >= '0' && sign <= '9'; });
}

/// Whether this is the name of a file that a backup holds. What stands in SHA256SUMS comes from
/// outside: no other name must ever be written to.
bool is_of_a_backup(std::string_view path) {
    constexpr std::string_view kLog = "log/";
    constexpr std::string_view kPictures = "snapshots/";
    if (path.starts_with(kLog))
        return is_segment(path.substr(kLog.size()));
    if (path.starts_with(kPictures))
        return ports::check_key(path.substr(kPictures.size())).has_value();
    return path == "vedette.db" || path == "following.db" || path == "places.csv";
}

Error damaged(const std::filesystem::path& file, const std::string& what) {
    return {ErrorCode::data_loss, "the backup is damaged: " + file.string() + " " + what + kAdvice};
}

Status stopped(const std::stop_token& stop) {
    return stop.stop_requested() ? Status{Error{ErrorCode::cancelled, "stopped"}} : Status{};
}

Result<BackupManifest> manifest_of(const nlohmann::json& json) {
    BackupManifest manifest;
    const auto position = [&json](const char* key) {
        return ports::LogPosition{json.at("log").at(key).get<std::uint64_t>()};
    };
    manifest.made_by = json.at("made_by").get<std::string>();
    VEDETTE_TRY(manifest.made_at, events::parse_time(json.at("made_at").get<std::string>()));
    manifest.log_first = position("first");
    manifest.log_last = position("last");
    manifest.handled = position("handled");
    manifest.sightings = json.at("sightings").get<std::uint64_t>();
    manifest.pictures = json.at("pictures").get<std::uint64_t>();
    manifest.bytes = json.at("bytes").get<std::uint64_t>();
    manifest.sums = json.at("sha256").get<std::string>();
    return manifest;
}

} // namespace

std::string to_json(const BackupManifest& manifest) {
    const nlohmann::ordered_json json{{"vedette_backup", kBackupForm},
                                      {"made_by", manifest.made_by},
                                      {"made_at", events::format_time(manifest.made_at)},
                                      {"log",
                                       {{"first", manifest.log_first.value()},
                                        {"last", manifest.log_last.value()},
                                        {"handled", manifest.handled.value()}}},
                                      {"sightings", manifest.sightings},
                                      {"pictures", manifest.pictures},
                                      {"bytes", manifest.bytes},
                                      {"sha256", manifest.sums}};
    return json.dump(2);
}

Result<BackupManifest> read_manifest(const std::filesystem::path& folder) {
    const auto path = folder / kManifest;
    std::ifstream file{path};
    if (!file)
        return Error{ErrorCode::not_found, folder.string() +
                                               " is no backup of Vedette: there is no " +
                                               kManifest + " in it"};
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object())
        return damaged(path, "cannot be read");
    const auto form = json.find("vedette_backup");
    if (form != json.end() && form->is_number_integer() && form->get<std::int64_t>() > kBackupForm)
        return Error{ErrorCode::invalid_argument,
                     "a newer Vedette made the backup " + folder.string() + " (form " +
                         form->dump() + ", this one knows " + std::to_string(kBackupForm) +
                         "): update Vedette"};
    try {
        if (auto manifest = manifest_of(json); form != json.end() && manifest)
            return manifest;
    } catch (const nlohmann::json::exception&) { // a member is missing or of another type
    }
    return damaged(path, "does not say what a backup must say");
}

Status seal_backup(const std::filesystem::path& folder, BackupManifest manifest,
                   const std::stop_token& stop) {
    manifest.pictures = manifest.bytes = 0;
    VEDETTE_TRY(auto sums, LineFile::create(folder / kSums));
    const auto add = [&](const std::string& path) -> Status {
        VEDETTE_CHECK_OK(stopped(stop));
        if (!is_of_a_backup(path))
            return {};
        VEDETTE_TRY(const auto sum, crypto::sha256_file(folder / path));
        std::error_code ignored; // it was just read
        manifest.bytes += std::filesystem::file_size(folder / path, ignored);
        manifest.pictures += path.starts_with("snapshots/") ? 1 : 0;
        return sums.append(sum + "  " + path);
    };
    VEDETTE_CHECK_OK(for_each_file(folder, add));
    VEDETTE_CHECK_OK(sums.sync());
    VEDETTE_TRY(manifest.sums, crypto::sha256_file(folder / kSums));
    return write_text(folder / kManifest, to_json(manifest));
}

Status
for_each_sum(const std::filesystem::path& folder,
             const std::function<Status(std::string_view sum, const std::string& path)>& visit) {
    std::ifstream sums{folder / kSums};
    if (!sums)
        return damaged(folder / kSums, "cannot be read");
    for (std::string line; std::getline(sums, line);) {
        const std::string_view text{line};
        if (text.size() <= kSumLength + 2 || text.substr(kSumLength, 2) != "  " ||
            !is_of_a_backup(text.substr(kSumLength + 2)))
            return damaged(folder / kSums, "holds a line that is no sum of a backup's file");
        VEDETTE_CHECK_OK(visit(text.substr(0, kSumLength), line.substr(kSumLength + 2)));
    }
    return sums.bad() ? Status{damaged(folder / kSums, "cannot be read")} : Status{};
}

Status check_sums(const std::filesystem::path& folder, const BackupManifest& manifest,
                  const std::stop_token& stop) {
    const auto sums = crypto::sha256_file(folder / kSums);
    if (!sums || *sums != manifest.sums)
        return damaged(folder / kSums, "is not the one that was written");
    return for_each_sum(folder, [&](std::string_view wanted, const std::string& path) -> Status {
        VEDETTE_CHECK_OK(stopped(stop));
        const auto sum = crypto::sha256_file(folder / path);
        if (!sum && sum.error().code() == ErrorCode::not_found)
            return damaged(folder / path, "is missing");
        if (!sum)
            return sum.error();
        return *sum == wanted ? Status{} : damaged(folder / path, "is not what was backed up");
    });
}

} // namespace vedette::app
