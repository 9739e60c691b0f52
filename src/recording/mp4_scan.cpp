#include "mp4_scan.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "mp4_boxes.h"
#include "mp4_head.h"

namespace vedette::recording {
namespace {

constexpr std::uint64_t kLargestTable_bytes = std::uint64_t{16} << 20U; ///< of a moov or a moof
constexpr std::size_t kMostFragments = 100'000;
constexpr std::uint32_t kNotSync = 0x10000; ///< sample_is_non_sync_sample

/// What the head says of the pictures.
struct Track {
    std::uint32_t id = 0;
    std::uint32_t timescale = 0; ///< units a second
    std::uint32_t duration = 0;  ///< of a sample, unless a fragment says otherwise
    std::uint32_t flags = 0;     ///< the same
};

std::optional<Track> track_in(std::span<const std::byte> trak) {
    const auto handler = find_box(trak, {"mdia", "hdlr"});
    const auto header = find_box(trak, {"tkhd"});
    const auto media = find_box(trak, {"mdia", "mdhd"});
    if (!handler || !header || !media)
        return std::nullopt;
    Mp4Reader what{*handler};
    what.skip(8);
    if (what.u32() != mp4_type("vide"))
        return std::nullopt;
    Track track;
    Mp4Reader ids{*header};
    ids.skip(ids.u32() >> 24U == 1 ? 16 : 8);
    track.id = ids.u32();
    Mp4Reader times{*media};
    times.skip(times.u32() >> 24U == 1 ? 16 : 8);
    track.timescale = times.u32();
    const bool sane = track.timescale > 0 && !ids.was_short() && !times.was_short();
    return sane ? std::optional{track} : std::nullopt;
}

std::optional<Track> pictures_in(std::span<const std::byte> moov) {
    std::optional<Track> track;
    for (const Mp4Box& box : boxes_in(moov))
        if (box.type == mp4_type("trak") && !track)
            track = track_in(box.body);
    const auto extends = find_box(moov, {"mvex"});
    if (!track || !extends)
        return track;
    for (const Mp4Box& box : boxes_in(*extends)) {
        Mp4Reader trex{box.body};
        trex.skip(4);
        if (box.type != mp4_type("trex") || trex.u32() != track->id)
            continue;
        trex.skip(4);
        track->duration = trex.u32();
        trex.skip(4);
        track->flags = trex.u32();
    }
    return track;
}

/// The samples of one track in one fragment.
struct Run {
    std::uint64_t from = 0;   ///< in the track's units
    std::uint64_t length = 0; ///< in the track's units
    std::optional<bool> key;  ///< of the first sample
};

/// A track fragment's header. \return nothing if it is another track's
std::optional<Track> header_in(std::span<const std::byte> tfhd, Track track) {
    Mp4Reader reader{tfhd};
    const std::uint32_t flags = reader.u32() & 0xffffffU;
    if (reader.u32() != track.id)
        return std::nullopt;
    if ((flags & 0x1U) != 0)
        reader.skip(8);
    if ((flags & 0x2U) != 0)
        reader.skip(4);
    if ((flags & 0x8U) != 0)
        track.duration = reader.u32();
    if ((flags & 0x10U) != 0)
        reader.skip(4);
    if ((flags & 0x20U) != 0)
        track.flags = reader.u32();
    return reader.was_short() ? std::nullopt : std::optional{track};
}

void add_run(std::span<const std::byte> trun, const Track& track, Run& run) {
    Mp4Reader reader{trun};
    const std::uint32_t flags = reader.u32() & 0xffffffU;
    const std::uint32_t samples = reader.u32();
    if ((flags & 0x1U) != 0)
        reader.skip(4);
    std::optional<std::uint32_t> first;
    if ((flags & 0x4U) != 0)
        first = reader.u32();
    for (std::uint32_t i = 0; i < samples && !reader.was_short(); ++i) {
        run.length += (flags & 0x100U) != 0 ? reader.u32() : track.duration;
        if ((flags & 0x200U) != 0)
            reader.skip(4);
        const std::uint32_t own = (flags & 0x400U) != 0 ? reader.u32() : track.flags;
        if (!run.key)
            run.key = (first.value_or(own) & kNotSync) == 0;
        if ((flags & 0x800U) != 0)
            reader.skip(4);
        if ((flags & 0xf00U) == 0 && i > 0) { // all alike: no bytes to run out of
            run.length += std::uint64_t{track.duration} * (samples - i - 1);
            return;
        }
    }
}

std::optional<Run> pictures_in(std::span<const std::byte> moof, const Track& track) {
    for (const Mp4Box& traf : boxes_in(moof)) {
        const auto header =
            traf.type == mp4_type("traf") ? find_box(traf.body, {"tfhd"}) : std::nullopt;
        const auto ours = header ? header_in(*header, track) : std::nullopt;
        const auto time = find_box(traf.body, {"tfdt"});
        if (!ours || !time)
            continue;
        Run run;
        Mp4Reader reader{*time};
        run.from = reader.number(reader.u32() >> 24U == 1 ? 8 : 4);
        for (const Mp4Box& box : boxes_in(traf.body))
            if (box.type == mp4_type("trun"))
                add_run(box.body, *ours, run);
        return reader.was_short() ? std::nullopt : std::optional{run};
    }
    return std::nullopt;
}

/// A box of the file itself.
struct Outer {
    std::uint32_t type = 0;
    std::uint64_t offset = 0;
    std::uint64_t header = 8;
    std::uint64_t size = 0; ///< with its header
};

class Scan {
public:
    Scan(const ReadAt& read, std::uint64_t size) : read_{read}, size_{size} {}

    Result<FragmentTable> run() {
        for (;;) {
            VEDETTE_TRY(const auto box, next());
            if (!box || table_.fragments.size() == kMostFragments)
                return table_;
            if (at_ == 0 && box->type != mp4_type("ftyp"))
                return Error{ErrorCode::data_loss, "this is no MP4 file"};
            VEDETTE_TRY(const bool goes_on, take(*box));
            if (!goes_on)
                return table_;
            at_ = box->offset + box->size;
        }
    }

private:
    /// \return nothing at the end, and at what is torn.
    Result<std::optional<Outer>> next() {
        std::array<std::byte, 16> bytes{};
        VEDETTE_TRY(const std::size_t got, read_(at_, bytes));
        Mp4Reader reader{std::span{bytes}.first(got)};
        Outer box{.type = 0, .offset = at_, .header = 8, .size = reader.u32()};
        box.type = reader.u32();
        if (box.size == 1) {
            box.size = reader.number(8);
            box.header = 16;
        }
        const bool whole = !reader.was_short() && box.size >= box.header && box.size <= size_ - at_;
        return whole ? std::optional{box} : std::nullopt;
    }

    Result<std::vector<std::byte>> body_of(const Outer& box) {
        if (box.size > kLargestTable_bytes)
            return Error{ErrorCode::data_loss, "a table of this MP4 file is too large"};
        std::vector<std::byte> bytes(static_cast<std::size_t>(box.size - box.header));
        VEDETTE_TRY(const std::size_t got, read_(box.offset + box.header, bytes));
        bytes.resize(got);
        return bytes;
    }

    /// \return false where nothing that can be played follows.
    Result<bool> take(const Outer& box) {
        if (box.type == mp4_type("mdat"))
            return end_fragment(box);
        if (box.type == mp4_type("moof"))
            return begin_fragment(box);
        if (!table_.fragments.empty() || begun_)
            return false; // something that we did not write
        if (box.type == mp4_type("moov")) {
            VEDETTE_TRY(const auto bytes, body_of(box));
            track_ = pictures_in(bytes);
            table_.set_up = set_up_of_movie(bytes);
        }
        table_.head_bytes = box.offset + box.size;
        return true;
    }

    Result<bool> begin_fragment(const Outer& box) {
        if (!track_ || begun_)
            return false;
        VEDETTE_TRY(const auto bytes, body_of(box));
        begun_ = pictures_in(bytes, *track_);
        begun_at_ = box.offset;
        return begun_.has_value();
    }

    bool end_fragment(const Outer& box) {
        if (!begun_)
            return false;
        if (!first_)
            first_ = begun_->from;
        const auto in_us = [this](std::uint64_t units) {
            const long double seconds = static_cast<long double>(units) / track_->timescale;
            return StreamClock::duration{
                static_cast<std::int64_t>(std::min<long double>(seconds * 1e6L + 0.5L, 1e15L))};
        };
        if (begun_->from < *first_)
            return false;
        table_.fragments.push_back({.offset = begun_at_,
                                    .bytes = box.offset + box.size - begun_at_,
                                    .from = in_us(begun_->from - *first_),
                                    .length = in_us(begun_->length),
                                    .key_frame = begun_->key.value_or(false)});
        begun_.reset();
        return true;
    }

    const ReadAt& read_;
    const std::uint64_t size_;
    std::uint64_t at_ = 0;
    std::optional<Track> track_;
    std::optional<Run> begun_; ///< a moof whose mdat is awaited
    std::uint64_t begun_at_ = 0;
    std::optional<std::uint64_t> first_;
    FragmentTable table_;
};

} // namespace

Result<FragmentTable> scan_mp4(const ReadAt& read, std::uint64_t size) {
    return Scan{read, size}.run();
}

} // namespace vedette::recording
