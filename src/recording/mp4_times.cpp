#include "mp4_times.h"

#include <optional>

#include "mp4_boxes.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kMostTracks = 16;

std::optional<FragmentTimes::Track> track_in(std::span<const std::byte> moof,
                                             std::span<const std::byte> traf) {
    const auto header = find_box(traf, {"tfhd"});
    const auto time = find_box(traf, {"tfdt"});
    if (!header || !time)
        return std::nullopt;
    Mp4Reader ids{*header};
    ids.skip(4);
    FragmentTimes::Track track;
    track.id = ids.u32();
    Mp4Reader times{*time};
    track.bytes = times.u32() >> 24U == 1 ? 8 : 4;
    track.at = static_cast<std::size_t>(times.rest().data() - moof.data());
    track.time = times.number(track.bytes);
    return ids.was_short() || times.was_short() ? std::nullopt : std::optional{track};
}

} // namespace

Result<FragmentTimes> times_in(std::span<const std::byte> moof) {
    const auto outer = boxes_in(moof);
    FragmentTimes out;
    if (!outer.empty() && outer.front().type == mp4_type("moof"))
        for (const Mp4Box& box : boxes_in(outer.front().body)) {
            if (box.type == mp4_type("mfhd") && box.body.size() >= 8)
                out.sequence_at = static_cast<std::size_t>(box.body.data() - moof.data()) + 4;
            if (box.type == mp4_type("traf") && out.tracks.size() < kMostTracks)
                if (const auto track = track_in(moof, box.body))
                    out.tracks.push_back(*track);
        }
    if (out.sequence_at == 0 || out.tracks.empty())
        return Error{ErrorCode::data_loss, "a fragment of a recording is damaged"};
    return out;
}

} // namespace vedette::recording
