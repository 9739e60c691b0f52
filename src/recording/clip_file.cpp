#include "vedette/recording/clip_file.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "clip_parts.h"
#include "mp4_boxes.h"
#include "mp4_head.h"
#include "mp4_times.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kMostIndexed = 65'535; ///< what a sidx can hold

std::int64_t in_units(StreamClock::duration time, std::uint32_t timescale) {
    return std::llround(static_cast<long double>(time.count()) * timescale / 1e6L);
}

/// A number that is to stand in a fragment.
struct Patch {
    std::size_t at = 0;
    std::size_t bytes = 0;
    std::uint64_t number = 0;
};

/// Writes what of `patch` lies in `into`, which is `from` bytes behind the fragment's first.
void apply(const Patch& patch, std::uint64_t from, std::span<std::byte> into) {
    std::array<std::byte, 8> number{};
    write_number(std::span{number}.first(patch.bytes), patch.number, patch.bytes);
    for (std::size_t i = 0; i < patch.bytes; ++i)
        if (patch.at + i >= from && patch.at + i - from < into.size())
            into[patch.at + i - from] = number[i];
}

Status check_playable(const ports::RecordedSegment& segment) {
    if (is_playable(segment.file))
        return {};
    return Error{ErrorCode::invalid_argument, why_not(segment)};
}

/// As many entries as there is room for: each of one part, or of some in a row.
std::vector<Mp4IndexEntry> index_of(const Clip& clip, std::uint32_t timescale) {
    const std::size_t each = clip.parts.size() / (kMostIndexed + 1) + 1;
    std::vector<Mp4IndexEntry> out;
    for (std::size_t i = 0; i < clip.parts.size(); ++i) {
        const ClipPart& part = clip.parts[i];
        if (i % each == 0)
            out.emplace_back();
        out.back().bytes += part.bytes();
        const auto begins = i == 0 ? StreamClock::duration{} : part.at;
        out.back().duration += static_cast<std::uint64_t>(
            in_units(part.at + part.length, timescale) - in_units(begins, timescale));
    }
    return out;
}

} // namespace

struct ClipFile::Impl {
    Impl(const RecordingFiles& files_in, Clip clip_in, Mp4Head about_in)
        : files{files_in}, clip{std::move(clip_in)}, about{std::move(about_in)} {}

    /// \param first  bytes before the first fragment
    void lay_out(std::uint64_t first) {
        std::uint64_t at = first;
        std::uint64_t number = 1;
        for (const ClipPart& part : clip.parts) {
            begins.push_back(at);
            numbers.push_back(number);
            at += part.bytes();
            number += part.fragments.size();
        }
        bytes = at;
    }

    [[nodiscard]] const Mp4Head::Track* track(std::uint32_t id) const {
        const auto found = std::find_if(about.tracks.begin(), about.tracks.end(),
                                        [id](const auto& one) { return one.id == id; });
        return found == about.tracks.end() ? nullptr : &*found;
    }

    /// What is other in a fragment of the clip than in the file.
    [[nodiscard]] Result<std::vector<Patch>> patches(std::size_t part_number,
                                                     std::size_t fragment) const {
        const ClipPart& part = clip.parts[part_number];
        VEDETTE_TRY(const auto moof, read_moof(files, part.file, part.fragments[fragment]));
        const auto times = times_in(moof);
        if (!times)
            return Error{times.error().code(), part.file + ": " + times.error().message()};
        std::vector<Patch> out{{times->sequence_at, 4, numbers[part_number] + fragment}};
        const StreamClock::duration later = part.at - part.fragments.front().from;
        for (const FragmentTimes::Track& one : times->tracks) {
            const Mp4Head::Track* known = track(one.id);
            if (known == nullptr)
                continue;
            const auto time =
                static_cast<std::int64_t>(one.time) + in_units(later, known->timescale);
            out.push_back(
                {one.at, one.bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(time, 0))});
        }
        return out;
    }

    /// \param from  in the part's bytes
    Status read_part(std::size_t number, std::uint64_t from, std::span<std::byte> into) const {
        const ClipPart& part = clip.parts[number];
        VEDETTE_TRY(const std::size_t got, files.read_at(part.file, part.offset() + from, into));
        if (got < into.size())
            return Error{ErrorCode::data_loss, part.file + " is shorter than it was"};
        const std::uint64_t start = part.offset() + from;
        for (std::size_t i = 0; i < part.fragments.size(); ++i) {
            const media::SegmentFragment& one = part.fragments[i];
            if (one.offset + one.bytes <= start || one.offset >= start + into.size())
                continue;
            VEDETTE_TRY(const auto changes, patches(number, i));
            const std::uint64_t skipped = start > one.offset ? start - one.offset : 0;
            const auto seen =
                into.subspan(static_cast<std::size_t>(one.offset > start ? one.offset - start : 0));
            for (const Patch& change : changes)
                apply(change, skipped, seen);
        }
        return {};
    }

    const RecordingFiles& files;
    const Clip clip;
    const Mp4Head about;
    std::string head;                   ///< with the index; empty if only fragments are wanted
    std::vector<std::uint64_t> begins;  ///< of each part, in the file
    std::vector<std::uint64_t> numbers; ///< of each part's first fragment
    std::uint64_t bytes = 0;
};

ClipFile::ClipFile(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
ClipFile::~ClipFile() = default;

Result<std::unique_ptr<ClipFile>> ClipFile::open(const RecordingFiles& files, Clip clip,
                                                 Form form) {
    const ClipPart& first = clip.parts.front();
    VEDETTE_TRY(const auto head, read_head(files, first.file, first.head_bytes));
    auto about = read_mp4_head(head);
    if (!about)
        return std::move(about.error()).with_context(first.file);
    auto impl = std::make_unique<Impl>(files, std::move(clip), *std::move(about));
    if (form == Form::whole)
        impl->head =
            with_index(head, impl->about, index_of(impl->clip, impl->about.pictures().timescale));
    impl->lay_out(impl->head.size());
    return std::unique_ptr<ClipFile>{new ClipFile{std::move(impl)}};
}

std::uint64_t ClipFile::size() const { return impl_->bytes; }
const Clip& ClipFile::clip() const { return impl_->clip; }
std::string ClipFile::codecs() const { return impl_->about.codecs(); }

Status ClipFile::read_at(std::uint64_t offset, std::span<std::byte> into) const {
    if (offset < impl_->head.size()) {
        const auto head =
            std::as_bytes(std::span{impl_->head}).subspan(static_cast<std::size_t>(offset));
        const std::size_t count = std::min(head.size(), into.size());
        std::copy_n(head.begin(), count, into.begin());
        into = into.subspan(count);
        offset += count;
    }
    const auto& begins = impl_->begins;
    for (auto part = std::upper_bound(begins.begin(), begins.end(), offset); !into.empty();
         ++part) {
        const auto number = static_cast<std::size_t>(part - begins.begin()) - 1;
        const std::uint64_t end = part == begins.end() ? impl_->bytes : *part;
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(end - offset, into.size()));
        VEDETTE_CHECK_OK(impl_->read_part(number, offset - begins[number], into.first(count)));
        into = into.subspan(count);
        offset += count;
    }
    return {};
}

Result<ClipHead> head_of(const RecordingFiles& files, const ports::RecordedSegment& segment) {
    VEDETTE_CHECK_OK(check_playable(segment));
    VEDETTE_TRY(const auto table, fragments_from(segment.fragments));
    VEDETTE_TRY(auto bytes, read_head(files, segment.file, table.head_bytes));
    const auto about = read_mp4_head(bytes);
    if (!about)
        return Error{about.error().code(), segment.file + ": " + about.error().message()};
    return ClipHead{std::move(bytes), about->codecs()};
}

Result<Clip> clip_of(const ports::RecordedSegment& segment, std::size_t first, std::size_t count,
                     StreamClock::duration at) {
    VEDETTE_TRY(const auto table, fragments_from(segment.fragments));
    if (count == 0 || first >= table.fragments.size() || count > table.fragments.size() - first)
        return Error{ErrorCode::invalid_argument,
                     "this segment has " + std::to_string(table.fragments.size()) + " fragments"};
    ClipPart part = part_of(segment, table, first, count);
    part.at = at;
    return Clip{.camera = segment.camera,
                .parts = {std::move(part)},
                .set_up = table.set_up,
                .codec = segment.codec,
                .audio_codec = segment.audio_codec,
                .width_px = segment.width_px,
                .height_px = segment.height_px};
}

} // namespace vedette::recording
