#include "mp4_head.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "mp4_boxes.h"
#include "mp4_codec_name.h"
#include "vedette/base/assert.h"
#include "vedette/crypto/sha256.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kMostTracks = 16;
constexpr std::size_t kVideoEntry_bytes = 78; ///< before the boxes of a sample entry
constexpr std::size_t kAudioEntry_bytes = 28;
constexpr std::size_t kMehd_bytes = 20;
constexpr std::size_t kSidxHeader_bytes = 32;
constexpr std::size_t kSidxEntry_bytes = 12;
constexpr std::uint64_t kMostIndexed_bytes = 0x7fffffff; ///< in one entry
constexpr std::size_t kDigits = 13;                      ///< of the digest: 52 bits

struct FoundTrack {
    Mp4Head::Track track;
    Mp4Box entry; ///< of samples: what the codec needs
};

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::size_t fixed_bytes(bool pictures) { return pictures ? kVideoEntry_bytes : kAudioEntry_bytes; }

std::optional<FoundTrack> track_in(std::span<const std::byte> trak) {
    const auto handler = find_box(trak, {"mdia", "hdlr"});
    const auto header = find_box(trak, {"tkhd"});
    const auto media = find_box(trak, {"mdia", "mdhd"});
    const auto samples = find_box(trak, {"mdia", "minf", "stbl", "stsd"});
    if (!handler || !header || !media || !samples || samples->size() < 8)
        return std::nullopt;
    Mp4Reader what{*handler};
    what.skip(8);
    const std::uint32_t kind = what.u32();
    Mp4Reader ids{*header};
    ids.skip(ids.u32() >> 24U == 1 ? 16 : 8);
    Mp4Reader times{*media};
    times.skip(times.u32() >> 24U == 1 ? 16 : 8);
    FoundTrack found;
    found.track.id = ids.u32();
    found.track.timescale = times.u32();
    found.track.pictures = kind == mp4_type("vide");
    const auto entries = boxes_in(samples->subspan(8));
    const bool ours = found.track.pictures || kind == mp4_type("soun");
    if (!ours || entries.empty() || found.track.timescale == 0 || ids.was_short() ||
        entries.front().body.size() < fixed_bytes(found.track.pictures))
        return std::nullopt;
    found.entry = entries.front();
    return found;
}

std::vector<FoundTrack> tracks_in(std::span<const std::byte> moov) {
    std::vector<FoundTrack> out;
    for (const Mp4Box& box : boxes_in(moov))
        if (box.type == mp4_type("trak") && out.size() < kMostTracks)
            if (const auto track = track_in(box.body))
                out.push_back(*track);
    return out;
}

/// What a decoder needs, without what merely describes: the bit rate is another one every time.
void add_set_up(crypto::Sha256& digest, const FoundTrack& one) {
    const std::string about = std::to_string(one.track.id) + " " +
                              std::to_string(one.track.timescale) + " " +
                              std::to_string(one.entry.type) + " ";
    digest.add(std::as_bytes(std::span{about}));
    const std::size_t fixed = fixed_bytes(one.track.pictures);
    digest.add(one.entry.body.first(fixed));
    for (const Mp4Box& box : boxes_in(one.entry.body.subspan(fixed)))
        if (box.type != mp4_type("btrt"))
            digest.add(box.whole);
}

std::uint64_t number_of(crypto::Sha256 digest) {
    const std::string hex = std::move(digest).hex();
    std::uint64_t number = 0;
    std::from_chars(hex.data(), hex.data() + kDigits, number, 16);
    return std::max<std::uint64_t>(number, 1);
}

std::uint64_t set_up_of_tracks(const std::vector<FoundTrack>& tracks) {
    crypto::Sha256 digest;
    for (const FoundTrack& one : tracks)
        add_set_up(digest, one);
    return tracks.empty() ? 0 : number_of(std::move(digest));
}

std::string sidx_of(const Mp4Head& about, std::span<const Mp4IndexEntry> entries) {
    std::string out;
    put_number(out, kSidxHeader_bytes + kSidxEntry_bytes * entries.size(), 4);
    out += "sidx";
    put_number(out, 0, 4); // version and flags
    put_number(out, about.pictures().id, 4);
    put_number(out, about.pictures().timescale, 4);
    put_number(out, 0, 8); // earliest presentation time; the first fragment follows at once
    put_number(out, 0, 2);
    put_number(out, entries.size(), 2);
    for (const Mp4IndexEntry& one : entries) {
        put_number(out, one.bytes, 4);
        put_number(out, std::min<std::uint64_t>(one.duration, 0xffffffffU), 4);
        put_number(out, 0x90000000U, 4); // begins with a picture that can be decoded alone
    }
    return out;
}

std::string mehd_of(const Mp4Head& about, std::uint64_t units) {
    const long double seconds = static_cast<long double>(units) / about.pictures().timescale;
    std::string out;
    put_number(out, kMehd_bytes, 4);
    out += "mehd";
    put_number(out, 0x01000000U, 4);
    put_number(out, static_cast<std::uint64_t>(seconds * about.timescale), 8);
    return out;
}

/// Adds to the size of the box whose header begins at `at`.
void grow(std::string& file, std::size_t at, std::size_t by) {
    const auto bytes = std::as_writable_bytes(std::span{file}).subspan(at, 4);
    write_number(bytes, Mp4Reader{bytes}.u32() + by, 4);
}

std::size_t offset_in(std::span<const std::byte> file, const Mp4Box& box) {
    return static_cast<std::size_t>(box.whole.data() - file.data());
}

/// As every box has that could not have more than 2^32 bytes.
bool has_short_header(const Mp4Box& box) { return box.whole.size() == box.body.size() + 8; }

std::optional<Mp4Box> box_of(std::span<const std::byte> in, std::string_view name) {
    const auto boxes = boxes_in(in);
    const auto found = std::find_if(boxes.begin(), boxes.end(),
                                    [&](const Mp4Box& box) { return box.type == mp4_type(name); });
    return found == boxes.end() ? std::nullopt : std::optional{*found};
}

} // namespace

const Mp4Head::Track& Mp4Head::pictures() const {
    const auto found = std::find_if(tracks.begin(), tracks.end(),
                                    [](const Track& track) { return track.pictures; });
    VEDETTE_ASSERT(found != tracks.end());
    return *found;
}

std::string Mp4Head::codecs() const {
    std::string out;
    for (const Track& track : tracks)
        out += (out.empty() ? "" : ", ") + track.codec;
    return out;
}

Result<Mp4Head> read_mp4_head(std::span<const std::byte> head) {
    const Error damaged{ErrorCode::data_loss, "this is no head of a recording"};
    const auto moov = box_of(head, "moov");
    const auto movie = find_box(head, {"moov", "mvhd"});
    const auto extends = moov ? box_of(moov->body, "mvex") : std::nullopt;
    if (!extends || !movie || !has_short_header(*moov) || !has_short_header(*extends))
        return damaged;
    Mp4Head out;
    Mp4Reader times{*movie};
    times.skip(times.u32() >> 24U == 1 ? 16 : 8);
    out.timescale = times.u32();
    const auto tracks = tracks_in(moov->body);
    for (const FoundTrack& one : tracks) {
        out.tracks.push_back(one.track);
        out.tracks.back().codec =
            mp4_codec_name(one.entry.type, one.entry.body.subspan(fixed_bytes(one.track.pictures)));
    }
    out.set_up = set_up_of_tracks(tracks);
    const bool has_pictures =
        std::any_of(out.tracks.begin(), out.tracks.end(),
                    [](const Mp4Head::Track& track) { return track.pictures; });
    if (!has_pictures || out.timescale == 0)
        return damaged;
    return out;
}

std::uint64_t set_up_of_movie(std::span<const std::byte> moov) {
    return set_up_of_tracks(tracks_in(moov));
}

std::uint64_t set_up_of(std::span<const std::byte> head) {
    const auto moov = find_box(head, {"moov"});
    if (moov)
        return set_up_of_movie(*moov);
    crypto::Sha256 digest;
    digest.add(head);
    return head.empty() ? 0 : number_of(std::move(digest));
}

std::string with_index(std::span<const std::byte> head, const Mp4Head& about,
                       std::span<const Mp4IndexEntry> entries) {
    const Mp4Box moov = *box_of(head, "moov");
    const Mp4Box mvex = *box_of(moov.body, "mvex");
    std::uint64_t units = 0;
    for (const Mp4IndexEntry& one : entries)
        units += one.duration;
    std::string out{text_of(head)};
    const std::size_t mvex_at = offset_in(head, mvex);
    const std::size_t moov_at = offset_in(head, moov);
    grow(out, moov_at, kMehd_bytes);
    grow(out, mvex_at, kMehd_bytes);
    out.insert(mvex_at + 8, mehd_of(about, units));
    const bool fit = std::all_of(entries.begin(), entries.end(), [](const Mp4IndexEntry& one) {
        return one.bytes <= kMostIndexed_bytes;
    });
    return fit ? out + sidx_of(about, entries) : out;
}

} // namespace vedette::recording
