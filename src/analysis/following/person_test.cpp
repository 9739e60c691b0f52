// One subject that has several plates.
#include <gmock/gmock.h>

#include "following/test_town.h"
#include "vedette/analysis/following.h"

namespace vedette::analysis {
namespace {

using ::testing::ElementsAre;
using testing::Town;

const std::vector<std::string> kHers{"SUBJ1", "SUBJ2"};

/// She drives now this, now that car; each is followed once.
std::vector<Pass> two_cars() {
    Town town;
    town.plant("SUBJ1", "SHADOW", 8, 1, 9);
    Town other;
    std::vector<Pass> all = town.passes(7);
    other.plant("SUBJ2", "SHADOW", 8, 1, 9);
    for (Pass pass : other.sorted()) {
        pass.at += std::chrono::hours{31};
        pass.id = domain::EventId{"other-" + pass.id.value()};
        all.push_back(std::move(pass));
    }
    std::sort(all.begin(), all.end(), comes_before);
    return all;
}

FollowingAnalysis fold(const std::vector<Pass>& passes,
                       const std::vector<std::string>& plates = kHers) {
    auto following = FollowingAnalysis::make({}, {});
    EXPECT_TRUE(following->add_person("anna", plates));
    for (const Pass& pass : passes)
        following->on_pass(pass);
    following->on_watermark(passes.back().at + std::chrono::seconds{1});
    return *std::move(following);
}

TEST(Person, IsOneSubjectWhoseEvidenceIsOneSum) {
    const auto passes = two_cars();
    const auto together = fold(passes).finding("anna", "SHADOW").value();
    EXPECT_EQ(together.score.sessions, 2U);
    EXPECT_EQ(together.subject, "anna");
    for (const std::string& plate : kHers) {
        const auto alone = testing::fold(passes, plate).finding(plate, "SHADOW").value();
        EXPECT_LE(alone.score.sessions, 1U);
        EXPECT_GT(together.score.llr, alone.score.llr + 2) << "than with one of her cars";
    }
    EXPECT_EQ(fold(passes).findings("anna").value()[0].vehicle, "SHADOW");
}

TEST(Person, WithOnePlateIsThatPlate) {
    const auto passes = two_cars();
    const auto person = fold(passes, {"SUBJ1"}).findings("anna").value();
    const auto plate = testing::fold(passes, "SUBJ1").findings("SUBJ1").value();
    ASSERT_EQ(person.size(), plate.size());
    for (std::size_t i = 0; i < person.size(); ++i) {
        EXPECT_EQ(person[i].vehicle, plate[i].vehicle);
        EXPECT_EQ(person[i].score, plate[i].score);
    }
}

TEST(Person, HasNoFollowersAmongItsOwnCars) {
    Town town;
    for (int trip = 0; trip < 8; ++trip) // both cars of the family, always together
        for (int i = 0; i < 5; ++i) {
            town.add("SUBJ1", (trip + i) % 12, trip * 80'000 + i * 60);
            town.add("SUBJ2", (trip + i) % 12, trip * 80'000 + i * 60 + 8);
        }
    const std::vector<Finding> findings = fold(town.passes(5)).findings("anna").value();
    for (const Finding& finding : findings)
        EXPECT_THAT(kHers, ::testing::Not(::testing::Contains(finding.vehicle)));
}

TEST(Person, IsTakenUpLateAsIfItHadAlwaysBeenOne) {
    const auto passes = two_cars();
    auto late = FollowingAnalysis::make({}, {});
    for (const Pass& pass : passes)
        late->on_pass(pass);
    late->on_watermark(passes.back().at + std::chrono::seconds{1});
    ASSERT_TRUE(late->add_person("anna", kHers));
    EXPECT_EQ(late->findings("anna").value(), fold(passes).findings("anna").value());
}

TEST(Person, ChangesCarsAndKeepsTheSubject) {
    const auto passes = two_cars();
    auto following = fold(passes);
    const std::vector<std::string> one{"SUBJ1"};
    ASSERT_TRUE(following.add_person("anna", one));
    EXPECT_EQ(following.findings("anna").value(), fold(passes, one).findings("anna").value());
    ASSERT_TRUE(following.add_person("anna", kHers));
    EXPECT_EQ(following.findings("anna").value(), fold(passes).findings("anna").value());
    EXPECT_EQ(following.described()[0].plates, kHers);
}

TEST(Person, MayBeBesideItsPlates) {
    const auto passes = two_cars();
    auto both = FollowingAnalysis::make({}, {});
    ASSERT_TRUE(both->add_person("anna", kHers));
    ASSERT_TRUE(both->add_subject("SUBJ1"));
    for (const Pass& pass : passes)
        both->on_pass(pass);
    both->on_watermark(passes.back().at + std::chrono::seconds{1});
    EXPECT_THAT(both->subjects(), ElementsAre("SUBJ1", "anna"));
    EXPECT_EQ(both->findings("SUBJ1").value()[0].score,
              testing::fold(passes, "SUBJ1").findings("SUBJ1").value()[0].score);
    EXPECT_TRUE(both->remove_subject("anna"));
    EXPECT_THAT(both->subjects(), ElementsAre("SUBJ1"));
    EXPECT_TRUE(both->add_subject("anna")) << "the name is free again, also for a plate";
}

TEST(Person, SaysWhatIsWrong) {
    auto following = FollowingAnalysis::make({}, {});
    ASSERT_TRUE(following->add_person("anna", kHers));
    const std::vector<std::string> stolen{"SUBJ2"};
    const auto another = following->add_person("ben", stolen);
    ASSERT_FALSE(another);
    EXPECT_THAT(another.error().message(), ::testing::HasSubstr("another person's plate"));
    EXPECT_FALSE(following->add_subject("anna")) << "of another kind";
    EXPECT_FALSE(following->add_mobile_subject("anna", {}));
    EXPECT_FALSE(following->add_person("ben", std::vector<std::string>{""}));
}

TEST(Person, ForgetsAPlateWithoutATrace) {
    const auto passes = two_cars();
    auto following = fold(passes);
    following.forget("SUBJ2");
    EXPECT_EQ(following.save().find("SUBJ2"), std::string::npos);
    std::vector<Pass> without = passes;
    std::erase_if(without, [](const Pass& pass) { return pass.plate == "SUBJ2"; });
    const auto left = following.finding("anna", "SHADOW").value().evidence;
    const auto never = fold(without, {"SUBJ1"}).finding("anna", "SHADOW").value().evidence;
    ASSERT_EQ(left.sessions.size(), never.sessions.size());
    EXPECT_EQ(left.subject_sessions, never.subject_sessions);
    following.forget("anna");
    EXPECT_FALSE(following.findings("anna"));
}

TEST(Person, GoesOnAfterARestart) {
    const auto passes = two_cars();
    auto whole = FollowingAnalysis::make({}, {});
    ASSERT_TRUE(whole->add_person("anna", kHers));
    std::optional<FollowingAnalysis> second;
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (i == passes.size() / 2) {
            auto restored = FollowingAnalysis::restore(whole->save(), {}, {});
            ASSERT_TRUE(restored) << restored.error().message();
            second = *std::move(restored);
            EXPECT_EQ(second->described(), whole->described());
        }
        whole->on_pass(passes[i]);
        if (second)
            second->on_pass(passes[i]);
    }
    EXPECT_EQ(whole->save(), second->save());
}

} // namespace
} // namespace vedette::analysis
