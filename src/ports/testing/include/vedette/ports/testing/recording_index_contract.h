#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "vedette/ports/recording_index.h"

namespace vedette::ports::testing {

/// What every RecordingIndex does. A Backend is default-constructed empty and offers
///   RecordingIndex& index();
///   void reopen();   // as after an orderly end of the process
template <class Backend>
class RecordingIndexContract : public ::testing::Test {
protected:
    RecordingIndex& index() { return backend_.index(); }

    static WallTime at(int seconds) { return WallTime{std::chrono::seconds{seconds}}; }

    static RecordedSegment segment(const std::string& camera, int from_s, int to_s) {
        return {.id = 0,
                .camera = domain::CameraId{camera},
                .file = camera + "/" + std::to_string(from_s) + ".mp4",
                .start = at(from_s),
                .end = at(to_s),
                .bytes = 1'000,
                .sha256 = std::string(64, 'a'),
                .codec = "h264",
                .audio_codec = "aac",
                .width_px = 1920,
                .height_px = 1080,
                .fragments = std::string("\0\1\2", 3),
                .gap = std::chrono::milliseconds{1'500},
                .gap_cause = "the camera was away: fÜr",
                .activity = {.motion = 0.25, .object = 0, .alert = 0},
                .kept = false,
                .doomed = false};
    }
    std::uint64_t put(const RecordedSegment& one) {
        const auto id = index().add(one);
        EXPECT_TRUE(id) << (id ? "" : id.error().message());
        return id ? *id : 0;
    }
    std::vector<std::string> files(const RecordingQuery& query = {}) {
        std::vector<std::string> out;
        const auto listed = index().list(query);
        EXPECT_TRUE(listed);
        for (const RecordedSegment& one : listed ? *listed : std::vector<RecordedSegment>{})
            out.push_back(one.file);
        return out;
    }
    Backend backend_;
};
TYPED_TEST_SUITE_P(RecordingIndexContract);

TYPED_TEST_P(RecordingIndexContract, WhatIsAddedIsFoundAsItWas) {
    RecordedSegment one = this->segment("gate", 10, 20);
    one.kept = true;
    one.id = this->put(one);
    EXPECT_GT(one.id, 0U);
    EXPECT_EQ(this->index().find(one.id).value(), one);
    this->backend_.reopen();
    EXPECT_EQ(this->index().find(one.id).value(), one);
    EXPECT_TRUE(this->index().has("gate/10.mp4").value());
    EXPECT_FALSE(this->index().has("gate/11.mp4").value());
    EXPECT_EQ(this->index().find(one.id + 1).error().code(), ErrorCode::not_found);
}

TYPED_TEST_P(RecordingIndexContract, AFileIsAddedOnce) {
    this->put(this->segment("gate", 10, 20));
    EXPECT_EQ(this->index().add(this->segment("gate", 10, 20)).error().code(),
              ErrorCode::already_exists);
    EXPECT_EQ(this->files().size(), 1U);
}

TYPED_TEST_P(RecordingIndexContract, IdsRiseAndAreNotUsedAgain) {
    const auto first = this->put(this->segment("gate", 10, 20));
    const auto second = this->put(this->segment("gate", 20, 30));
    EXPECT_GT(second, first);
    ASSERT_TRUE(this->index().remove({second}));
    this->backend_.reopen();
    EXPECT_NE(this->put(this->segment("gate", 30, 40)), second);
}

TYPED_TEST_P(RecordingIndexContract, WhatIsOutOfBoundsIsRefused) {
    const auto refused = [this](auto change) {
        RecordedSegment one = this->segment("gate", 10, 20);
        change(one);
        const auto added = this->index().add(one);
        return !added && added.error().code() == ErrorCode::invalid_argument;
    };
    EXPECT_TRUE(refused([](auto& one) { one.camera = domain::CameraId{""}; }));
    EXPECT_TRUE(refused([](auto& one) { one.file = "../../etc/passwd"; }));
    EXPECT_TRUE(refused([](auto& one) { one.file = "gate/../../x"; }));
    EXPECT_TRUE(refused([](auto& one) { one.file = "/x"; }));
    EXPECT_TRUE(refused([](auto& one) { one.end = one.start; }));
    EXPECT_TRUE(refused([](auto& one) { one.end = one.start + std::chrono::minutes{61}; }));
    EXPECT_TRUE(refused([](auto& one) { one.bytes = 0; }));
    EXPECT_TRUE(refused([](auto& one) { one.sha256 = "short"; }));
    EXPECT_TRUE(refused([](auto& one) { one.activity.motion = 1.5; }));
    EXPECT_TRUE(refused([](auto& one) { one.activity.seen = -1; }));
    EXPECT_TRUE(refused([](auto& one) { one.gap = std::chrono::microseconds{-1}; }));
    EXPECT_EQ(this->index().list({.limit = 0}).error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(this->index().list({.limit = 5'001}).error().code(), ErrorCode::invalid_argument);
}

TYPED_TEST_P(RecordingIndexContract, ListsByCameraAndTimeWhatOverlaps) {
    for (const int start : {30, 10, 20})
        for (const char* camera : {"yard", "gate"})
            this->put(this->segment(camera, start, start + 10));
    EXPECT_THAT(this->files(), ::testing::ElementsAre("gate/10.mp4", "gate/20.mp4", "gate/30.mp4",
                                                      "yard/10.mp4", "yard/20.mp4", "yard/30.mp4"));
    RecordingQuery query{.camera = domain::CameraId{"gate"}};
    query.from = this->at(20);
    query.to = this->at(30);
    EXPECT_THAT(this->files(query), ::testing::ElementsAre("gate/20.mp4")) << "ends are open";
    query.from = query.to = this->at(15);
    EXPECT_THAT(this->files(query), ::testing::ElementsAre("gate/10.mp4"));
    query.from = this->at(100);
    query.to = this->at(200);
    EXPECT_THAT(this->files(query), ::testing::IsEmpty());
}

TYPED_TEST_P(RecordingIndexContract, PagesLeaveNothingOut) {
    for (int i = 0; i < 7; ++i)
        for (const char* camera : {"yard", "gate"})
            this->put(this->segment(camera, 10 * i, 10 * i + 10));
    std::vector<std::string> all;
    RecordingQuery query{.limit = 3};
    while (true) {
        const auto page = this->index().list(query);
        ASSERT_TRUE(page);
        for (const RecordedSegment& one : *page)
            all.push_back(one.file);
        if (page->size() < 3)
            break;
        query.after = place_of(page->back());
        ASSERT_TRUE(this->index().remove({page->back().id})) << "also when the last one goes";
    }
    EXPECT_EQ(all.size(), 14U);
    EXPECT_EQ(all.front(), "gate/0.mp4");
    EXPECT_EQ(all.back(), "yard/60.mp4");
}

TYPED_TEST_P(RecordingIndexContract, TellsTheNewestAndHowMuchThereIs) {
    EXPECT_FALSE(this->index().last(domain::CameraId{"gate"}).value());
    EXPECT_THAT(this->index().extents().value(), ::testing::IsEmpty());
    this->put(this->segment("gate", 20, 30));
    this->put(this->segment("gate", 10, 20));
    this->put(this->segment("yard", 40, 50));
    EXPECT_EQ(this->index().last(domain::CameraId{"gate"}).value()->start, this->at(20));
    EXPECT_THAT(
        this->index().extents().value(),
        ::testing::ElementsAre(
            RecordingExtent{domain::CameraId{"gate"}, 2, 2'000, this->at(10), this->at(30)},
            RecordingExtent{domain::CameraId{"yard"}, 1, 1'000, this->at(40), this->at(50)}));
}

TYPED_TEST_P(RecordingIndexContract, ExtentsFollowWhatComesAndGoes) {
    const domain::CameraId gate{"gate"};
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 4; ++i)
        ids.push_back(this->put(this->segment("gate", 10 * i, 10 * i + 10)));
    ASSERT_TRUE(this->index().doom({ids[0], ids[0]}, ""));
    ASSERT_TRUE(this->index().doom({ids[0], ids[3]}, "")) << "again";
    ASSERT_TRUE(this->index().remove({ids[0]}));
    EXPECT_THAT(this->index().extents().value(), ::testing::ElementsAre(RecordingExtent{
                                                     gate, 2, 2'000, this->at(10), this->at(30)}));
    ASSERT_TRUE(this->index().remove({ids[1], ids[2], ids[3], ids[3]}));
    EXPECT_THAT(this->index().extents().value(), ::testing::IsEmpty());
    this->put(this->segment("gate", 100, 110));
    EXPECT_EQ(this->index().extents()->front().segments, 1U);
}

TYPED_TEST_P(RecordingIndexContract, ActivityRaisesTheScoresOfWhatItTouches) {
    const auto before = this->put(this->segment("gate", 0, 10));
    const auto touched = this->put(this->segment("gate", 10, 20));
    const auto other = this->put(this->segment("yard", 10, 20));
    const domain::CameraId gate{"gate"};
    ASSERT_TRUE(this->index().mark(gate, this->at(12), this->at(15),
                                   {.motion = 0.1, .object = 0.75, .alert = 0}));
    ASSERT_TRUE(this->index().mark(gate, this->at(10), this->at(11),
                                   {.motion = 0, .object = 0.5, .alert = 0.5}));
    ASSERT_TRUE(this->index().mark(gate, this->at(12), this->at(12),
                                   {.motion = 0, .object = 0, .alert = 0, .seen = 0.25}));
    EXPECT_EQ(this->index().find(touched)->activity,
              (RecordedActivity{.motion = 0.25, .object = 0.75, .alert = 0.5, .seen = 0.25}));
    for (const auto id : {before, other})
        EXPECT_EQ(this->index().find(id)->activity,
                  (RecordedActivity{.motion = 0.25, .object = 0, .alert = 0}));
}

TYPED_TEST_P(RecordingIndexContract, LeavesInTwoSteps) {
    const auto gone = this->put(this->segment("gate", 0, 10));
    const auto stays = this->put(this->segment("gate", 10, 20));
    EXPECT_EQ(this->index().doom({gone, 99'999}, "").value(), 1U);
    EXPECT_THAT(this->files(), ::testing::ElementsAre("gate/10.mp4"));
    EXPECT_TRUE(this->index().has("gate/0.mp4").value()) << "its file may still be there";
    EXPECT_EQ(this->index().extents()->front().segments, 1U);
    this->backend_.reopen();
    const auto doomed = this->index().doomed("", 10);
    ASSERT_TRUE(doomed);
    ASSERT_EQ(doomed->size(), 1U);
    EXPECT_EQ(doomed->front().file, "gate/0.mp4");
    ASSERT_TRUE(this->index().remove({gone, 99'999}));
    EXPECT_FALSE(this->index().has("gate/0.mp4").value());
    EXPECT_THAT(this->index().doomed("", 10).value(), ::testing::IsEmpty());
    EXPECT_TRUE(this->index().find(stays));
}

TYPED_TEST_P(RecordingIndexContract, WhatIsKeptIsNotDoomed) {
    const auto id = this->put(this->segment("gate", 0, 10));
    ASSERT_TRUE(this->index().keep(id, true));
    EXPECT_EQ(this->index().doom({id}, "").value(), 0U);
    EXPECT_EQ(this->files().size(), 1U);
    ASSERT_TRUE(this->index().keep(id, false));
    EXPECT_EQ(this->index().doom({id}, "").value(), 1U);
    EXPECT_EQ(this->index().keep(id + 1, true).error().code(), ErrorCode::not_found);
}

TYPED_TEST_P(RecordingIndexContract, ATimeIsKeptAndLetGoAtOnce) {
    for (int i = 0; i < 4; ++i)
        this->put(this->segment("gate", 10 * i, 10 * i + 10));
    this->put(this->segment("yard", 10, 20));
    const auto gone = this->put(this->segment("gate", 12, 18));
    ASSERT_TRUE(this->index().doom({gone}, ""));
    const domain::CameraId gate{"gate"};
    const auto kept = [&] {
        std::vector<bool> out;
        const auto listed = this->index().list({.camera = gate}).value();
        for (const RecordedSegment& one : listed)
            out.push_back(one.kept);
        return out;
    };
    EXPECT_EQ(this->index().keep_all(gate, this->at(15), this->at(30), true).value(), 2U);
    EXPECT_EQ(kept(), (std::vector{false, true, true, false}));
    EXPECT_EQ(this->index().keep_all(gate, this->at(0), this->at(11), false).value(), 2U);
    EXPECT_EQ(kept(), (std::vector{false, false, true, false}));
    EXPECT_EQ(this->index().keep_all(gate, this->at(100), this->at(200), true).value(), 0U);
}

TYPED_TEST_P(RecordingIndexContract, KnowsOnWhichTierEachIs) {
    const auto moved = this->put(this->segment("gate", 0, 10));
    const auto doomed = this->put(this->segment("gate", 10, 20));
    const auto stays = this->put(this->segment("gate", 20, 30));
    RecordedSegment other = this->segment("yard", 0, 10);
    other.tier = "nas";
    this->put(other);
    ASSERT_TRUE(this->index().doom({doomed}, ""));
    ASSERT_TRUE(this->index().move(moved, "nas"));
    EXPECT_EQ(this->index().move(doomed, "nas").error().code(), ErrorCode::not_found);
    EXPECT_EQ(this->index().move(stays + 100, "nas").error().code(), ErrorCode::not_found);
    this->backend_.reopen();
    EXPECT_EQ(this->index().find(moved)->tier, "nas");
    EXPECT_EQ(this->index().doom({moved}, "").value(), 0U) << "it is not there any more";
    EXPECT_THAT(this->files({.tier = "nas"}), ::testing::ElementsAre("gate/0.mp4", "yard/0.mp4"));
    EXPECT_THAT(this->files({.tier = ""}), ::testing::ElementsAre("gate/20.mp4"));
    EXPECT_EQ(this->files().size(), 3U) << "of all";
    EXPECT_EQ(this->index().doomed("", 10)->size(), 1U);
    EXPECT_THAT(this->index().doomed("nas", 10).value(), ::testing::IsEmpty());
    EXPECT_EQ(this->index().find_file("gate/0.mp4").value()->id, moved);
    EXPECT_EQ(this->index().find_file("gate/10.mp4").value()->id, doomed) << "also that";
    EXPECT_FALSE(this->index().find_file("gate/11.mp4").value());
}

TYPED_TEST_P(RecordingIndexContract, TellsHowMuchIsOnEachTier) {
    const domain::CameraId gate{"gate"};
    const auto moved = this->put(this->segment("gate", 0, 10));
    const auto gone = this->put(this->segment("gate", 10, 20));
    this->put(this->segment("gate", 20, 30));
    ASSERT_TRUE(this->index().mark(gate, this->at(0), this->at(20),
                                   {.motion = 0, .object = 0.5, .alert = 0}));
    ASSERT_TRUE(
        this->index().mark(gate, this->at(0), this->at(5), {.motion = 0, .object = 0, .alert = 1}));
    EXPECT_THAT(this->index().tier_extents().value(),
                ::testing::ElementsAre(TierExtent{"", gate, 3, 3'000, 2'000}));
    ASSERT_TRUE(this->index().move(moved, "nas"));
    EXPECT_THAT(this->index().tier_extents().value(),
                ::testing::ElementsAre(TierExtent{"", gate, 2, 2'000, 1'000},
                                       TierExtent{"nas", gate, 1, 1'000, 1'000}));
    EXPECT_EQ(this->index().extents()->front().segments, 3U) << "of all tiers";
    ASSERT_TRUE(this->index().doom({gone}, ""));
    ASSERT_TRUE(this->index().remove({gone, moved}));
    EXPECT_THAT(this->index().tier_extents().value(),
                ::testing::ElementsAre(TierExtent{"", gate, 1, 1'000, 0}));
}

TYPED_TEST_P(RecordingIndexContract, RemembersWhatMattered) {
    const domain::CameraId gate{"gate"};
    const auto trigger = [this](const char* camera, int from_s, int to_s) {
        return RecordingTrigger{.id = 0,
                                .camera = domain::CameraId{camera},
                                .at = this->at(from_s + 5),
                                .from = this->at(from_s),
                                .to = this->at(to_s),
                                .reason = "the bell: \xC3\xBC",
                                .keep = true};
    };
    RecordingTrigger first = trigger("gate", 0, 10);
    first.id = this->index().add_trigger(first).value();
    const auto second = this->index().add_trigger(trigger("gate", 20, 30)).value();
    const auto yard = this->index().add_trigger(trigger("yard", 0, 10)).value();
    EXPECT_LT(first.id, second);
    this->backend_.reopen();
    const auto ids = [this](const TriggerQuery& query) {
        std::vector<std::uint64_t> out;
        const auto found = this->index().triggers(query).value();
        for (const RecordingTrigger& one : found)
            out.push_back(one.id);
        return out;
    };
    EXPECT_THAT(ids({}), ::testing::ElementsAre(yard, second, first.id));
    EXPECT_EQ(this->index().triggers({.camera = gate})->back(), first);
    EXPECT_THAT(ids({.camera = gate, .from = this->at(10), .to = this->at(21)}),
                ::testing::ElementsAre(second));
    EXPECT_THAT(ids({.before = second, .limit = 1}), ::testing::ElementsAre(first.id));
    ASSERT_TRUE(this->index().forget_triggers(gate, this->at(10)));
    EXPECT_THAT(ids({}), ::testing::ElementsAre(yard, second));
    RecordingTrigger wrong = trigger("gate", 10, 10);
    EXPECT_EQ(this->index().add_trigger(wrong).error().code(), ErrorCode::invalid_argument);
    wrong = trigger("gate", 0, 10);
    wrong.reason = std::string(501, 'x');
    EXPECT_EQ(this->index().add_trigger(wrong).error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(this->index().triggers({.limit = 1'001}).error().code(), ErrorCode::invalid_argument);
}

REGISTER_TYPED_TEST_SUITE_P(RecordingIndexContract, WhatIsAddedIsFoundAsItWas, AFileIsAddedOnce,
                            IdsRiseAndAreNotUsedAgain, WhatIsOutOfBoundsIsRefused,
                            ListsByCameraAndTimeWhatOverlaps, PagesLeaveNothingOut,
                            TellsTheNewestAndHowMuchThereIs, ExtentsFollowWhatComesAndGoes,
                            ActivityRaisesTheScoresOfWhatItTouches, LeavesInTwoSteps,
                            WhatIsKeptIsNotDoomed, ATimeIsKeptAndLetGoAtOnce,
                            KnowsOnWhichTierEachIs, TellsHowMuchIsOnEachTier,
                            RemembersWhatMattered);

} // namespace vedette::ports::testing
