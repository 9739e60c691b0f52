#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <vector>

#include "traffic/city.h"
#include "traffic/day_plan.h"
#include "traffic/population.h"
#include "traffic/random.h"

namespace vedette::analysis {

/// What an engine tells of.
class EngineObserver {
public:
    virtual ~EngineObserver() = default;
    /// In the order of enters_us.
    virtual void drives(const Drive& drive) = 0;
    /// A follower set out on a trip of a subject.
    virtual void joined(std::size_t vehicle, std::uint32_t trip, std::int64_t at_us) = 0;
};

/// Lets vehicles drive their legs: point queues with signals. On a road a vehicle takes its time,
/// then queues with those before it, leaves one headway after the last, and only at green: so
/// platoons form at signals and jams before what carries too little (cf. Vickrey, "Congestion
/// theory and transport investment", 1969). Holds as many events as vehicles.
class Engine {
public:
    /// Borrows all of them.
    Engine(const City& city, const std::vector<TownVehicle>& vehicles, std::uint64_t seed,
           EngineObserver& observer);

    /// Where each vehicle stands, or will once its drive is over.
    [[nodiscard]] std::vector<NodeIndex> places() const;
    /// Gives each vehicle its legs of the day; what was left of the day before is dropped.
    void begin_day(int day, std::vector<std::vector<Leg>>&& legs);
    /// \return false if nothing happens before `end_us`; else the time of what was done.
    std::optional<std::int64_t> step(std::int64_t end_us);
    [[nodiscard]] bool stands_at(std::size_t vehicle, NodeIndex node) const {
        return !movers_[vehicle].driving && movers_[vehicle].at == node;
    }
    [[nodiscard]] std::uint64_t trips() const { return trips_; }

private:
    enum class Kind { departs = 1, reaches };
    struct Happening {
        std::int64_t at_us;
        std::uint64_t order;
        std::uint32_t vehicle;
        Kind kind;
        std::uint32_t generation; ///< of the mover's plan; an older one is void
        friend bool operator>(const Happening& a, const Happening& b) {
            return a.at_us != b.at_us ? a.at_us > b.at_us : a.order > b.order;
        }
    };
    struct Mover {
        NodeIndex at = 0;
        std::vector<Leg> legs;
        std::size_t next_leg = 0;
        Route way;
        std::size_t step = 0; ///< roads of `way` entered
        bool driving = false;
        std::uint32_t generation = 0;
        std::optional<std::uint32_t> own_trip; ///< being driven
        std::optional<std::uint32_t> joined_trip;
    };
    struct Waiting {
        std::size_t vehicle;
        Joining joining;
        std::uint32_t generation;
    };
    struct TripState {
        std::optional<std::int64_t> planned_us; ///< its departure, once it is sure
        std::vector<std::int64_t> reached_us;   ///< [step]
        std::vector<Waiting> waiting;
        bool over = false;
    };
    struct Incident {
        EdgeIndex edge;
        std::int64_t from_us;
        std::int64_t to_us;
    };

    void schedule(std::int64_t at_us, std::size_t vehicle, Kind kind);
    void think_of_next_leg(std::size_t vehicle, std::int64_t now_us);
    void wait_for(std::size_t vehicle, const Joining& joining, std::int64_t now_us);
    void depart_at(std::size_t vehicle, std::int64_t wanted_us, std::int64_t now_us);
    void depart(std::size_t vehicle, std::int64_t now_us);
    void reach(std::size_t vehicle, std::int64_t now_us);
    void arrive(std::size_t vehicle, std::int64_t now_us);
    void enter(std::size_t vehicle, EdgeIndex edge, std::int64_t now_us);
    void tell_trip(std::uint32_t trip, std::optional<std::size_t> step, std::int64_t at_us,
                   std::int64_t now_us);
    void end_trip(std::uint32_t trip, std::int64_t now_us);
    [[nodiscard]] double speed_factor(EdgeIndex edge, std::int64_t at_us) const;
    [[nodiscard]] bool is_blocked(EdgeIndex edge, std::int64_t at_us) const;

    const City& city_;
    const std::vector<TownVehicle>& vehicles_;
    EngineObserver& observer_;
    std::uint64_t seed_;
    Random random_;
    std::vector<Mover> movers_;
    std::vector<std::int64_t> last_out_us_;  ///< by edge
    std::vector<std::uint8_t> has_incident_; ///< by edge, today
    std::vector<Incident> incidents_;
    std::map<std::uint32_t, TripState> trip_states_; ///< of subjects, today
    std::priority_queue<Happening, std::vector<Happening>, std::greater<>> queue_;
    std::uint64_t order_ = 0;
    std::uint64_t trips_ = 0;
};

} // namespace vedette::analysis
