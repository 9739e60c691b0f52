#include "recording_streams.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

class ClipBody final : public BodySource {
public:
    explicit ClipBody(std::unique_ptr<recording::ClipFile> clip) : clip_{std::move(clip)} {}
    [[nodiscard]] std::uint64_t size() const override { return clip_->size(); }
    [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> into) override {
        return clip_->read_at(offset, into);
    }

private:
    const std::unique_ptr<recording::ClipFile> clip_;
};

class ArchiveBody final : public BodySource {
public:
    explicit ArchiveBody(std::unique_ptr<recording::ExportArchive> archive)
        : archive_{std::move(archive)} {}
    [[nodiscard]] std::uint64_t size() const override { return archive_->size(); }
    [[nodiscard]] Status read_at(std::uint64_t, std::span<std::byte> into) override {
        return archive_->read(into);
    }

private:
    const std::unique_ptr<recording::ExportArchive> archive_;
};

class FileBody final : public BodySource {
public:
    FileBody(const recording::RecordingFiles& files, std::string file, std::uint64_t bytes)
        : files_{files}, file_{std::move(file)}, bytes_{bytes} {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_; }
    [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> into) override {
        VEDETTE_TRY(const std::size_t got, files_.read_at(file_, offset, into));
        return got == into.size()
                   ? Status{}
                   : Status{Error{ErrorCode::data_loss, file_ + " is shorter than it was"}};
    }

private:
    const recording::RecordingFiles& files_;
    const std::string file_;
    const std::uint64_t bytes_;
};

double seconds_of(std::chrono::microseconds time) {
    return std::chrono::duration<double>(time).count();
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 160> out{};
    std::snprintf(out.data(), out.size(), format, values...);
    return out.data();
}

void add_part(std::string& out, const recording::ClipPart& part) {
    const auto id = static_cast<unsigned long long>(part.segment);
    out += "#EXT-X-PROGRAM-DATE-TIME:" + events::format_time(part.from) + "\n";
    out += formatted("#EXTINF:%.6f,\n", seconds_of(part.length));
    out += formatted("segments/%llu/media.m4s?first=%zu&count=%zu&at=%lld\n", id, part.first,
                     part.fragments.size(), static_cast<long long>(part.at.count()));
}

} // namespace

StreamedBody stream_of(std::unique_ptr<recording::ClipFile> clip) {
    return StreamedBody::of(std::make_unique<ClipBody>(std::move(clip)), true);
}

StreamedBody stream_of(std::unique_ptr<recording::ExportArchive> archive) {
    return StreamedBody::of(std::make_unique<ArchiveBody>(std::move(archive)), false);
}

StreamedBody stream_of(const recording::RecordingFiles& files,
                       const ports::RecordedSegment& segment) {
    return StreamedBody::of(std::make_unique<FileBody>(files, segment.file, segment.bytes), true);
}

std::string file_name_of(const domain::CameraId& camera, WallTime from) {
    std::string out = camera.value();
    std::replace_if(
        out.begin(), out.end(),
        [](unsigned char c) {
            return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
        },
        '_');
    std::string when = events::format_time(from).substr(0, 19); // to the second
    std::erase_if(when, [](char c) { return c == '-' || c == ':'; });
    return out.substr(0, 60) + "-" + when + "Z";
}

std::string playlist_of(const std::vector<recording::Clip>& clips, WallTime from) {
    std::chrono::microseconds longest{1};
    for (const recording::Clip& clip : clips)
        for (const recording::ClipPart& part : clip.parts)
            longest = std::max<std::chrono::microseconds>(longest, part.length);
    const auto begin = std::max(from - clips.front().from(), WallTime::duration{});
    std::string out = "#EXTM3U\n#EXT-X-VERSION:7\n";
    out +=
        formatted("#EXT-X-TARGETDURATION:%d\n", static_cast<int>(std::ceil(seconds_of(longest))));
    out += "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n";
    out += formatted("#EXT-X-START:TIME-OFFSET=%.6f,PRECISE=YES\n", seconds_of(begin));
    for (const recording::Clip& clip : clips) {
        const bool first_clip = &clip == &clips.front();
        if (!first_clip)
            out += "#EXT-X-DISCONTINUITY\n";
        out += formatted("#EXT-X-MAP:URI=\"segments/%llu/head.mp4\"\n",
                         static_cast<unsigned long long>(clip.parts.front().segment));
        for (const recording::ClipPart& part : clip.parts) {
            if (part.gap.count() > 0 && &part != &clip.parts.front())
                out += "#EXT-X-DISCONTINUITY\n";
            add_part(out, part);
        }
    }
    return out + "#EXT-X-ENDLIST\n";
}

} // namespace vedette::api
