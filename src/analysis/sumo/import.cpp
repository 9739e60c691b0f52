#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "files/open_file.h"
#include "sumo/cameras.h"
#include "sumo/passes.h"
#include "sumo/plan.h"
#include "traffic/plate_maker.h"
#include "traffic/reading.h"
#include "vedette/analysis/sumo_import.h"

namespace vedette::analysis {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
/// Further apart, two vehicles do not pass a camera together.
constexpr std::int64_t kTogether = 180 * kSecond;

/// Vehicles of SUMO's trips, with plates.
class Fleet {
public:
    Fleet(const std::vector<std::string>& trips, char mark, std::uint64_t seed) {
        PlateMaker plates{mix(seed, 0x706C61)};
        for (const std::string& trip : trips) {
            const auto [at, is_new] =
                numbers_.emplace(trip.substr(0, trip.rfind(mark)), plates_.size());
            if (is_new)
                plates_.push_back(plates.next());
            vehicle_of_.push_back(at->second);
        }
    }
    [[nodiscard]] std::size_t vehicle_of(std::uint32_t trip) const { return vehicle_of_[trip]; }
    [[nodiscard]] const std::string& plate(std::size_t vehicle) const { return plates_[vehicle]; }
    /// Empty if no trip of it was there.
    [[nodiscard]] std::string plate_of(const std::string& vehicle) const {
        const auto found = numbers_.find(vehicle);
        return found == numbers_.end() ? std::string{} : plates_[found->second];
    }
    [[nodiscard]] int trips_of(const std::string& vehicle) const {
        const auto found = numbers_.find(vehicle);
        return found == numbers_.end()
                   ? 0
                   : static_cast<int>(
                         std::count(vehicle_of_.begin(), vehicle_of_.end(), found->second));
    }

private:
    std::map<std::string, std::size_t> numbers_;
    std::vector<std::size_t> vehicle_of_; ///< by trip
    std::vector<std::string> plates_;     ///< by vehicle
};

/// What came about of who was to follow whom.
class Outcome {
public:
    Outcome(std::vector<SumoSubject> plan, const std::vector<std::string>& trips)
        : plan_{std::move(plan)} {
        std::map<std::string, std::uint32_t> index;
        for (std::size_t i = 0; i < trips.size(); ++i)
            index[trips[i]] = static_cast<std::uint32_t>(i);
        index_ = std::move(index);
        for (const SumoSubject& subject : plan_)
            for (const SumoFollower& follower : subject.followers)
                for (const auto& [theirs, its] : follower.trips)
                    for (const std::string& name : {theirs, its})
                        if (const auto found = index_.find(name); found != index_.end())
                            watched_[found->second];
    }
    void passed(const SumoPass& pass, bool read) {
        const auto trip = watched_.find(pass.trip);
        if (trip != watched_.end())
            trip->second.push_back({pass.at_us, pass.camera, read});
    }
    [[nodiscard]] std::vector<PlantedSubject> truth(const Fleet& fleet, WallTime start) const {
        std::vector<PlantedSubject> out;
        for (const SumoSubject& subject : plan_) {
            PlantedSubject one{.plate = fleet.plate_of(subject.vehicle),
                               .trips = fleet.trips_of(subject.vehicle),
                               .cameras = {},
                               .followers = {}};
            if (one.plate.empty())
                continue; // passed no camera at all
            for (const SumoFollower& follower : subject.followers)
                if (const auto plate = fleet.plate_of(follower.vehicle); !plate.empty())
                    one.followers.push_back(outcome_of(follower, plate, start));
            out.push_back(std::move(one));
        }
        return out;
    }

private:
    struct Seen {
        std::int64_t at_us;
        std::uint32_t camera;
        bool read;
    };
    [[nodiscard]] const std::vector<Seen>* seen_on(const std::string& trip) const {
        const auto index = index_.find(trip);
        if (index == index_.end())
            return nullptr;
        const auto found = watched_.find(index->second);
        return found == watched_.end() || found->second.empty() ? nullptr : &found->second;
    }
    [[nodiscard]] PlantedFollower outcome_of(const SumoFollower& follower, const std::string& plate,
                                             WallTime start) const {
        PlantedFollower out;
        out.plate = plate;
        out.tactic = follower.tactic;
        out.wanted_trips = follower.wanted_trips;
        for (const auto& [theirs, its] : follower.trips) {
            const auto* subject_seen = seen_on(theirs);
            const auto* seen = seen_on(its);
            if (subject_seen == nullptr || seen == nullptr)
                continue; // one of them passed no camera: as good as not joined
            const WallTime begin = start + std::chrono::microseconds{seen->front().at_us};
            out.first = out.trips == 0 ? begin : std::min(out.first, begin);
            out.last = out.trips == 0 ? begin : std::max(out.last, begin);
            ++out.trips;
            count_shared(*subject_seen, *seen, out);
        }
        return out;
    }
    static void count_shared(const std::vector<Seen>& theirs, const std::vector<Seen>& its,
                             PlantedFollower& out) {
        for (const Seen& a : theirs)
            for (const Seen& b : its)
                if (a.camera == b.camera && std::abs(a.at_us - b.at_us) < kTogether) {
                    ++out.shared_passes;
                    out.shared_reads += a.read && b.read ? 1 : 0;
                }
    }

    std::vector<SumoSubject> plan_;
    std::map<std::string, std::uint32_t> index_;
    std::map<std::uint32_t, std::vector<Seen>> watched_; ///< by trip
};

Result<SumoCameras> cameras_from(const std::filesystem::path& file) {
    VEDETTE_TRY(const auto in, open_for_reading(file));
    return SumoCameras::read(*in, file.string());
}

} // namespace

Result<TrafficTruth> import_sumo(const SumoOptions& options, ReadSink& sink) {
    VEDETTE_CHECK_OK(check_reading(options.reading));
    VEDETTE_TRY(Confusion confusion, confusion_for(options.reading));
    VEDETTE_TRY(const SumoCameras cameras, cameras_from(options.cameras));
    std::vector<SumoSubject> plan;
    if (!options.plan.empty()) {
        VEDETTE_TRY(plan, read_sumo_plan(options.plan));
    }
    SumoPasses found{cameras, options.max_passes};
    for (const auto& input : options.inputs) {
        VEDETTE_TRY(const auto in, open_for_reading(input));
        VEDETTE_CHECK_OK(found.read(*in, input.string()));
    }
    const std::vector<SumoPass> passes = found.sorted();
    if (passes.empty())
        return Error{ErrorCode::invalid_argument,
                     options.cameras.string() +
                         ": no vehicle passed any of these cameras: are they of this network?"};
    const int days = static_cast<int>(passes.back().at_us / kDay) + 1;
    const Fleet fleet{found.names(), options.trip_mark, options.seed};
    Reading reading{options.reading, std::move(confusion), options.start, days, options.seed};
    TrafficTruth truth;
    for (const SumoCamera& camera : cameras.all()) {
        reading.add_camera(camera.place.camera.value());
        truth.places.push_back(camera.place);
        truth.places.back().clock_error = options.reading.clock_error;
    }
    Outcome outcome{std::move(plan), found.names()};
    for (const SumoPass& pass : passes) {
        const std::size_t vehicle = fleet.vehicle_of(pass.trip);
        const bool read = reading.pass({.at_us = pass.at_us,
                                        .camera = pass.camera,
                                        .vehicle = vehicle,
                                        .position = std::nullopt},
                                       fleet.plate(vehicle));
        outcome.passed(pass, read);
        VEDETTE_CHECK_OK(reading.advance(pass.at_us, sink));
    }
    VEDETTE_CHECK_OK(reading.finish(sink));
    truth.trips = found.names().size();
    truth.subjects = outcome.truth(fleet, options.start);
    reading.count_into(truth);
    return truth;
}

} // namespace vedette::analysis
