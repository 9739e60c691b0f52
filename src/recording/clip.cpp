#include "vedette/recording/clip.h"

#include <algorithm>
#include <utility>

#include "clip_parts.h"
#include "vedette/crypto/sha256.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kPage = 500;
constexpr std::uint64_t kLargestPart_bytes = std::uint64_t{8} << 20U; ///< that is made in memory
constexpr std::size_t kMostFragments = 400'000;
/// Changes when the same clip gives other bytes than it did.
constexpr std::string_view kForm = "clip 1";

Status check_span(WallTime from, WallTime to) {
    if (from >= to)
        return Error{ErrorCode::invalid_argument, "`from` must be before `to`"};
    if (to - from > kLongestClip)
        return Error{ErrorCode::invalid_argument,
                     "at most 25 hours at once: ask for a shorter time"};
    return {};
}

class Finder {
public:
    Finder(const RecordingFiles& files, const ports::RecordingIndex& index,
           const domain::CameraId& camera, WallTime from, WallTime to, ClipUse use)
        : files_{files}, index_{index}, camera_{camera}, from_{from}, to_{to}, use_{use} {}

    Result<Recorded> run() {
        ports::RecordingQuery query{.camera = camera_, .from = from_, .to = to_, .limit = kPage};
        for (;;) {
            VEDETTE_TRY(const auto page, index_.list(query));
            for (const ports::RecordedSegment& row : page)
                VEDETTE_CHECK_OK(take(row));
            if (page.size() < kPage)
                break;
            query.after = ports::place_of(page.back());
        }
        if (out_.clips.empty() && out_.others.empty())
            return nothing_recorded(index_, camera_);
        return std::move(out_);
    }

private:
    Status take(const ports::RecordedSegment& row) {
        const bool copied = is_playable(row.file);
        if (!copied && (use_ == ClipUse::copied || !has_playable_pictures(row))) {
            out_.others.push_back({row.id, row.file, row.start, row.end, why_not(row)});
            goes_on_ = false;
            return {};
        }
        VEDETTE_TRY(FragmentTable table, table_of(files_, row));
        auto part = part_of(row, table, from_, to_);
        if (!part)
            return {};
        fragments_ += part->fragments.size();
        if (fragments_ > kMostFragments)
            return Error{ErrorCode::invalid_argument,
                         "too much is recorded in that time: ask for a shorter one"};
        set_gap(*part, row);
        if (out_.clips.empty() || !goes_on_ || out_.clips.back().set_up != table.set_up) {
            VEDETTE_CHECK_OK(begin_clip(row, table.set_up, *part));
        } else {
            part->at = out_.clips.back().length();
        }
        end_ = row.end;
        goes_on_ = true;
        add(*std::move(part), copied ? UINT64_MAX : kLargestPart_bytes);
        return {};
    }

    /// In pieces that begin with a key frame, as large as is allowed or a little more.
    void add(ClipPart part, std::uint64_t most_bytes) {
        std::vector<ClipPart>& parts = out_.clips.back().parts;
        for (;;) {
            const auto& all = part.fragments;
            const auto cut = std::find_if(all.begin() + 1, all.end(), [&](const auto& one) {
                return one.key_frame && one.offset - part.offset() >= most_bytes;
            });
            if (cut == all.end())
                break;
            ClipPart rest = part;
            rest.fragments.assign(cut, all.end());
            part.fragments.erase(part.fragments.begin() + (cut - all.begin()),
                                 part.fragments.end());
            const auto length = rest.fragments.front().from - part.fragments.front().from;
            rest.first += part.fragments.size();
            rest.from = part.to = part.from + length;
            rest.at = part.at + length;
            rest.length = part.length - length;
            part.length = length;
            rest.gap = {};
            rest.gap_cause.clear();
            parts.push_back(std::exchange(part, std::move(rest)));
        }
        parts.push_back(std::move(part));
    }

    void set_gap(ClipPart& part, const ports::RecordedSegment& row) const {
        if (!end_)
            return;
        const auto hole = row.start - *end_;
        if (row.gap.count() == 0 && hole <= kClockJitter)
            return;
        part.gap = std::max(hole, row.gap);
        part.gap_cause = row.gap.count() > 0 ? row.gap_cause : kLetGo;
    }

    /// Sound that is heard with a first picture may begin before it.
    Status begin_clip(const ports::RecordedSegment& row, std::uint64_t set_up, ClipPart& part) {
        const bool copied = is_playable(row.file);
        if (copied && part.first > 0 && !row.audio_codec.empty()) {
            VEDETTE_TRY(part.at, lead_of(files_, part));
        }
        out_.clips.push_back({.camera = camera_,
                              .parts = {},
                              .set_up = set_up,
                              .codec = row.codec,
                              .audio_codec = copied ? row.audio_codec : std::string{},
                              .width_px = row.width_px,
                              .height_px = row.height_px});
        return {};
    }

    const RecordingFiles& files_;
    const ports::RecordingIndex& index_;
    const domain::CameraId& camera_;
    const WallTime from_;
    const WallTime to_;
    const ClipUse use_;
    Recorded out_;
    std::optional<WallTime> end_; ///< of the segment before
    bool goes_on_ = false;
    std::size_t fragments_ = 0;
};

} // namespace

bool is_playable(std::string_view file) { return file.ends_with(".mp4"); }

bool has_playable_pictures(const ports::RecordedSegment& segment) {
    return is_playable(segment.file) || segment.codec == "h264" || segment.codec == "hevc" ||
           segment.codec == "av1";
}

Result<Recorded> find_recorded(const RecordingFiles& files, const ports::RecordingIndex& index,
                               const domain::CameraId& camera, WallTime from, WallTime to,
                               ClipUse use) {
    VEDETTE_CHECK_OK(check_span(from, to));
    return Finder{files, index, camera, from, to, use}.run();
}

std::optional<Continuation> behind_first_clip(const Recorded& recorded) {
    std::optional<Continuation> next;
    if (recorded.clips.size() > 1)
        next = {recorded.clips[1].from(), "the camera's picture or sound is of another kind from "
                                          "then on: export it into another file"};
    const WallTime end = recorded.clips.front().to() - kClockJitter;
    for (const Unplayable& other : recorded.others)
        if (other.from >= end && (!next || other.from < next->from))
            next = {other.from, other.why};
    return next;
}

Result<Clip> first_clip(Recorded recorded) {
    const bool other_first =
        !recorded.others.empty() &&
        (recorded.clips.empty() || recorded.others.front().from < recorded.clips.front().from());
    if (!other_first)
        return std::move(recorded.clips.front());
    std::string why = recorded.others.front().why;
    if (!recorded.clips.empty())
        why += "; what can be played begins at " + text_of(recorded.clips.front().from());
    return Error{ErrorCode::invalid_argument, why};
}

std::string identity_of(const Clip& clip) {
    crypto::Sha256 digest;
    const auto add = [&digest](std::string_view text) {
        digest.add(std::as_bytes(std::span{text}));
    };
    add(kForm);
    for (const ClipPart& part : clip.parts)
        add(" " + part.sha256 + " " + std::to_string(part.first) + " " +
            std::to_string(part.fragments.size()) + " " + std::to_string(part.at.count()));
    return std::move(digest).hex();
}

} // namespace vedette::recording
