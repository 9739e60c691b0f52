#include "segment_writer.h"

#include <algorithm>
#include <utility>

#include "mp4_head.h"
#include "segment_name.h"
#include "vedette/recording/fragment_table.h"

namespace vedette::recording {
Status SegmentWriter::HashedFile::write(std::span<const std::byte> bytes) {
    VEDETTE_CHECK_OK(file->append(bytes));
    digest.add(bytes);
    bytes_written += bytes.size();
    if (!is_begun)
        head.insert(head.end(), bytes.begin(), bytes.end());
    return {};
}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::open(RecordingFiles& files,
                                                           const media::StreamInfo& streams,
                                                           const domain::CameraId& camera,
                                                           WallTime start) {
    VEDETTE_TRY(std::string extension, media::SegmentMuxer::extension_for(streams));
    std::unique_ptr<SegmentWriter> writer{new SegmentWriter{files, streams, camera, start}};
    writer->file_ = to_file({camera, start, std::move(extension)});
    VEDETTE_TRY(writer->out_.file, files.create(writer->file_));
    auto muxer = media::SegmentMuxer::open(writer->streams_, writer->out_);
    if (!muxer) {
        (void)files.remove(writer->file_); // else the next start does
        return std::move(muxer).error();
    }
    writer->muxer_ = *std::move(muxer);
    writer->out_.is_begun = true;
    writer->set_up_ = set_up_of(std::exchange(writer->out_.head, {}));
    return writer;
}

Result<ports::RecordedSegment> SegmentWriter::finish() {
    VEDETTE_CHECK_OK(muxer_->finish());
    VEDETTE_CHECK_OK(out_.file->sync());
    VEDETTE_CHECK_OK(files_.sync_name(file_));
    const auto& fragments = muxer_->fragments();
    const StreamClock::duration length = fragments.empty()
                                             ? StreamClock::duration{}
                                             : fragments.back().from + fragments.back().length;
    return ports::RecordedSegment{
        .id = 0,
        .camera = camera_,
        .file = file_,
        .start = start_,
        .end = start_ + std::max(length, StreamClock::duration{1}), // a single picture has none
        .bytes = out_.bytes_written,
        .sha256 = std::move(out_.digest).hex(),
        .codec = streams_.codec,
        .audio_codec = streams_.audio_codec,
        .width_px = streams_.width_px,
        .height_px = streams_.height_px,
        .fragments = to_bytes({muxer_->head_bytes(), fragments, set_up_}),
        .gap = {},
        .gap_cause = {},
        .activity = {},
        .kept = false,
        .doomed = false};
}

} // namespace vedette::recording
