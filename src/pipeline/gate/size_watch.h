#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// What is known of a packet without decoding it.
struct PacketFacts {
    StreamTime at;          ///< of presentation
    StreamTime decoding_at; ///< media::Packet::decoding_at()
    std::size_t bytes = 0;
    bool key_frame = false;
    std::optional<bool> reference;  ///< media::Packet::is_reference()
    const void* set_up = nullptr;   ///< media::Packet::set_up()
    std::optional<int> quantiser{}; ///< media::QuantiserReader
};

/// Tells from the sizes of packets alone that something began to happen. An encoder spends next to
/// nothing on what stays as it was, so a picture that shows something new is larger than its like
/// before.
///
/// What counts is what a picture would have cost at one fineness: an encoder that holds a bit rate
/// makes coarser what costs more, and its sizes alone would tell little. Where the quantiser of a
/// stream can't be read, they have to do.
///
/// Sizes are compared as logarithms, within classes of their like: key frames; pictures in the
/// order of their time and those that are sent later than they are shown, each with and without
/// others built on them; each by how far they are from their key frame, in steps that double
/// (encoders that hold a bit rate spend less after a key frame than later). For each class the
/// level (median) and the spread (the larger one of the median deviation and the distance to the
/// upper tenth, as those of a normal distribution) of what was quiet are taken from a sample of
/// the last two minutes, or of the last half minute where it is known that nothing moves; so noise
/// of a dark night, rain and another bit rate become the usual in their time, and single large
/// pictures count for little. How far each packet lies above its level, in spreads, is added up
/// less an allowance and never falls below nothing: a cumulative sum test, in which a single
/// packet, however large, is no sign, three very large ones in a row are, and so are many that are
/// a little large. A second sum with a smaller allowance, of which less is a suspicion, tells when
/// it is worth to look at a picture: many that are hardly larger are enough, or a large key frame.
///
/// Thread-compatible. Nothing depends on anything but the packets: the same stream gives the same
/// signs. Memory: two kilobytes for each class met, 25 at most.
///
/// Method: E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954); P. J. Huber, "Robust
/// Statistics" (1981), 5.1.
class SizeWatch {
public:
    /// How a packet is learned from.
    enum class Lesson {
        none = 1, ///< something happens
        presumed, ///< nothing is known to happen: slowly
        certain,  ///< its picture was looked at, and nothing moved: fast
    };

    /// \pre facts in the order of decoding
    void add(const PacketFacts& facts, Lesson lesson);

    /// How surprising the last packets are: a sign from 1 on; 2 at most.
    [[nodiscard]] double surprise() const noexcept { return sum_ / kSign; }
    /// Whether something small may have gone on since it was cleared; now and then also where
    /// nothing did.
    [[nodiscard]] bool suspicious() const noexcept { return suspicious_; }
    /// What was suspicious turned out to be nothing.
    void cleared() noexcept {
        hint_ = 0;
        suspicious_ = false;
    }
    /// Whether it knows enough of this stream for its signs to mean something.
    [[nodiscard]] bool learned() const noexcept;
    /// The sum begins anew, at nothing.
    void calm() noexcept {
        sum_ = 0;
        cleared();
    }
    /// A sign was followed by nothing: sizes of this camera wander more than their windows show,
    /// and are allowed to from now on, less and less over half an hour.
    void was_wrong() noexcept;
    /// A sign was right.
    void was_right() noexcept;
    /// Nothing that was learned is true any more.
    void forget();

private:
    static constexpr double kSign = 8;         ///< sum that is a sign
    static constexpr double kAllowance = 1.25; ///< spreads that each packet may lie above its level
    static constexpr double kMostOfOne = 4;    ///< spreads that a packet counts
    static constexpr double kHint = 5;
    static constexpr double kHintAllowance = 0.4;
    static constexpr double kMostOfOneHint = 2.5;
    static constexpr double kLargeKeyFrame = 1.5; ///< spreads above its level
    static constexpr std::size_t kSizes = 96;
    static constexpr std::size_t kFew = 12; ///< sizes that tell nothing yet
    static constexpr int kSteps = 6;        ///< of the distance from the key frame

    /// Level and spread of one class, over a sample of its sizes in a span of time.
    class Window {
    public:
        /// A packet of this class came. \return how far it is from the one before, on average.
        StreamClock::duration count(StreamTime at);
        void add(float size, StreamTime at, StreamClock::duration span);
        [[nodiscard]] bool known() const noexcept { return sizes_ >= kFew; }
        /// In spreads. \pre known()
        [[nodiscard]] double above(float size) const noexcept {
            return (static_cast<double>(size) - level_) / spread_;
        }

    private:
        struct Size {
            float size = 0; ///< see scaled()
            StreamTime at;
        };
        void settle();

        std::array<Size, kSizes> ring_{};
        std::size_t oldest_ = 0;
        std::size_t sizes_ = 0;
        std::size_t unsettled_ = 0; ///< sizes since level and spread were taken
        std::optional<StreamTime> last_at_;
        StreamClock::duration step_{};
        double level_ = 0;
        double spread_ = 1;
    };

    [[nodiscard]] int class_of(const PacketFacts& facts);
    [[nodiscard]] bool draws(double probability) noexcept;

    std::map<int, Window> windows_; ///< by class, see class_of()
    std::optional<StreamTime> newest_shown_;
    std::uint64_t since_key_ = 0;       ///< pictures
    std::optional<StreamTime> last_at_; ///< decoding
    StreamClock::duration quiet_{};     ///< learned from
    double known_share_ = 0;            ///< 0..1, of late, packets of a class that is known
    double sum_ = 0;
    double hint_ = 0; ///< the second sum
    bool suspicious_ = false;
    double caution_ = 1;      ///< by which spreads are taken to be wider
    std::uint32_t drawn_ = 1; ///< state of the generator that draws the sample
};

} // namespace vedette::pipeline
