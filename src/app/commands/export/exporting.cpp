#include "app/commands/export/exporting.h"

#include <charconv>
#include <ctime>
#include <set>
#include <system_error>

#include "app/data/bounded_file.h"
#include "app/data/files.h"
#include "app/data/kept_recordings.h"
#include "app/version.h"
#include "vedette/base/iso_time.h"
#include "vedette/media/ffmpeg_log.h"

namespace vedette::app {
namespace {

namespace fs = std::filesystem;

Status must_be_new(const fs::path& file) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(file, ignored)))
        return Error{ErrorCode::already_exists,
                     file.string() + " is there already: name another file"};
    return {};
}

fs::path part_of(const fs::path& file) { return file.string() + ".part"; }

Status copy(const ExportOrder& order, const KeptRecordings& opened, const Environment& environment,
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

/// What is to be black in every picture.
Result<imaging::PictureMask> mask_for(const ExportOrder& order) {
    if (order.mask)
        return *order.mask;
    VEDETTE_TRY(const auto known, known_masks(order.folder));
    return mask_of(known, order.camera);
}

Status encode(const ExportOrder& order, const KeptRecordings& opened,
              const Environment& environment, const imaging::PictureMask& mask,
              recording::ExportManifest& manifest) {
    const media::FfmpegLogGuard libav_log{environment.log};
    manifest.asked_from = order.from;
    manifest.asked_to = order.to;
    const fs::path part = part_of(order.output);
    VEDETTE_CHECK_OK(
        order.speed
            ? recording::export_timelapse(*opened.files, *opened.index, part,
                                          {.speed = *order.speed}, mask, environment.clock,
                                          environment.log, manifest, environment.stop)
            : recording::export_exactly(*opened.files, *opened.index, part, mask, environment.clock,
                                        environment.log, manifest, environment.stop));
    manifest.file = order.output.filename().string();
    std::error_code ignored;
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, ignored);
    return sync_disk_of(fs::absolute(part).parent_path());
}

Status make(const ExportOrder& order, const KeptRecordings& opened, const Environment& environment,
            ExportOutcome& outcome) {
    VEDETTE_TRY(const auto mask, mask_for(order));
    outcome.has_mask = !mask.empty();
    VEDETTE_CHECK_OK(order.exact || order.speed
                         ? encode(order, opened, environment, mask, outcome.manifest)
                         : copy(order, opened, environment, outcome));
    VEDETTE_CHECK_OK(recording::check_sources(*opened.files, outcome.manifest, environment.stop));
    VEDETTE_CHECK_OK(write_new_file(outcome.manifest_file, recording::to_json(outcome.manifest)));
    Status there = move_to(part_of(order.output), order.output);
    std::error_code ignored;
    if (!there)
        fs::remove(outcome.manifest_file, ignored); // of a file that is not there
    return there;
}

/// \return what is wrong with it
Status check_span(const ExportOrder& order) {
    if (order.from >= order.to)
        return Error{ErrorCode::invalid_argument, "--from must be before --to"};
    if (order.speed && order.to - order.from > recording::TimelapseOptions::kLongest)
        return Error{ErrorCode::invalid_argument, "--to must be at most 31 days after --from"};
    if (!order.speed && order.to - order.from > recording::kLongestClip)
        return Error{ErrorCode::invalid_argument,
                     "--to must be at most 25 hours after --from: export the rest into another "
                     "file"};
    return {};
}

} // namespace

namespace {

/// How far this machine's clock is ahead of UTC at a moment.
std::chrono::seconds ahead_at(WallTime moment) {
    const std::time_t at =
        std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
    std::tm parts{};
    ::localtime_r(&at, &parts);
    return std::chrono::seconds{parts.tm_gmtoff};
}

/// The moments at which this machine's clock shows what UTC shows at `shown`: one, but for the
/// hours around a change of daylight saving time.
std::set<WallTime> moments_that_show(WallTime shown) {
    std::set<WallTime> out;
    for (const std::chrono::hours away : {std::chrono::hours{-24}, std::chrono::hours{24}}) {
        const auto ahead = ahead_at(shown + away);
        if (ahead_at(shown - ahead) == ahead)
            out.insert(shown - ahead);
    }
    return out;
}

} // namespace

Result<double> timelapse_speed(const std::string& text) {
    using Options = recording::TimelapseOptions;
    const std::string number = text.ends_with('x') ? text.substr(0, text.size() - 1) : text;
    double speed = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), speed);
    if (error != std::errc{} || end != number.data() + number.size() ||
        !(speed >= Options::kLeastSpeed && speed <= Options::kMostSpeed))
        return Error{ErrorCode::invalid_argument,
                     "--timelapse: '" + text +
                         "' is not how many times as fast it is to be, like 60x (2x to 100000x)"};
    return speed;
}

Result<WallTime> export_time(const std::string& option, const std::string& text) {
    const auto wrong = [&option](const std::string& why) {
        return Error{ErrorCode::invalid_argument, option + " " + why};
    };
    auto shown = parse_iso_time(text, std::chrono::minutes{0});
    if (!shown)
        return wrong(shown.error().message());
    if (const auto with_zone = parse_iso_time(text); with_zone)
        return with_zone;
    const auto moments = moments_that_show(*shown);
    if (moments.empty())
        return wrong("is no time of this machine's clock: it was set forward then; add a zone, as "
                     "in 2026-03-29T02:30:00+01:00");
    if (moments.size() > 1)
        return wrong("comes twice by this machine's clock, which was set back then: " +
                     format_iso_time(*moments.begin(), SecondDigits::as_needed) + " or " +
                     format_iso_time(*moments.rbegin(), SecondDigits::as_needed) + "; say which");
    return *moments.begin();
}

Result<ExportOutcome> export_recording(const ExportOrder& order, const Environment& environment) {
    ExportOutcome outcome;
    outcome.manifest_file = order.output;
    outcome.manifest_file.replace_extension(".json");
    if (outcome.manifest_file == order.output)
        return Error{ErrorCode::invalid_argument,
                     "--output names a video: its manifest will have the same name with .json"};
    VEDETTE_CHECK_OK(check_span(order));
    VEDETTE_CHECK_OK(must_be_new(order.output));
    VEDETTE_CHECK_OK(must_be_new(outcome.manifest_file));
    VEDETTE_TRY(const auto opened, open_kept_recordings(order.folder, order.recordings,
                                                        environment.clock, environment.log));
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
