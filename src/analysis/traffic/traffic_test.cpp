#include "vedette/analysis/traffic.h"

#include <algorithm>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "vedette/analysis/pass_file.h"
#include "vedette/crypto/sha256.h"

namespace vedette::analysis {
namespace {

using ::testing::HasSubstr;

class Collected final : public ReadSink {
public:
    Status take(const SimulatedRead& read) override {
        reads.push_back(read);
        return {};
    }
    [[nodiscard]] std::string as_text() const {
        std::string text;
        for (const SimulatedRead& read : reads)
            text += pass_to_json(read.pass) + ' ' + read.true_plate + '\n';
        return text;
    }
    std::vector<SimulatedRead> reads;
};

TrafficOptions small() {
    TrafficOptions options;
    options.seed = 7;
    options.days = 5;
    options.vehicles = 1200;
    options.cameras = 120;
    options.subjects = 3;
    options.followers = 5;
    return options;
}

TrafficOptions perfect() {
    TrafficOptions options = small();
    options.reading.read_rate = 1;
    options.reading.misread_rate = 0;
    options.reading.night_factor = 1;
    options.reading.rain_factor = 1;
    options.reading.duplicate_rate = 0;
    options.reading.clock_error = std::chrono::milliseconds{0};
    options.reading.outage_share = 0;
    return options;
}

struct Simulated {
    Collected collected;
    TrafficTruth truth;
};

Simulated simulate(const TrafficOptions& options) {
    Simulated out;
    auto truth = simulate_traffic(options, out.collected);
    EXPECT_TRUE(truth) << (truth ? "" : truth.error().message());
    if (truth)
        out.truth = *std::move(truth);
    return out;
}

TEST(Traffic, GivesTheSameBytesForTheSameSeedOnEveryMachine) {
    TrafficOptions options = small();
    options.days = 2;
    options.vehicles = 300;
    const Simulated once = simulate(options);
    EXPECT_EQ(once.collected.as_text(), simulate(options).collected.as_text());
    // Golden: changes only where the simulation is changed on purpose.
    EXPECT_EQ(crypto::sha256_hex(once.collected.as_text()),
              "add97b67b037471a927d3715995b5401d8e17d78eeb8798a38cffc09804b54fe");
    options.mobile = true;
    EXPECT_EQ(crypto::sha256_hex(simulate(options).collected.as_text()),
              "4572b3bbb12a8d3ea9687c43f881fcb11f8c2937878672ef192c06b91721bae4");
    options.mobile = false;
    options.seed = 8;
    EXPECT_NE(simulate(options).collected.as_text(), once.collected.as_text());
}

TEST(Traffic, GivesReadsInTheOrderThatAnalysesTake) {
    const Simulated got = simulate(small());
    std::set<std::string> ids;
    for (std::size_t i = 0; i < got.collected.reads.size(); ++i) {
        const Pass& pass = got.collected.reads[i].pass;
        EXPECT_TRUE(ids.insert(pass.id.value()).second);
        EXPECT_TRUE(i == 0 || comes_before(got.collected.reads[i - 1].pass, pass));
    }
    EXPECT_EQ(got.truth.reads, got.collected.reads.size());
    EXPECT_GT(got.truth.reads, 10'000U);
}

TEST(Traffic, MissesAndMisreadsAsOftenAsToldTo) {
    TrafficOptions options = perfect();
    options.reading.read_rate = 0.8;
    options.reading.misread_rate = 0.05;
    const Simulated got = simulate(options);
    const auto share = [](std::uint64_t part, std::uint64_t all) {
        return static_cast<double>(part) / static_cast<double>(all);
    };
    // Every camera differs; over 120 of them the middle is within a few hundredths. Nights and rain
    // double misreads.
    EXPECT_NEAR(share(got.truth.reads, got.truth.passes), 0.8, 0.03);
    const auto misread = static_cast<std::uint64_t>(std::count_if(
        got.collected.reads.begin(), got.collected.reads.end(),
        [](const SimulatedRead& read) { return read.pass.plate != read.true_plate; }));
    EXPECT_EQ(misread, got.truth.misreads);
    EXPECT_GT(share(misread, got.truth.reads), 0.045);
    EXPECT_LT(share(misread, got.truth.reads), 0.085);
}

TEST(Traffic, ReadsEveryPassWhereCamerasArePerfect) {
    const Simulated got = simulate(perfect());
    EXPECT_EQ(got.truth.reads, got.truth.passes);
    EXPECT_EQ(got.truth.misreads, 0U);
    EXPECT_EQ(got.truth.duplicates, 0U);
}

TEST(Traffic, IsSurerOfWhatIsRight) {
    TrafficOptions options = small();
    options.reading.misread_rate = 0.2;
    const Simulated got = simulate(options);
    double right = 0;
    double wrong = 0;
    for (const SimulatedRead& read : got.collected.reads)
        (read.pass.plate == read.true_plate ? right : wrong) +=
            static_cast<double>(read.pass.confidence);
    right /= static_cast<double>(got.truth.reads - got.truth.misreads);
    wrong /= static_cast<double>(got.truth.misreads);
    EXPECT_GT(right, 0.85);
    EXPECT_LT(wrong, 0.75);
    EXPECT_GT(wrong, 0.5); // they overlap
}

/// When each vehicle passed which camera, from reads without mistakes.
std::map<std::string, std::vector<const Pass*>> by_plate(const Simulated& got) {
    std::map<std::string, std::vector<const Pass*>> out;
    for (const SimulatedRead& read : got.collected.reads)
        out[read.true_plate].push_back(&read.pass);
    return out;
}

TEST(Traffic, LetsFollowersJoinAsManyTripsAsTheyWereTo) {
    const Simulated got = simulate(perfect());
    const auto seen = by_plate(got);
    ASSERT_EQ(got.truth.subjects.size(), 3U);
    std::set<std::string> tactics;
    for (const PlantedSubject& subject : got.truth.subjects) {
        ASSERT_EQ(subject.followers.size(), 5U);
        for (const PlantedFollower& follower : subject.followers) {
            tactics.insert(follower.tactic);
            EXPECT_EQ(follower.trips, follower.wanted_trips) << follower.tactic;
            EXPECT_LE(follower.first, follower.last);
            // Where all is read, what was shared can be counted from the reads.
            EXPECT_EQ(follower.shared_reads, follower.shared_passes);
            int together = 0;
            for (const Pass* theirs : seen.at(subject.plate))
                for (const Pass* its : seen.at(follower.plate))
                    if (its->camera == theirs->camera &&
                        std::chrono::abs(its->at - theirs->at) < std::chrono::minutes{4})
                        ++together;
            EXPECT_GE(together, follower.shared_passes) << follower.tactic;
        }
    }
    EXPECT_EQ(tactics.size(), 5U);
}

TEST(Traffic, KeepsCloseFollowersCloseAndLeadersAhead) {
    const Simulated got = simulate(perfect());
    const auto seen = by_plate(got);
    int behind = 0;
    int ahead = 0;
    for (const PlantedSubject& subject : got.truth.subjects)
        for (const PlantedFollower& follower : subject.followers)
            for (const Pass* theirs : seen.at(subject.plate))
                for (const Pass* its : seen.at(follower.plate)) {
                    if (its->camera != theirs->camera ||
                        std::chrono::abs(its->at - theirs->at) > std::chrono::minutes{2})
                        continue;
                    if (follower.tactic == "close")
                        behind += its->at > theirs->at ? 1 : -1;
                    if (follower.tactic == "ahead")
                        ahead += its->at < theirs->at ? 1 : -1;
                }
    EXPECT_GT(behind, 5);
    EXPECT_GT(ahead, 5);
}

TEST(Traffic, MakesClocksWrongByAsMuchAsToldTo) {
    TrafficOptions options = perfect();
    const Simulated exact = simulate(options);
    options.reading.clock_error = std::chrono::milliseconds{3000};
    const Simulated off = simulate(options);
    ASSERT_EQ(exact.truth.passes, off.truth.passes); // only clocks differ
    std::map<std::string, std::vector<WallTime>> before;
    std::map<std::string, std::vector<WallTime>> after;
    for (const SimulatedRead& read : exact.collected.reads)
        before[read.pass.camera.value() + read.true_plate].push_back(read.pass.at);
    for (const SimulatedRead& read : off.collected.reads)
        after[read.pass.camera.value() + read.true_plate].push_back(read.pass.at);
    double squares = 0;
    double count = 0;
    for (const auto& [key, times] : before) {
        const double error_s =
            std::chrono::duration<double>(after.at(key).front() - times.front()).count();
        squares += error_s * error_s;
        ++count;
    }
    const double deviation_s = std::sqrt(squares / count);
    EXPECT_GT(deviation_s, 2.0);
    EXPECT_LT(deviation_s, 4.5);
    EXPECT_EQ(off.truth.places.front().clock_error, std::chrono::milliseconds{3000});
}

TEST(Traffic, PutsMobileCamerasOnTheSubjectsCars) {
    TrafficOptions options = perfect();
    options.mobile = true;
    const Simulated got = simulate(options);
    EXPECT_TRUE(got.truth.places.empty());
    ASSERT_FALSE(got.collected.reads.empty());
    std::set<std::string> cameras;
    for (const PlantedSubject& subject : got.truth.subjects)
        cameras.insert(subject.cameras.begin(), subject.cameras.end());
    EXPECT_EQ(cameras.size(), 6U);
    for (const SimulatedRead& read : got.collected.reads) {
        EXPECT_TRUE(read.pass.position.has_value());
        EXPECT_TRUE(cameras.contains(read.pass.camera.value()));
    }
    int close_ones_seen = 0;
    for (const PlantedSubject& subject : got.truth.subjects)
        for (const PlantedFollower& follower : subject.followers)
            if (follower.tactic == "close" || follower.tactic == "ahead")
                close_ones_seen += follower.shared_reads;
    EXPECT_GT(close_ones_seen, 10);
}

TEST(Traffic, NamesTheOptionThatIsOutOfRange) {
    const auto error = [](const auto& change) {
        TrafficOptions options = small();
        change(options);
        Collected ignored;
        const auto truth = simulate_traffic(options, ignored);
        return truth ? std::string{} : truth.error().message();
    };
    EXPECT_THAT(error([](auto& o) { o.days = 0; }), HasSubstr("days must be from 1 to 400"));
    EXPECT_THAT(error([](auto& o) { o.vehicles = 1; }), HasSubstr("vehicles must be"));
    EXPECT_THAT(error([](auto& o) { o.reading.read_rate = 1.5; }), HasSubstr("read rate must be"));
    EXPECT_THAT(error([](auto& o) { o.trips = {}; }), HasSubstr("trips must name"));
    EXPECT_THAT(error([](auto& o) { o.trips = {0}; }), HasSubstr("trips must be"));
    EXPECT_THAT(error([](auto& o) { o.subjects = 900; }), HasSubstr("too few vehicles"));
    EXPECT_THAT(error([](auto& o) { o.reading.confusion_csv = "true,read,weight\nA,?,1\n"; }),
                HasSubstr("table of confusions:2: 'true' and 'read' must be signs"));
    EXPECT_THAT(error([](auto& o) { o.reading.confusion_csv = "true,read,weight\nA,A,1\n"; }),
                HasSubstr("is empty"));
}

} // namespace
} // namespace vedette::analysis
