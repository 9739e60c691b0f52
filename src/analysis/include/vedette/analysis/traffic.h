#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

/// Synthetic traffic with vehicles that are known to follow others: what methods are measured on.
/// How it is made: docs/design/traffic.md. It knows nothing of any score.
namespace vedette::analysis {

/// How well cameras read. Every camera differs: these are the middles of what they get.
struct ReadingOptions {
    double read_rate = 0.9;     ///< 0..1: share of passes that become a read, by day and dry
    double misread_rate = 0.03; ///< 0..1: share of reads with a wrong text, by day and dry
    double night_factor = 0.85; ///< 0..1: of the read rate, 22:00 to 6:00
    double rain_factor = 0.9; ///< 0..1: of the read rate; rain also doubles misreads, as night does
    double duplicate_rate = 0.01;               ///< 0..1: share of passes that are read twice
    std::chrono::milliseconds clock_error{700}; ///< one standard deviation over cameras, 0..60 s
    double outage_share = 0.01;                 ///< 0..0.5: of the time a camera is away
    /// What is read for what, as rows "true,read,weight"; empty: the table that comes with the
    /// program.
    std::string confusion_csv;
};

/// How subjects are followed.
enum class Tactic {
    close = 1,    ///< a few seconds behind, the whole trip
    hand_over,    ///< a team: each follows a part of the trip
    intermittent, ///< leaves the subject, drives another way, and joins again
    ahead,        ///< a few seconds before it: the way is known
    parallel,     ///< other streets for most of the trip, behind the subject for a third
};
[[nodiscard]] std::string_view to_string(Tactic tactic) noexcept;

/// What to simulate.
struct TrafficOptions {
    std::uint64_t seed = 1;
    int days = 7;                    ///< 1..400
    int vehicles = 5000;             ///< 100..500 000
    int cameras = 60;                ///< 1..2000; fewer if the city has no more roads
    int subjects = 3;                ///< 0..1000
    int followers = 3;               ///< 0..20 for each subject; of a team each member counts
    std::vector<int> trips{5, 3, 2}; ///< how many trips followers join, in turns; each 1..100
    std::chrono::sys_days start{std::chrono::year{2026} / 3 / 2}; ///< a Monday
    bool mobile = false; ///< the cameras are on the subjects' cars instead of at the roads
    ReadingOptions reading;
};

/// One read and what it was of.
struct SimulatedRead {
    Pass pass;
    std::string true_plate;
};

/// Where reads go, in the order of their times as the cameras tell them.
class ReadSink {
public:
    virtual ~ReadSink() = default;
    virtual Status take(const SimulatedRead& read) = 0;
};

/// A planted follower and what it did.
struct PlantedFollower {
    std::string plate;
    int trips = 0;        ///< of the subject that it joined, as it came about
    int wanted_trips = 0; ///< that it was to join
    std::string tactic;
    WallTime first; ///< true time of its start on the first of them
    WallTime last;  ///< true time of its start on the last
    /// How often both passed one camera within three minutes on one of these trips, and how often
    /// both were read there (misreads count): what there is to find. With mobile cameras: how often
    /// one saw it.
    int shared_passes = 0;
    int shared_reads = 0;
};

/// A vehicle that is followed.
struct PlantedSubject {
    std::string plate;
    int trips = 0;                    ///< of its own
    std::vector<std::string> cameras; ///< on it, in mobile mode
    std::vector<PlantedFollower> followers;
};

/// What was planted and how much came about.
struct TrafficTruth {
    std::vector<PlantedSubject> subjects;
    std::vector<Place>
        places; ///< of the fixed cameras; the clock error is its scale, not its value
    std::uint64_t trips = 0;
    std::uint64_t passes = 0; ///< of vehicles at cameras, read or not
    std::uint64_t reads = 0;
    std::uint64_t misreads = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t outage_passes = 0; ///< while the camera was away
    std::uint64_t vehicles_read = 0; ///< different ones with at least one read
};

/// Simulates all of it and gives the reads to `sink`. Pure: the same options give the same reads
/// on every machine. Memory grows with vehicles and cameras, not with days.
/// \return invalid_argument naming the option that is out of range; what the sink returns.
[[nodiscard]] Result<TrafficTruth> simulate_traffic(const TrafficOptions& options, ReadSink& sink);

} // namespace vedette::analysis
