#include "app/commands/export/exporting.h"

#include <ctime>
#include <system_error>

#include "app/data/bounded_file.h"
#include "app/data/files.h"
#include "app/version.h"
#include "vedette/base/iso_time.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/storage/recording_db.h"

namespace vedette::app {
namespace {

namespace fs = std::filesystem;

struct Opened {
    std::unique_ptr<recording::RecordingFiles> files;
    std::unique_ptr<storage::RecordingDb> index;
};

Result<Opened> open(const ExportOrder& order, Log& log) {
    const fs::path folder =
        order.recordings.folder.empty() ? order.folder.recordings() : order.recordings.folder;
    std::error_code ignored;
    for (const fs::path& needed : {order.folder.recording_index(), folder})
        if (!fs::exists(needed, ignored))
            return Error{
                ErrorCode::not_found,
                "nothing was recorded here: there is no " + needed.string() +
                    "; name the folder of `vedette run` with --data, and where "
                    "storage.tiers keeps recordings elsewhere, the configuration with --config"};
    Opened out;
    VEDETTE_TRY(out.files, open_recordings(order.recordings, folder, log));
    VEDETTE_TRY(out.index, storage::RecordingDb::open(order.folder.recording_index()));
    return out;
}

Status must_be_new(const fs::path& file) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(file, ignored)))
        return Error{ErrorCode::already_exists,
                     file.string() + " is there already: name another file"};
    return {};
}

fs::path part_of(const fs::path& file) { return file.string() + ".part"; }

Status copy(const ExportOrder& order, const Opened& opened, const Environment& environment,
            ExportOutcome& outcome) {
    recording::ExportManifest& manifest = outcome.manifest;
    VEDETTE_TRY(const auto found, recording::find_recorded(*opened.files, *opened.index,
                                                           manifest.camera, order.from, order.to));
    VEDETTE_TRY(auto clip, recording::first_clip(found)); // so that there is one
    outcome.goes_on = recording::behind_first_clip(found);
    auto filled = recording::manifest_of(clip, order.output.filename().string());
    filled.program = manifest.program;
    filled.made = manifest.made;
    filled.asked_from = order.from;
    filled.asked_to = order.to;
    manifest = std::move(filled);
    VEDETTE_TRY(const auto source, recording::ClipFile::open(*opened.files, std::move(clip)));
    const fs::path folder = fs::absolute(order.output).parent_path();
    VEDETTE_TRY(const auto into, recording::open_recording_folder(folder));
    const std::string part = part_of(order.output).filename().string();
    VEDETTE_CHECK_OK(into->remove(part)); // of a run that did not come to its end
    VEDETTE_TRY(const auto file, into->create(part));
    VEDETTE_CHECK_OK(recording::copy_clip(
        *source, [&](std::span<const std::byte> bytes) { return file->append(bytes); }, manifest,
        environment.stop));
    return file->sync();
}

Status encode(const ExportOrder& order, const Opened& opened, const Environment& environment,
              recording::ExportManifest& manifest) {
    const media::FfmpegLogGuard libav_log{environment.log};
    manifest.asked_from = order.from;
    manifest.asked_to = order.to;
    const fs::path part = part_of(order.output);
    VEDETTE_CHECK_OK(recording::export_exactly(*opened.files, *opened.index, part,
                                               environment.clock, environment.log, manifest,
                                               environment.stop));
    manifest.file = order.output.filename().string();
    std::error_code ignored;
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, ignored);
    return sync_disk_of(fs::absolute(part).parent_path());
}

Status make(const ExportOrder& order, const Opened& opened, const Environment& environment,
            ExportOutcome& outcome) {
    VEDETTE_CHECK_OK(order.exact ? encode(order, opened, environment, outcome.manifest)
                                 : copy(order, opened, environment, outcome));
    VEDETTE_CHECK_OK(recording::check_sources(*opened.files, outcome.manifest));
    VEDETTE_CHECK_OK(write_new_file(outcome.manifest_file, recording::to_json(outcome.manifest)));
    Status there = move_to(part_of(order.output), order.output);
    std::error_code ignored;
    if (!there)
        fs::remove(outcome.manifest_file, ignored); // of a file that is not there
    return there;
}

} // namespace

Result<WallTime> export_time(const std::string& option, const std::string& text) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    const auto here =
        std::chrono::duration_cast<std::chrono::minutes>(std::chrono::seconds{parts.tm_gmtoff});
    auto time = parse_iso_time(text, here);
    if (!time)
        return Error{ErrorCode::invalid_argument, option + " " + time.error().message()};
    return time;
}

Result<ExportOutcome> export_recording(const ExportOrder& order, const Environment& environment) {
    ExportOutcome outcome;
    outcome.manifest_file = order.output;
    outcome.manifest_file.replace_extension(".json");
    if (outcome.manifest_file == order.output)
        return Error{ErrorCode::invalid_argument,
                     "--output names a video: its manifest will have the same name with .json"};
    if (order.from >= order.to)
        return Error{ErrorCode::invalid_argument, "--from must be before --to"};
    if (order.to - order.from > recording::kLongestClip)
        return Error{ErrorCode::invalid_argument,
                     "--to must be at most 24 hours after --from: export the rest into another "
                     "file"};
    VEDETTE_CHECK_OK(must_be_new(order.output));
    VEDETTE_CHECK_OK(must_be_new(outcome.manifest_file));
    VEDETTE_TRY(const Opened opened, open(order, environment.log));
    outcome.manifest.camera = domain::CameraId{order.camera};
    outcome.manifest.program = std::string{"vedette "} + kVersion;
    outcome.manifest.made = environment.clock.wall_now();
    const Status made = make(order, opened, environment, outcome);
    if (made)
        return outcome;
    std::error_code ignored;
    fs::remove(part_of(order.output), ignored);
    return made.error();
}

} // namespace vedette::app
