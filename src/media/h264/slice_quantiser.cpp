#include "h264/slice_quantiser.h"

#include <algorithm>
#include <array>

#include "h264/bit_reader.h"

namespace vedette::media::h264 {
namespace {

constexpr unsigned kSlice = 1;
constexpr unsigned kFirstPartition = 2;
constexpr unsigned kIdrSlice = 5;
constexpr unsigned kSequenceSet = 7;
constexpr unsigned kPictureSet = 8;
constexpr std::uint32_t kMostSequences = 32;
constexpr std::uint32_t kMostPictures = 256;
constexpr std::uint32_t kMostReferences = 32;
constexpr int kMostSteps = 66; ///< of lists in a slice's header
/// A slice's header is short; weights of all references may make it long.
constexpr std::size_t kHeaderBytes = 512;

/// Profiles whose sequence parameter sets say more of colour (7.3.2.1.1).
constexpr std::array<std::uint32_t, 13> kHighProfiles{100, 110, 122, 244, 44,  83, 86,
                                                      118, 128, 138, 139, 134, 135};

void skip_scaling_list(BitReader& in, int size) {
    int last = 8;
    int next = 8;
    for (int i = 0; i < size && next != 0 && !in.broken(); ++i) {
        next = (last + in.whole_number() % 256 + 256) % 256;
        last = next == 0 ? last : next;
    }
}

/// \return chroma_format_idc
std::uint32_t read_colour(BitReader& in, bool& separate_planes) {
    const std::uint32_t chroma = in.number();
    separate_planes = chroma == 3 && in.flag();
    in.number(); // bits of luma
    in.number(); // of chroma
    in.flag();
    if (in.flag())
        for (int i = 0; i < (chroma == 3 ? 12 : 8) && !in.broken(); ++i)
            if (in.flag())
                skip_scaling_list(in, i < 6 ? 16 : 64);
    return chroma;
}

/// ref_pic_list_modification, of one list
void skip_list(BitReader& in) {
    if (!in.flag())
        return;
    for (int i = 0; i < kMostSteps && in.number() != 3 && !in.broken(); ++i)
        in.number();
}

/// dec_ref_pic_marking
void skip_marking(BitReader& in, bool is_idr) {
    if (is_idr) {
        in.bits(2);
        return;
    }
    if (!in.flag())
        return;
    for (int i = 0; i < kMostSteps && !in.broken(); ++i) {
        const std::uint32_t operation = in.number();
        if (operation == 0)
            return;
        if (operation == 3)
            in.number();
        if (operation != 5)
            in.number();
    }
}

} // namespace

std::optional<int> SliceQuantiser::read(std::span<const std::uint8_t> unit) {
    if (unit.empty())
        return std::nullopt;
    const unsigned kind = unit[0] & 0x1FU;
    if (kind == kSequenceSet) {
        BitReader in{unit};
        read_sequence(in);
    } else if (kind == kPictureSet) {
        BitReader in{unit};
        read_picture(in);
    } else if (kind == kSlice || kind == kFirstPartition || kind == kIdrSlice) {
        BitReader in{unit, kHeaderBytes};
        return read_slice(in, unit[0]);
    }
    return std::nullopt;
}

void SliceQuantiser::read_sequence(BitReader& in) {
    const std::uint32_t profile = in.bits(8);
    in.bits(16); // constraints, level
    const std::uint32_t id = in.number();
    Sequence sequence;
    if (std::find(kHighProfiles.begin(), kHighProfiles.end(), profile) != kHighProfiles.end())
        sequence.has_chroma = read_colour(in, sequence.separate_planes) != 0;
    sequence.has_chroma = sequence.has_chroma && !sequence.separate_planes;
    sequence.frame_number_bits = static_cast<int>(std::min(in.number(), 12U)) + 4;
    sequence.order_kind = in.number();
    if (sequence.order_kind == 0)
        sequence.order_bits = static_cast<int>(std::min(in.number(), 12U)) + 4;
    if (sequence.order_kind == 1) {
        sequence.delta_always_zero = in.flag();
        in.whole_number();
        in.whole_number();
        for (std::uint32_t left = std::min(in.number(), 255U); left > 0; --left)
            in.whole_number();
    }
    in.number(); // references
    in.flag();
    in.number(); // width
    in.number(); // height
    sequence.frames_only = in.flag();
    if (!in.broken() && id < kMostSequences)
        sequences_[id] = sequence;
}

void SliceQuantiser::read_picture(BitReader& in) {
    const std::uint32_t id = in.number();
    Picture picture;
    picture.sequence = in.number();
    picture.arithmetic = in.flag();
    picture.order_in_frame = in.flag();
    picture.in_groups = in.number() > 0;
    if (!picture.in_groups) {
        for (std::uint32_t& references : picture.references)
            references = std::min(in.number(), kMostReferences - 1) + 1;
        picture.weighted = in.flag();
        picture.weighted_both_ways = in.bits(2);
        picture.quantiser = 26 + std::clamp(in.whole_number(), -100, 100);
        in.whole_number(); // of SP and SI
        in.whole_number(); // of chroma
        in.bits(2);        // deblocking, constrained intra
        picture.redundant = in.flag();
    }
    if (!in.broken() && id < kMostPictures)
        pictures_[id] = picture;
}

std::optional<int> SliceQuantiser::read_slice(BitReader& in, std::uint8_t header) const {
    in.number(); // first macroblock
    Slice slice{.kind = static_cast<unsigned>(in.number() % 5),
                .is_idr = (header & 0x1FU) == kIdrSlice,
                .is_reference = (header >> 5U & 3U) != 0};
    const auto found = pictures_.find(in.number());
    if (found == pictures_.end() || found->second.in_groups)
        return std::nullopt;
    const Picture& picture = found->second;
    const auto its_sequence = sequences_.find(picture.sequence);
    if (its_sequence == sequences_.end())
        return std::nullopt;
    const Sequence& sequence = its_sequence->second;
    in.bits(sequence.separate_planes ? 2 : 0);
    in.bits(sequence.frame_number_bits);
    slice.field = !sequence.frames_only && in.flag();
    in.bits(slice.field ? 1 : 0);
    if (slice.is_idr)
        in.number();
    skip_order(in, sequence, picture, slice);
    read_reference_counts(in, picture, slice);
    if (!slice.is_intra())
        skip_list(in);
    if (slice.is_b())
        skip_list(in);
    if (slice.is_b() ? picture.weighted_both_ways == 1 : picture.weighted && !slice.is_intra())
        skip_weights(in, sequence, slice);
    if (slice.is_reference)
        skip_marking(in, slice.is_idr);
    if (picture.arithmetic && !slice.is_intra())
        in.number();
    const int quantiser = picture.quantiser + std::clamp(in.whole_number(), -200, 200);
    if (in.broken() || quantiser < -36 || quantiser > 51) // down to -6 * 6 for 14 bits
        return std::nullopt;
    return quantiser;
}

void SliceQuantiser::skip_order(BitReader& in, const Sequence& sequence, const Picture& picture,
                                const Slice& slice) {
    const bool both_fields = picture.order_in_frame && !slice.field;
    if (sequence.order_kind == 0) {
        in.bits(sequence.order_bits);
        if (both_fields)
            in.whole_number();
    }
    if (sequence.order_kind == 1 && !sequence.delta_always_zero) {
        in.whole_number();
        if (both_fields)
            in.whole_number();
    }
    if (picture.redundant)
        in.number();
}

void SliceQuantiser::read_reference_counts(BitReader& in, const Picture& picture, Slice& slice) {
    if (slice.is_intra())
        return;
    in.bits(slice.is_b() ? 1 : 0);
    const bool own = in.flag();
    for (std::size_t list = 0; list < (slice.is_b() ? 2U : 1U); ++list)
        slice.references[list] =
            own ? std::min(in.number(), kMostReferences - 1) + 1 : picture.references[list];
}

/// pred_weight_table
void SliceQuantiser::skip_weights(BitReader& in, const Sequence& sequence, const Slice& slice) {
    const auto skip = [&in](int numbers) {
        if (in.flag())
            for (; numbers > 0; --numbers)
                in.whole_number();
    };
    in.number();
    if (sequence.has_chroma)
        in.number();
    for (const std::uint32_t references : slice.references)
        for (std::uint32_t i = 0; i < references && !in.broken(); ++i) {
            skip(2);
            if (sequence.has_chroma)
                skip(4);
        }
}

} // namespace vedette::media::h264
