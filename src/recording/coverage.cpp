#include "vedette/recording/coverage.h"

#include <algorithm>
#include <map>

#include "clip_parts.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kMostStretches = 5'000;

void raise(ports::RecordedActivity& what, const ports::RecordedActivity& by) {
    what.motion = std::max(what.motion, by.motion);
    what.object = std::max(what.object, by.object);
    what.alert = std::max(what.alert, by.alert);
}

class Teller {
public:
    Teller(const CoverageQuery& query, std::chrono::seconds step) : query_{query} {
        out_.step = step;
    }

    Status take(const ports::RecordedSegment& row) {
        const bool broken = end_ && tell_gaps(row, *end_);
        if (!end_ && row.gap.count() > 0)
            add_gap(row.start - row.gap, row.start, row.gap_cause, false);
        add_activity(row);
        end_ = std::max(end_.value_or(row.end), row.end);
        if (broken || out_.stretches.empty() || !is_alike(out_.stretches.back(), row)) {
            if (out_.stretches.size() == kMostStretches)
                return Error{ErrorCode::resource_exhausted,
                             "the recordings of that time change their codec too often to tell "
                             "all of them at once: ask for a shorter time"};
            begin_stretch(row);
        }
        Stretch& stretch = out_.stretches.back();
        stretch.to = std::max(stretch.to, std::min(row.end, query_.to));
        ++stretch.segments;
        stretch.bytes += row.bytes;
        stretch.kept = stretch.kept && row.kept;
        return {};
    }

    Coverage finish() && {
        for (const auto& [number, most] : activity_)
            out_.activity.push_back({query_.from + out_.step * number, most});
        return std::move(out_);
    }

private:
    static bool is_alike(const Stretch& a, const ports::RecordedSegment& b) {
        return a.codec == b.codec && a.audio_codec == b.audio_codec && a.width_px == b.width_px &&
               a.height_px == b.height_px && a.whole == is_playable(b.file) &&
               a.playable == has_playable_pictures(b);
    }

    void begin_stretch(const ports::RecordedSegment& row) {
        out_.stretches.push_back({.from = std::max(row.start, query_.from),
                                  .to = std::min(row.end, query_.to),
                                  .codec = row.codec,
                                  .audio_codec = row.audio_codec,
                                  .width_px = row.width_px,
                                  .height_px = row.height_px,
                                  .playable = has_playable_pictures(row),
                                  .whole = is_playable(row.file),
                                  .kept = true});
    }

    /// \return whether a stretch ends there.
    bool tell_gaps(const ports::RecordedSegment& row, WallTime end) {
        const auto hole = row.start - end;
        if (row.gap.count() == 0 && hole <= kClockJitter)
            return false;
        const auto missed = std::min<WallTime::duration>(row.gap, hole);
        const bool told = add_gap(end, row.start - missed, kLetGo, true) |
                          add_gap(row.start - missed, row.start, row.gap_cause, false);
        if (!told)
            ++out_.stretches.back().interruptions;
        return told;
    }

    /// \return whether it is worth telling.
    bool add_gap(WallTime from, WallTime to, const std::string& cause, bool deleted) {
        from = std::max(from, query_.from);
        to = std::min(to, query_.to);
        if (to - from < out_.step || (deleted && to - from <= kClockJitter))
            return false;
        out_.gaps.push_back({from, to, cause, deleted});
        return true;
    }

    void add_activity(const ports::RecordedSegment& row) {
        if (row.activity == ports::RecordedActivity{})
            return;
        const WallTime from = std::max(row.start, query_.from);
        const WallTime to = std::min(row.end, query_.to) - WallTime::duration{1};
        for (auto i = (from - query_.from) / out_.step; i <= (to - query_.from) / out_.step; ++i)
            raise(activity_[i], row.activity);
    }

    const CoverageQuery& query_;
    Coverage out_;
    std::optional<WallTime> end_; ///< of what was told
    std::map<std::int64_t, ports::RecordedActivity> activity_;
};

} // namespace

Status CoverageQuery::check() const {
    if (from >= to)
        return Error{ErrorCode::invalid_argument, "`from` must be before `to`"};
    if (to - from > kLongest)
        return Error{ErrorCode::invalid_argument,
                     "at most 31 days at once: ask for a shorter time"};
    if (step.count() != 0 && step < least_step())
        return Error{ErrorCode::invalid_argument, "for this time `step` must be at least " +
                                                      std::to_string(least_step().count()) +
                                                      " s, or the time shorter"};
    return {};
}

std::chrono::seconds CoverageQuery::least_step() const {
    const auto each = (to - from) / kMostSteps;
    const auto whole = std::chrono::ceil<std::chrono::seconds>(each);
    return std::max(whole, std::chrono::seconds{1});
}

Result<Coverage> coverage_of(const ports::RecordingIndex& index, const CoverageQuery& query) {
    VEDETTE_CHECK_OK(query.check());
    Teller teller{query, query.step.count() == 0 ? query.least_step() : query.step};
    ports::RecordingQuery rows{
        .camera = query.camera, .from = query.from, .to = query.to, .limit = kPage};
    for (;;) {
        VEDETTE_TRY(const auto page, index.list(rows));
        for (const ports::RecordedSegment& row : page)
            VEDETTE_CHECK_OK(teller.take(row));
        if (page.size() < kPage)
            return std::move(teller).finish();
        rows.after = ports::place_of(page.back());
    }
}

} // namespace vedette::recording
