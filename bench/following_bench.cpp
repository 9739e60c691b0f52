// Following side by side with the self-join that everybody writes: sightings of the subject and of
// another plate within so many seconds at the same camera, grouped by plate and counted. Both get
// the same reads of one simulated town, in one run; times are of this process's processor, so that
// they can be compared on a busy machine, too.
//
// VEDETTE_BENCH_VEHICLES, _CAMERAS, _DAYS, _SUBJECTS and _SEED say what is simulated (8000
// vehicles, 80 cameras, 14 days, 20 subjects, seed 91 if they say nothing), three followers each,
// which join five, three and two trips. What counts as found:
//   precision   of the first k vehicles of a subject, k being how many of its followers were read
//               with it at all: the share that follows, mean over subjects; equal counts in the
//               mean of their orders
//   above_last  innocent vehicles before the last of these followers, mean over subjects

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sqlite/connection.h"
#include "vedette/analysis/following.h"
#include "vedette/analysis/traffic.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own
using storage::Connection;

int wanted(const char* name, int otherwise) {
    const char* said = std::getenv(name);
    return said == nullptr ? otherwise : std::atoi(said);
}

struct Town final : analysis::ReadSink {
    Status take(const analysis::SimulatedRead& read) override {
        passes.push_back(read.pass);
        return {};
    }
    std::vector<analysis::Pass> passes;
    analysis::TrafficTruth truth;
    std::string problem;
};

Town make_town() {
    analysis::TrafficOptions options;
    options.seed = static_cast<std::uint64_t>(wanted("VEDETTE_BENCH_SEED", 91));
    options.vehicles = wanted("VEDETTE_BENCH_VEHICLES", 8'000);
    options.cameras = wanted("VEDETTE_BENCH_CAMERAS", 80);
    options.days = wanted("VEDETTE_BENCH_DAYS", 14);
    options.subjects = wanted("VEDETTE_BENCH_SUBJECTS", 20);
    Town town;
    auto truth = analysis::simulate_traffic(options, town);
    if (truth)
        town.truth = *std::move(truth);
    else
        town.problem = truth.error().message();
    std::sort(town.passes.begin(), town.passes.end(), analysis::comes_before);
    return town;
}

const Town& town() {
    static const Town made = make_town();
    return made;
}

/// Of this process: what others do on the machine counts less.
double cpu_ms() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC * 1'000; }

/// Vehicles of one subject, each with what the method makes of it; higher is more suspicious.
using Scores = std::map<std::string, double>;

/// How good the orders of all subjects are.
class Quality {
public:
    void add(const analysis::PlantedSubject& subject, const Scores& scores) {
        std::set<std::string> followers;
        for (const analysis::PlantedFollower& follower : subject.followers)
            if (follower.shared_reads > 0)
                followers.insert(follower.plate);
        if (followers.empty())
            return;
        std::map<double, std::pair<double, double>, std::greater<>> levels; // true ones, all
        double found = 0;
        for (const auto& [plate, score] : scores) {
            auto& [real, all] = levels[score];
            real += followers.contains(plate) ? 1 : 0;
            all += 1;
            found += followers.contains(plate) ? 1 : 0;
        }
        double room = static_cast<double>(followers.size());
        double hits = 0;
        double innocents = 0;
        double above_last = found < room ? static_cast<double>(scores.size()) - found : 0;
        for (const auto& [score, level] : levels) {
            const double taken = std::min(room, level.second);
            hits += taken * level.first / level.second;
            room -= taken;
            if (level.first > 0 && found == static_cast<double>(followers.size()))
                above_last = innocents + (level.second - level.first) / 2;
            innocents += level.second - level.first;
        }
        precision_ += hits / static_cast<double>(followers.size());
        above_last_ += above_last;
        ++subjects_;
    }
    void tell(benchmark::State& state, const std::string& name) const {
        const double subjects = std::max(subjects_, 1.0);
        state.counters[name + "_precision"] = precision_ / subjects;
        state.counters[name + "_above_last"] = above_last_ / subjects;
    }

private:
    double precision_ = 0;
    double above_last_ = 0;
    double subjects_ = 0;
};

/// What following took: all of it, and of that to learn what chance does, daily as a server would.
struct FollowingTook {
    double all_ms = 0;
    double calibrating_ms = 0;
};

Quality follow(FollowingTook& took) {
    const double begin = cpu_ms();
    took = {};
    auto following = analysis::FollowingAnalysis::make({}, town().truth.places).value();
    for (const analysis::PlantedSubject& subject : town().truth.subjects)
        (void)following.add_subject(subject.plate);
    const auto calibrate = [&] {
        const double before = cpu_ms();
        following.calibrate();
        took.calibrating_ms += cpu_ms() - before;
    };
    auto next_day = town().passes.front().at + std::chrono::days{1};
    for (const analysis::Pass& pass : town().passes) {
        if (pass.at >= next_day) {
            calibrate();
            next_day += std::chrono::days{1};
        }
        following.on_pass(pass);
        (void)following.take_alerts();
    }
    following.on_watermark(town().passes.back().at + std::chrono::seconds{1});
    calibrate();
    std::vector<Scores> all;
    for (const analysis::PlantedSubject& subject : town().truth.subjects) {
        Scores& scores = all.emplace_back();
        const auto findings = following.findings(subject.plate).value();
        for (const analysis::Finding& finding : findings)
            scores[finding.vehicle] = finding.score.llr;
    }
    took.all_ms = cpu_ms() - begin;
    Quality quality;
    for (std::size_t i = 0; i < all.size(); ++i)
        quality.add(town().truth.subjects[i], all[i]);
    return quality;
}

/// In memory, with the indices that the question needs.
Connection loaded(double& took_ms) {
    const double begin = cpu_ms();
    auto connection = Connection::open(":memory:", storage::Access::create, {}).value();
    (void)connection.execute("CREATE TABLE reads (plate TEXT, camera INTEGER, at_us INTEGER); "
                             "BEGIN");
    std::map<domain::CameraId, std::int64_t> cameras;
    {
        auto add = connection.prepare("INSERT INTO reads VALUES (?1, ?2, ?3)").value();
        for (const analysis::Pass& pass : town().passes) {
            const auto number = static_cast<std::int64_t>(cameras.size());
            const auto camera = cameras.try_emplace(pass.camera, number).first->second;
            (void)add.run(std::string_view{pass.plate}, camera,
                          std::int64_t{pass.at.time_since_epoch().count()});
        }
    }
    (void)connection.execute("COMMIT; CREATE INDEX by_plate ON reads (plate, at_us, camera); "
                             "CREATE INDEX by_camera ON reads (camera, at_us, plate)");
    took_ms = cpu_ms() - begin;
    return connection;
}

Quality join(Connection& connection, std::int64_t lag_s, double& took_ms) {
    auto statement =
        connection
            .prepare("SELECT b.plate, count(*) FROM reads a CROSS JOIN reads b INDEXED "
                     "BY by_camera ON b.camera = a.camera AND b.at_us BETWEEN a.at_us "
                     "- ?2 AND a.at_us + ?2 AND b.plate <> a.plate WHERE a.plate = ?1 "
                     "GROUP BY b.plate")
            .value();
    const double begin = cpu_ms();
    std::vector<Scores> all;
    for (const analysis::PlantedSubject& subject : town().truth.subjects) {
        Scores& scores = all.emplace_back();
        auto rows = statement.query(std::string_view{subject.plate}, lag_s * 1'000'000);
        while (rows.next().value())
            scores[std::string{rows.bytes(0)}] = static_cast<double>(rows.number(1));
    }
    took_ms = cpu_ms() - begin;
    Quality quality;
    for (std::size_t i = 0; i < all.size(); ++i)
        quality.add(town().truth.subjects[i], all[i]);
    return quality;
}

void following_and_self_join(benchmark::State& state) {
    if (!town().problem.empty()) {
        state.SkipWithError(town().problem.c_str());
        return;
    }
    FollowingTook ours;
    double load_ms = 0;
    double join_120_ms = 0;
    double join_30_ms = 0;
    for ([[maybe_unused]] const auto once : state) {
        follow(ours).tell(state, "following");
        auto connection = loaded(load_ms);
        join(connection, 120, join_120_ms).tell(state, "join_120s");
        join(connection, 30, join_30_ms).tell(state, "join_30s");
    }
    const auto reads = static_cast<double>(town().passes.size());
    const auto subjects = static_cast<double>(town().truth.subjects.size());
    state.counters["reads"] = reads;
    state.counters["following_cpu_ms"] = ours.all_ms;
    state.counters["following_calibrating_cpu_ms"] = ours.calibrating_ms;
    state.counters["join_load_cpu_ms"] = load_ms;
    state.counters["join_120s_cpu_ms_per_subject"] = join_120_ms / subjects;
    state.counters["join_30s_cpu_ms_per_subject"] = join_30_ms / subjects;
    state.counters["following_over_load_and_join_120s"] = ours.all_ms / (load_ms + join_120_ms);
    state.counters["following_over_join_120s_alone"] = ours.all_ms / join_120_ms;
}
BENCHMARK(following_and_self_join)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
