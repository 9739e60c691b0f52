#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "traffic/city.h"
#include "traffic/day_plan.h"
#include "traffic/population.h"
#include "vedette/analysis/traffic.h"

namespace vedette::analysis {

/// Who follows whom, and how that changes the days of those who follow: on other days, and before
/// and after a trip that they join, they live as they otherwise do.
class FollowingPlan {
public:
    /// Chooses subjects (among commuters with a way to go) and followers (commuters and those who
    /// run errands), and marks the subjects in `vehicles`. `city` is borrowed. \return
    /// invalid_argument where there are too few vehicles.
    static Result<FollowingPlan> choose(const City& city, std::vector<TownVehicle>& vehicles,
                                        const TrafficOptions& options,
                                        const std::set<EdgeIndex>& camera_edges);

    /// Numbers the subjects' trips of a day, decides their ways, and rewrites the legs of those who
    /// join one. `legs[v]` are those of vehicle v; `starts[v]` is where it stands at midnight.
    void plan_day(int day, std::vector<std::vector<Leg>>& legs,
                  const std::vector<NodeIndex>& starts);

    /// A follower has set out on a trip. Told by who lets vehicles drive.
    void joined(std::size_t vehicle, std::uint32_t trip, std::int64_t at_us);
    /// A vehicle on a trip, its own or a joined one, passed the camera of that road.
    void passed(const Drive& drive, std::int64_t at_us, bool read);
    /// A camera on the subject's car had a follower before it, on a trip that it joins.
    void passed_mobile(std::size_t follower, bool read);
    [[nodiscard]] const std::vector<std::size_t>& subjects() const { return subjects_; }
    /// What came about; to be asked once, at the end.
    [[nodiscard]] std::vector<PlantedSubject> truth(const std::vector<TownVehicle>& vehicles,
                                                    WallTime start);

private:
    struct Joined {
        std::set<std::uint32_t> trips;
        std::int64_t first_us = 0;
        std::int64_t last_us = 0;
        int shared_passes = 0;
        int shared_reads = 0;
    };
    struct Passed {
        std::int64_t at_us = 0;
        bool read = false;
    };
    /// Who passed one camera on one trip of a subject.
    struct Meeting {
        std::optional<Passed> subject;
        std::map<std::size_t, Passed> followers; ///< by vehicle
    };
    struct Team {
        std::size_t subject = 0; ///< index into subjects_
        Tactic tactic = Tactic::close;
        int wanted = 0;
        std::vector<std::size_t> members; ///< vehicles
        std::vector<int> days;            ///< when it wants to follow, in order
        std::uint64_t taste = 0;
    };
    /// A subject's leg that may be joined.
    struct Trip {
        std::uint32_t number = 0;
        std::int64_t starts_us = 0;
        NodeIndex from = 0;
        Route way;
        std::size_t cameras = 0;
    };

    FollowingPlan(const City& city, const TrafficOptions& options,
                  const std::set<EdgeIndex>& camera_edges)
        : city_{city}, options_{options}, camera_edges_{camera_edges} {}
    class Draw;
    std::optional<Team> draw_team(Draw& draw, std::size_t most) const;
    std::vector<Trip> number_trips(std::size_t vehicle, std::vector<Leg>& legs, NodeIndex start);
    void count_meetings();
    [[nodiscard]] int trips_joined(const Team& team) const;
    void join(const Team& team, const Trip& trip, std::vector<std::vector<Leg>>& legs);
    [[nodiscard]] std::vector<Leg> legs_of(const Team& team, std::size_t member,
                                           const Trip& trip) const;
    [[nodiscard]] NodeIndex node_at(const Trip& trip, std::size_t step) const;
    [[nodiscard]] Route around(const Trip& trip, NodeIndex from, NodeIndex to,
                               std::uint64_t taste) const;

    const City& city_;
    TrafficOptions options_;
    std::set<EdgeIndex> camera_edges_;
    std::vector<NodeIndex> homes_; ///< of all vehicles
    std::vector<std::size_t> subjects_;
    std::vector<int> subject_trips_;
    std::vector<Team> teams_;
    std::map<std::size_t, Joined> joined_;                            ///< by vehicle
    std::map<std::pair<std::uint32_t, EdgeIndex>, Meeting> meetings_; ///< of today
    std::set<std::size_t> subject_set_;
    std::uint32_t next_trip_ = 0;
};

} // namespace vedette::analysis
