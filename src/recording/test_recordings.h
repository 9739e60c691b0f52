#pragma once

#include <cmath>
#include <string>

#include "segment_writer.h"
#include "test_files.h"
#include "test_packets.h"
#include "vedette/media/byte_source.h"
#include "vedette/ports/testing/memory_recording_index.h"
#include "vedette/recording/clip_file.h"

namespace vedette::recording::testing {

inline WallTime at_second(double second) {
    using namespace std::chrono; // NOLINT(google-build-using-namespace): words of dates
    return WallTime{sys_days{year{2026} / 11 / 28}} + hours{14} +
           microseconds{std::llround(second * 1e6)};
}

/// Recordings on a disk in memory, written by what records.
struct Recordings {
    CrashingFiles files;
    ports::testing::MemoryRecordingIndex index;
    domain::CameraId camera{"gate"};

    /// Writes packets [from, to) of a clip as one segment. \return its row
    ports::RecordedSegment write(const Clip& clip, std::size_t from, std::size_t to, double start,
                                 std::chrono::microseconds gap = {}) {
        auto writer = SegmentWriter::open(files, clip.streams, camera, at_second(start)).value();
        for (std::size_t i = from; i < std::min(to, clip.packets.size()); ++i)
            EXPECT_TRUE(writer->write(clip.packets[i]));
        auto row = writer->finish().value();
        row.gap = gap;
        row.gap_cause = gap.count() > 0 ? "the camera was away" : "";
        row.id = index.add(row).value();
        return row;
    }
};

/// Where the key frames of a clip are.
inline std::vector<std::size_t> key_frames(const Clip& clip) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < clip.packets.size(); ++i)
        if (clip.packets[i].kind() == media::PacketKind::video && clip.packets[i].key_frame())
            out.push_back(i);
    return out;
}

class ClipBytes final : public media::ByteInput {
public:
    explicit ClipBytes(const ClipFile& file) : file_{file} {}
    [[nodiscard]] std::uint64_t size() const override { return file_.size(); }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                              std::span<std::byte> into) override {
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(into.size(), size() - std::min(offset, size())));
        VEDETTE_CHECK_OK(file_.read_at(offset, into.first(count)));
        return count;
    }

private:
    const ClipFile& file_;
};

inline std::vector<media::Packet> packets_of(const ClipFile& file) {
    static const SystemClock clock;
    auto source =
        media::open_bytes(std::make_unique<ClipBytes>(file), "clip", {.audio = true}, clock);
    EXPECT_TRUE(source) << source.error().message();
    std::vector<media::Packet> out;
    while (source) {
        const auto packet = (*source)->read({});
        EXPECT_TRUE(packet) << packet.error().message();
        if (!packet || !*packet)
            break;
        out.push_back(**packet);
    }
    return out;
}

} // namespace vedette::recording::testing
