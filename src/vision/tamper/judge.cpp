#include "tamper/judge.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tamper/registration.h"

namespace vedette::vision {
namespace {

/// Grey levels below which a part of the picture is dark.
constexpr float kDark = 24;
constexpr float kStillDark = 34;
/// Share of the picture that is dark, or blinding, when all of it is, but for a printed clock.
constexpr float kAllDark = 0.85F;

/// From this on a part of the picture is blinding, and with so little in place so is all of it.
constexpr float kBlinding = 232;
constexpr float kMostWhenBlind = 0.5F;

/// Blocks with structure, or with edges, that make a scene of which this can be told.
constexpr int kLeastBlocks = 14;
/// Share of the learned structure that is seen to be in place when little else is seen at all.
constexpr float kSeenInPlace = 0.12F;
/// With less of it in place the little detail there is belongs to a cover …
constexpr float kSeenNowhere = 0.04F;
/// … and there may be so much more.
constexpr float kMoreDetail = 1.6F;
/// Of the detail that there was; with less, direction and sharpness tell the light and not the
/// lens.
constexpr float kEnoughDetail = 0.4F;

/// How sharp edges are of which nothing is sharp (ViewMeasure::sharpness).
constexpr float kSoft = 0.25F;
/// A scene that was never sharper than that can't become blurred.
constexpr float kLeastToLose = 0.06F;
/// Of the blocks whose sharpness could be told.
constexpr float kLeastSharpBlocks = 0.25F;

/// Share of the usual agreement from which the view is where it was.
constexpr float kInPlace = 0.75F;
/// Of the usual likeness, and above that in place: with so much a view is found again elsewhere.
constexpr float kFoundAgain = 0.55F;
constexpr float kMuchBetter = 0.12F;

/// Placement from which it is where it was, whatever has come and gone in it.
constexpr float kPlaced = 0.6F;

/// Share of the blocks that stand, with which it is hidden and not gone.
constexpr float kLeastStanding = 0.12F;

/// What has begun is over when the opposite is clear.
constexpr float kHysteresis = 0.12F;
constexpr float kStillLost = 0.02F; ///< more placement
constexpr float kLeastUsual = 0.3F; ///< leaves in the wind agree with nothing

float between(float low, float high, float share) { return low + (high - low) * share; }

float ratio(float value, float of) { return of > 0 ? value / of : 0; }

float agreement_of(const KnownView& known, const OrientationField& seen) {
    return known.agreement(seen) / std::max(kLeastUsual, known.usual_agreement());
}

ViewShift shift_of(const ViewMotion& motion) {
    return {.x = motion.offset.x / kViewWidth,
            .y = motion.offset.y / kViewHeight,
            .degrees = std::atan2(motion.turn, 1 + motion.slope) * 180 / std::numbers::pi_v<float>,
            .zoom = std::hypot(1 + motion.slope, motion.turn)};
}

/// Of the corner that went farthest, as a share of the width.
float farthest(const ViewMotion& motion) {
    float out = 0;
    for (const float x : {-kViewWidth / 2.0F, kViewWidth / 2.0F})
        for (const float y : {-kViewHeight / 2.0F, kViewHeight / 2.0F})
            out = std::max(out, static_cast<float>(cv::norm(motion.at({x, y}))));
    return out / kViewWidth;
}

} // namespace

TamperJudge::TamperJudge(const TamperOptions& options)
    : options_{options}, least_detail_{between(0.15F, 0.35F, options.sensitivity)},
      least_sharpness_{between(0.2F, 0.7F, options.sensitivity)},
      least_placement_{between(0.04F, 0.2F, options.sensitivity)},
      least_shift_{between(0.045F, 0.015F, options.sensitivity)} {}

bool TamperJudge::is_allowed(TamperKind kind) const {
    switch (kind) {
    case TamperKind::black: return options_.black;
    case TamperKind::uniform: return options_.uniform;
    case TamperKind::blurred: return options_.blurred;
    case TamperKind::moved: return options_.moved;
    }
    return false;
}

bool TamperJudge::sees_enough(const ViewMeasure& seen, const KnownView& known) {
    return static_cast<float>(seen.detailed()) >=
           std::max(static_cast<float>(kLeastBlocks), kEnoughDetail * known.fullest());
}

bool TamperJudge::is_misplaced(const Judged& judged) {
    return judged.placement && *judged.placement < kPlaced;
}

Judged TamperJudge::judge(const ViewMeasure& seen, const KnownView& known, const Presumed& now,
                          Search search) const {
    Judged judged;
    judged.reading = {.luminance = seen.luminance,
                      .detail = ratio(static_cast<float>(seen.detailed()), known.detailed()),
                      .sharpness = 1,
                      .agreement = agreement_of(known, seen.orientation),
                      .shift = {}};
    judged.wrong = emptiness(seen, known, judged, now);
    if (!judged.wrong) {
        judged.sees_place = sees_enough(seen, known);
        if (is_allowed(TamperKind::moved) && judged.sees_place &&
            is_moved(seen, known, judged, now, search))
            judged.wrong = TamperKind::moved;
        // What was found elsewhere may be softer there: it is moved all the same.
        const bool known_elsewhere = now.kind == TamperKind::moved && now.elsewhere;
        if ((!judged.wrong || (!judged.certain && !known_elsewhere)) &&
            is_blurred(seen, known, judged, now.kind == TamperKind::blurred))
            judged.wrong = TamperKind::blurred;
    }
    if (judged.wrong && !is_allowed(*judged.wrong))
        judged.wrong.reset();
    return judged;
}

std::optional<TamperKind> TamperJudge::emptiness(const ViewMeasure& seen, const KnownView& known,
                                                 Judged& judged, const Presumed& now) const {
    const bool already = now.kind == TamperKind::black || now.kind == TamperKind::uniform;
    const bool none_in_place = judged.reading.agreement < kSeenNowhere;
    const float least =
        (none_in_place ? kMoreDetail : 1) * least_detail_ + (already ? kHysteresis : 0);
    if (known.detailed() < kLeastBlocks)
        return std::nullopt;
    if (seen.lighter_than(kBlinding) >= kAllDark && judged.reading.agreement < kMostWhenBlind)
        return TamperKind::uniform;
    if (judged.reading.detail >= least)
        return std::nullopt;
    if (judged.reading.agreement >= kSeenInPlace && known.structured() >= kLeastBlocks)
        return std::nullopt; // bad light or fog: what shows is the scene
    const float dark = now.kind == TamperKind::black ? kStillDark : kDark;
    return seen.darker_than(dark) >= kAllDark ? TamperKind::black : TamperKind::uniform;
}

bool TamperJudge::is_blurred(const ViewMeasure& seen, const KnownView& known, Judged& judged,
                             bool already) const {
    const float to_lose = known.sharpness() - kSoft;
    if (to_lose < kLeastToLose || known.sharp_blocks() < kLeastBlocks ||
        static_cast<float>(seen.sharp_blocks) < kLeastSharpBlocks * known.sharp_blocks())
        return false;
    judged.sees_sharpness = true;
    judged.reading.sharpness = std::max(0.0F, (seen.sharpness - kSoft) / to_lose);
    return judged.reading.sharpness < least_sharpness_ + (already ? kHysteresis : 0);
}

bool TamperJudge::is_moved(const ViewMeasure& seen, const KnownView& known, Judged& judged,
                           const Presumed& now, Search search) const {
    const bool already = now.kind == TamperKind::moved;
    const float hysteresis = already && now.elsewhere ? kHysteresis : 0;
    if (known.structured() < kLeastBlocks || judged.reading.agreement >= kInPlace + hysteresis)
        return false;
    const Placement placement = known.placement(seen.orientation);
    judged.placement = placement.all;
    if (*judged.placement >= kPlaced + hysteresis)
        return false;
    if (search == Search::yes)
        switch (find(seen, known, judged)) { // no default: a new answer must mean something here
        case Found::elsewhere: return true;
        case Found::nearby: return false; // a mast that trembles
        case Found::nowhere: break;
        }
    judged.certain = false;
    judged.lost = placement.all < least_placement_ + (already ? kStillLost : 0) &&
                  placement.blocks < kLeastStanding;
    return judged.lost || (already && now.elsewhere);
}

TamperJudge::Found TamperJudge::find(const ViewMeasure& seen, const KnownView& known,
                                     Judged& judged) const {
    judged.searched = true;
    const ViewMotion motion = find_motion(known.structure(), seen.orientation);
    const float like = likeness(known.structure(), seen.orientation, motion);
    const float in_place = likeness(known.structure(), seen.orientation, {});
    if (like < std::max(kFoundAgain * known.usual_likeness(), in_place + kMuchBetter))
        return Found::nowhere;
    if (farthest(motion) < least_shift_)
        return Found::nearby;
    judged.reading.shift = shift_of(motion);
    return Found::elsewhere;
}

} // namespace vedette::vision
