#include "camera_recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.h"
#include "test_packets.h"
#include "vedette/ports/testing/memory_recording_index.h"
#include "vedette/recording/fragment_table.h"
#include "vedette/recording/settle.h"

namespace vedette::recording {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ports::RecordedSegment;
using ::testing::HasSubstr;

/// 2026-11-28T10:00:03Z: three seconds behind a turn.
constexpr WallTime kStart{std::chrono::seconds{1'795'860'003}};

double seconds(std::chrono::duration<double> time) { return time.count(); }

class CameraRecordingTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { clip_ = make_clip(40); }
    void SetUp() override {
        if (!clip_)
            GTEST_SKIP() << "there is no ffmpeg with libx264";
    }

    CameraRecording recording() {
        return CameraRecording{{.camera = domain::CameraId{"gate"}, .segment = 10s},
                               {&files_, &index_, &log_}};
    }

    /// Pictures [from, to) as they come, each 20 to 60 ms late.
    static void feed(CameraRecording& to, std::size_t from, std::size_t until,
                     WallTime::duration shift = {}) {
        for (std::size_t i = from; i < until; ++i) {
            const media::Packet& packet = clip_->packets[i];
            to.take(packet, clip_->streams,
                    kStart + shift + packet.decoding_at().time_since_epoch() +
                        std::chrono::milliseconds{20 + i * 7 % 40});
        }
    }

    [[nodiscard]] std::vector<RecordedSegment> rows() const { return index_.list({}).value(); }

    /// Every file has a row, every row its file, whole and as its digest says.
    void expect_whole() {
        std::vector<std::string> wrong;
        const auto read = verify_recordings(files_, index_,
                                            [&](const std::string& file, const std::string& what) {
                                                wrong.push_back(file + ": " + what);
                                            });
        EXPECT_TRUE(read);
        EXPECT_THAT(wrong, ::testing::IsEmpty());
        EXPECT_EQ(files_.files().size(), rows().size());
    }

    static std::optional<Clip> clip_;
    CrashingFiles files_;
    ports::testing::MemoryRecordingIndex index_;
    NullLog log_;
};
std::optional<Clip> CameraRecordingTest::clip_;

TEST_F(CameraRecordingTest, EndsSegmentsAtKeyFramesNearMultiplesOfTheirLength) {
    auto one = recording();
    feed(one, 0, 1'000);
    one.end("the camera went away");
    const auto all = rows();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].file, "gate/2026-11-28/10/100003.020000.mp4");
    const std::vector<std::chrono::seconds> lengths{7s, 10s, 10s, 10s, 3s};
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_NEAR(seconds(all[i].end - all[i].start), seconds(lengths[i]), 0.001) << i;
        EXPECT_EQ(all[i].gap, 0us);
        EXPECT_EQ(all[i].codec, "h264");
        EXPECT_EQ(all[i].width_px, 64);
        EXPECT_EQ(fragments_from(all[i].fragments)->fragments.size(),
                  static_cast<std::size_t>(lengths[i] / 1s));
        if (i > 0) {
            EXPECT_LT(all[i].start - all[i - 1].end, 5ms);
        }
    }
    expect_whole();
}

TEST_F(CameraRecordingTest, BeginsWithAKeyFrame) {
    auto one = recording();
    feed(one, 10, 60);
    one.end("");
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_NEAR(seconds(rows()[0].start - kStart), 1.02, 0.04);
    EXPECT_EQ(one.totals().lost_packets, 15U);
}

TEST_F(CameraRecordingTest, AGapHasItsCause) {
    auto one = recording();
    feed(one, 0, 100);
    one.end("silent for 20 s");
    feed(one, 200, 300);
    one.miss("the disk was too slow");
    feed(one, 310, 400);
    one.end("");
    const auto all = rows();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].gap, 0us) << "nothing was before it";
    EXPECT_NEAR(seconds(all[1].gap), 4, 0.05);
    EXPECT_EQ(all[1].gap_cause, "silent for 20 s");
    EXPECT_NEAR(seconds(all[2].gap), 1, 0.05);
    EXPECT_EQ(all[2].gap_cause, "the disk was too slow");
}

TEST_F(CameraRecordingTest, ANewProcessSaysThatTheOldOneWasAway) {
    {
        auto one = recording();
        feed(one, 0, 100);
        one.end("the server was stopped");
    }
    auto two = recording();
    feed(two, 500, 600);
    two.end("");
    EXPECT_NEAR(seconds(rows().back().gap), 16, 0.05);
    EXPECT_EQ(rows().back().gap_cause, "the server was not running");
}

TEST_F(CameraRecordingTest, AClockThatIsSetMakesNoGap) {
    auto one = recording();
    feed(one, 0, 300);
    feed(one, 300, 700, 1h);
    feed(one, 700, 1'000, -1h);
    one.end("");
    for (const RecordedSegment& row : rows())
        EXPECT_EQ(row.gap, 0us) << row.file;
    expect_whole();
}

TEST_F(CameraRecordingTest, WhileTheDiskRefusesItTriesAgainAndSaysWhatIsMissing) {
    auto one = recording();
    feed(one, 0, 200);
    files_.fail_after(0, ErrorCode::resource_exhausted);
    feed(one, 200, 500);
    EXPECT_THAT(one.problem(), HasSubstr("the disk refuses"));
    files_.heal();
    feed(one, 500, 1'000);
    one.end("");
    EXPECT_EQ(one.problem(), "");
    EXPECT_GT(one.totals().lost_packets, 100U);
    bool told = false;
    for (const RecordedSegment& row : rows())
        told = told || (row.gap > 5s && row.gap_cause == "the disk refuses");
    EXPECT_TRUE(told);
}

TEST_F(CameraRecordingTest, WhatGoesOnIsWithItsSegment) {
    auto one = recording();
    feed(one, 0, 300);
    one.note(kStart + 9s, kStart + 10s, {.motion = 0.5, .object = 0, .alert = 0}); // open
    one.note(kStart + 2s, kStart + 3s, {.motion = 0, .object = 0.75, .alert = 0}); // done
    feed(one, 300, 600);
    one.end("");
    const auto all = rows();
    ASSERT_GE(all.size(), 3U);
    EXPECT_EQ(all[0].activity, (ports::RecordedActivity{.motion = 0, .object = 0.75, .alert = 0}));
    EXPECT_EQ(all[1].activity, (ports::RecordedActivity{.motion = 0.5, .object = 0, .alert = 0}));
    EXPECT_EQ(all[2].activity, ports::RecordedActivity{});
}

TEST_F(CameraRecordingTest, WhatReachesIntoTheFutureIsWithTheNextSegmentToo) {
    auto one = recording();
    feed(one, 0, 300);
    one.note(kStart + 6s, kStart + 18s, {.motion = 0, .object = 0.5, .alert = 0});
    feed(one, 300, 900);
    one.end("");
    std::vector<double> objects;
    for (const RecordedSegment& row : rows())
        objects.push_back(row.activity.object);
    EXPECT_THAT(objects, ::testing::ElementsAre(0.5, 0.5, 0.5, 0));
}

TEST_F(CameraRecordingTest, WhatIsSeenIsWithItsOwnSegmentAlone) {
    auto one = recording();
    feed(one, 0, 300);
    one.note(kStart + 6s, kStart + 18s, {.motion = 0, .object = 0.5, .alert = 0});
    one.note(kStart + 11s, kStart + 11s, {.seen = 0.5});
    feed(one, 300, 900);
    one.end("");
    std::vector<std::pair<double, double>> found;
    for (const RecordedSegment& row : rows())
        found.emplace_back(row.activity.object, row.activity.seen);
    EXPECT_THAT(found, ::testing::ElementsAre(std::pair{0.5, 0.0}, std::pair{0.5, 0.5},
                                              std::pair{0.5, 0.0}, std::pair{0.0, 0.0}));
}

TEST_F(CameraRecordingTest, ATriggerIsAnAlertBeforeAndAfterAndNoLonger) {
    auto one = recording();
    feed(one, 0, 500);
    one.note(kStart + 19s, kStart + 25s, {.motion = 0, .object = 0.5, .alert = 0});
    one.trigger(kStart + 8s, kStart + 28s, true);
    feed(one, 500, 700);
    one.note(kStart + 27s, kStart + 60s, {.motion = 0, .object = 0.5, .alert = 0});
    feed(one, 700, 1'000);
    one.end("");
    std::vector<std::pair<double, bool>> found;
    for (const RecordedSegment& row : rows())
        found.emplace_back(row.activity.alert, row.kept);
    EXPECT_THAT(found, ::testing::ElementsAre(std::pair{0.0, false}, std::pair{1.0, true},
                                              std::pair{1.0, true}, std::pair{1.0, true},
                                              std::pair{0.0, false}))
        << "what goes on afterwards is no alert";
}

TEST_F(CameraRecordingTest, ATriggerCountsForWhatACrashCutOff) {
    auto one = recording();
    feed(one, 0, 100);
    ports::RecordingTrigger said{.id = 0,
                                 .camera = domain::CameraId{"gate"},
                                 .at = kStart + 2s,
                                 .from = kStart + 1s,
                                 .to = kStart + 3s,
                                 .reason = "the bell",
                                 .keep = true};
    ASSERT_TRUE(index_.add_trigger(said));
    files_.cut_power(1.0);
    const auto settled = settle(
        files_, index_,
        [](const std::string&) { return Result<media::StreamInfo>{clip_->streams}; }, log_);
    ASSERT_TRUE(settled);
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].activity.alert, 1);
    EXPECT_TRUE(rows()[0].kept);
}

/// Cuts the power after any number of calls to the disk: what the index knows is there, whole, and
/// what lies there without a row has one after the start, cut behind its last whole fragment.
TEST_F(CameraRecordingTest, APowerCutAnywhereLosesOneFragmentAtMostAndLeavesNoOrphan) {
    const auto describe = [](const std::string&) -> Result<media::StreamInfo> {
        media::StreamInfo info = clip_->streams;
        return info;
    };
    for (int calls = 0; calls < 120; calls += 1) {
        for (const double keep : {0.0, 0.63, 1.0}) {
            SCOPED_TRACE(std::to_string(calls) + " calls, " + std::to_string(keep));
            CrashingFiles files;
            ports::testing::MemoryRecordingIndex index;
            CameraRecording one{{.camera = domain::CameraId{"gate"}, .segment = 10s},
                                {&files, &index, &log_}};
            files.fail_after(calls, ErrorCode::unavailable);
            std::size_t fed = 0;
            while (fed < 1'000 && one.problem().empty()) {
                feed(one, fed, fed + 1);
                ++fed;
            }
            const std::uint64_t before = index.list({}).value().size();
            const auto last_known = index.last(domain::CameraId{"gate"}).value();
            files.cut_power(keep);
            const auto settled = settle(files, index, describe, log_);
            ASSERT_TRUE(settled) << settled.error().message();
            EXPECT_EQ(settled->without_file, 0U);
            EXPECT_THAT(settled->damaged, ::testing::IsEmpty());
            const auto rows_now = index.list({}).value();
            EXPECT_EQ(rows_now.size(), before + settled->adopted);
            EXPECT_EQ(files.files().size(), rows_now.size());
            ASSERT_TRUE(verify_recordings(files, index, [](const auto& file, const auto& what) {
                ADD_FAILURE() << file << ": " << what;
            }));
            for (const RecordedSegment& row : rows_now)
                if (!last_known || row.id > last_known->id) {
                    EXPECT_EQ(row.activity.object, 1) << "what went on in it is not known";
                }
            if (keep == 1.0 && fed > 50) {
                ASSERT_FALSE(rows_now.empty());
                EXPECT_GT(rows_now.back().end,
                          kStart + clip_->packets[fed - 1].decoding_at().time_since_epoch() - 2s)
                    << "the fragment at hand, of a second, is what may be lost";
            }
            const auto again = settle(files, index, describe, log_);
            ASSERT_TRUE(again);
            EXPECT_EQ(again->adopted + again->empty + again->deleted + again->without_file, 0U);
        }
    }
}

} // namespace
} // namespace vedette::recording
