#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>

#include "following/test_town.h"
#include "testing/scenario.h"

// golden/*.scenario: lines of passes and of traffic that surrounds them, before "=>":
//   subject PLATE
//   traffic PLATES DAYS     so many other vehicles, each on a trip of its own at a time of its own
//   day h:mm:ss  camera  PLATE  [confidence]      days count from 0, a Monday
// After "=>" stands who was found, with the score and its terms. VEDETTE_UPDATE_GOLDEN=1 rewrites
// that part for review.

namespace vedette::analysis {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTold = 3;

struct Scenario {
    std::string subject;
    std::vector<Pass> passes;
};

/// Each vehicle on one trip over four cameras of twelve, and half of them back.
void add_traffic(int vehicles, int days, testing::Town& town) {
    testing::Dice dice{42};
    for (int v = 0; v < vehicles; ++v) {
        const std::string plate = "T" + std::to_string(1000 + v);
        const int from = dice.below(12);
        const std::int64_t second = dice.below(days) * 86'400 + 6 * 3600 + dice.below(14 * 3600);
        town.drive(plate, from, 4, second);
        if (v % 2 == 0)
            town.drive(plate, from, 4, second + 7200);
    }
}

Pass parse_pass(const std::string& line, std::size_t number) {
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    char camera[32] = "";
    char plate[32] = "";
    double confidence = 0.95;
    const int read = std::sscanf(line.c_str(), "%d %d:%d:%d %31s %31s %lf", &day, &hour, &minute,
                                 &second, camera, plate, &confidence);
    EXPECT_GE(read, 6) << line;
    Pass pass;
    pass.id = domain::EventId{"golden-" + std::to_string(number)};
    pass.camera = domain::CameraId{camera};
    pass.at = testing::at_second(day * 86'400 + hour * 3600 + minute * 60 + second);
    pass.plate = plate;
    pass.confidence = static_cast<float>(confidence);
    return pass;
}

Scenario parse(const std::string& input) {
    Scenario scenario;
    testing::Town town;
    std::vector<Pass> passes;
    std::istringstream lines{input};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.front() == '#')
            continue;
        std::istringstream words{line};
        std::string first;
        words >> first;
        if (first == "subject") {
            words >> scenario.subject;
        } else if (first == "traffic") {
            int vehicles = 0;
            int days = 0;
            words >> vehicles >> days;
            add_traffic(vehicles, days, town);
        } else {
            passes.push_back(parse_pass(line, passes.size()));
        }
    }
    scenario.passes = town.sorted();
    scenario.passes.insert(scenario.passes.end(), passes.begin(), passes.end());
    std::sort(scenario.passes.begin(), scenario.passes.end(), comes_before);
    return scenario;
}

std::string one_decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value == 0 ? 0.0 : value);
    return text;
}

std::string play(const std::string& input) {
    const Scenario scenario = parse(input);
    const auto following = testing::fold(scenario.passes, scenario.subject);
    const auto findings = following.findings(scenario.subject, kTold);
    EXPECT_TRUE(findings);
    std::string told;
    for (const Finding& finding : *findings) {
        told += finding.vehicle + "  llr " + one_decimal(finding.score.llr) + "  trips " +
                std::to_string(finding.score.sessions) + "  places " +
                std::to_string(finding.score.places) + "\n";
        for (std::size_t i = 1; i <= kTermKinds; ++i) {
            const auto kind = static_cast<TermKind>(i);
            if (std::abs(finding.score.term(kind)) >= 0.05)
                told += "    " + std::string{to_string(kind)} + " " +
                        one_decimal(finding.score.term(kind)) + "\n";
        }
    }
    return told;
}

class FollowingScenario : public ::testing::TestWithParam<fs::path> {};

TEST_P(FollowingScenario, GoesAsWritten) { expect_scenario(GetParam(), play); }

INSTANTIATE_TEST_SUITE_P(Golden, FollowingScenario,
                         ::testing::ValuesIn(scenarios_in("following/golden")),
                         [](const auto& of) { return of.param.stem().string(); });

} // namespace
} // namespace vedette::analysis
