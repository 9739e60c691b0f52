#include "vedette/recording/previews.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "clip_parts.h"
#include "key_picture.h"
#include "vedette/base/iso_time.h"
#include "vedette/imaging/jpeg.h"
#include "vedette/imaging/transform.h"
#include "vedette/recording/fragment_table.h"

namespace vedette::recording {
namespace {

using std::chrono::minutes;

constexpr int kQuality = 72;
constexpr std::size_t kPage = 1'000;
constexpr std::size_t kLargest_bytes = std::size_t{4} << 20U;
constexpr std::string_view kMark = ".strip-";
constexpr std::string_view kEnding = ".jpg";
constexpr std::string_view kDigits = "0123456789abcdef";

WallTime minute_of(WallTime time) { return std::chrono::floor<minutes>(time); }

/// "gate/2026-11-28/14"
std::string hour_folder(const domain::CameraId& camera, WallTime at) {
    const std::string iso = format_iso_time(at, SecondDigits::microseconds);
    return camera.value() + "/" + iso.substr(0, 10) + "/" + iso.substr(11, 2);
}

/// What is asked for may be no camera, and must lead nowhere else.
bool is_folder_name(std::string_view camera) {
    return !camera.empty() && camera != "." && camera != ".." &&
           camera.find_first_of(std::string_view{"/\0", 2}) == std::string_view::npos;
}

bool is_recorded(const std::vector<ports::RecordedSegment>& rows, WallTime from, WallTime to) {
    return std::any_of(rows.begin(), rows.end(), [&](const ports::RecordedSegment& row) {
        return row.start < to && row.end > from;
    });
}

/// Of these strips of one camera, those of which nothing is recorded.
Result<std::uint64_t> remove_stale(RecordingFiles& files, const ports::RecordingIndex& index,
                                   const std::vector<PreviewStrip>& strips) {
    std::uint64_t removed = 0;
    for (const PreviewStrip& strip : strips) {
        VEDETTE_TRY(const auto rows, index.list({.camera = strip.camera,
                                                 .from = strip.minute,
                                                 .to = strip.minute + minutes{1},
                                                 .limit = 1}));
        if (!rows.empty())
            continue;
        VEDETTE_CHECK_OK(files.remove(file_of_strip(strip)));
        ++removed;
    }
    return removed;
}

/// Whether what could not be read may be at another time: a tier that is away comes back.
bool may_pass(ErrorCode code) {
    switch (code) { // no default: a new code must be decided here
    case ErrorCode::permission_denied:
    case ErrorCode::resource_exhausted:
    case ErrorCode::unavailable:
    case ErrorCode::deadline_exceeded:
    case ErrorCode::cancelled: return true;
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
    case ErrorCode::already_exists:
    case ErrorCode::data_loss:
    case ErrorCode::internal: return false;
    }
    return false;
}

std::ptrdiff_t pictures_of(const PreviewStrip& strip) {
    return std::count(strip.has.begin(), strip.has.end(), true);
}

class StripMaker {
public:
    StripMaker(RecordingFiles& files, const ports::RecordingIndex& index, PreviewTiles tiles,
               const imaging::PictureMask& mask, const Clock& clock, Log& log)
        : files_{files}, index_{index}, tiles_{std::move(tiles)}, mask_{mask}, clock_{clock},
          log_{log} {}

    Result<MadeStrip> make(const domain::CameraId& camera, WallTime minute) {
        const WallTime end = minute + minutes{1};
        VEDETTE_TRY(const auto rows,
                    index_.list({.camera = camera, .from = minute, .to = end, .limit = kPage}));
        PreviewStrip strip{camera, minute, {}};
        for (std::size_t i = 0; i < kPreviewTiles; ++i) {
            const WallTime from = minute + kPreviewStep * static_cast<int>(i);
            if (!is_recorded(rows, from, from + kPreviewStep))
                tiles_[i] = {};
            else if (tiles_[i].empty())
                decode(rows, from, tiles_[i]);
            strip.has[i] = !tiles_[i].empty();
        }
        if (pictures_of(strip) == 0)
            return MadeStrip{{}, try_again_};
        VEDETTE_TRY(const auto before, strips_of(files_, camera, minute, end));
        for (const PreviewStrip& one : before)
            if (try_again_ && pictures_of(one) >= pictures_of(strip))
                return MadeStrip{one, true};
        VEDETTE_CHECK_OK(write(strip, before));
        VEDETTE_TRY(const std::uint64_t gone, remove_stale(files_, index_, {strip}));
        return gone > 0 ? MadeStrip{} : MadeStrip{strip, try_again_};
    }

private:
    /// The first key frame that begins in a step. What cannot be decoded is left out: players will
    /// say why.
    void decode(const std::vector<ports::RecordedSegment>& rows, WallTime from,
                imaging::Image& tile) {
        for (const ports::RecordedSegment& row : rows) {
            if (row.end <= from || row.start >= from + kPreviewStep)
                continue;
            const auto table = fragments_from(row.fragments);
            if (!table)
                continue;
            for (std::size_t i = 0; i < table->fragments.size(); ++i) {
                const media::SegmentFragment& one = table->fragments[i];
                const WallTime at = row.start + one.from;
                if (one.key_frame && at >= from && at < from + kPreviewStep) {
                    const auto frame = key_picture(files_, row, *table, i, mask_, clock_, log_);
                    if (frame) {
                        tile = tile_of((*frame)->view);
                        return;
                    }
                    try_again_ = try_again_ || may_pass(frame.error().code());
                    log_.debug("no preview of a recording",
                               {{"file", row.file}, {"reason", frame.error().message()}});
                }
            }
        }
    }

    Status write(const PreviewStrip& strip, const std::vector<PreviewStrip>& before) {
        imaging::Image whole{imaging::PixelFormat::bgr24,
                             kTileWidth_px * static_cast<int>(kPreviewTiles), kTileHeight_px};
        for (int y = 0; y < kTileHeight_px; ++y) {
            std::memset(whole.row(y), 0, static_cast<std::size_t>(whole.stride_bytes()));
            for (std::size_t i = 0; i < kPreviewTiles; ++i)
                if (!tiles_[i].empty())
                    std::memcpy(whole.row(y) + static_cast<std::ptrdiff_t>(i) * 3 * kTileWidth_px,
                                tiles_[i].row(y), std::size_t{3} * kTileWidth_px);
        }
        VEDETTE_TRY(const auto jpeg, imaging::encode_jpeg(whole.view(), kQuality));
        for (const PreviewStrip& one : before)
            VEDETTE_CHECK_OK(files_.remove(file_of_strip(one)));
        const std::string name = file_of_strip(strip);
        VEDETTE_TRY(const auto file, files_.create(name));
        Status written = file->append(std::as_bytes(std::span{jpeg}));
        if (written)
            written = file->sync();
        if (!written)
            (void)files_.remove(name); // it can be made again
        return written;
    }

    RecordingFiles& files_;
    const ports::RecordingIndex& index_;
    PreviewTiles tiles_;
    const imaging::PictureMask& mask_;
    const Clock& clock_;
    Log& log_;
    bool try_again_ = false; ///< something could not be read now
};

Result<std::vector<PreviewStrip>> all_below(const RecordingFiles& files,
                                            const std::string& folder) {
    VEDETTE_TRY(const auto entries, files.list_below(folder));
    std::vector<PreviewStrip> out;
    for (const RecordingFiles::Entry& entry : entries)
        if (auto strip = strip_of_file(entry.name))
            out.push_back(*std::move(strip));
    return out;
}

} // namespace

std::string file_of_strip(const PreviewStrip& strip) {
    const std::string iso = format_iso_time(strip.minute, SecondDigits::microseconds);
    unsigned bits = 0;
    for (std::size_t i = 0; i < kPreviewTiles; ++i)
        bits |= (strip.has[i] ? 1U : 0U) << i;
    return hour_folder(strip.camera, strip.minute) + "/" + iso.substr(11, 2) + iso.substr(14, 2) +
           std::string{kMark} + kDigits[bits >> 4U] + kDigits[bits & 15U] + std::string{kEnding};
}

std::optional<PreviewStrip> strip_of_file(std::string_view file) {
    const auto mark = file.rfind(kMark);
    if (!file.ends_with(kEnding) || mark == std::string_view::npos || mark < 5 ||
        file.size() != mark + kMark.size() + 2 + kEnding.size())
        return std::nullopt;
    const std::string_view folders = file.substr(0, mark - 5); // "gate/2026-11-28/14"
    const std::string_view moment = file.substr(mark - 4, 4);
    const auto day = folders.find('/');
    if (day == std::string_view::npos || day == 0)
        return std::nullopt;
    const std::string text = std::string{folders.substr(day + 1, 10)} + "T" +
                             std::string{moment.substr(0, 2)} + ":" +
                             std::string{moment.substr(2)} + ":00Z";
    const auto minute = parse_iso_time(text);
    if (!minute)
        return std::nullopt;
    unsigned bits = 0;
    for (const char digit : file.substr(mark + kMark.size(), 2))
        bits = bits * 16 + static_cast<unsigned>(std::min(kDigits.find(digit), std::size_t{15}));
    PreviewStrip strip{domain::CameraId{std::string{folders.substr(0, day)}}, *minute, {}};
    for (std::size_t i = 0; i < kPreviewTiles; ++i)
        strip.has[i] = (bits >> i & 1U) != 0;
    return file_of_strip(strip) == file ? std::optional{strip} : std::nullopt;
}

Result<std::vector<PreviewStrip>>
strips_of(const RecordingFiles& files, const domain::CameraId& camera, WallTime from, WallTime to) {
    std::vector<PreviewStrip> out;
    if (!is_folder_name(camera.value()))
        return out;
    for (WallTime hour = std::chrono::floor<std::chrono::hours>(from); hour < to;
         hour += std::chrono::hours{1}) {
        VEDETTE_TRY(const auto strips, all_below(files, hour_folder(camera, hour)));
        for (const PreviewStrip& strip : strips)
            if (strip.camera == camera && strip.minute < to && strip.minute + minutes{1} > from)
                out.push_back(strip);
    }
    return out;
}

Result<std::vector<std::byte>> read_strip(const RecordingFiles& files, const PreviewStrip& strip) {
    const std::string name = file_of_strip(strip);
    VEDETTE_TRY(const auto bytes, files.readable_bytes(name));
    if (bytes > kLargest_bytes)
        return Error{ErrorCode::data_loss, name + ": is too large to be a preview"};
    return read_exactly(files, name, 0, static_cast<std::size_t>(bytes));
}

imaging::Image tile_of(const imaging::ImageView& picture) {
    imaging::Image out;
    imaging::resize_into(picture, {}, imaging::PixelFormat::bgr24, kTileWidth_px, kTileHeight_px,
                         imaging::Fit::letterbox_centre, 0, out);
    return out;
}

Result<MadeStrip> make_strip(RecordingFiles& files, const ports::RecordingIndex& index,
                             const domain::CameraId& camera, WallTime minute, PreviewTiles tiles,
                             const imaging::PictureMask& mask, const Clock& clock, Log& log) {
    return StripMaker{files, index, std::move(tiles), mask, clock, log}.make(camera,
                                                                             minute_of(minute));
}

Result<std::uint64_t> remove_strips_of(RecordingFiles& files, const ports::RecordingIndex& index,
                                       const std::vector<ports::RecordedSegment>& deleted) {
    std::set<std::pair<std::string, WallTime>> hours; // a strip's name is only known there
    std::set<std::pair<std::string, WallTime>> gone;
    for (const ports::RecordedSegment& row : deleted)
        for (WallTime minute = minute_of(row.start); minute < row.end; minute += minutes{1}) {
            gone.emplace(row.camera.value(), minute);
            hours.emplace(row.camera.value(), std::chrono::floor<std::chrono::hours>(minute));
        }
    std::uint64_t removed = 0;
    for (const auto& [camera, hour] : hours) {
        VEDETTE_TRY(auto strips, all_below(files, hour_folder(domain::CameraId{camera}, hour)));
        std::erase_if(strips, [&gone](const PreviewStrip& strip) {
            return gone.count({strip.camera.value(), strip.minute}) == 0;
        });
        VEDETTE_TRY(const auto some, remove_stale(files, index, strips));
        removed += some;
    }
    return removed;
}

Result<std::uint64_t> remove_stale_strips(RecordingFiles& files,
                                          const ports::RecordingIndex& index) {
    VEDETTE_TRY(const auto strips, all_below(files, {}));
    return remove_stale(files, index, strips);
}

Result<std::uint64_t> remove_all_strips(RecordingFiles& files, const domain::CameraId& camera) {
    VEDETTE_TRY(const auto strips, all_below(files, camera.value()));
    std::uint64_t removed = 0;
    for (const PreviewStrip& strip : strips)
        if (strip.camera == camera) {
            VEDETTE_CHECK_OK(files.remove(file_of_strip(strip)));
            ++removed;
        }
    return removed;
}

} // namespace vedette::recording
