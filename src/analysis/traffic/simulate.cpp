#include <algorithm>
#include <cstdio>
#include <memory>

#include "ranges.h"
#include "traffic/city.h"
#include "traffic/confusion.h"
#include "traffic/day_plan.h"
#include "traffic/engine.h"
#include "traffic/following_plan.h"
#include "traffic/mobile.h"
#include "traffic/population.h"
#include "traffic/reading.h"
#include "vedette/analysis/traffic.h"

namespace vedette::analysis {
namespace {

Status check(const TrafficOptions& options) {
    VEDETTE_CHECK_OK(in_range("days", options.days, 1, 400));
    VEDETTE_CHECK_OK(in_range("vehicles", options.vehicles, 100, 500'000));
    VEDETTE_CHECK_OK(in_range("cameras", options.cameras, 1, 2000));
    VEDETTE_CHECK_OK(in_range("subjects", options.subjects, 0, 1000));
    VEDETTE_CHECK_OK(in_range("followers", options.followers, 0, 20));
    if (options.trips.empty())
        return Error{ErrorCode::invalid_argument, "trips must name at least one number"};
    for (const int trips : options.trips)
        VEDETTE_CHECK_OK(in_range("trips", trips, 1, 100));
    if (options.mobile && options.subjects == 0)
        return Error{ErrorCode::invalid_argument, "mobile cameras need subjects to be on"};
    return check_reading(options.reading);
}

/// Between the engine and what reads: which drives pass a camera.
class Watcher final : public EngineObserver {
public:
    Watcher(const City& city, const std::vector<TownVehicle>& vehicles, FollowingPlan& plan,
            Reading& reading)
        : vehicles_{vehicles}, plan_{plan}, reading_{reading}, camera_of_(city.edges().size(), -1),
          fraction_(city.edges().size(), 0) {}

    void place_cameras(const City& city, const std::vector<EdgeIndex>& sites, Random& random,
                       TrafficTruth& truth, std::chrono::milliseconds clock_error) {
        for (const EdgeIndex edge : sites) {
            char name[16];
            std::snprintf(name, sizeof name, "cam%04zu", truth.places.size() + 1);
            camera_of_[edge] = static_cast<int>(reading_.add_camera(name));
            fraction_[edge] = random.between(0.2, 0.8);
            // A camera looks at the back of who has passed, or at who comes.
            const double way = city.bearing_deg(edge);
            const double bearing = random.chance(0.5) ? way : (way >= 180 ? way - 180 : way + 180);
            truth.places.push_back({domain::CameraId{name}, city.point_on(edge, fraction_[edge]),
                                    bearing, clock_error});
        }
    }
    void watch_from(std::unique_ptr<MobileCameras> mobile) { mobile_ = std::move(mobile); }

    void drives(const Drive& drive) override {
        if (mobile_ != nullptr)
            mobile_->drives(drive, reading_, plan_);
        const int camera = camera_of_[drive.edge];
        if (camera < 0)
            return;
        const auto at_us =
            drive.enters_us +
            static_cast<std::int64_t>(static_cast<double>(drive.leaves_us - drive.enters_us) *
                                      fraction_[drive.edge]);
        const bool read = reading_.pass({.at_us = at_us,
                                         .camera = static_cast<std::size_t>(camera),
                                         .vehicle = drive.vehicle,
                                         .position = std::nullopt},
                                        vehicles_[drive.vehicle].plate);
        if (drive.trip)
            plan_.passed(drive, at_us, read);
    }
    void joined(std::size_t vehicle, std::uint32_t trip, std::int64_t at_us) override {
        plan_.joined(vehicle, trip, at_us);
    }

private:
    const std::vector<TownVehicle>& vehicles_;
    FollowingPlan& plan_;
    Reading& reading_;
    std::vector<int> camera_of_; ///< by edge; -1: none
    std::vector<double> fraction_;
    std::unique_ptr<MobileCameras> mobile_;
};

Status run(const TrafficOptions& options, const DayPlanner& planner, FollowingPlan& plan,
           Engine& engine, const std::function<Status(std::int64_t)>& advance) {
    constexpr int kHappeningsBetween = 4096;
    for (int day = 0; day < options.days; ++day) {
        std::vector<std::vector<Leg>> legs(static_cast<std::size_t>(options.vehicles));
        for (std::size_t vehicle = 0; vehicle < legs.size(); ++vehicle)
            legs[vehicle] = planner.plan(vehicle, day);
        plan.plan_day(day, legs, engine.places());
        engine.begin_day(day, std::move(legs));
        int since = 0;
        while (const auto now_us = engine.step((day + 1) * kDayUs))
            if (++since >= kHappeningsBetween) {
                since = 0;
                VEDETTE_CHECK_OK(advance(*now_us));
            }
    }
    return {};
}

} // namespace

Result<TrafficTruth> simulate_traffic(const TrafficOptions& options, ReadSink& sink) {
    VEDETTE_CHECK_OK(check(options));
    VEDETTE_TRY(Confusion confusion, confusion_for(options.reading));
    const City city{options.seed, options.vehicles};
    std::vector<TownVehicle> vehicles = populate(city, options);
    const std::vector<EdgeIndex> sites = options.mobile
                                             ? std::vector<EdgeIndex>{}
                                             : city.camera_sites(options.seed, options.cameras);
    VEDETTE_TRY(FollowingPlan plan,
                FollowingPlan::choose(city, vehicles, options, {sites.begin(), sites.end()}));
    TrafficTruth truth;
    Reading reading{options.reading, std::move(confusion), options.start, options.days,
                    options.seed};
    Watcher watcher{city, vehicles, plan, reading};
    Random random{mix(options.seed, 0x736974)};
    watcher.place_cameras(city, sites, random, truth, options.reading.clock_error);
    Engine engine{city, vehicles, options.seed, watcher};
    std::vector<std::vector<std::string>> mobile_names;
    if (options.mobile) {
        auto mobile = std::make_unique<MobileCameras>(city, vehicles, engine, options.seed);
        for (const std::size_t subject : plan.subjects())
            mobile_names.push_back(mobile->mount_on(subject, reading));
        watcher.watch_from(std::move(mobile));
    }
    const int weekday = static_cast<int>(std::chrono::weekday{options.start}.iso_encoding()) - 1;
    const DayPlanner planner{city, vehicles, options.seed, weekday};
    VEDETTE_CHECK_OK(run(options, planner, plan, engine,
                         [&](std::int64_t now_us) { return reading.advance(now_us, sink); }));
    VEDETTE_CHECK_OK(reading.finish(sink));
    truth.subjects = plan.truth(vehicles, options.start);
    for (std::size_t s = 0; s < mobile_names.size(); ++s)
        truth.subjects[s].cameras = mobile_names[s];
    truth.trips = engine.trips();
    reading.count_into(truth);
    return truth;
}

} // namespace vedette::analysis
