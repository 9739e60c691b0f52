#include "vedette/analysis/following.h"

#include <gmock/gmock.h>

#include "following/test_town.h"

namespace vedette::analysis {
namespace {

using testing::at_second;
using testing::fold;
using testing::Town;

std::vector<Pass> town_with_follower(int joined = 3, int lag_s = 9) {
    Town town;
    town.plant("SUBJ1", "SHADOW", 16, joined, lag_s);
    return town.passes(7);
}

std::vector<Finding> found(const FollowingAnalysis& following, std::string_view subject = "SUBJ1") {
    auto findings = following.findings(subject);
    EXPECT_TRUE(findings);
    return findings ? *std::move(findings) : std::vector<Finding>{};
}

TEST(FollowingAnalysis, PutsTheFollowerFirst) {
    for (const int joined : {2, 3, 5}) {
        const auto findings = found(fold(town_with_follower(joined), "SUBJ1"));
        ASSERT_GT(findings.size(), 20U);
        EXPECT_EQ(findings[0].vehicle, "SHADOW") << joined;
        EXPECT_GT(findings[0].score.llr, findings[1].score.llr + 2) << joined;
    }
}

TEST(FollowingAnalysis, FindsWhoDrivesAhead) {
    EXPECT_EQ(found(fold(town_with_follower(3, -12), "SUBJ1"))[0].vehicle, "SHADOW");
}

TEST(FollowingAnalysis, RecomputesTheScoreFromTheEvidenceAlone) {
    for (const Finding& finding : found(fold(town_with_follower(), "SUBJ1")))
        EXPECT_NEAR(score_following(finding.evidence).llr, finding.score.llr, 1e-9);
}

TEST(FollowingAnalysis, DoesNotCareAboutTheOrderOfEqualTimes) {
    std::vector<Pass> passes = town_with_follower();
    for (Pass& pass : passes) // many equal times
        pass.at = WallTime{
            std::chrono::seconds{pass.at.time_since_epoch().count() / 1'000'000 / 20 * 20}};
    std::sort(passes.begin(), passes.end(), comes_before);
    const auto expected = found(fold(passes, "SUBJ1"));
    testing::Dice dice{3};
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 1; i < passes.size(); ++i)
            if (passes[i].at == passes[i - 1].at && dice.below(2) == 0)
                std::swap(passes[i], passes[i - 1]);
        EXPECT_EQ(found(fold(passes, "SUBJ1")), expected);
    }
}

TEST(FollowingAnalysis, IgnoresRepeatedAndLateEvents) {
    const auto passes = town_with_follower();
    auto once = FollowingAnalysis::make({}, {});
    auto twice = FollowingAnalysis::make({}, {});
    ASSERT_TRUE(once->add_subject("SUBJ1"));
    ASSERT_TRUE(twice->add_subject("SUBJ1"));
    for (std::size_t i = 0; i < passes.size(); ++i) {
        EXPECT_EQ(once->on_pass(passes[i]), PassTaken::taken);
        EXPECT_EQ(twice->on_pass(passes[i]), PassTaken::taken);
        EXPECT_EQ(twice->on_pass(passes[i]), PassTaken::repeated);
        if (i > 100 && passes[i - 100].at < passes[i].at) {
            EXPECT_EQ(twice->on_pass(passes[i - 100]), PassTaken::late);
        }
    }
    EXPECT_EQ(found(*once), found(*twice));
    EXPECT_GT(twice->counts().late, 100U);
}

TEST(FollowingAnalysis, GoesOnAfterARestartAsIfThereWasNone) {
    const auto passes = town_with_follower();
    for (const std::size_t cut : {std::size_t{0}, passes.size() / 3, passes.size() - 1}) {
        auto whole = FollowingAnalysis::make({}, {});
        ASSERT_TRUE(whole->add_subject("SUBJ1"));
        std::optional<FollowingAnalysis> second;
        for (std::size_t i = 0; i < passes.size(); ++i) {
            if (i == cut) {
                auto restored = FollowingAnalysis::restore(whole->save(), {}, {});
                ASSERT_TRUE(restored) << restored.error().message();
                second = *std::move(restored);
                EXPECT_EQ(second->save(), whole->save());
            }
            whole->on_pass(passes[i]);
            if (second)
                second->on_pass(passes[i]);
        }
        whole->calibrate();
        second->calibrate();
        EXPECT_EQ(found(*whole), found(*second));
        EXPECT_EQ(whole->save(), second->save());
        EXPECT_EQ(whole->counts(), second->counts());
    }
}

TEST(FollowingAnalysis, RefusesDamagedAndForeignStates) {
    const std::string state = fold(town_with_follower(), "SUBJ1").save();
    for (std::size_t at = 0; at < state.size(); at += 997) {
        std::string damaged = state;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        EXPECT_FALSE(FollowingAnalysis::restore(damaged, {}, {})) << at;
        EXPECT_FALSE(FollowingAnalysis::restore(state.substr(0, at), {}, {})) << at;
    }
}

TEST(FollowingAnalysis, TakesASubjectUpLateAsIfItHadAlwaysBeenOne) {
    const auto passes = town_with_follower();
    auto late = FollowingAnalysis::make({}, {});
    for (const Pass& pass : passes)
        late->on_pass(pass);
    late->on_watermark(passes.back().at + std::chrono::seconds{1});
    ASSERT_TRUE(late->add_subject("SUBJ1"));
    EXPECT_EQ(found(*late), found(fold(passes, "SUBJ1")));
}

TEST(FollowingAnalysis, ForgetsAPlateWithoutATrace) {
    auto following = fold(town_with_follower(), "SUBJ1");
    following.calibrate();
    ASSERT_NE(following.save().find("SHADOW"), std::string::npos);
    following.forget("SHADOW");
    EXPECT_EQ(following.save().find("SHADOW"), std::string::npos);
    for (const Finding& finding : found(following))
        EXPECT_NE(finding.vehicle, "SHADOW");
    for (const Finding& alert : following.take_alerts())
        EXPECT_NE(alert.vehicle, "SHADOW");
    following.forget("SUBJ1");
    EXPECT_EQ(following.save().find("SUBJ1"), std::string::npos);
    EXPECT_FALSE(following.findings("SUBJ1"));
    EXPECT_EQ(following.size().candidates, 0U);
}

TEST(FollowingAnalysis, RemovesASubjectAsIfItHadNeverBeenOne) {
    const auto passes = town_with_follower();
    auto both = FollowingAnalysis::make({}, {});
    ASSERT_TRUE(both->add_subject("SUBJ1"));
    ASSERT_TRUE(both->add_subject("V1000"));
    for (std::size_t i = 0; i < passes.size(); ++i) {
        both->on_pass(passes[i]);
        if (i == passes.size() / 2) {
            EXPECT_TRUE(both->remove_subject("V1000"));
            EXPECT_FALSE(both->remove_subject("V1000"));
        }
    }
    both->on_watermark(passes.back().at + std::chrono::seconds{1});
    EXPECT_EQ(found(*both), found(fold(passes, "SUBJ1")));
    EXPECT_THAT(both->subjects(), ::testing::ElementsAre("SUBJ1"));
}

TEST(FollowingAnalysis, AlertsOnceForEachTripThatConfirms) {
    FollowingOptions options;
    options.alerts_per_month = 1000; // what chance does is another test's business
    auto following = FollowingAnalysis::make(options, {});
    ASSERT_TRUE(following->add_subject("SUBJ1"));
    std::vector<Finding> alerts;
    for (const Pass& pass : town_with_follower(5)) {
        following->on_pass(pass);
        for (Finding& alert : following->take_alerts())
            alerts.push_back(std::move(alert));
    }
    std::erase_if(alerts, [](const Finding& alert) { return alert.vehicle != "SHADOW"; });
    ASSERT_GE(alerts.size(), 3U);
    EXPECT_LE(alerts.size(), 4U); // trips 2 to 5
    EXPECT_GE(alerts[0].score.sessions, 2U);
    EXPECT_GE(alerts[0].score.places, 3U);
}

TEST(FollowingAnalysis, LearnsWhatChanceDoesFromDecoys) {
    Town town;
    town.days = 20;
    town.plant("SUBJ1", "SHADOW", 30, 6, 9);
    auto following = fold(town.passes(7), "SUBJ1");
    following.calibrate();
    const auto findings = found(following);
    EXPECT_EQ(findings[0].vehicle, "SHADOW");
    EXPECT_GT(findings[0].probability, 0.8);
    EXPECT_LT(findings[0].false_alarms_per_month, 0.1);
    EXPECT_TRUE(findings[0].discovery);
    double others = 0;
    for (std::size_t i = 1; i < findings.size(); ++i)
        others += findings[i].probability;
    EXPECT_LT(others, 2);
}

TEST(FollowingAnalysis, DoesNotTakeASharedCommuteForFollowing) {
    Town town;
    for (int day = 0; day < 12; ++day) {
        if (day % 7 > 4)
            continue;
        for (const char* plate : {"SUBJ1", "MATE"})
            for (int i = 0; i < 6; ++i)
                town.add(plate, i,
                         day * 86'400 + 8 * 3600 + day * 61 % 300 + i * 60 +
                             (plate[0] == 'M' ? 20 + day * 37 % 60 : 0));
    }
    town.plant("SUBJ1", "SHADOW", 8, 3, 9);
    const auto findings = found(fold(town.passes(7), "SUBJ1"));
    EXPECT_EQ(findings[0].vehicle, "SHADOW");
    for (const Finding& finding : findings)
        if (finding.vehicle == "MATE") {
            EXPECT_LT(finding.score.llr, findings[0].score.llr - 4);
        }
}

TEST(FollowingAnalysis, TakesADoubtfulReadForTheKnownPlateOnly) {
    Town town;
    for (int trip = 0; trip < 8; ++trip)
        town.drive("B1234", 0, 6, trip * 40'000);
    std::vector<Pass> passes = town.sorted();
    Pass doubtful = passes.back();
    doubtful.at += std::chrono::seconds{30};
    doubtful.id = domain::EventId{"doubtful"};
    doubtful.plate = "81234";
    doubtful.confidence = 0.4F;
    Pass sure = doubtful;
    sure.at += std::chrono::seconds{30};
    sure.id = domain::EventId{"sure"};
    sure.confidence = 0.99F;
    auto following = fold(passes, "B1234");
    following.on_pass(doubtful);
    following.on_watermark(doubtful.at + std::chrono::seconds{1});
    EXPECT_EQ(following.counts().merged, 1U);
    EXPECT_EQ(following.size().vehicles, 1U);
    following.on_pass(sure);
    following.on_watermark(sure.at + std::chrono::seconds{1});
    EXPECT_EQ(following.counts().merged, 1U);
    EXPECT_EQ(following.size().vehicles, 2U);
}

TEST(FollowingAnalysis, SeesWhatAMobileNodeSees) {
    auto following = FollowingAnalysis::make({}, {});
    const std::vector<domain::CameraId> rear{domain::CameraId{"rear"}};
    ASSERT_TRUE(following->add_mobile_subject("van", rear));
    EXPECT_FALSE(following->add_mobile_subject("other", rear));
    testing::Dice dice{5};
    int number = 0;
    for (int trip = 0; trip < 12; ++trip)
        for (int minute = 0; minute < 30; ++minute) {
            Pass pass;
            pass.camera = rear[0];
            pass.position = GeoPoint{48 + trip * 0.02 + minute * 0.006, 11 + trip * 0.03};
            for (int other = 0; other < 3; ++other) {
                pass.id = domain::EventId{"e" + std::to_string(number++)};
                pass.at = at_second(trip * 50'000 + minute * 60 + other * 7);
                pass.plate = "N" + std::to_string(dice.below(100'000));
                if (other == 0 && trip < 4 && minute % 4 == 1)
                    pass.plate = "SHADOW";
                following->on_pass(pass);
            }
        }
    following->on_watermark(at_second(12 * 50'000));
    const auto findings = found(*following, "van");
    EXPECT_EQ(findings[0].vehicle, "SHADOW");
    EXPECT_EQ(findings[0].subject, "van");
    EXPECT_GE(findings[0].score.sessions, 3U);
    EXPECT_TRUE(following->remove_subject("van"));
}

TEST(FollowingAnalysis, StaysWithinItsBoundsOverAYear) {
    FollowingOptions options;
    options.max_passes = 6000;
    options.max_vehicles = 500;
    options.max_candidates = 64;
    options.max_vehicle_passes = 128;
    auto following = FollowingAnalysis::make(options, {});
    ASSERT_TRUE(following->add_subject("SUBJ1"));
    testing::Dice dice{11};
    std::int64_t number = 0;
    FollowingSize largest;
    for (std::int64_t minute = 0; minute < 365LL * 24 * 60; minute += 5) {
        Pass pass;
        pass.id = domain::EventId{std::to_string(number++)};
        pass.camera = domain::CameraId{"cam-" + std::to_string(dice.below(20))};
        pass.at = at_second(minute * 60);
        pass.plate = dice.below(9) == 0 ? "SUBJ1" : "V" + std::to_string(dice.below(4000));
        following->on_pass(pass);
        const FollowingSize now = following->size();
        largest.passes = std::max(largest.passes, now.passes);
        largest.vehicles = std::max(largest.vehicles, now.vehicles);
        largest.candidates = std::max(largest.candidates, now.candidates);
        largest.turns = std::max(largest.turns, now.turns);
    }
    EXPECT_LE(largest.passes, options.max_passes + 1);
    EXPECT_LE(largest.vehicles, options.max_vehicles + 1);
    EXPECT_LE(largest.candidates, options.max_candidates + 1);
    EXPECT_LE(largest.turns, 400U);
    EXPECT_GT(following->counts().forgotten_early, 0U);
}

TEST(FollowingAnalysis, SaysWhatIsWrongWithAnOption) {
    FollowingOptions options;
    options.score.read_rate = 1.5;
    const auto made = FollowingAnalysis::make(options, {});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message(),
                ::testing::HasSubstr("read_rate must be from 0.3 to 0.99, is 1.5"));
    auto following = FollowingAnalysis::make({}, {});
    EXPECT_FALSE(following->add_subject(""));
    EXPECT_FALSE(following->findings("NOBODY"));
}

TEST(PassReorder, GivesNearlyOrderedPassesInOrder) {
    auto passes = town_with_follower();
    passes.resize(500);
    const auto expected = passes;
    for (std::size_t i = 0; i + 5 < passes.size(); i += 5)
        std::reverse(passes.begin() + static_cast<std::ptrdiff_t>(i),
                     passes.begin() + static_cast<std::ptrdiff_t>(i + 5));
    PassReorder order{std::chrono::hours{24}, 1000};
    std::vector<Pass> given;
    const auto take = [&given](const Pass& pass) { given.push_back(pass); };
    for (const Pass& pass : passes)
        order.push(pass, take);
    order.release(WallTime::max(), take);
    EXPECT_EQ(given, expected);
    PassReorder small{std::chrono::hours{24}, 10};
    for (const Pass& pass : passes) {
        small.push(pass, [](const Pass&) {});
        EXPECT_LE(small.held(), 10U);
    }
}

} // namespace
} // namespace vedette::analysis
