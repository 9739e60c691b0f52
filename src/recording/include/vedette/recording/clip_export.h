#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/mask.h"
#include "vedette/recording/clip.h"
#include "vedette/recording/clip_file.h"

namespace vedette::recording {

/// What was made of which recordings: what stands in a manifest (schema/recording_export.v1.json).
struct ExportManifest {
    struct Source {
        std::uint64_t segment = 0; ///< its id in the index
        std::string file;
        std::string sha256; ///< of the whole file, when it was recorded
        WallTime from;      ///< of what was taken from it
        WallTime to;
    };
    struct Gap {
        WallTime from;
        WallTime to;
        std::string cause;
    };
    /// A recording of that time that could not be read, or not to its end.
    struct LeftOut {
        std::uint64_t segment = 0;
        std::string file;
        WallTime from; ///< of what should have been taken from it
        WallTime to;
        std::string why; ///< for people
    };
    std::string program; ///< "vedette 1.2.3"
    WallTime made;
    domain::CameraId camera;
    WallTime asked_from;
    WallTime asked_to;
    WallTime given_from;
    WallTime given_to;
    bool exact = false;   ///< pictures were decoded and encoded again
    double speed = 1;     ///< of a time lapse: how many times as fast as it was
    bool masked = false;  ///< a privacy mask was burnt into them; packets stay as they are
    bool checked = false; ///< every source that is not left out was read and had its digest
    std::string file;     ///< that was made
    std::uint64_t bytes = 0;
    std::string sha256; ///< of that file, 64 hexadecimal digits
    std::string codec;
    std::string audio_codec; ///< empty: no sound
    int width_px = 0;
    int height_px = 0;
    std::vector<Source> sources;
    std::vector<Gap> gaps;         ///< that take no time in the file
    std::vector<LeftOut> left_out; ///< those of which nothing is in the file take none, either
};

/// Of a clip, all but bytes and sha256. \param file  name of what will be made
[[nodiscard]] ExportManifest manifest_of(const Clip& clip, const std::string& file);
/// JSON with a line feed behind it.
[[nodiscard]] std::string to_json(const ExportManifest& manifest);

/// Reads every source and compares it with the digest it had when it was recorded, then sets
/// `checked`. Those that are left out, too, are passed over: that they are not whole is said.
/// \return data_loss naming the first that differs; cancelled at a stop; errors of the disk.
Status check_sources(const RecordingFiles& files, ExportManifest& manifest,
                     const std::stop_token& stop = {});

/// Gives a clip's bytes in pieces, and sets bytes and sha256. \param sink  an error of it ends this
/// \return cancelled at a stop; as ClipFile::read_at().
Status copy_clip(const ClipFile& clip,
                 const std::function<Status(std::span<const std::byte>)>& sink,
                 ExportManifest& manifest, const std::stop_token& stop = {});

/// Decodes what is recorded in [manifest.asked_from, manifest.asked_to) and encodes exactly that
/// again, as H.264 in MP4 without sound, whatever the recordings' codecs are. Pictures of another
/// size are fitted into that of the first one. Fills everything in `manifest` but what the caller
/// asked for, `program`, `made` and `checked`.
///
/// \param into  a new file; after an error it may be there, incomplete
/// \param mask  what it covers of each picture is black
/// \return not_found if nothing is recorded there; cancelled at a stop; data_loss; errors of the
///   encoder, the disk and the index.
Status export_exactly(const RecordingFiles& files, const ports::RecordingIndex& index,
                      const std::filesystem::path& into, const imaging::PictureMask& mask,
                      const Clock& clock, Log& log, ExportManifest& manifest,
                      const std::stop_token& stop = {});

/// How a time lapse is made.
struct TimelapseOptions {
    static constexpr double kLeastSpeed = 2;
    static constexpr double kMostSpeed = 100'000;
    static constexpr double kFrameRate = 25; ///< of the result, at most
    static constexpr std::chrono::hours kLongest{24 * 31};
    double speed = 60; ///< times as fast as it was, kLeastSpeed..kMostSpeed
    int max_height_px = 1'080;
};

/// Makes a time lapse of what is recorded in [manifest.asked_from, manifest.asked_to): H.264 in MP4
/// without sound. From a speed of 20 on of key frames alone, which is cheap; below that all
/// pictures are decoded. Gaps take no time. What cannot be read is left out, whatever the reason,
/// and named in the manifest. Otherwise as export_exactly().
/// \return invalid_argument for a speed out of range, or more time than kLongest; not_found if
///   nothing is recorded there; what the first recording said if none can be read; cancelled at a
///   stop; errors of the encoder, of the disk that `into` is on, and of the index.
Status export_timelapse(const RecordingFiles& files, const ports::RecordingIndex& index,
                        const std::filesystem::path& into, const TimelapseOptions& options,
                        const imaging::PictureMask& mask, const Clock& clock, Log& log,
                        ExportManifest& manifest, const std::stop_token& stop = {});

/// A clip and its manifest as one tar archive that is made while it is read, from the first byte to
/// the last.
///
/// Thread-compatible.
class ExportArchive {
public:
    /// \param manifest  as manifest_of() made it, with what the caller knows; its file's name gives
    ///   that of the manifest, with .json
    ExportArchive(std::unique_ptr<ClipFile> clip, ExportManifest manifest);
    ~ExportArchive();
    ExportArchive(const ExportArchive&) = delete;
    ExportArchive& operator=(const ExportArchive&) = delete;

    [[nodiscard]] std::uint64_t size() const;
    /// \pre the bytes follow those of the call before. \return as ClipFile::read_at().
    Status read(std::span<std::byte> into);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::recording
