#include "vedette/analysis/count_rule.h"

#include <gmock/gmock.h>

#include "following/test_town.h"

namespace vedette::analysis {
namespace {

using std::chrono::minutes;
using testing::at_second;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Town;

CountRuleOptions three_in_ten_minutes() {
    CountRuleOptions options;
    options.enabled = true;
    options.window_size = minutes{10};
    options.min_detections = 3;
    return options;
}

CountRule rule(const CountRuleOptions& options = three_in_ten_minutes()) {
    CountRule out{options};
    out.add_subject("S");
    return out;
}

/// The two at these cameras, a minute apart, the vehicle 5 s behind the subject.
std::vector<Pass> together(const std::vector<int>& cameras, std::int64_t from = 0,
                           const std::string& vehicle = "V") {
    Town town;
    for (const int camera : cameras) {
        town.add("S", camera, from);
        town.add(vehicle, camera, from + 5);
        from += 60;
    }
    return town.sorted();
}

std::vector<CountedTogether> found(CountRule& counting, const std::vector<Pass>& passes) {
    for (const Pass& pass : passes)
        counting.on_pass(pass);
    return counting.take();
}

TEST(CountRule, TellsWhenTheCountIsReachedAndOnce) {
    auto counting = rule();
    EXPECT_THAT(found(counting, together({1, 2})), IsEmpty());
    const auto told = found(counting, together({3, 4, 5}, 120));
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told[0],
              (CountedTogether{.subject = "S",
                               .vehicle = "V",
                               .detections = 3,
                               .first = at_second(5),
                               .last = at_second(125),
                               .cameras = {domain::CameraId{"cam-1"}, domain::CameraId{"cam-2"},
                                           domain::CameraId{"cam-3"}}}));
}

TEST(CountRule, ForgetsWhatIsOlderThanTheWindowAndTellsAgainThen) {
    auto counting = rule();
    EXPECT_THAT(found(counting, together({1, 2})), IsEmpty());
    EXPECT_THAT(found(counting, together({3, 4}, 700)), IsEmpty());
    EXPECT_THAT(found(counting, together({5}, 820)), SizeIs(1));
    EXPECT_THAT(found(counting, together({1, 2, 3}, 4'000)), SizeIs(1));
}

TEST(CountRule, AQueueAtOneCameraCountsOnce) {
    auto counting = rule();
    Town town;
    for (int i = 0; i < 10; ++i)
        town.add(i % 2 == 0 ? "S" : "V", 1, i * 20);
    EXPECT_THAT(found(counting, town.sorted()), IsEmpty());
}

TEST(CountRule, CountsWhoIsAheadAndNobodyWhoIsTooFar) {
    auto counting = rule();
    Town town;
    for (int i = 0; i < 3; ++i) {
        town.add("AHEAD", i, i * 200);
        town.add("S", i, i * 200 + 100);
        town.add("FAR", i, i * 200 - 30);
    }
    const auto told = found(counting, town.sorted());
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told[0].vehicle, "AHEAD");
}

TEST(CountRule, IsOffUnlessSaidOtherwise) {
    auto counting = rule(CountRuleOptions{});
    EXPECT_THAT(found(counting, together({1, 2, 3, 4, 5, 6})), IsEmpty());
    EXPECT_EQ(counting.pairs(), 0U);
}

TEST(CountRule, GoesOnAfterARestartAsIfThereWasNone) {
    const auto passes = together({1, 2, 3, 4, 5, 6, 7});
    auto whole = rule();
    const auto expected = found(whole, passes);
    ASSERT_THAT(expected, SizeIs(1));
    for (std::size_t cut = 0; cut < passes.size(); ++cut) {
        auto before = rule();
        auto told = found(before, {passes.begin(), passes.begin() + static_cast<long>(cut)});
        auto after = rule();
        ASSERT_TRUE(after.restore(before.save()));
        EXPECT_EQ(after.save(), before.save());
        for (auto& one : found(after, {passes.begin() + static_cast<long>(cut), passes.end()}))
            told.push_back(std::move(one));
        EXPECT_EQ(told, expected);
        const std::string state = before.save();
        for (std::size_t at = 0; at < state.size(); at += 3)
            EXPECT_FALSE(rule().restore(state.substr(0, at)));
    }
}

TEST(CountRule, ForgetsPlatesAndSubjects) {
    auto counting = rule();
    EXPECT_THAT(found(counting, together({1, 2})), IsEmpty());
    counting.forget("V");
    EXPECT_EQ(counting.save().find('V'), std::string::npos);
    EXPECT_THAT(found(counting, together({3}, 120)), IsEmpty()) << "it counts from the beginning";
    counting.remove_subject("S");
    EXPECT_EQ(counting.pairs(), 0U);
    EXPECT_THAT(found(counting, together({1, 2, 3, 4}, 300)), IsEmpty());
}

TEST(CountRule, KeepsToItsBounds) {
    auto options = three_in_ten_minutes();
    options.max_pairs = 20;
    auto counting = rule(options);
    for (int i = 0; i < 200; ++i) {
        (void)found(counting, together({1}, i * 10, "V" + std::to_string(i)));
        EXPECT_LE(counting.pairs(), 20U);
    }
    EXPECT_GT(counting.pairs(), 5U);
    options.min_detections = 1;
    EXPECT_EQ(check(options).error().code(), ErrorCode::invalid_argument);
    options = three_in_ten_minutes();
    options.window_size = std::chrono::seconds{59};
    EXPECT_EQ(check(options).error().code(), ErrorCode::invalid_argument);
}

} // namespace
} // namespace vedette::analysis
