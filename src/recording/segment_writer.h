#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/crypto/sha256.h"
#include "vedette/media/segment_muxer.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// One segment on its way to the disk. Thread-compatible.
class SegmentWriter {
public:
    /// Makes the file. \param files  borrowed
    /// \return what the disk says, or that the codec cannot be recorded.
    static Result<std::unique_ptr<SegmentWriter>> open(RecordingFiles& files,
                                                       const media::StreamInfo& streams,
                                                       const domain::CameraId& camera,
                                                       WallTime start);

    [[nodiscard]] bool takes(const media::Packet& packet) const { return muxer_->takes(packet); }
    /// \pre as of SegmentMuxer::write()
    Status write(const media::Packet& packet) { return muxer_->write(packet); }

    /// Ends the file and makes it durable, its name too. \return the row for the index.
    [[nodiscard]] Result<ports::RecordedSegment> finish();

    /// Whether there is something that can be played, whatever comes.
    [[nodiscard]] bool has_fragments() const { return !muxer_->fragments().empty(); }
    [[nodiscard]] WallTime start() const noexcept { return start_; }
    [[nodiscard]] const std::string& file() const noexcept { return file_; }

private:
    class HashedFile final : public media::SegmentMuxer::Sink {
    public:
        Status write(std::span<const std::byte> bytes) override;
        std::unique_ptr<RecordingFile> file;
        crypto::Sha256 digest;
        std::uint64_t bytes_written = 0;
        std::vector<std::byte> head; ///< what came before `is_begun`
        bool is_begun = false;       ///< fragments follow
    };

    SegmentWriter(RecordingFiles& files, const media::StreamInfo& streams, domain::CameraId camera,
                  WallTime start)
        : files_{files}, camera_{std::move(camera)}, start_{start}, streams_{streams} {}

    RecordingFiles& files_;
    const domain::CameraId camera_;
    const WallTime start_;
    const media::StreamInfo streams_;
    std::string file_;
    std::uint64_t set_up_ = 0;
    HashedFile out_; // outlives muxer_
    std::unique_ptr<media::SegmentMuxer> muxer_;
};

} // namespace vedette::recording
