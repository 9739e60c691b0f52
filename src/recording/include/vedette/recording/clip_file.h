#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/recording/clip.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// A clip as one fragmented MP4 file that is nowhere: its size is known from the index, and what is
/// asked for is read and made to fit when it is asked for. Fragments are the recorded ones but for
/// their number and the time at which they begin.
///
/// Thread-safe.
///
/// Source: ISO/IEC 14496-12:2015, 8.8 (movie fragments), 8.16.3 (segment index).
class ClipFile {
public:
    enum class Form {
        whole = 1, ///< head, index of its parts for seeking, fragments
        fragments, ///< those alone, for a player that has the head already
    };
    /// Reads the head of the first file. \param files  borrowed; must outlive it
    /// \return not_found if that file is gone, data_loss if it is damaged; errors of the disk.
    static Result<std::unique_ptr<ClipFile>> open(const RecordingFiles& files, Clip clip,
                                                  Form form = Form::whole);
    ~ClipFile();
    ClipFile(const ClipFile&) = delete;
    ClipFile& operator=(const ClipFile&) = delete;

    [[nodiscard]] std::uint64_t size() const;
    /// Fills `into`. \pre offset + into.size() <= size()
    /// \return not_found if a file was deleted meanwhile, data_loss if one is not what it was;
    ///   errors of the disk.
    [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> into) const;
    [[nodiscard]] const Clip& clip() const;
    /// What browsers call what is in it: "avc1.64001f, mp4a.40.2".
    [[nodiscard]] std::string codecs() const;

private:
    struct Impl;
    explicit ClipFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The head of a segment, and what browsers call what is in it.
struct ClipHead {
    std::vector<std::byte> bytes;
    std::string codecs;
};
/// \return invalid_argument for Matroska; as ClipFile::open().
[[nodiscard]] Result<ClipHead> head_of(const RecordingFiles& files,
                                       const ports::RecordedSegment& segment);

/// `count` fragments of a segment, MP4 or Matroska, from the one of number `first` on, as a clip in
/// which the first picture is at `at`. \return invalid_argument if there are none such.
[[nodiscard]] Result<Clip> clip_of(const ports::RecordedSegment& segment, std::size_t first,
                                   std::size_t count, StreamClock::duration at);

} // namespace vedette::recording
