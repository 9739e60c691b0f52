#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "clip_parts.h"
#include "key_picture.h"
#include "segment_bytes.h"
#include "vedette/crypto/sha256.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/frame_reader.h"
#include "vedette/media/video_writer.h"
#include "vedette/recording/clip_export.h"

namespace vedette::recording {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;

constexpr std::size_t kPage = 500;
constexpr int kQuality = 21;
constexpr double kKeyFramesFrom = 20; ///< speed

class Timelapse {
public:
    struct Parts {
        const RecordingFiles& files;
        const imaging::PictureMask& mask;
        const Clock& clock;
        Log& log;
        const std::stop_token& stop;
    };
    Timelapse(const Parts& parts, const fs::path& into, const TimelapseOptions& options,
              ExportManifest& manifest)
        : parts_{parts}, into_{into}, options_{options}, manifest_{manifest},
          step_{std::llround(options.speed / TimelapseOptions::kFrameRate * 1e6)} {}

    /// What of a recording cannot be read is left out; only what is made may fail.
    Status take(const ports::RecordedSegment& row) {
        VEDETTE_CHECK_OK(go_on());
        begin_segment(row);
        const std::uint64_t before = pictures_;
        if (const auto table = fragments_from(row.fragments); !table)
            leave_out(row, table.error());
        else
            VEDETTE_CHECK_OK(options_.speed >= kKeyFramesFrom ? take_key_frames(row, *table)
                                                              : take_all(row, *table));
        if (pictures_ > before)
            check_length(row);
        end_ = row.end;
        const WallTime to = std::min(row.end, manifest_.asked_to);
        if (pictures_ > before)
            manifest_.sources.push_back({row.id, row.file, row.sha256, began_, to});
        if (pictures_ > before || !is_left_out(row))
            covered_ += to - began_;
        return {};
    }

    Status finish() {
        VEDETTE_CHECK_OK(writer_->finish());
        writer_.reset();
        VEDETTE_TRY(manifest_.sha256, crypto::sha256_file(into_));
        std::error_code failed;
        manifest_.bytes = fs::file_size(into_, failed);
        if (failed)
            return Error{ErrorCode::unavailable, into_.string() + ": " + failed.message()};
        return {};
    }
    [[nodiscard]] bool is_empty() const { return writer_ == nullptr; }
    /// Of the first recording that could not be read.
    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

private:
    /// What was not recorded takes no time.
    void begin_segment(const ports::RecordedSegment& row) {
        began_ = std::max(row.start, manifest_.asked_from);
        if (end_ && began_ < *end_)
            began_ = std::min(*end_, std::min(row.end, manifest_.asked_to)); // clocks were set
        if (end_ && writer_ && (row.gap.count() > 0 || row.start - *end_ > kClockJitter))
            manifest_.gaps.push_back(
                {*end_, row.start, row.gap.count() > 0 ? row.gap_cause : kLetGo});
    }

    Status take_key_frames(const ports::RecordedSegment& row, const FragmentTable& table) {
        for (std::size_t i = 0; i < table.fragments.size(); ++i) {
            const WallTime at = row.start + table.fragments[i].from;
            if (!table.fragments[i].key_frame || !is_due(at))
                continue;
            VEDETTE_CHECK_OK(go_on());
            const auto frame =
                key_picture(parts_.files, row, table, i, parts_.mask, parts_.clock, parts_.log);
            if (frame) {
                VEDETTE_CHECK_OK(take_picture((*frame)->view, at));
                continue;
            }
            leave_out(row, frame.error());
            if (frame.error().code() != ErrorCode::data_loss)
                break; // its other key frames are where this one is
        }
        return {};
    }

    /// From a key frame on.
    [[nodiscard]] Result<media::FrameReader> opened(const ports::RecordedSegment& row,
                                                    const ClipPart& part) const {
        VEDETTE_TRY(auto source,
                    media::open_bytes(std::make_unique<SegmentBytes>(parts_.files, part), row.file,
                                      {}, parts_.clock));
        return media::FrameReader::open(std::move(source), {.hwaccel = "none", .mask = parts_.mask},
                                        parts_.log);
    }

    Status take_all(const ports::RecordedSegment& row, const FragmentTable& table) {
        const auto part = part_of(row, table, manifest_.asked_from, manifest_.asked_to);
        if (!part)
            return {};
        auto reader = opened(row, *part);
        if (!reader) {
            leave_out(row, reader.error());
            return {};
        }
        std::optional<StreamTime> first;
        for (;;) {
            VEDETTE_CHECK_OK(go_on());
            const auto frame = reader->next();
            if (!frame) {
                leave_out(row, frame.error());
                return {};
            }
            if (!*frame)
                return {};
            first = first.value_or((**frame)->at);
            const WallTime at = part->from + ((**frame)->at - *first);
            if (is_due(at))
                VEDETTE_CHECK_OK(take_picture((**frame)->view, at));
        }
    }

    /// The end of a file that is shorter than it was looks like any other end.
    void check_length(const ports::RecordedSegment& row) {
        const auto bytes = parts_.files.readable_bytes(row.file);
        if (!bytes)
            leave_out(row, bytes.error());
        else if (*bytes < row.bytes)
            leave_out(row, {ErrorCode::data_loss, row.file + ": it is shorter than it was"});
    }

    [[nodiscard]] bool is_due(WallTime at) const {
        return at >= began_ && at < manifest_.asked_to && place_of(at) >= next_;
    }
    /// In recorded time, without gaps.
    [[nodiscard]] microseconds place_of(WallTime at) const { return covered_ + (at - began_); }

    [[nodiscard]] Status go_on() const {
        return parts_.stop.stop_requested() ? Status{Error{ErrorCode::cancelled, "export: stopped"}}
                                            : Status{};
    }

    [[nodiscard]] bool is_left_out(const ports::RecordedSegment& row) const {
        return !manifest_.left_out.empty() && manifest_.left_out.back().segment == row.id;
    }

    void leave_out(const ports::RecordedSegment& row, const Error& why) {
        if (is_left_out(row))
            return; // the first reason says most
        failure_ = failure_.value_or(why);
        manifest_.left_out.push_back(
            {row.id, row.file, began_, std::min(row.end, manifest_.asked_to), why.message()});
        parts_.log.warn("pictures of a recording are missing in a time lapse",
                        {{"file", row.file}, {"reason", why.message()}});
    }

    Status take_picture(const imaging::ImageView& picture, WallTime at) {
        if (!writer_)
            VEDETTE_CHECK_OK(begin(picture, at));
        const microseconds place = place_of(at);
        next_ = place - place % step_ + step_;
        const microseconds out{
            std::llround(static_cast<double>((place - first_).count()) / options_.speed)};
        manifest_.given_to = at;
        imaging::resize_into(picture, {}, imaging::PixelFormat::bgr24, manifest_.width_px,
                             manifest_.height_px, imaging::Fit::letterbox_centre, 0, fitted_);
        ++pictures_;
        return writer_->write(fitted_.view(), StreamTime{out});
    }

    Status begin(const imaging::ImageView& picture, WallTime at) {
        const double scale =
            std::min(1.0, static_cast<double>(options_.max_height_px) / picture.height_px);
        const auto even = [scale](int pixels) {
            return std::max(16, static_cast<int>(pixels * scale / 2) * 2);
        };
        manifest_.width_px = even(picture.width_px);
        manifest_.height_px = even(picture.height_px);
        manifest_.given_from = at;
        first_ = place_of(at);
        VEDETTE_TRY(writer_,
                    media::VideoWriter::open(into_, {.width_px = manifest_.width_px,
                                                     .height_px = manifest_.height_px,
                                                     .frame_rate = TimelapseOptions::kFrameRate,
                                                     .quality = kQuality}));
        manifest_.codec = writer_->codec();
        return {};
    }

    const Parts parts_;
    const fs::path& into_;
    const TimelapseOptions options_;
    ExportManifest& manifest_;
    const microseconds step_; ///< of recorded time, between two pictures
    std::unique_ptr<media::VideoWriter> writer_;
    imaging::Image fitted_;
    WallTime began_;              ///< of what is taken of the segment at hand
    std::optional<WallTime> end_; ///< of the segment before
    microseconds covered_{};      ///< before the segment at hand
    microseconds first_{};        ///< place of the first picture
    microseconds next_{};         ///< place from which on the next one is due
    std::uint64_t pictures_ = 0;
    std::optional<Error> failure_;
};

Error nothing_readable(const ExportManifest& manifest, const Error& first) {
    return {first.code(), "none of the " + std::to_string(manifest.left_out.size()) +
                              " recordings of that time can be read: " +
                              manifest.left_out.front().file + ": " + first.message()};
}

Status check(const TimelapseOptions& options, const ExportManifest& manifest) {
    if (!(options.speed >= TimelapseOptions::kLeastSpeed &&
          options.speed <= TimelapseOptions::kMostSpeed))
        return Error{ErrorCode::invalid_argument, "a time lapse is 2 to 100000 times as fast"};
    if (manifest.asked_to - manifest.asked_from > TimelapseOptions::kLongest)
        return Error{ErrorCode::invalid_argument, "a time lapse is of 31 days at most"};
    return {};
}

} // namespace

Status export_timelapse(const RecordingFiles& files, const ports::RecordingIndex& index,
                        const fs::path& into, const TimelapseOptions& options,
                        const imaging::PictureMask& mask, const Clock& clock, Log& log,
                        ExportManifest& manifest, const std::stop_token& stop) {
    VEDETTE_CHECK_OK(check(options, manifest));
    Timelapse work{{files, mask, clock, log, stop}, into, options, manifest};
    manifest.speed = options.speed;
    manifest.masked = !mask.empty();
    manifest.file = into.filename().string();
    ports::RecordingQuery query{.camera = manifest.camera,
                                .from = manifest.asked_from,
                                .to = manifest.asked_to,
                                .limit = kPage};
    for (;;) {
        VEDETTE_TRY(const auto page, index.list(query));
        for (const ports::RecordedSegment& row : page)
            VEDETTE_CHECK_OK(work.take(row));
        if (page.size() < kPage)
            break;
        query.after = ports::place_of(page.back());
    }
    if (!work.is_empty())
        return work.finish();
    return work.failure() ? nothing_readable(manifest, *work.failure())
                          : nothing_recorded(index, manifest.camera);
}

} // namespace vedette::recording
