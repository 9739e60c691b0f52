#include "gate/packet_gate.h"

#include <gtest/gtest.h>
#include <set>

#include "gate/test_stream.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using Act = PacketGate::Act;
using Probe = PacketGate::Probe;

/// Drives a gate as the capture thread does, and remembers what came out.
class GateTest : public ::testing::Test {
protected:
    void begin(const PacketGateOptions& options = {}) {
        gate_.emplace(options, [this] { return busy_; });
        out_.clear();
        came_.clear();
        anchor_.reset();
        still_.clear();
    }

    /// One packet through the gate. `moving`: what pictures show of it.
    void feed(const PacketFacts& facts, bool moving = false, Probe probe = Probe::still) {
        came_.push_back(facts.decoding_at);
        while (!gate_->makes_room(facts))
            pull();
        const Act act = gate_->take(facts, media::Packet{nullptr});
        if (act == Act::probe) {
            const Probe shown = moving ? Probe::moving : probe;
            gate_->probed(shown);
            if (shown == Probe::still) {
                anchor_ = facts.decoding_at;
                still_.insert(facts.decoding_at);
            }
        }
        most_kept_ = std::max(most_kept_, gate_->kept_bytes());
        while (gate_->waiting() > 0)
            pull();
        if (gate_->awake())
            gate_->saw(facts.at, moving);
    }

    void pull() {
        if (const auto one = gate_->next())
            out_.push_back(one->facts.decoding_at);
    }

    void feed_for(TestStream& stream, double seconds, double busier = 0, bool moving = false) {
        for (const double end = stream.seconds() + seconds; stream.seconds() < end;)
            feed(stream.next(busier), moving);
    }

    /// What never came out was asleep: it begins with a key frame that showed nothing, and so does
    /// what comes after it.
    void expect_only_still_groups_are_missing(std::uint32_t seed) const {
        auto out = out_.begin();
        bool missing = false;
        for (const StreamTime at : came_) {
            const bool is_out = out != out_.end() && *out == at;
            if (is_out == missing) {
                EXPECT_TRUE(still_.contains(at)) << seed << ": " << at.time_since_epoch().count();
            }
            missing = !is_out;
            out += is_out ? 1 : 0;
        }
        EXPECT_EQ(out, out_.end()) << seed;
    }

    [[nodiscard]] std::uint64_t wakes(WakeReason reason) const {
        return gate_->report().of(reason);
    }

    std::optional<PacketGate> gate_;
    bool busy_ = false;
    std::vector<StreamTime> came_;
    std::vector<StreamTime> out_;
    std::optional<StreamTime> anchor_;
    std::set<StreamTime> still_; ///< key frames that were looked at by themselves
    std::size_t most_kept_ = 0;
};

TEST_F(GateTest, EveryQuietStreamFallsAsleepAndThenCostsItsKeyFrames) {
    for (const auto& [name, shape] : quiet_streams()) {
        begin();
        TestStream stream{shape, 1};
        feed_for(stream, 10);
        EXPECT_TRUE(gate_->awake()) << name << ": not learned";
        feed_for(stream, 60);
        EXPECT_FALSE(gate_->awake()) << name;
        const GateReport before = gate_->report();
        feed_for(stream, 600);
        const GateReport& after = gate_->report();
        const double decoded =
            static_cast<double>(after.decoded + after.probed - before.decoded - before.probed) /
            static_cast<double>(after.packets - before.packets);
        EXPECT_LT(decoded, shape.group == 1 ? 0.12 : 1.6 / shape.group) << name;
    }
}

TEST_F(GateTest, FewerKeyFramesAreLookedAtWhereSizesAreAsEver) {
    for (const auto& [name, shape] : quiet_streams()) {
        const auto probes_in = [&](std::chrono::milliseconds every, double busier) {
            begin({.probe_every = every});
            TestStream stream{shape, 1};
            feed_for(stream, 90);
            EXPECT_FALSE(gate_->awake()) << name;
            const std::uint64_t before = gate_->report().probed;
            feed_for(stream, 600, busier);
            return gate_->report().probed - before;
        };
        const std::uint64_t all = probes_in(1s, 0);
        if (shape.group / shape.fps < 5) {
            EXPECT_LT(100 * probes_in(6s, 0), 65 * all) << name;
        }
        EXPECT_LE(probes_in(60s, 0), all) << name << ": what is kept is bounded";
        EXPECT_EQ(wakes(WakeReason::long_group), 0U) << name;
    }
}

TEST_F(GateTest, WhatIsHardlyLargerIsLookedAtAsSoonAsItCan) {
    begin({.probe_every = 6s});
    TestStream stream{{}, 2};
    feed_for(stream, 90);
    ASSERT_FALSE(gate_->awake());
    const std::uint64_t before = gate_->report().probed;
    feed_for(stream, 8, 0.15);
    EXPECT_GE(gate_->report().probed - before + gate_->report().of(WakeReason::sizes), 3U);
}

TEST_F(GateTest, SizesWakeItAndEverythingSinceTheAnchorComesOutOnceInOrder) {
    for (const auto& [name, shape] : quiet_streams()) {
        begin();
        TestStream stream{shape, 2};
        feed_for(stream, 90.3);
        ASSERT_FALSE(gate_->awake()) << name;
        const std::size_t had = out_.size();
        const std::uint64_t by_sizes = wakes(WakeReason::sizes);
        feed_for(stream, 2, shape.group == 1 ? 15 : 2.5);
        EXPECT_EQ(wakes(WakeReason::sizes), by_sizes + 1) << name;
        ASSERT_TRUE(anchor_);
        const auto first = std::find(came_.begin(), came_.end(), *anchor_);
        EXPECT_EQ(std::vector(first, came_.end()),
                  std::vector(out_.begin() + static_cast<std::ptrdiff_t>(had), out_.end()))
            << name;
    }
}

TEST_F(GateTest, WhatAKeyFrameShowsBringsBackTheGroupBeforeIt) {
    begin({.probe_every = 1s});
    TestStream stream{{}, 2};
    feed_for(stream, 60);
    ASSERT_FALSE(gate_->awake());
    ASSERT_TRUE(anchor_);
    const std::size_t had = out_.size();
    const StreamTime from = *anchor_;
    for (PacketFacts facts = stream.next();; facts = stream.next()) {
        feed(facts, true);
        if (facts.key_frame)
            break;
    }
    EXPECT_EQ(wakes(WakeReason::picture), 1U);
    EXPECT_EQ(out_.at(had), from);
    EXPECT_EQ(out_.back(), came_.back());
}

TEST_F(GateTest, StaysAwakeWhileSomethingMovesAndForAWhileAfter) {
    begin();
    TestStream stream{{}, 2};
    feed_for(stream, 60);
    feed_for(stream, 60, 2, true);
    EXPECT_TRUE(gate_->awake());
    feed_for(stream, 9);
    EXPECT_TRUE(gate_->awake());
    feed_for(stream, 30);
    EXPECT_FALSE(gate_->awake());
}

TEST_F(GateTest, WhatIsFollowedKeepsItAwakeAndWakesIt) {
    begin();
    TestStream stream{{}, 2};
    busy_ = true;
    feed_for(stream, 120);
    EXPECT_TRUE(gate_->awake());
    busy_ = false;
    feed_for(stream, 5);
    EXPECT_FALSE(gate_->awake());
    busy_ = true;
    feed(stream.next());
    EXPECT_TRUE(gate_->awake());
    EXPECT_EQ(wakes(WakeReason::track), 1U);
}

TEST_F(GateTest, AStreamThatIsNotWhatItWasWakesIt) {
    const int other = 0;
    const auto spoilt = [&](const std::function<void(PacketFacts&)>& spoil) {
        begin();
        TestStream stream{{}, 2};
        feed_for(stream, 61);
        EXPECT_FALSE(gate_->awake());
        PacketFacts facts = stream.next();
        spoil(facts);
        feed(facts);
        return gate_->awake() && wakes(WakeReason::stream) == 1;
    };
    EXPECT_TRUE(spoilt([](PacketFacts& facts) { facts.decoding_at += 3s; })) << "a gap";
    EXPECT_TRUE(spoilt([](PacketFacts& facts) { facts.decoding_at -= 5s; })) << "a step back";
    EXPECT_TRUE(spoilt([&](PacketFacts& facts) { facts.set_up = &other; })) << "another codec";
    EXPECT_FALSE(spoilt([](PacketFacts& facts) { facts.decoding_at += 200ms; })) << "jitter";
}

TEST_F(GateTest, AKeyFrameThatCannotBeDecodedWakesIt) {
    begin({.probe_every = 1s});
    TestStream stream{{}, 2};
    feed_for(stream, 61);
    ASSERT_FALSE(gate_->awake());
    for (int i = 0; i < 50; ++i)
        feed(stream.next(), false, Probe::damaged);
    EXPECT_TRUE(gate_->awake());
    EXPECT_EQ(wakes(WakeReason::stream), 1U);
}

TEST_F(GateTest, AnotherCodecIsLearnedAnew) {
    begin();
    TestStream first{{}, 2};
    feed_for(first, 60);
    ASSERT_FALSE(gate_->awake());
    TestStream second{{}, 3};
    for (int i = 0; i < 60 * 25; ++i) {
        PacketFacts facts = second.next();
        facts.decoding_at += 60s;
        facts.at += 60s;
        feed(facts);
        EXPECT_TRUE(i >= 10 * 25 || gate_->awake());
    }
    EXPECT_FALSE(gate_->awake());
}

TEST_F(GateTest, GroupsLongerThanWhatMayBeKeptKeepItAwake) {
    begin({.max_time = 10s});
    TestStream stream{{.group = 25 * 20}, 2};
    feed_for(stream, 300);
    EXPECT_EQ(gate_->report().probed, 0U);
    EXPECT_EQ(out_.size(), came_.size());
    begin({.max_bytes = {300'000}});
    TestStream heavy{{.key_bytes = 150'000, .inter_bytes = 20'000}, 2};
    feed_for(heavy, 300);
    EXPECT_EQ(out_.size(), came_.size());
}

TEST_F(GateTest, AGroupThatTurnsOutTooLongIsDecodedWhole) {
    begin({.max_time = 5s});
    TestStream stream{{}, 2};
    feed_for(stream, 61);
    ASSERT_FALSE(gate_->awake());
    ASSERT_TRUE(anchor_);
    const std::size_t had = out_.size();
    const StreamTime from = *anchor_;
    while (gate_->awake() == false) {
        PacketFacts facts = stream.next();
        facts.key_frame = false; // the encoder makes none any more
        if (facts.bytes > 10'000)
            facts.bytes = 4'000;
        feed(facts);
    }
    EXPECT_EQ(wakes(WakeReason::long_group), 1U);
    EXPECT_EQ(out_.at(had), from);
    EXPECT_EQ(out_.back(), came_.back());
    EXPECT_EQ(out_.back() - from, 5s + 40ms);
}

TEST_F(GateTest, WhereEveryPictureIsAKeyFrameOneInTwoSecondsIsLookedAt) {
    begin({.probe_every = 1s});
    TestStream stream{{.group = 1, .key_bytes = 60'000, .spread = 0.03}, 2};
    feed_for(stream, 60);
    ASSERT_FALSE(gate_->awake());
    const std::uint64_t before = gate_->report().probed;
    feed_for(stream, 100);
    EXPECT_NEAR(static_cast<double>(gate_->report().probed - before), 52, 4);
}

TEST_F(GateTest, NothingIsLostAndNoBoundIsCrossedWhateverComes) {
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        std::mt19937 random{seed};
        const auto chance = [&random](double share) {
            return std::uniform_real_distribution<>{0, 1}(random) < share;
        };
        const auto shapes = quiet_streams();
        StreamShape shape = shapes[random() % shapes.size()].second;
        shape.group = 1 + static_cast<int>(random() % 120);
        const PacketGateOptions options{.stay_awake = 2s,
                                        .max_bytes = {200'000 + random() % 2'000'000},
                                        .max_time = std::chrono::seconds{2 + random() % 12}};
        begin(options);
        most_kept_ = 0;
        TestStream stream{shape, seed};
        std::size_t largest = 0;
        for (int i = 0; i < 4'000; ++i) {
            PacketFacts facts = stream.next(chance(0.01) ? 6 : (i / 300) % 4 == 3 ? 2 : 0);
            largest = std::max(largest, facts.bytes);
            busy_ = chance(0.001);
            feed(facts, (i / 300) % 4 == 3 && chance(0.5),
                 chance(0.01) ? Probe::damaged : Probe::still);
        }
        EXPECT_TRUE(std::is_sorted(out_.begin(), out_.end())) << seed;
        EXPECT_EQ(std::adjacent_find(out_.begin(), out_.end()), out_.end()) << seed << ": twice";
        EXPECT_LE(most_kept_, std::max<std::size_t>(options.max_bytes.bytes, largest)) << seed;
        expect_only_still_groups_are_missing(seed);
        EXPECT_EQ(gate_->report().packets, came_.size());
        EXPECT_EQ(gate_->report().decoded, out_.size());
    }
}

TEST_F(GateTest, TheSameStreamGivesTheSameDecisions) {
    const auto run = [this] {
        begin();
        TestStream stream{{.spread = 0.5, .b_pictures = 2}, 11};
        for (int i = 0; i < 20'000; ++i)
            feed(stream.next((i / 900) % 5 == 4 ? 1.5 : 0), (i / 900) % 5 == 4);
        return out_;
    };
    const auto first = run();
    EXPECT_LT(first.size(), 20'000U);
    EXPECT_EQ(first, run());
}

TEST_F(GateTest, AMachineThatDecodesKeyFramesAloneLetsItsIdleCamerasSleep) {
    begin();
    TestStream stream{{}, 2};
    for (int i = 0; i < 25 * 90 && gate_->awake(); ++i) {
        const PacketFacts facts = stream.next();
        if (facts.key_frame)
            feed(facts);
        else
            gate_->pass_over(facts);
    }
    EXPECT_FALSE(gate_->awake());
    EXPECT_EQ(gate_->report().wakes, GateReport{}.wakes);
}

TEST_F(GateTest, ThereIsNoTimeForWhatIsGivenUp) {
    begin();
    TestStream stream{{}, 2};
    ASSERT_TRUE(gate_->makes_room(stream.next()));
    std::ignore = gate_->take(stream.next(), media::Packet{nullptr});
    EXPECT_EQ(gate_->give_up(), 1U);
    EXPECT_EQ(gate_->waiting(), 0U);
    EXPECT_EQ(gate_->kept_bytes(), 0U);
    EXPECT_FALSE(gate_->next());
}

} // namespace
} // namespace vedette::pipeline
