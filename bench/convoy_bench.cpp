// Convoy search over a store, side by side with the self-join that everybody writes, over as many
// sightings as VEDETTE_BENCH_SIGHTINGS says (200 000 if it says nothing).
//
// The traffic is synthetic: a grid of 24 cameras, 200 000 vehicles whose trips follow streets (few
// drive very often), over five weeks. Subjects drive several times a day, and to work and back on
// the same way at the same hour as their four neighbours, all within two minutes. Each subject has
// one follower who joins three of its trips and drives elsewhere as often as it. Where the follower
// stands in the answer is a counter, 1 being the first.
//
// The store is the real schema, but only its index of plates is filled, in the order of its key:
// neither way of asking reads anything else, and ten million whole sightings take an hour.

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "sqlite/connection.h"
#include "sqlite/open.h"
#include "vedette/analysis/convoy.h"
#include "vedette/storage/pass_view.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own
using storage::Connection;

constexpr int kWidth = 6;
constexpr int kHeight = 4;
constexpr std::int64_t kStart_us = 1'795'000'000'000'000;
constexpr std::int64_t kSecond_us = 1'000'000;
constexpr std::int64_t kDay_us = 86'400 * kSecond_us;
constexpr int kDays = 35;
constexpr std::uint32_t kVehicles = 200'000;
constexpr std::uint32_t kSubjects = 20;
constexpr int kStops = 8;
constexpr std::uint32_t kNeighbours = 4; // of each subject
constexpr std::uint32_t kNamed = kSubjects * (2 + kNeighbours);

std::size_t wanted_sightings() {
    const char* said = std::getenv("VEDETTE_BENCH_SIGHTINGS");
    return said == nullptr ? 200'000 : std::strtoull(said, nullptr, 10);
}

std::filesystem::path bench_file() {
    const char* said = std::getenv("VEDETTE_BENCH_FOLDER");
    const std::filesystem::path below =
        said == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path{said};
    return below / ("vedette-convoy-bench-" + std::to_string(::getpid()) + ".db");
}

struct Row {
    std::uint32_t vehicle = 0;
    std::uint32_t camera = 0;
    std::int64_t at_us = 0;
};

class Traffic {
public:
    std::vector<Row> make(std::size_t sightings) {
        const auto subject_trips = static_cast<int>(
            std::clamp<std::size_t>(sightings / kSubjects / kStops / 100, 10, 100));
        for (std::uint32_t subject = 0; subject < kSubjects; ++subject) {
            follow(subject, subject_trips);
            commute(subject);
        }
        while (rows_.size() < sightings) {
            const double skewed = std::pow(share(), 2.0);
            trip(kNamed + static_cast<std::uint32_t>(skewed * (kVehicles - kNamed)), any_time());
        }
        return std::move(rows_);
    }
    static std::string plate(std::uint32_t vehicle) {
        std::uint64_t mixed = (vehicle + 1) * 0x9E3779B97F4A7C15ULL;
        mixed ^= mixed >> 29U;
        std::string text;
        for (int i = 0; i < 7; ++i) {
            const bool digit = i == 2 || i == 3;
            const std::uint64_t signs = digit ? 10 : 26;
            text += static_cast<char>((digit ? '0' : 'A') + static_cast<char>(mixed % signs));
            mixed /= signs;
        }
        return text;
    }

private:
    std::uint64_t number(std::uint64_t below) { return random_() % below; }
    double share() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }
    std::int64_t any_time() {
        const auto day = static_cast<std::int64_t>(number(kDays));
        const double of_day = 0.25 + 0.35 * (share() + share()); // busier at noon than at night
        return kStart_us + day * kDay_us + static_cast<std::int64_t>(of_day * kDay_us);
    }
    /// \return first row of it
    std::size_t trip(std::uint32_t vehicle, std::int64_t at_us) {
        const std::size_t first = rows_.size();
        int x = static_cast<int>(number(kWidth));
        int y = static_cast<int>(number(kHeight));
        int direction = static_cast<int>(number(4));
        for (int i = 0; i < kStops; ++i) {
            rows_.push_back({vehicle, static_cast<std::uint32_t>(y * kWidth + x), at_us});
            at_us += static_cast<std::int64_t>(60 + number(60)) * kSecond_us;
            if (number(3) == 0)
                direction = static_cast<int>(number(4));
            constexpr int kDx[] = {1, 0, -1, 0};
            constexpr int kDy[] = {0, 1, 0, -1};
            while (x + kDx[direction] < 0 || x + kDx[direction] >= kWidth ||
                   y + kDy[direction] < 0 || y + kDy[direction] >= kHeight)
                direction = (direction + 1) % 4;
            x += kDx[direction];
            y += kDy[direction];
        }
        return first;
    }
    void follow(std::uint32_t subject, int trips) {
        for (int i = 0; i < trips; ++i) {
            const std::size_t first = trip(subject, any_time());
            trip(kSubjects + subject, any_time());
            if (i % (trips / 3) != 1)
                continue;
            for (std::size_t at = first; at < first + kStops; ++at) {
                Row row = rows_[at];
                row.vehicle = kSubjects + subject;
                row.at_us += static_cast<std::int64_t>(15 + number(10)) * kSecond_us;
                rows_.push_back(row);
            }
        }
    }
    /// The same way at the same hour every day, with the neighbours.
    void commute(std::uint32_t subject) {
        const std::size_t first = trip(subject, any_time());
        const std::vector<Row> way(rows_.begin() + static_cast<std::ptrdiff_t>(first), rows_.end());
        const std::int64_t first_day = (way.front().at_us - kStart_us) / kDay_us;
        for (std::int64_t day = 0; day < kDays; ++day)
            for (std::uint32_t who = 0; who <= kNeighbours; ++who) {
                if (who == 0 && day == first_day)
                    continue; // has driven
                const std::int64_t later = (day - first_day) * kDay_us +
                                           static_cast<std::int64_t>(number(120)) * kSecond_us;
                for (Row row : way) {
                    row.vehicle =
                        who == 0 ? subject : 2 * kSubjects + subject * kNeighbours + who - 1;
                    row.at_us += later;
                    rows_.push_back(row);
                }
            }
    }
    std::mt19937_64 random_{42};
    std::vector<Row> rows_;
};

class Filled {
public:
    Filled() : file_{bench_file()} {
        const Status filled = fill();
        if (!filled)
            problem_ = filled.error().message();
    }
    ~Filled() { storage::remove_database(file_); }
    Filled(const Filled&) = delete;
    Filled& operator=(const Filled&) = delete;
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] double index_s() const { return index_s_; }

private:
    Status fill() {
        auto rows = Traffic{}.make(wanted_sightings());
        std::vector<std::string> plates(kVehicles);
        for (std::uint32_t vehicle = 0; vehicle < kVehicles; ++vehicle)
            plates[vehicle] = Traffic::plate(vehicle);
        std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
            return a.vehicle != b.vehicle ? plates[a.vehicle] < plates[b.vehicle]
                                          : a.at_us < b.at_us;
        });
        VEDETTE_TRY(auto connection, storage::open_writer(file_, {}));
        VEDETTE_CHECK_OK(connection->execute("DROP INDEX plate_sightings_by_group; BEGIN"));
        for (int camera = 0; camera < kWidth * kHeight; ++camera)
            VEDETTE_CHECK_OK(connection->execute("INSERT INTO sighting_groups VALUES (" +
                                                 std::to_string(camera + 1) + ", 'camera-" +
                                                 std::to_string(camera) + "', 'car', 1)"));
        VEDETTE_TRY(auto add, connection->prepare("INSERT OR IGNORE INTO plate_sightings VALUES "
                                                  "(?1, ?2, ?3, ?4, ?5, ?6)"));
        std::int64_t seq = 0;
        for (const Row& row : rows) {
            ++seq;
            const std::string id = "home.camera-" + std::to_string(row.camera) +
                                   ".20261121T101500Z." + std::to_string(seq) + ".sighting.0";
            VEDETTE_CHECK_OK(add.run(plates[row.vehicle], row.at_us, id, seq,
                                     static_cast<std::int64_t>(row.camera + 1),
                                     std::optional<double>{0.95}));
        }
        VEDETTE_CHECK_OK(connection->execute("COMMIT"));
        const auto begin = std::chrono::steady_clock::now();
        VEDETTE_CHECK_OK(connection->execute(
            "CREATE INDEX plate_sightings_by_group ON plate_sightings (group_id, "
            "first_seen_us_utc, event_id, plate_confidence); INSERT INTO plate_flow SELECT "
            "group_id, first_seen_us_utc / 3600000000, count(*) FROM plate_sightings GROUP BY 1, "
            "2"));
        index_s_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return {};
    }
    std::filesystem::path file_;
    std::string problem_;
    double index_s_ = 0;
};

const Filled& filled() {
    static const Filled store; // made by the first benchmark, removed at the end
    return store;
}

ports::TimeSpan window(int days) {
    return {WallTime{std::chrono::microseconds{kStart_us}},
            WallTime{std::chrono::microseconds{kStart_us + days * kDay_us}}};
}

/// What was measured of many searches.
class Times {
public:
    void add(double ms, std::size_t rank) {
        ms_.push_back(ms);
        first_ += rank == 1 ? 1 : 0;
        if (rank > 0)
            worst_ = std::max(worst_, rank);
        else
            ++lost_;
    }
    void tell(benchmark::State& state) {
        std::sort(ms_.begin(), ms_.end());
        state.counters["p50_ms"] = ms_[ms_.size() / 2];
        state.counters["max_ms"] = ms_.back();
        state.counters["follower_first"] = static_cast<double>(first_);
        state.counters["follower_worst_rank"] = static_cast<double>(worst_);
        state.counters["follower_not_listed"] = static_cast<double>(lost_);
    }

private:
    std::vector<double> ms_;
    std::size_t first_ = 0;
    std::size_t worst_ = 0;
    std::size_t lost_ = 0;
};

double ms_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

void convoy_search(benchmark::State& state) {
    if (!filled().problem().empty()) {
        state.SkipWithError(filled().problem().c_str());
        return;
    }
    const auto index = storage::PassView::open(filled().file()).value();
    Times times;
    double around = 0;
    double scored = 0;
    double innocents = 0;
    std::uint32_t subject = 0;
    for ([[maybe_unused]] const auto once : state) {
        const std::string follower = Traffic::plate(kSubjects + subject);
        const auto begin = std::chrono::steady_clock::now();
        const auto report = analysis::find_convoy(*index, Traffic::plate(subject++),
                                                  window(static_cast<int>(state.range(0))));
        const double took = ms_since(begin);
        if (!report) {
            state.SkipWithError(report.error().message().c_str());
            return;
        }
        std::size_t rank = 0;
        for (std::size_t i = 0; i < report->companions.size(); ++i) {
            if (report->companions[i].plate == follower)
                rank = i + 1;
            else if (report->companions[i].llr > report->chance_llr)
                ++innocents;
        }
        times.add(took, rank);
        around += static_cast<double>(report->around) / kSubjects;
        scored += static_cast<double>(report->candidates) / kSubjects;
    }
    times.tell(state);
    state.counters["vehicles_around"] = around;
    state.counters["scored"] = scored;
    state.counters["innocents_above_chance"] = innocents;
    state.counters["index_made_s"] = filled().index_s();
}

/// Counts shared passes; over the index that convoy search made, without which each of the
/// subject's passes reads all sightings.
void self_join(benchmark::State& state) {
    auto connection = storage::open_reader(filled().file(), {}).value();
    auto statement =
        connection
            ->prepare("SELECT b.plate, count(*) AS together, count(DISTINCT b.group_id) AS places "
                      "FROM plate_sightings a CROSS JOIN plate_sightings b INDEXED BY "
                      "plate_sightings_by_group ON b.group_id = a.group_id AND b.first_seen_us_utc "
                      "BETWEEN "
                      "a.first_seen_us_utc - 120000000 AND a.first_seen_us_utc + 120000000 AND "
                      "b.plate <> a.plate WHERE a.plate = ?1 AND a.first_seen_us_utc BETWEEN ?2 "
                      "AND ?3 GROUP BY b.plate HAVING places >= 2 ORDER BY together DESC, b.plate "
                      "LIMIT 50")
            .value();
    Times times;
    std::uint32_t subject = 0;
    const auto span = window(static_cast<int>(state.range(0)));
    for ([[maybe_unused]] const auto once : state) {
        const std::string follower = Traffic::plate(kSubjects + subject);
        const auto begin = std::chrono::steady_clock::now();
        std::size_t rank = 0;
        {
            auto rows =
                statement.query(Traffic::plate(subject++), span.from.time_since_epoch().count(),
                                span.to.time_since_epoch().count());
            for (std::size_t i = 1; rows.next().value(); ++i)
                if (rows.bytes(0) == follower)
                    rank = i;
        }
        times.add(ms_since(begin), rank);
    }
    times.tell(state);
}

BENCHMARK(convoy_search)->Arg(7)->Arg(kDays)->Iterations(kSubjects)->Unit(benchmark::kMillisecond);
BENCHMARK(self_join)->Arg(7)->Arg(kDays)->Iterations(kSubjects)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
