#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

namespace vedette::media::h264 {

class BitReader;

/// Reads how coarsely pictures of H.264 are quantised: the parameter QP that the header of a slice
/// begins with (ITU-T H.264 7.3.3, 7.4.3). Six more are twice as coarse.
///
/// Thread-compatible. Takes any bytes; keeps at most 32 and 256 parameter sets, a few dozen bytes
/// each.
class SliceQuantiser {
public:
    /// One unit with its header, in the order of the stream: parameter sets are kept.
    /// \return QP, about 0 to 51, if it is a slice whose parameter sets are known; not where slices
    /// lie in groups (FMO).
    std::optional<int> read(std::span<const std::uint8_t> unit);

private:
    /// What of a sequence parameter set says how to read a slice.
    struct Sequence {
        bool separate_planes = false;
        bool has_chroma = true;
        bool frames_only = true;
        bool delta_always_zero = false;
        int frame_number_bits = 4;
        std::uint32_t order_kind = 0;
        int order_bits = 4;
    };
    /// The same of a picture parameter set.
    struct Picture {
        std::uint32_t sequence = 0;
        bool arithmetic = false;
        bool order_in_frame = false;
        bool in_groups = false;
        bool weighted = false;
        bool redundant = false;
        std::uint32_t weighted_both_ways = 0;
        std::array<std::uint32_t, 2> references{1, 1};
        int quantiser = 26;
    };
    struct Slice {
        unsigned kind = 0; ///< 0 P, 1 B, 2 I, 3 SP, 4 SI
        bool is_idr = false;
        bool is_reference = false;
        bool field = false;
        std::array<std::uint32_t, 2> references{};

        [[nodiscard]] bool is_b() const noexcept { return kind == 1; }
        [[nodiscard]] bool is_intra() const noexcept { return kind == 2 || kind == 4; }
    };

    void read_sequence(BitReader& in);
    void read_picture(BitReader& in);
    [[nodiscard]] std::optional<int> read_slice(BitReader& in, std::uint8_t header) const;
    static void skip_order(BitReader& in, const Sequence& sequence, const Picture& picture,
                           const Slice& slice);
    static void read_reference_counts(BitReader& in, const Picture& picture, Slice& slice);
    static void skip_weights(BitReader& in, const Sequence& sequence, const Slice& slice);

    std::map<std::uint32_t, Sequence> sequences_; ///< by id, 0..31
    std::map<std::uint32_t, Picture> pictures_;   ///< by id, 0..255
};

} // namespace vedette::media::h264
