#include "track/byte_tracker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <tuple>

#include "vedette/base/assert.h"

namespace vedette::vision {
namespace {

constexpr float kDuplicateIou = 0.85F; // two boxes this close are one object: the paper's value
// Steady motion explains less the longer a track was out of sight; at five pictures a second a car
// moves its own length between two of them.
constexpr float kWidenPerSecond = 2.5F;
constexpr float kWidest = 0.5F;
constexpr float kLeastWidenedIou = 0.25F; // times score

bool is_usable(const domain::Detection& detection) noexcept {
    const domain::NormBox& box = detection.box;
    return std::isfinite(box.left) && std::isfinite(box.top) && std::isfinite(box.width) &&
           std::isfinite(box.height) && box.width > 0 && box.height > 0 &&
           std::isfinite(detection.score);
}

/// Strongest first, and the same whatever the detector's order.
bool goes_before(const domain::Detection& a, const domain::Detection& b) noexcept {
    const auto key = [](const domain::Detection& d) {
        return std::tie(d.box.left, d.box.top, d.box.width, d.box.height, d.label);
    };
    return a.score != b.score ? a.score > b.score : key(a) < key(b);
}

} // namespace

struct ByteTracker::Round {
    StreamTime at{};
    std::span<const domain::Detection> detections{};
    Indices strong{}, weak{};                        // detections nobody took yet, strongest first
    Indices in_sight{}, lost{}, unconfirmed{};       // tracks not seen yet
    std::vector<std::optional<std::size_t>> taken{}; // per track: its detection
    std::vector<bool> doomed{};                      // per track: closes at the end of the round
    float widen = 0;
};

std::unique_ptr<Tracker> make_byte_tracker(const TrackerOptions& options, float aspect_ratio) {
    return std::make_unique<ByteTracker>(options, aspect_ratio);
}

ByteTracker::ByteTracker(const TrackerOptions& options, float aspect_ratio)
    : options_{options}, aspect_ratio_{aspect_ratio} {
    VEDETTE_ASSERT(aspect_ratio > 0);
    VEDETTE_ASSERT(options.max_tracks > 0);
}

domain::TrackChanges ByteTracker::update(StreamTime at,
                                         std::span<const domain::Detection> detections) {
    domain::TrackChanges changes;
    if (last_update_ && at < *last_update_)
        changes = finish(); // the stream began anew: nothing known holds any more
    close_expired(at, changes);
    Round round = begin(at, detections);

    Indices believed = round.in_sight;
    believed.insert(believed.end(), round.lost.begin(), round.lost.end());
    match(round, believed, round.strong, {options_.first_match_iou, true});
    Indices in_sight, lost;
    for (const std::size_t track : believed)
        (tracks_[track].in_sight() ? in_sight : lost).push_back(track);
    match(round, in_sight, round.weak, {options_.second_match_iou, false});
    match(round, round.unconfirmed, round.strong, {options_.unconfirmed_match_iou, true});
    Indices rest = in_sight;
    rest.insert(rest.end(), lost.begin(), lost.end());
    rest.insert(rest.end(), round.unconfirmed.begin(), round.unconfirmed.end());
    match(round, rest, round.strong, {kLeastWidenedIou, true, round.widen});

    lose_unmatched(round);
    start_tracks(round);
    mark_duplicates(round);
    push_out_weakest(round);
    close_marked(round, changes);
    report(round, changes);
    last_update_ = at;
    return changes;
}

float ByteTracker::needed(const domain::Detection& detection, float usual) const {
    const auto found = options_.score_of_label.find(detection.label);
    return found == options_.score_of_label.end() ? usual : found->second;
}

domain::TrackChanges ByteTracker::finish() {
    domain::TrackChanges changes;
    for (const Tracklet& track : tracks_)
        changes.closed.push_back(track.snapshot());
    tracks_.clear();
    last_update_.reset();
    return changes;
}

void ByteTracker::close_expired(StreamTime at, domain::TrackChanges& changes) {
    std::erase_if(tracks_, [&](const Tracklet& track) {
        if (!track.expired(at))
            return false;
        changes.closed.push_back(track.snapshot());
        return true;
    });
}

ByteTracker::Round ByteTracker::begin(StreamTime at,
                                      std::span<const domain::Detection> detections) {
    Round round{.at = at, .detections = detections};
    const std::chrono::duration<float> step = at - last_update_.value_or(at);
    round.widen = std::min(kWidest, kWidenPerSecond * step.count());

    for (std::size_t i = 0; i < detections.size(); ++i)
        if (is_usable(detections[i]) && detections[i].score >= options_.low_score)
            (detections[i].score >= needed(detections[i], options_.high_score) ? round.strong
                                                                               : round.weak)
                .push_back(i);
    for (Indices* part : {&round.strong, &round.weak}) {
        std::stable_sort(part->begin(), part->end(), [&](std::size_t a, std::size_t b) {
            return goes_before(detections[a], detections[b]);
        });
        part->resize(std::min(part->size(), options_.max_tracks));
    }

    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        tracks_[i].predict(at);
        if (!tracks_[i].confirmed())
            round.unconfirmed.push_back(i);
        else
            (tracks_[i].in_sight() ? round.in_sight : round.lost).push_back(i);
    }
    round.taken.resize(tracks_.size());
    round.doomed.resize(tracks_.size(), false);
    return round;
}

void ByteTracker::match(Round& round, Indices& tracks, Indices& detections, const MatchRule& rule) {
    const std::vector<Match> matches =
        associate(tracks_, tracks, round.detections, detections, rule);
    constexpr std::size_t kGone = static_cast<std::size_t>(-1);
    for (const Match& pair : matches) {
        const std::size_t track = std::exchange(tracks[pair.row], kGone);
        const std::size_t detection = std::exchange(detections[pair.column], kGone);
        tracks_[track].see(round.detections[detection], round.at);
        round.taken[track] = detection;
    }
    std::erase(tracks, kGone);
    std::erase(detections, kGone);
}

void ByteTracker::lose_unmatched(Round& round) {
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        if (round.taken[i])
            continue;
        if (tracks_[i].confirmed())
            tracks_[i].lose();
        else
            round.doomed[i] = true;
    }
}

bool ByteTracker::lies_on_a_track(const domain::Detection& detection) const {
    return std::any_of(tracks_.begin(), tracks_.end(), [&](const Tracklet& track) {
        return domain::iou(track.expected(), detection.box) > kDuplicateIou &&
               kind_of(track.label()) == kind_of(detection.label);
    });
}

void ByteTracker::start_tracks(Round& round) {
    for (const std::size_t i : round.strong) {
        const domain::Detection& detection = round.detections[i];
        if (detection.score < needed(detection, options_.new_track_score) ||
            lies_on_a_track(detection))
            continue; // the same vehicle once more, under its other name
        tracks_.emplace_back(domain::TrackId{next_id_++}, detection, round.at, options_,
                             aspect_ratio_);
        round.taken.emplace_back(i);
        round.doomed.push_back(false);
    }
}

/// Of two tracks on one object the longer followed one stays.
void ByteTracker::mark_duplicates(Round& round) {
    for (std::size_t older = 0; older < tracks_.size(); ++older)
        for (std::size_t newer = older + 1; newer < tracks_.size(); ++newer) {
            const Tracklet& a = tracks_[older];
            const Tracklet& b = tracks_[newer];
            if (round.doomed[older] || round.doomed[newer] ||
                domain::iou(a.expected(), b.expected()) <= kDuplicateIou ||
                kind_of(a.label()) != kind_of(b.label()))
                continue;
            const auto length = [](const Tracklet& t) { return t.last_seen() - t.first_seen(); };
            round.doomed[length(a) >= length(b) ? newer : older] = true;
        }
}

void ByteTracker::push_out_weakest(Round& round) {
    Indices alive;
    for (std::size_t i = 0; i < tracks_.size(); ++i)
        if (!round.doomed[i])
            alive.push_back(i);
    if (alive.size() <= options_.max_tracks)
        return;
    const auto strength = [&](std::size_t i) {
        const Tracklet& t = tracks_[i];
        return std::make_tuple(t.confirmed(), t.last_seen(), t.best_score(), -t.id().value());
    };
    std::sort(alive.begin(), alive.end(),
              [&](std::size_t a, std::size_t b) { return strength(a) < strength(b); });
    alive.resize(alive.size() - options_.max_tracks);
    for (const std::size_t i : alive)
        round.doomed[i] = true;
    pushed_out_ += alive.size();
}

void ByteTracker::close_marked(Round& round, domain::TrackChanges& changes) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        if (round.doomed[i]) {
            changes.closed.push_back(tracks_[i].snapshot());
            continue;
        }
        if (kept != i) {
            tracks_[kept] = std::move(tracks_[i]);
            round.taken[kept] = round.taken[i];
        }
        ++kept;
    }
    tracks_.erase(tracks_.begin() + static_cast<std::ptrdiff_t>(kept), tracks_.end());
    round.taken.resize(kept);
}

void ByteTracker::report(const Round& round, domain::TrackChanges& changes) const {
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        if (round.taken[i]) {
            changes.updated.push_back(tracks_[i].snapshot());
            changes.detection_index.push_back(*round.taken[i]);
        } else {
            changes.lost.push_back(tracks_[i].snapshot());
        }
    }
}

} // namespace vedette::vision
