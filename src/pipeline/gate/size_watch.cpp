#include "gate/size_watch.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>

namespace vedette::pipeline {
namespace {

using std::chrono::seconds;

/// What a picture costs that shows nothing new; below it differences mean nothing.
constexpr double kNothing_bytes = 100;
/// Encoders wander by some percent whatever the scene does; log2(1.04).
constexpr double kLeastSpread = 0.057;
constexpr double kMedianDeviations = 1.4826; ///< in a standard deviation
constexpr double kUpperTenth = 1.2816;       ///< standard deviations above the median
constexpr std::size_t kSettleEvery = 8;
constexpr seconds kSlowWindow{120};
constexpr seconds kFastWindow{30};
constexpr seconds kEnough{12};
constexpr double kMostlyKnown = 0.7;
constexpr double kForgetKnown = 1.0 / 32;
constexpr double kStepOfCaution = 1.5;
constexpr double kMostCaution = 6;
constexpr std::chrono::duration<double> kForgetCaution{1800};

/// A quantiser that is larger by six halves what is written of the same picture.
float scaled(const PacketFacts& facts) {
    const double size = std::log2(static_cast<double>(facts.bytes) + kNothing_bytes);
    return static_cast<float>(size + facts.quantiser.value_or(0) / 6.0);
}

/// The value that `share` of a sorted range lie below.
template <class Range>
double quantile(Range first, Range last, double share) {
    const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(last - first - 1) * share);
    std::nth_element(first, first + place, last);
    return static_cast<double>(first[place]);
}

} // namespace

StreamClock::duration SizeWatch::Window::count(StreamTime at) {
    const auto step = last_at_ ? at - *last_at_ : StreamClock::duration{};
    last_at_ = at;
    if (step > StreamClock::duration{} && step < kSlowWindow)
        step_ += (step - step_) / (step_ > StreamClock::duration{} ? 16 : 1);
    return step_;
}

void SizeWatch::Window::add(float size, StreamTime at, StreamClock::duration span) {
    while (sizes_ == kSizes || (sizes_ > kFew && at - ring_[oldest_].at > span)) {
        oldest_ = (oldest_ + 1) % kSizes;
        --sizes_;
    }
    ring_[(oldest_ + sizes_) % kSizes] = {size, at};
    ++sizes_;
    if (++unsettled_ >= kSettleEvery || sizes_ == kFew)
        settle();
}

void SizeWatch::Window::settle() {
    unsettled_ = 0;
    std::array<float, kSizes> sorted{};
    for (std::size_t i = 0; i < sizes_; ++i)
        sorted[i] = ring_[(oldest_ + i) % kSizes].size;
    const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(sizes_);
    level_ = quantile(sorted.begin(), end, 0.5);
    const double upper = quantile(sorted.begin(), end, 0.9) - level_;
    for (auto size = sorted.begin(); size != end; ++size)
        *size = std::abs(*size - static_cast<float>(level_));
    const double deviation = quantile(sorted.begin(), end, 0.5);
    spread_ = std::max({kLeastSpread, deviation * kMedianDeviations, upper / kUpperTenth});
}

/// By chance and not every so many: encoders have rhythms.
bool SizeWatch::draws(double probability) noexcept {
    drawn_ = drawn_ * 1'664'525U + 1'013'904'223U; // Numerical Recipes, 7.1
    return static_cast<double>(drawn_ >> 8U) < probability * static_cast<double>(1U << 24U);
}

int SizeWatch::class_of(const PacketFacts& facts) {
    if (facts.key_frame) {
        since_key_ = 0;
        newest_shown_ = std::max(newest_shown_.value_or(facts.at), facts.at);
        return 0;
    }
    ++since_key_;
    const bool shown_earlier = newest_shown_ && facts.at < *newest_shown_;
    newest_shown_ = std::max(newest_shown_.value_or(facts.at), facts.at);
    const int step = std::min(static_cast<int>(std::bit_width(since_key_)) - 1, kSteps - 1);
    return 1 + step + kSteps * (shown_earlier ? 1 : 0) +
           2 * kSteps * (facts.reference.value_or(true) ? 0 : 1);
}

void SizeWatch::add(const PacketFacts& facts, Lesson lesson) {
    const float size = scaled(facts);
    Window& window = windows_[class_of(facts)];
    const auto step = window.count(facts.decoding_at);
    known_share_ += ((window.known() ? 1 : 0) - known_share_) * kForgetKnown;
    if (window.known()) {
        const double above = window.above(size);
        sum_ = std::clamp(sum_ + std::clamp(above / caution_, -kMostOfOne, kMostOfOne) - kAllowance,
                          0.0, 2 * kSign);
        const double hint = std::clamp(above, -kMostOfOneHint, kMostOfOneHint) - kHintAllowance;
        suspicious_ = suspicious_ || (facts.key_frame && above > kLargeKeyFrame);
        hint_ = std::max(hint_ + hint, 0.0);
        suspicious_ = suspicious_ || hint_ >= kHint;
    }
    const auto since = last_at_ ? facts.decoding_at - *last_at_ : StreamClock::duration{};
    last_at_ = facts.decoding_at;
    const auto went_on =
        std::clamp<StreamClock::duration>(since, StreamClock::duration{}, seconds{1});
    caution_ -= (caution_ - 1) * std::chrono::duration<double>(went_on) / kForgetCaution;
    if (lesson == Lesson::none)
        return;
    quiet_ += went_on;
    const StreamClock::duration span = lesson == Lesson::certain ? kFastWindow : kSlowWindow;
    if (draws(static_cast<double>(step.count()) * kSizes / static_cast<double>(span.count())))
        window.add(size, facts.decoding_at, span);
}

bool SizeWatch::learned() const noexcept {
    return quiet_ >= kEnough && known_share_ >= kMostlyKnown;
}

void SizeWatch::was_wrong() noexcept {
    caution_ = std::min(caution_ * kStepOfCaution, kMostCaution);
}

void SizeWatch::was_right() noexcept { caution_ = std::max(1.0, caution_ / kStepOfCaution); }

void SizeWatch::forget() { *this = SizeWatch{}; }

} // namespace vedette::pipeline
