#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/following_options.h"
#include "app/server/follower_probe.h"
#include "app/server/following_outbox.h"
#include "app/server/following_plates.h"
#include "vedette/analysis/case_keeper.h"
#include "vedette/analysis/following_stream.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/domain/event.h"
#include "vedette/ports/event_log.h"
#include "vedette/ports/following_store.h"

namespace vedette::app {

/// Makes cases of the sightings of the log: the work of a subscriber, without its thread.
///
/// What it does is a function of the log, of the settings and of the pauses that are kept with the
/// cases; so it may end at any moment, also between two of its commits, and the next one that goes
/// on from the last saved state comes to the same cases and the same events, each once:
///
/// - Sightings are folded in the order of the log. A state is saved now and then, with the position
///   up to which it knows the log; the next start goes on there and folds what came since once
///   more. Cases that it then finds again say nothing new and are left alone.
/// - Where the clock moves time on because no traffic comes, the decision is stored before anything
///   is made of it, and found again at the same place of the log.
/// - Each alert is committed by itself, with what it has to say to the log (FollowingOutbox).
///
/// Thread-compatible.
class FollowerWork {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        ports::EventLog& events;
        ports::FollowingStore& cases;
        Metrics& metrics;
        Log& messages;
        const Clock& clock;
        analysis::CaseVersions versions;
        analysis::ReadLookup lookup; ///< may be empty
        /// Waits a little until what stands up to this position can be looked up; may be empty.
        std::function<void(ports::LogPosition)> settle_lookup;
        /// Every sighting that was seen earlier than this is on the log. Nothing: that is not
        /// known; may be empty.
        std::function<std::optional<WallTime>()> settled{};
    };

    /// Takes up where the last one stood. A state that cannot be used is told to `messages`, and
    /// all is learned anew from what the log still has.
    /// \return errors of the store and of the lists
    static Result<std::unique_ptr<FollowerWork>> open(const FollowingSettings& settings,
                                                      Parts parts);
    FollowerWork(const FollowerWork&) = delete;
    FollowerWork& operator=(const FollowerWork&) = delete;

    /// The last event that was handled.
    [[nodiscard]] ports::LogPosition position() const noexcept { return handled_; }
    /// The last event that the saved state knows: the log is not needed any more up to here.
    [[nodiscard]] ports::LogPosition saved() const noexcept { return saved_; }

    /// \return errors of the store and the log; then the same or more of the same may be given
    ///   again, and nothing is folded twice
    [[nodiscard]] Status handle(std::span<const ports::LoggedEvent> batch);
    /// What the clock asks for: to be called now and then. \return errors of the store and the log;
    ///   it goes on with the next call
    [[nodiscard]] Status look();
    /// Other settings, from here on: what the old ones found stays, but for the cases that nobody
    /// judged of those who are no subjects any more.
    /// \return errors of the store and of the lists; then it may be called again
    [[nodiscard]] Status change(const FollowingSettings& settings);
    /// Saves all of it. \return errors of the store
    [[nodiscard]] Status save();

private:
    FollowerWork(FollowingSettings settings, FollowingPlates plates,
                 analysis::FollowingStream stream, Parts parts);

    struct Arrival {
        SteadyTime when;
        WallTime latest; ///< of the reads that arrived about then
    };

    [[nodiscard]] Status begin(ports::LogPosition position);
    void take(const ports::Envelope& envelope);
    void take_sighting(const domain::Event& event);
    void take_track(const std::string& payload);
    void add_subject(const std::string& plate);
    void arrived(WallTime at);
    void repeat_pauses(ports::LogPosition before);
    [[nodiscard]] std::optional<WallTime> settled_now();
    [[nodiscard]] Status pause_by_clock(std::optional<WallTime> settled);
    void collect();
    [[nodiscard]] Status settle();
    [[nodiscard]] Status act(const analysis::FollowingStep& step);
    [[nodiscard]] Status conclude(WallTime hour);
    [[nodiscard]] Status keep(const analysis::Finding& alert);
    [[nodiscard]] Status say(const analysis::CountedTogether& counted);
    [[nodiscard]] Status follow_subjects();
    [[nodiscard]] Status commit_state();
    [[nodiscard]] Status try_to_commit_state();
    [[nodiscard]] bool is_at_the_end() const;
    [[nodiscard]] bool save_is_due() const;

    const Parts parts_;
    FollowingSettings settings_;
    FollowingPlates plates_;
    analysis::FollowingStream stream_;
    analysis::CaseKeeper keeper_;
    FollowingOutbox outbox_;
    FollowerProbe probe_;
    ports::LogPosition handled_;
    ports::LogPosition saved_;
    ports::LogPosition known_; ///< up to which cases were ever committed
    ports::LogPosition known_at_start_;
    std::deque<ports::FollowingPause> repeated_; ///< kept pauses that the log has not come to yet
    std::deque<Arrival> arrivals_;               ///< of reads that may wait still
    std::optional<WallTime> owed_pause_;         ///< decided, and not stored yet
    std::deque<analysis::FollowingStep> steps_;  ///< not acted on yet
    SteadyTime saved_at_;
    SteadyTime asked_at_{}; ///< whether reads have to wait
    SteadyTime published_at_;
    std::size_t saved_bytes_ = 0;
    std::set<std::string> gone_;     ///< subjects whose cases have to go with the next state
    bool is_changed_ = false;        ///< since the last save, by something else than the log
    bool has_new_subject_ = false;   ///< since the last save
    bool too_many_subjects_ = false; ///< was told
};

} // namespace vedette::app
