#include "testing/sample_recordings.h"

#include <cstdlib>

#include "testing/demo_scene.h"
#include "vedette/base/iso_time.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/media/video_writer.h"
#include "vedette/ports/testing/memory_recording_index.h"
#include "vedette/recording/previews.h"
#include "vedette/recording/settle.h"

namespace vedette::api::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kWidth_px = 640;
constexpr int kRate = 10;
constexpr seconds kFile{6};
constexpr seconds kAge{330};

/// "gate/2026-11-28/14/142305.250000.mp4": as recordings are named.
std::filesystem::path name_of(WallTime start) {
    const std::string iso = format_iso_time(start, SecondDigits::microseconds);
    std::string moment = iso.substr(11, 15);
    std::erase(moment, ':');
    return std::filesystem::path{"gate"} / iso.substr(0, 10) / iso.substr(11, 2) /
           (moment + ".mp4");
}

Status paint_file(const std::filesystem::path& file, milliseconds from) {
    std::filesystem::create_directories(file.parent_path());
    const Scene scene{2};
    const auto first = scene.at(from, kWidth_px);
    VEDETTE_TRY(const auto writer,
                media::VideoWriter::open(file, {.width_px = kWidth_px,
                                                .height_px = first.image.height_px() / 2 * 2,
                                                .frame_rate = kRate}));
    for (milliseconds at{0}; at < kFile; at += milliseconds{1'000 / kRate})
        VEDETTE_CHECK_OK(
            writer->write(scene.at(from + at, kWidth_px).image.view(), StreamTime{at}));
    return writer->finish();
}

} // namespace

SampleRecordings::~SampleRecordings() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Result<std::unique_ptr<SampleRecordings>> SampleRecordings::paint(const Clock& clock, Log& log) {
    std::unique_ptr<SampleRecordings> out{new SampleRecordings};
    std::string folder =
        (std::filesystem::temp_directory_path() / "vedette-api-demo-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
        return Error{ErrorCode::unavailable, "no temporary folder can be made"};
    out->folder_ = folder;
    const media::FfmpegLogGuard libav_log{log, clock};
    const WallTime begin = std::chrono::floor<seconds>(clock.wall_now()) - kAge;
    for (const seconds after : {seconds{0}, seconds{6}, seconds{22}, seconds{28}})
        VEDETTE_CHECK_OK(paint_file(out->folder_ / name_of(begin + after), after));
    VEDETTE_TRY(out->files_, recording::open_recording_folder(folder));
    out->index_ = std::make_unique<ports::testing::MemoryRecordingIndex>();
    const auto describe = [&](const std::string& file) {
        return recording::describe_recording(*out->files_, file, clock);
    };
    NullLog quiet;
    VEDETTE_TRY([[maybe_unused]] const auto settled,
                recording::settle(*out->files_, *out->index_, describe, quiet));
    for (WallTime minute = begin - std::chrono::minutes{1}; minute < begin + kAge;
         minute += std::chrono::minutes{1}) {
        VEDETTE_TRY([[maybe_unused]] const auto strip,
                    recording::make_strip(*out->files_, *out->index_, domain::CameraId{"gate"},
                                          minute, {}, {}, clock, quiet));
    }
    return out;
}

} // namespace vedette::api::demo
