#include "app/lifecycle/model_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using Stage = ModelStage;
using Step = ModelStep;

/// One way to go, or one that is closed and what is said instead.
struct Way {
    std::optional<Stage> from;
    Step step;
    std::optional<Stage> to;
    std::string says{};
};

const std::vector<Way> kWays{
    {std::nullopt, Step::enrol, Stage::candidate},
    {std::nullopt, Step::shadow, std::nullopt, "vedette models register toy@2"},
    {std::nullopt, Step::promote, std::nullopt, "vedette models register toy@2"},
    {std::nullopt, Step::retire, std::nullopt, "vedette models register toy@2"},
    {Stage::candidate, Step::enrol, Stage::candidate},
    {Stage::candidate, Step::shadow, Stage::shadow},
    {Stage::candidate, Step::promote, Stage::live},
    {Stage::candidate, Step::retire, Stage::retired},
    {Stage::shadow, Step::enrol, Stage::candidate},
    {Stage::shadow, Step::shadow, std::nullopt, "is a shadow already"},
    {Stage::shadow, Step::promote, Stage::live},
    {Stage::shadow, Step::retire, Stage::retired},
    {Stage::live, Step::enrol, std::nullopt, "vedette models retire toy@2"},
    {Stage::live, Step::shadow, std::nullopt, "promote another model first"},
    {Stage::live, Step::promote, std::nullopt, "promote the one before it"},
    {Stage::live, Step::retire, Stage::retired},
    {Stage::retired, Step::enrol, Stage::candidate},
    {Stage::retired, Step::shadow, Stage::shadow},
    {Stage::retired, Step::promote, Stage::live},
    {Stage::retired, Step::retire, std::nullopt, "vedette models register toy@2"},
};

TEST(ModelStages, EveryWayIsDecided) {
    std::set<std::pair<std::optional<Stage>, Step>> decided;
    for (const Way& way : kWays)
        decided.emplace(way.from, way.step);
    EXPECT_EQ(decided.size(), (kAllModelStages.size() + 1) * kAllModelSteps.size());
    EXPECT_EQ(decided.size(), kWays.size());
}

class ModelWay : public ::testing::TestWithParam<Way> {};

TEST_P(ModelWay, LeadsWhereTheTableSays) {
    const Way& way = GetParam();
    const auto to = next_stage(way.from, way.step, "toy@2");
    if (way.to) {
        ASSERT_TRUE(to) << to.error().message();
        EXPECT_EQ(*to, *way.to);
        return;
    }
    ASSERT_FALSE(to);
    EXPECT_EQ(to.error().code(), way.from ? ErrorCode::invalid_argument : ErrorCode::not_found);
    EXPECT_THAT(to.error().message(), HasSubstr("toy@2 is "));
    EXPECT_THAT(to.error().message(), HasSubstr(way.says));
}

std::string name_of(const ::testing::TestParamInfo<Way>& info) {
    const std::string from{info.param.from ? to_string(*info.param.from) : "unknown"};
    constexpr std::array kNames{"enrol", "shadow", "promote", "retire"};
    return from + "_" + kNames.at(static_cast<std::size_t>(info.param.step) - 1);
}

INSTANTIATE_TEST_SUITE_P(All, ModelWay, ::testing::ValuesIn(kWays), name_of);

TEST(ModelStages, HaveNamesThatComeBack) {
    for (const Stage stage : kAllModelStages)
        EXPECT_EQ(model_stage_from(to_string(stage)), stage);
    EXPECT_FALSE(model_stage_from("alive"));
}

} // namespace
} // namespace vedette::app
