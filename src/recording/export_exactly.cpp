#include <algorithm>

#include "clip_parts.h"
#include "segment_bytes.h"
#include "vedette/crypto/sha256.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/frame_reader.h"
#include "vedette/media/video_writer.h"
#include "vedette/recording/clip_export.h"

namespace vedette::recording {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPage = 500;
constexpr int kQuality = 18; ///< what is encoded twice should not show it
constexpr double kUsualRate = 25;
/// Times in files are of 1/90000 s, of Matroska of a millisecond.
constexpr std::chrono::microseconds kRounding{600};

class ExactExport {
public:
    ExactExport(const RecordingFiles& files, const fs::path& into, const Clock& clock, Log& log,
                const imaging::PictureMask& mask, ExportManifest& manifest,
                const std::stop_token& stop)
        : files_{files}, mask_{mask}, into_{into}, clock_{clock}, log_{log}, manifest_{manifest},
          stop_{stop} {}

    Status take(const ports::RecordedSegment& row) {
        VEDETTE_TRY(const auto table, fragments_from(row.fragments));
        const auto part = part_of(row, table, manifest_.asked_from, manifest_.asked_to);
        if (!part)
            return {};
        VEDETTE_TRY(auto source, media::open_bytes(std::make_unique<SegmentBytes>(files_, *part),
                                                   row.file, {}, clock_));
        const double rate = source->info().frame_rate;
        VEDETTE_TRY(auto reader, media::FrameReader::open(
                                     std::move(source), {.hwaccel = "none", .mask = mask_}, log_));
        const std::uint64_t before = pictures_;
        const auto taken = take_frames(reader, part->from, rate);
        if (!taken)
            return Error{taken.error().code(), row.file + ": " + taken.error().message()};
        if (pictures_ > before)
            note(row, *part);
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

private:
    Status take_frames(media::FrameReader& reader, WallTime begins, double rate) {
        std::optional<StreamTime> first;
        for (;;) {
            if (stop_.stop_requested())
                return Error{ErrorCode::cancelled, "export: stopped"};
            VEDETTE_TRY(const auto frame, reader.next());
            if (!frame)
                return {};
            first = first.value_or((*frame)->at);
            const WallTime at = begins + ((*frame)->at - *first);
            if (at + kRounding < manifest_.asked_from)
                continue;
            if (at + kRounding >= manifest_.asked_to)
                return {};
            VEDETTE_CHECK_OK(take_picture((*frame)->view, at, rate));
        }
    }

    /// A pause between two pictures that is longer than a second is a gap, and takes no time.
    Status take_picture(const imaging::ImageView& picture, WallTime at, double rate) {
        constexpr std::chrono::seconds kLongestDistance{1};
        if (!writer_) {
            VEDETTE_CHECK_OK(begin(picture, at, rate));
        } else {
            if (at > last_ && at - last_ <= kLongestDistance)
                distance_ = at - last_;
            out_at_ += distance_;
        }
        last_ = at;
        ++pictures_;
        manifest_.given_to = at + distance_;
        imaging::resize_into(picture, {}, imaging::PixelFormat::bgr24, manifest_.width_px,
                             manifest_.height_px, imaging::Fit::letterbox_centre, 0, fitted_);
        return writer_->write(fitted_.view(), StreamTime{out_at_});
    }

    Status begin(const imaging::ImageView& picture, WallTime at, double rate) {
        const bool sane = rate >= 0.1 && rate <= 1000;
        manifest_.width_px = std::max(2, picture.width_px / 2 * 2);
        manifest_.height_px = std::max(2, picture.height_px / 2 * 2);
        manifest_.given_from = at;
        distance_ =
            std::chrono::microseconds{static_cast<std::int64_t>(1e6 / (sane ? rate : kUsualRate))};
        VEDETTE_TRY(writer_,
                    media::VideoWriter::open(into_, {.width_px = manifest_.width_px,
                                                     .height_px = manifest_.height_px,
                                                     .frame_rate = sane ? rate : kUsualRate,
                                                     .quality = kQuality}));
        manifest_.codec = writer_->codec();
        return {};
    }

    void note(const ports::RecordedSegment& row, const ClipPart& part) {
        if (end_ && (row.gap.count() > 0 || row.start - *end_ > kClockJitter))
            manifest_.gaps.push_back(
                {*end_, row.start, row.gap.count() > 0 ? row.gap_cause : kLetGo});
        end_ = row.end;
        manifest_.sources.push_back({row.id, row.file, row.sha256,
                                     std::max(part.from, manifest_.asked_from),
                                     std::min(part.to, manifest_.asked_to)});
    }

    const RecordingFiles& files_;
    const imaging::PictureMask& mask_;
    const fs::path& into_;
    const Clock& clock_;
    Log& log_;
    ExportManifest& manifest_;
    const std::stop_token& stop_;
    std::unique_ptr<media::VideoWriter> writer_;
    imaging::Image fitted_;
    WallTime last_;                        ///< of the last picture
    std::chrono::microseconds distance_{}; ///< of the last two
    std::chrono::microseconds out_at_{};
    std::uint64_t pictures_ = 0;
    std::optional<WallTime> end_; ///< of the segment before
};

} // namespace

Status export_exactly(const RecordingFiles& files, const ports::RecordingIndex& index,
                      const fs::path& into, const imaging::PictureMask& mask, const Clock& clock,
                      Log& log, ExportManifest& manifest, const std::stop_token& stop) {
    ExactExport work{files, into, clock, log, mask, manifest, stop};
    manifest.exact = true;
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
    return work.is_empty() ? Status{nothing_recorded(index, manifest.camera)} : work.finish();
}

} // namespace vedette::recording
