#include "vedette/vision/tamper.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tamper/judge.h"
#include "tamper/known_view.h"
#include "tamper/recent_sight.h"
#include "tamper/steady_picture.h"
#include "tamper/view_measure.h"

namespace vedette::vision {
namespace {

using std::chrono::milliseconds;

/// Pictures come a little early and late.
constexpr milliseconds kBetweenLooks{950};
/// What several pictures have in common is judged as often; measuring it is half of the cost.
constexpr milliseconds kBetweenJudgements{1'900};
/// The scene is known after so many pictures and so much time.
constexpr int kPicturesToLearn = 10;
constexpr std::chrono::seconds kTimeToLearn{20};
/// Blocks that must show something: of a scene with fewer nothing could be told.
constexpr int kLeastToLearn = 14;

/// How slowly the known view follows, and where it follows something that fits badly.
constexpr std::chrono::duration<double> kFollows{120};
constexpr std::chrono::duration<double> kFollowsDoubtful{480};
constexpr float kFitsBadly = 0.6F;
constexpr std::chrono::milliseconds kBetweenLessons{3'800};
constexpr double kFastest = 0.07; ///< weight of one picture after a pause

/// Before anything is told, in pictures, and the share of them that must have shown it.
constexpr int kLeastLooks = 3;
constexpr double kLeastShare = 0.8;
/// A view that is not in its place is looked for elsewhere; in vain, next after so many looks, and
/// after twice as many each time, unless it has become much worse.
constexpr int kFirstSearch = 2;
constexpr int kLastSearch = 32;
constexpr float kMuchWorse = 0.2F;
/// What is found in the same place again is no chance likeness of things that pass.
constexpr float kSameShift = 0.03F; ///< of width and height
constexpr float kSameTurn = 3;      ///< degrees
/// Edges of a view that is found nowhere and yet stays: as much of the usual likeness.
constexpr float kStays = 0.5F;
/// What is suspected is forgotten after so many pictures that do not show it.
constexpr int kMostMisses = 2;
/// Times `min_duration`: a view that was found nowhere may be a lorry before the lens …
constexpr int kUncertain = 2;
/// … and lamps or infrared that went on at that moment may have changed what can be seen.
constexpr int kOtherLight = 3;
/// A known view must fit so well to take the place of another.
constexpr float kFitsWell = 0.6F;
constexpr milliseconds kLongestEnd{5'000};
/// Times `min_duration`, and a minute at least: what was suspected for so long and could not be
/// told is looked at as if it began now. Nothing is learned meanwhile.
constexpr int kLongestSuspicion = 6;

TamperOptions usable(TamperOptions options) {
    options.sensitivity = std::clamp(options.sensitivity, 0.0F, 1.0F);
    options.min_duration = std::max(options.min_duration, milliseconds{0});
    options.settle = std::max(options.settle, milliseconds{0});
    options.accept_after = std::max(options.accept_after, milliseconds{0});
    if (options.accept_after.count() > 0) // what is told is not accepted by the same look
        options.accept_after = std::max(options.accept_after, 2 * options.min_duration);
    return options;
}

bool is_empty_view(const std::optional<TamperKind>& kind) {
    return kind == TamperKind::black || kind == TamperKind::uniform;
}

/// Something that has been seen, and not yet for long enough.
struct Suspicion {
    TamperKind kind{};
    SteadyTime began; ///< to be suspected
    SteadyTime since; ///< in the pictures
    int looks = 0;
    int hits = 0;
    int lost = 0;                     ///< hits in which next to nothing was where it was
    int misses = 0;                   ///< in a row
    std::optional<ViewShift> found{}; ///< moved: where the view lies now, as it was found last
    bool certain = false;             ///< it was found there twice
    bool other_light = false;
    Structure shown; ///< what could be seen instead, some time ago
};

bool is_same(const ViewShift& one, const ViewShift& other) {
    return std::abs(one.x - other.x) < kSameShift && std::abs(one.y - other.y) < kSameShift &&
           std::abs(one.zoom - other.zoom) < 2 * kSameShift &&
           std::abs(one.degrees - other.degrees) < kSameTurn;
}

/// When to look for a view elsewhere.
class SearchPlan {
public:
    [[nodiscard]] Search next() { return wait_ > 0 && --wait_ > 0 ? Search::no : Search::yes; }
    void note(const Judged& judged) {
        if (judged.searched) {
            every_ = judged.certain ? kFirstSearch : std::min(2 * every_, kLastSearch);
            wait_ = every_;
            searched_at_ = *judged.placement;
        } else if (!TamperJudge::is_misplaced(judged)) {
            every_ = kFirstSearch;
            wait_ = std::min(wait_, 1);
        } else if (*judged.placement < searched_at_ - kMuchWorse) {
            wait_ = 1;
        }
    }

private:
    int every_ = kFirstSearch;
    int wait_ = 0;
    float searched_at_ = 0;
};

Structure structure_of(const OrientationField& field) {
    Structure out;
    for (int y = 0; y < field.rows; ++y)
        for (int x = 0; x < field.cols; ++x)
            if (field(y, x) != cv::Vec2f{})
                out.push_back({x, y, field(y, x)});
    return out;
}

class LearningTamperDetector final : public TamperDetector {
public:
    LearningTamperDetector(const TamperOptions& options, const imaging::PictureMask& blind)
        : options_{usable(options)}, judge_{options_}, meter_{blind} {}

    [[nodiscard]] bool is_due(SteadyTime at) const override {
        return !last_ || at - *last_ >= kBetweenLooks;
    }

    [[nodiscard]] std::vector<TamperNews> look(const imaging::ImageView& picture,
                                               SteadyTime at) override {
        if (picture.empty() || !is_due(at))
            return {};
        last_ = at;
        if (!settles_from_)
            settles_from_ = at;
        if (at - *settles_from_ < options_.settle)
            return {};
        steady_.take(picture, at);
        if (judged_ && at - *judged_ < kBetweenJudgements)
            return {};
        const SteadyTime::duration since_last = judged_ ? at - *judged_ : SteadyTime::duration{};
        judged_ = at;
        const ViewMeasure& seen = meter_.measure(steady_.picture());
        if (state_.learning) {
            learn_scene(seen, at);
            return {};
        }
        return compare(seen, at, since_last);
    }

    void interrupted() override {
        settles_from_.reset();
        steady_.forget();
        suspicion_.reset();
        right_since_.reset();
    }

    [[nodiscard]] TamperState state() const override { return state_; }

private:
    void learn_scene(const ViewMeasure& seen, SteadyTime at) {
        if (seen.detailed() < kLeastToLearn)
            return; // night, or covered from the beginning
        if (learned_ == 0)
            learning_since_ = at;
        known_.learn(seen, 1.0 / ++learned_);
        if (learned_ >= kPicturesToLearn && at - learning_since_ >= kTimeToLearn)
            state_.learning = false;
    }

    std::vector<TamperNews> compare(const ViewMeasure& seen, SteadyTime at,
                                    SteadyTime::duration since_last) {
        const bool is_told = state_.kind == TamperKind::moved;
        Judged judged =
            judge_.judge(seen, known_, presumed(), is_told ? Search::no : search_.next());
        search_.note(judged);
        if (judged.wrong && fits_other_view(seen)) {
            std::swap(known_, *other_);
            judged = judge_.judge(seen, known_, {}, Search::no);
        }
        if (is_told && judged.wrong == TamperKind::moved)
            judged.reading.shift = told_shift_;
        state_.reading = judged.reading;
        pass_over_fading(judged, at);
        recent_.note(at, judged.reading.luminance, judged.reading.detail);
        suspect(seen, judged, at);
        std::vector<TamperNews> news;
        settle_beginning(seen, judged, at, news);
        settle_end(judged, at, news);
        if (!judged.wrong && !suspicion_ && !state_.kind)
            follow(seen, judged, since_last);
        return news;
    }

    [[nodiscard]] Presumed presumed() const {
        if (state_.kind)
            return {.kind = state_.kind, .elsewhere = true};
        if (suspicion_)
            return {.kind = suspicion_->kind, .elsewhere = suspicion_->found.has_value()};
        if (fading_)
            return {.kind = TamperKind::black};
        return {};
    }

    /// The other of the two views that are known: by day, by night; before it was turned and after.
    bool fits_other_view(const ViewMeasure& seen) const {
        if (!other_)
            return false;
        const Judged judged = judge_.judge(seen, *other_, {}, Search::no);
        return !judged.wrong && judged.reading.agreement >= kFitsWell;
    }

    /// What became dark or foggy by and by is nobody's doing.
    void pass_over_fading(Judged& judged, SteadyTime at) {
        if (!is_empty_view(judged.wrong)) {
            fading_ = false;
            return;
        }
        const bool was_empty =
            is_empty_view(state_.kind) || (suspicion_ && is_empty_view(suspicion_->kind));
        const bool begins = !was_empty && !fading_;
        if (begins && recent_.is_stale(at))
            fading_ = judged.wrong == TamperKind::black; // it may have been night for hours
        else if (begins)
            fading_ = !recent_.faded_at_once(judged.reading.detail) ||
                      (judged.wrong == TamperKind::black &&
                       !recent_.darkened_at_once(judged.reading.luminance));
        if (fading_)
            judged.wrong.reset();
    }

    void suspect(const ViewMeasure& seen, const Judged& judged, SteadyTime at) {
        if (judged.wrong && judged.wrong == state_.kind) {
            suspicion_.reset();
            return;
        }
        const auto longest = std::max<SteadyTime::duration>(
            kLongestSuspicion * options_.min_duration, std::chrono::minutes{1});
        if (suspicion_ && ((judged.wrong && judged.wrong != suspicion_->kind) ||
                           at - suspicion_->began > longest))
            suspicion_.reset();
        if (!suspicion_ && judged.wrong)
            suspicion_ = Suspicion{.kind = *judged.wrong,
                                   .began = at,
                                   .since = steady_.since(),
                                   .other_light = recent_.light_jumped(judged.reading.luminance),
                                   .shown = {}};
        if (!suspicion_ || (!judged.wrong && !can_tell(judged, suspicion_->kind)))
            return;
        ++suspicion_->looks;
        suspicion_->hits += judged.wrong ? 1 : 0;
        suspicion_->lost += judged.lost ? 1 : 0;
        suspicion_->misses = judged.wrong ? 0 : suspicion_->misses + 1;
        if (judged.wrong == TamperKind::moved && judged.certain) {
            suspicion_->certain =
                suspicion_->found && is_same(*suspicion_->found, *judged.reading.shift);
            suspicion_->found = judged.reading.shift;
        }
        if (suspicion_->shown.empty() && 2 * (at - suspicion_->since) > options_.min_duration)
            suspicion_->shown = structure_of(seen.orientation);
        if (suspicion_->misses > kMostMisses)
            suspicion_.reset();
    }

    /// Whether this picture shows so much that `kind` would be seen in it.
    [[nodiscard]] static bool can_tell(const Judged& judged, TamperKind kind) {
        switch (kind) { // no default: a new kind must be judged here
        case TamperKind::black:
        case TamperKind::uniform: return true;
        case TamperKind::blurred: return judged.sees_sharpness;
        case TamperKind::moved: return judged.sees_place;
        }
        return true;
    }

    [[nodiscard]] milliseconds wait_for(const Judged& judged) const {
        if (is_empty_view(judged.wrong))
            return options_.min_duration;
        if (judged.wrong == TamperKind::moved && suspicion_->certain)
            return options_.min_duration;
        if (suspicion_->other_light)
            return kOtherLight * options_.min_duration;
        return (judged.wrong == TamperKind::moved ? kUncertain : 1) * options_.min_duration;
    }

    /// A view that was found nowhere is another one only if that stays; traffic does not.
    [[nodiscard]] bool is_sure(const ViewMeasure& seen, const Judged& judged) const {
        return suspicion_->kind != TamperKind::moved || suspicion_->certain ||
               (judged.lost && suspicion_->lost >= kLeastShare * suspicion_->looks &&
                likeness(suspicion_->shown, seen.orientation, {}) >=
                    kStays * known_.usual_likeness());
    }

    void settle_beginning(const ViewMeasure& seen, const Judged& judged, SteadyTime at,
                          std::vector<TamperNews>& news) {
        if (!suspicion_ || !judged.wrong || suspicion_->hits < kLeastLooks ||
            suspicion_->hits < kLeastShare * suspicion_->looks ||
            at - suspicion_->since < wait_for(judged) || !is_sure(seen, judged))
            return;
        if (state_.kind)
            end(judged, false, news);
        state_.kind = suspicion_->kind;
        state_.since = suspicion_->since;
        if (suspicion_->certain)
            state_.reading.shift = told_shift_ = suspicion_->found;
        suspicion_.reset();
        news.push_back({.kind = *state_.kind,
                        .begins = true,
                        .since = state_.since,
                        .accepted = false,
                        .reading = state_.reading});
    }

    void settle_end(const Judged& judged, SteadyTime at, std::vector<TamperNews>& news) {
        if (!state_.kind || judged.wrong) {
            right_since_.reset();
            if (is_to_be_accepted(judged, at))
                accept(judged, news);
            return;
        }
        if (!can_tell(judged, *state_.kind)) { // it is dusk: nobody knows
            right_since_.reset();
            return;
        }
        if (!right_since_) {
            right_since_ = at;
            return;
        }
        if (at - *right_since_ >= std::min(options_.min_duration, kLongestEnd))
            end(judged, false, news);
    }

    [[nodiscard]] bool is_to_be_accepted(const Judged& judged, SteadyTime at) const {
        return state_.kind && judged.wrong == state_.kind && !is_empty_view(state_.kind) &&
               options_.accept_after.count() > 0 && at - state_.since >= options_.accept_after;
    }

    /// The view is learned anew, and the one before is kept: perhaps it comes back.
    void accept(const Judged& judged, std::vector<TamperNews>& news) {
        end(judged, true, news);
        other_ = std::move(known_);
        known_ = KnownView{};
        learned_ = 0;
        state_.learning = true;
        state_.reading = {};
    }

    void end(const Judged& judged, bool accepted, std::vector<TamperNews>& news) {
        news.push_back({.kind = *state_.kind,
                        .begins = false,
                        .since = state_.since,
                        .accepted = accepted,
                        .reading = judged.reading});
        state_.kind.reset();
        told_shift_.reset();
        right_since_.reset();
    }

    void follow(const ViewMeasure& seen, const Judged& judged, SteadyTime::duration since_last) {
        if (fading_ || !TamperJudge::sees_enough(seen, known_))
            return;
        unlearned_ += since_last;
        if (unlearned_ < kBetweenLessons)
            return;
        const std::chrono::duration<double> time = std::exchange(unlearned_, {});
        const auto slowness = judged.reading.agreement < kFitsBadly ? kFollowsDoubtful : kFollows;
        known_.learn(seen, std::min(kFastest, time / slowness));
    }

    const TamperOptions options_;
    const TamperJudge judge_;
    SteadyPicture steady_;
    ViewMeter meter_;
    SearchPlan search_;
    KnownView known_;
    std::optional<KnownView> other_; ///< another that was known before
    RecentSight recent_;
    TamperState state_;
    std::optional<SteadyTime> last_;         ///< picture
    std::optional<SteadyTime> judged_;       ///< the last picture that was
    std::optional<SteadyTime> settles_from_; ///< nothing before the first picture
    SteadyTime learning_since_;
    int learned_ = 0; ///< pictures
    SteadyTime::duration unlearned_{};
    bool fading_ = false; ///< there is nothing to see, and it came slowly
    std::optional<Suspicion> suspicion_;
    std::optional<ViewShift> told_shift_; ///< of what is wrong, where it was found when it was told
    std::optional<SteadyTime> right_since_; ///< of what is wrong: it can't be seen any more
};

} // namespace

std::string_view to_string(TamperKind kind) noexcept {
    switch (kind) {
    case TamperKind::black: return "black";
    case TamperKind::uniform: return "uniform";
    case TamperKind::blurred: return "blurred";
    case TamperKind::moved: return "moved";
    }
    return "";
}

std::unique_ptr<TamperDetector> make_tamper_detector(const TamperOptions& options,
                                                     const imaging::PictureMask& blind) {
    return std::make_unique<LearningTamperDetector>(options, blind);
}

} // namespace vedette::vision
