#include "vedette/analysis/following_stream.h"

#include <gmock/gmock.h>
#include <optional>

#include "following/test_town.h"

namespace vedette::analysis {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using testing::at_second;
using testing::Dice;
using testing::Town;
using Steps = std::vector<FollowingStep>;

FollowingStreamOptions options() {
    FollowingStreamOptions out;
    out.following.alerts_per_month = 1000; // what chance does is another test's business
    out.reorder = seconds{30};
    return out;
}

FollowingStream stream_of(const FollowingStreamOptions& how = options()) {
    auto stream = FollowingStream::make(how, {});
    EXPECT_TRUE(stream) << stream.error().message();
    EXPECT_TRUE(stream->add_subject("SUBJ1"));
    return *std::move(stream);
}

std::vector<Pass> passes_of_a_town() {
    Town town;
    town.days = 4;
    town.plant("SUBJ1", "SHADOW", 12, 5, 9);
    return town.passes(7);
}

/// As they would come from cameras that are not equally quick: none is 30 s behind a later one.
std::vector<Pass> nearly_ordered(std::vector<Pass> passes, std::uint64_t seed) {
    Dice dice{seed};
    std::vector<std::pair<WallTime, Pass>> arrivals;
    for (Pass& pass : passes) {
        const WallTime at = pass.at + seconds{dice.below(29)};
        arrivals.emplace_back(at, std::move(pass));
    }
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    passes.clear();
    for (auto& [at, pass] : arrivals)
        passes.push_back(std::move(pass));
    return passes;
}

void add(Steps& to, Steps more) {
    for (FollowingStep& step : more)
        to.push_back(std::move(step));
}

/// All that comes of it, told that it ends.
Steps steps_of(const std::vector<Pass>& passes, FollowingStream stream = stream_of()) {
    for (const Pass& pass : passes)
        stream.on_pass(pass);
    stream.pause(stream.latest());
    return stream.take();
}

std::size_t alerts_in(const Steps& steps) {
    return static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [](const auto& one) {
        return std::holds_alternative<Finding>(one);
    }));
}

TEST(FollowingStream, FindsTheFollowerHoweverPassesArrive) {
    const auto passes = passes_of_a_town();
    const Steps expected = steps_of(passes);
    ASSERT_GE(alerts_in(expected), 2U);
    for (const std::uint64_t seed : {1, 2, 3}) {
        auto stream = stream_of();
        const auto arriving = nearly_ordered(passes, seed);
        ASSERT_NE(arriving, passes);
        for (const Pass& pass : arriving)
            stream.on_pass(pass);
        stream.pause(stream.latest());
        EXPECT_EQ(stream.take(), expected);
        EXPECT_EQ(stream.analysis().counts().late, 0U);
        EXPECT_EQ(stream.analysis().counts().passes, passes.size());
    }
}

TEST(FollowingStream, DoesNotCareWhoOfOneMicrosecondComesFirst) {
    auto passes = passes_of_a_town();
    for (Pass& pass : passes) // many equal times
        pass.at = at_second((pass.at - at_second(0)) / seconds{20} * 20);
    std::sort(passes.begin(), passes.end(), comes_before);
    const Steps expected = steps_of(passes);
    for (std::size_t i = 1; i < passes.size(); i += 2)
        if (passes[i].at == passes[i - 1].at)
            std::swap(passes[i], passes[i - 1]);
    EXPECT_EQ(steps_of(passes), expected);
}

TEST(FollowingStream, GoesOnAfterARestartAsIfThereWasNone) {
    const auto passes = nearly_ordered(passes_of_a_town(), 5);
    const Steps expected = steps_of(passes);
    Steps steps;
    std::optional<FollowingStream> stream{stream_of()};
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (i % 400 == 199) {
            EXPECT_GT(stream->held(), 0U);
            auto restored = FollowingStream::restore(stream->save(), options(), {});
            ASSERT_TRUE(restored) << restored.error().message();
            EXPECT_EQ(restored->save(), stream->save());
            stream.emplace(*std::move(restored));
        }
        stream->on_pass(passes[i]);
        add(steps, stream->take());
    }
    stream->pause(stream->latest());
    add(steps, stream->take());
    EXPECT_EQ(steps, expected);
}

TEST(FollowingStream, TakesEachEventOnceAndCountsWhatCameTooLate) {
    const auto passes = passes_of_a_town();
    const Steps expected = steps_of(passes);
    auto stream = stream_of();
    for (std::size_t i = 0; i < passes.size(); ++i) {
        stream.on_pass(passes[i]);
        stream.on_pass(passes[i]); // the same event again
        if (i > 300)
            stream.on_pass(passes[i - 300]); // and one that is long past
    }
    stream.pause(stream.latest());
    EXPECT_EQ(stream.take(), expected);
    const auto counts = stream.analysis().counts();
    EXPECT_EQ(counts.passes, passes.size());
    EXPECT_EQ(counts.repeated + counts.late, passes.size() + passes.size() - 301);
    EXPECT_GT(counts.late, 0U);
}

TEST(FollowingStream, HoldsAPassUntilTimeGoesOnOrAPauseSaysSo) {
    Town town;
    town.add("SUBJ1", 1, 100);
    town.add("V1", 1, 110);
    const auto passes = town.sorted();
    auto stream = stream_of();
    stream.on_pass(passes[0]);
    stream.on_pass(passes[1]);
    EXPECT_EQ(stream.held(), 2U);
    EXPECT_FALSE(stream.waits_until(at_second(99)));
    EXPECT_TRUE(stream.waits_until(at_second(100)));
    stream.pause(at_second(110));
    EXPECT_EQ(stream.held(), 0U);
    EXPECT_FALSE(stream.waits_until(at_second(110)));
    EXPECT_EQ(stream.analysis().size().passes, 2U);
    EXPECT_EQ(stream.analysis().size().waiting, 0U);
    town.add("V2", 1, 105); // not waited for any more
    stream.on_pass(town.sorted()[1]);
    stream.pause(at_second(110));
    EXPECT_EQ(stream.analysis().counts().late, 1U);
}

TEST(FollowingStream, CountsForAPlateAsLongAsItIsOfAnySubject) {
    auto how = options();
    how.simple.enabled = true;
    const auto passes = passes_of_a_town();
    const std::vector<std::string> both{"SUBJ1", "OTHER"};
    const std::vector<std::string> other{"OTHER"};
    const auto counted_in = [&](FollowingStream stream) {
        const Steps steps = steps_of(passes, std::move(stream));
        return std::any_of(steps.begin(), steps.end(), [](const auto& one) {
            return std::holds_alternative<CountedTogether>(one);
        });
    };
    auto person_goes = stream_of(how);
    ASSERT_TRUE(person_goes.add_person("anna", both));
    ASSERT_TRUE(person_goes.add_subject("SUBJ1"));
    EXPECT_TRUE(person_goes.remove_subject("anna"));
    EXPECT_TRUE(counted_in(std::move(person_goes)));
    auto plate_goes = stream_of(how);
    ASSERT_TRUE(plate_goes.add_person("anna", both));
    ASSERT_TRUE(plate_goes.add_subject("SUBJ1"));
    EXPECT_TRUE(plate_goes.remove_subject("SUBJ1"));
    EXPECT_TRUE(counted_in(std::move(plate_goes)));
    auto car_is_sold = stream_of(how);
    EXPECT_TRUE(car_is_sold.remove_subject("SUBJ1"));
    ASSERT_TRUE(car_is_sold.add_person("anna", both));
    ASSERT_TRUE(car_is_sold.add_person("anna", other));
    EXPECT_FALSE(counted_in(std::move(car_is_sold)));
}

TEST(FollowingStream, CountsBesideWhenItIsTold) {
    auto how = options();
    how.simple.enabled = true;
    const auto counted_in = [](const Steps& steps) {
        return std::count_if(steps.begin(), steps.end(), [](const auto& one) {
            const auto* counted = std::get_if<CountedTogether>(&one);
            return counted != nullptr && counted->vehicle == "SHADOW";
        });
    };
    const auto passes = passes_of_a_town();
    const Steps expected = steps_of(passes, stream_of(how));
    EXPECT_EQ(counted_in(expected), 4) << "once for each trip; two are within half an hour";
    EXPECT_EQ(alerts_in(expected), alerts_in(steps_of(passes)));
    EXPECT_EQ(counted_in(steps_of(passes)), 0);
    Steps steps;
    std::optional<FollowingStream> stream{stream_of(how)};
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (i % 50 == 0)
            stream.emplace(FollowingStream::restore(stream->save(), how, {}).value());
        stream->on_pass(passes[i]);
        add(steps, stream->take());
    }
    stream->pause(stream->latest());
    add(steps, stream->take());
    EXPECT_EQ(steps, expected);
}

TEST(FollowingStream, TellsEachHourOnceAndLearnsChanceEachDay) {
    Town town;
    for (const int second : {10, 20, 3'700, 3'600 * 30, 3'600 * 30 + 5})
        town.add("V1", 1, second);
    Steps hours_told = steps_of(town.sorted());
    ASSERT_EQ(hours_told.size(), 3U);
    const std::vector<WallTime> expected{at_second(0), at_second(3'600), at_second(3'600 * 30)};
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(std::get<FollowingHour>(hours_told[i]).at, expected[i]);

    auto learned = stream_of();
    Town big;
    big.days = 3;
    big.plant("SUBJ1", "SHADOW", 9, 4, 9);
    for (const Pass& pass : big.passes(3))
        learned.on_pass(pass);
    auto by_hand = FollowingAnalysis::restore(
        FollowingStream::restore(learned.save(), options(), {})->analysis().save(),
        options().following, {});
    const double before = by_hand->findings("SUBJ1", 1)->at(0).false_alarms_per_month;
    auto never = FollowingAnalysis::make(options().following, {});
    ASSERT_TRUE(never->add_subject("SUBJ1"));
    for (const Pass& pass : big.sorted())
        never->on_pass(pass);
    EXPECT_NE(before, never->findings("SUBJ1", 1)->at(0).false_alarms_per_month)
        << "chance was learned on the way";
}

TEST(FollowingStream, BeginsAnewWhenTheClockHadBeenWrong) {
    const auto passes = passes_of_a_town();
    auto stream = stream_of();
    for (Pass pass : passes) {
        pass.at += hours{24 * 365};
        stream.on_pass(pass);
    }
    stream.pause(stream.latest());
    (void)stream.take();
    Steps steps = steps_of(passes, std::move(stream));
    ASSERT_FALSE(steps.empty());
    const auto* anew = std::get_if<FollowingAnew>(&steps.front());
    ASSERT_NE(anew, nullptr);
    EXPECT_EQ(anew->known, passes.back().at + hours{24 * 365});
    EXPECT_GE(alerts_in(steps), 2U) << "it sees again, and knows its subjects";
}

TEST(FollowingStream, OneCameraWithAWrongClockChangesNothing) {
    const auto passes = passes_of_a_town();
    auto stream = stream_of();
    for (std::size_t i = 0; i < passes.size(); ++i) {
        stream.on_pass(passes[i]);
        if (i < 100)
            continue; // what comes first is in time, whatever it says
        Pass wrong = passes[i];
        wrong.at -= hours{48};
        wrong.id = domain::EventId{"w" + std::to_string(i)};
        stream.on_pass(wrong);
    }
    stream.pause(stream.latest());
    EXPECT_EQ(stream.take(), steps_of(passes));
}

TEST(FollowingStream, ForgetsAlsoWhatIsHeldBack) {
    auto stream = stream_of();
    for (const Pass& pass : passes_of_a_town())
        stream.on_pass(pass);
    Town town;
    town.add("SHADOW", 1, 86'400 * 30);
    stream.on_pass(town.sorted()[0]);
    (void)stream.take();
    ASSERT_NE(stream.save().find("SHADOW"), std::string::npos);
    stream.forget("SHADOW");
    EXPECT_EQ(stream.save().find("SHADOW"), std::string::npos);
}

TEST(FollowingStream, RefusesDamagedAndForeignStates) {
    auto stream = stream_of();
    for (const Pass& pass : passes_of_a_town())
        stream.on_pass(pass);
    (void)stream.take();
    const std::string state = stream.save();
    for (std::size_t at = 0; at < state.size(); at += at < 4'000 ? 31 : 1'999) {
        std::string damaged = state;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        EXPECT_FALSE(FollowingStream::restore(damaged, options(), {})) << at;
        EXPECT_FALSE(FollowingStream::restore(state.substr(0, at), options(), {})) << at;
    }
    EXPECT_FALSE(FollowingStream::restore(stream.analysis().save(), options(), {}));
}

TEST(FollowingStream, KeepsToItsBounds) {
    auto how = options();
    how.reorder = std::chrono::minutes{10};
    how.max_held = 5;
    auto stream = stream_of(how);
    for (const Pass& pass : passes_of_a_town()) {
        stream.on_pass(pass);
        EXPECT_LE(stream.held(), 5U);
    }
    how.reorder = std::chrono::minutes{11};
    EXPECT_EQ(FollowingStream::make(how, {}).error().code(), ErrorCode::invalid_argument);
    how = options();
    how.max_held = 0;
    EXPECT_EQ(FollowingStream::make(how, {}).error().code(), ErrorCode::invalid_argument);
}

} // namespace
} // namespace vedette::analysis
