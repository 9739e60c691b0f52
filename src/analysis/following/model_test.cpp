#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "vedette/analysis/following_evidence.h"

// golden/<version>.scores holds what a version of the score gives to some made-up evidence. The
// file of a version never changes: another number in the score needs another version.

namespace vedette::analysis {
namespace {

namespace fs = std::filesystem;

WallTime at_second(std::int64_t second) {
    return WallTime{std::chrono::seconds{1'772'409'600 + second}};
}

CoSighting seen(std::uint32_t number, std::uint32_t variant, std::int64_t second) {
    const auto share = [&](std::uint32_t of) { return static_cast<double>(variant % of) / of; };
    CoSighting one;
    one.camera = domain::CameraId{"c" + std::to_string(number)};
    one.place = number;
    one.index = number + (variant % 3 == 1 ? number : 0);
    one.subject_at = at_second(second);
    one.vehicle_at =
        one.subject_at + std::chrono::milliseconds{-20'000 + 7'300 * (variant % 17) + 900 * number};
    one.confidence = 0.3 + 0.7 * share(5);
    one.merged = variant % 7 == 3;
    one.expected_hz = 1e-7 * std::pow(10, 3 * share(4));
    one.flow = 0.3 + 4 * share(6);
    one.habit_hz = variant % 4 == 1 ? 3e-5 * share(9) : 0;
    one.misread_hz = variant % 5 == 2 ? 1e-6 : 0;
    one.turn_chance = 0.02 + 0.9 * share(8);
    one.missed = variant % 3;
    one.travel_spread_s = 60 * share(7);
    one.clock_error_s = variant % 2 == 0 ? 0 : 1.5;
    return one;
}

/// Evidence with everything in it that the score looks at, in another mixture for each variant.
FollowingEvidence evidence(std::uint32_t variant) {
    FollowingEvidence all{.subject = "S",
                          .vehicle = "V",
                          .subject_sessions = 3 + variant % 20,
                          .sessions = {},
                          .options = {}};
    for (std::uint32_t trip = 0; trip <= variant % 5; ++trip) {
        SessionEvidence session;
        const std::int64_t second = trip * (variant % 3 == 0 ? 20'000 : 90'000);
        session.begins = at_second(second);
        session.subject_passes = 3 + variant % 9;
        session.habit = variant % 4 == 2 ? 0 : trip;
        session.day = variant % 3 == 0 ? 0 : trip;
        for (std::uint32_t i = 0; i <= (variant + trip) % 6; ++i)
            session.together.push_back(seen(i, variant * 5 + trip * 3 + i, second + i * 70));
        session.ends = session.together.back().subject_at;
        all.sessions.push_back(std::move(session));
    }
    return all;
}

std::vector<double> scores() {
    std::vector<double> out;
    for (std::uint32_t variant = 0; variant < 60; ++variant) {
        const FollowingScore score = score_following(evidence(variant));
        out.push_back(score.llr);
        out.insert(out.end(), score.terms.begin(), score.terms.end());
        out.push_back(score.sessions);
        out.push_back(score.places);
        out.push_back(score.co_sightings);
    }
    return out;
}

std::vector<double> kept(const fs::path& file) {
    std::ifstream in{file};
    std::vector<double> out;
    for (std::string line; std::getline(in, line);)
        out.push_back(std::strtod(line.c_str(), nullptr));
    return out;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(std::abs(a[i] - b[i]) <= 1e-9 * (1 + std::abs(a[i])))) // another libm may round so
            return false;
    return true;
}

TEST(FollowingModel, HasAnotherVersionWhenItScoresOtherwise) {
    const fs::path file = fs::path{VEDETTE_MODULE_DIR} / "following/golden" /
                          (std::string{kFollowingModel} + ".scores");
    const auto now = scores();
    if (std::getenv("VEDETTE_UPDATE_GOLDEN") != nullptr && !fs::exists(file)) {
        std::ofstream out{file};
        for (const double value : now) {
            char text[40];
            std::snprintf(text, sizeof text, "%.17g\n", value);
            out << text;
        }
    }
    ASSERT_TRUE(fs::exists(file)) << "a new version: VEDETTE_UPDATE_GOLDEN=1 writes " << file;
    EXPECT_TRUE(same(now, kept(file)))
        << "the same evidence gets another score than " << kFollowingModel
        << " gave it: raise kFollowingModel, cases are kept with it. The file of a version that "
           "was released is never written again.";
}

/// Each number of the score must move something here, else the test above would not see it change.
TEST(FollowingModel, SeesEachOptionOfTheScore) {
    const auto sum = [](const FollowingScoreOptions& options) {
        double all = 0;
        for (std::uint32_t variant = 0; variant < 60; ++variant) {
            FollowingEvidence of = evidence(variant);
            of.options = options;
            all += score_following(of).llr;
        }
        return all;
    };
    const double before = sum({});
    FollowingScoreOptions options;
    options.max_lag += std::chrono::milliseconds{100};
    EXPECT_NE(sum(options), before) << "max_lag";
    for (double FollowingScoreOptions::*number :
         {&FollowingScoreOptions::read_rate, &FollowingScoreOptions::same_journey,
          &FollowingScoreOptions::same_habit, &FollowingScoreOptions::same_day,
          &FollowingScoreOptions::leave, &FollowingScoreOptions::close_s,
          &FollowingScoreOptions::loose_s, &FollowingScoreOptions::steady_s}) {
        options = {};
        options.*number *= 1.001;
        EXPECT_NE(sum(options), before) << options.*number;
    }
}

} // namespace
} // namespace vedette::analysis
