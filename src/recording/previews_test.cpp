#include "vedette/recording/previews.h"

#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_recordings.h"
#include "test_tiers.h"
#include "vedette/base/metrics.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/picture.h"
#include "vedette/recording/preview_keeper.h"
#include "vedette/recording/settle.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Each second of the clip has a grey of its own.
const std::string kGreys = "-vf \"geq=lum='20+mod(floor(T)*7,200)':cb=128:cr=128\" -qp 1";
int grey_of(int second) { return ((20 + second * 7 % 200) - 16) * 255 / 219; }

TEST(PreviewName, SaysWhatItIsOf) {
    const PreviewStrip strip{domain::CameraId{"gate"}, at_second(23 * 60), {true, false, true}};
    EXPECT_EQ(file_of_strip(strip), "gate/2026-11-28/14/1423.strip-05.jpg");
    EXPECT_EQ(strip_of_file(file_of_strip(strip)), strip);
    for (const char* other :
         {"", ".strip-00.jpg", "gate/2026-11-28/14/1423.strip-5.jpg",
          "gate/2026-11-28/14/1423.strip-zz.jpg", "gate/2026-11-28/15/1423.strip-05.jpg",
          "gate/2026-11-28/14/142305.250000.mp4", "2026-11-28/14/1423.strip-05.jpg",
          "gate/2026-11-28/14/1423.strip-45.jpg", "gate/2026-13-28/14/1423.strip-05.jpg",
          "gate/2026-11-28/14/1460.strip-05.jpg", "a/gate/2026-11-28/14/1423.strip-05.jpg"})
        EXPECT_EQ(strip_of_file(other), std::nullopt) << other;
}

class Previews : public ::testing::Test {
protected:
    /// A minute and a half from 14:00:00 on, in segments of ten seconds; nothing in [20, 40).
    void SetUp() override {
        const auto made = make_clip(90, kGreys);
        if (!made)
            GTEST_SKIP() << "the ffmpeg program is missing";
        clip = *made;
        for (const int second : {0, 10, 40, 50, 60, 70, 80})
            recordings.write(clip, static_cast<std::size_t>(second) * 25,
                             static_cast<std::size_t>(second + 10) * 25, second);
    }
    Result<std::optional<PreviewStrip>> make(double second, PreviewTiles tiles = {}) {
        VEDETTE_TRY(const auto made,
                    make_strip(recordings.files, recordings.index, recordings.camera,
                               at_second(second), std::move(tiles), mask, clock, log));
        try_again = made.try_again;
        return made.strip;
    }
    /// As who deletes does it.
    void remove(const std::vector<ports::RecordedSegment>& rows) {
        for (const auto& row : rows) {
            EXPECT_TRUE(recordings.index.doom({row.id}, ""));
            EXPECT_TRUE(recordings.index.remove({row.id}));
        }
    }
    std::vector<PreviewStrip> strips(double from, double to) {
        return strips_of(recordings.files, recordings.camera, at_second(from), at_second(to))
            .value();
    }
    /// The greys in the middle of the tiles.
    std::vector<int> greys(const PreviewStrip& strip) {
        const auto bytes = read_strip(recordings.files, strip);
        EXPECT_TRUE(bytes) << bytes.error().message();
        const auto path = folder / "strip.jpg";
        std::ofstream{path, std::ios::binary}.write(reinterpret_cast<const char*>(bytes->data()),
                                                    static_cast<std::streamsize>(bytes->size()));
        const auto image = media::load_picture(path);
        EXPECT_TRUE(image) << image.error().message();
        EXPECT_EQ(image->width_px(), 960);
        EXPECT_EQ(image->height_px(), 90);
        std::vector<int> out;
        for (int tile = 0; tile < 6; ++tile)
            out.push_back(image->row(45)[3 * (tile * 160 + 80)]);
        return out;
    }
    static void expect_near(const std::vector<int>& shown, const std::vector<int>& wanted) {
        ASSERT_EQ(shown.size(), wanted.size());
        for (std::size_t i = 0; i < shown.size(); ++i)
            EXPECT_NEAR(shown[i], wanted[i], 4) << "tile " << i;
    }

    const TemporaryFolder folder;
    const SystemClock clock;
    NullLog log;
    NullMetrics metrics;
    const media::FfmpegLogGuard quiet{log};
    testing::Clip clip;
    Recordings recordings;
    imaging::PictureMask mask;
    bool try_again = false; ///< the last make() said so
};

TEST_F(Previews, AreTheFirstKeyFramesOfTenSeconds) {
    const auto strip = make(30);
    ASSERT_TRUE(strip) << strip.error().message();
    ASSERT_TRUE(*strip);
    EXPECT_EQ((*strip)->minute, at_second(0));
    EXPECT_THAT((*strip)->has, ElementsAre(true, true, false, false, true, true));
    expect_near(greys(**strip), {grey_of(0), grey_of(10), 0, 0, grey_of(40), grey_of(50)});
    ASSERT_TRUE(make(60));
    EXPECT_EQ(strips(0, 3600).size(), 2U);
    EXPECT_EQ(strips(0, 60).size(), 1U);
    EXPECT_EQ(strips(59.9, 60.1).size(), 2U);
}

TEST_F(Previews, TakeWhatWasDecodedBeforeAndOnlyWhereSomethingIsRecorded) {
    imaging::Image white{imaging::PixelFormat::bgr24, kTileWidth_px, kTileHeight_px};
    std::fill_n(white.row(0), 3 * kTileWidth_px * kTileHeight_px, std::uint8_t{255});
    PreviewTiles tiles;
    tiles[1] = white;
    tiles[2] = white; // nothing is recorded then
    const auto strip = make(0, tiles);
    ASSERT_TRUE(strip && *strip);
    EXPECT_THAT((*strip)->has, ElementsAre(true, true, false, false, true, true));
    expect_near(greys(**strip), {grey_of(0), 255, 0, 0, grey_of(40), grey_of(50)});
}

TEST_F(Previews, HaveThePrivacyMask) {
    mask = imaging::PictureMask{{{{0.25F, 0.25F}, {0.75F, 0.25F}, {0.75F, 0.75F}, {0.25F, 0.75F}}}};
    const auto strip = make(0);
    ASSERT_TRUE(strip && *strip);
    expect_near(greys(**strip), {0, 0, 0, 0, 0, 0});
}

TEST_F(Previews, OfNothingAreNotThere) {
    EXPECT_EQ(make(600).value(), std::nullopt);
    EXPECT_THAT(strips(0, 3600), IsEmpty());
}

TEST_F(Previews, ReplaceThoseBefore) {
    ASSERT_TRUE(make(60));
    recordings.write(clip, 0, 250, 95);
    ASSERT_TRUE(make(60));
    ASSERT_EQ(strips(60, 120).size(), 1U);
    EXPECT_THAT(strips(60, 120).front().has, ElementsAre(true, true, true, true, true, false));
}

TEST_F(Previews, GoWithTheLastRecordingOfTheirMinute) {
    ASSERT_TRUE(make(0) && make(60));
    const auto rows = recordings.index.list({}).value();
    const auto gone = [&](std::size_t first, std::size_t last) {
        const std::vector<ports::RecordedSegment> some(
            rows.begin() + static_cast<std::ptrdiff_t>(first),
            rows.begin() + static_cast<std::ptrdiff_t>(last));
        remove(some);
        return remove_strips_of(recordings.files, recordings.index, some).value();
    };
    EXPECT_EQ(gone(0, 3), 0U);
    EXPECT_EQ(gone(3, 4), 1U);
    EXPECT_EQ(strips(0, 3600).size(), 1U);
    EXPECT_EQ(remove_stale_strips(recordings.files, recordings.index).value(), 0U);
    remove({rows.begin() + 4, rows.end()});
    EXPECT_EQ(remove_stale_strips(recordings.files, recordings.index).value(), 1U);
    EXPECT_THAT(strips(0, 3600), IsEmpty());
}

/// Somebody deletes what is being written down just now.
class Meanwhile final : public BorrowedFiles {
public:
    Meanwhile(RecordingFiles& files, std::function<void()> happens)
        : BorrowedFiles{files}, happens_{std::move(happens)} {}
    Result<std::unique_ptr<RecordingFile>> create(const std::string& name) override {
        happens_();
        return BorrowedFiles::create(name);
    }

private:
    const std::function<void()> happens_;
};

TEST_F(Previews, AreGoneIfTheirRecordingsAreDeletedMeanwhile) {
    Meanwhile files{recordings.files, [this] {
                        const auto rows = recordings.index.list({}).value();
                        remove(rows);
                        EXPECT_TRUE(remove_strips_of(recordings.files, recordings.index, rows));
                    }};
    const auto made =
        make_strip(files, recordings.index, recordings.camera, at_second(0), {}, mask, clock, log);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(made->strip, std::nullopt);
    EXPECT_THAT(strips(0, 3600), IsEmpty());
}

TEST_F(Previews, OfWhatCannotBeReadNowAreWorthAnotherTry) {
    recordings.files.refuse_reads("gate/2026-11-28/14/14001", ErrorCode::unavailable);
    const auto some = make(0);
    ASSERT_TRUE(some && *some);
    EXPECT_THAT((*some)->has, ElementsAre(true, false, false, false, true, true));
    EXPECT_TRUE(try_again);
    recordings.files.heal();
    ASSERT_TRUE(make(0));
    EXPECT_FALSE(try_again);
    EXPECT_THAT(strips(0, 60).front().has, ElementsAre(true, true, false, false, true, true));
    recordings.files.refuse_reads("gate/2026-11-28/14/14001", ErrorCode::data_loss);
    ASSERT_TRUE(make(0));
    EXPECT_FALSE(try_again) << "what is damaged stays so";
}

TEST_F(Previews, AreNotReplacedByFewerPicturesWhileOthersMayStillCome) {
    ASSERT_TRUE(make(0));
    for (const char* names : {"gate/2026-11-28/14/14001", "gate/"}) {
        recordings.files.refuse_reads(names, ErrorCode::unavailable);
        ASSERT_TRUE(make(0));
        EXPECT_TRUE(try_again);
        recordings.files.heal();
        ASSERT_EQ(strips(0, 60).size(), 1U);
        EXPECT_THAT(strips(0, 60).front().has, ElementsAre(true, true, false, false, true, true));
    }
}

TEST_F(Previews, OfWhatIsNoCameraAreLookedForNowhere) {
    recordings.files.put("../2026-11-28/14/1400.strip-3f.jpg", "x");
    for (const char* camera : {"", ".", "..", "../gate", "/", "/gate"})
        EXPECT_THAT(
            strips_of(recordings.files, domain::CameraId{camera}, at_second(0), at_second(60))
                .value(),
            IsEmpty())
            << camera;
}

TEST_F(Previews, AreNoRecordingsThatNobodyKnows) {
    ASSERT_TRUE(make(0));
    const auto settled = settle(
        recordings.files, recordings.index,
        [&](const std::string& file) { return describe_recording(recordings.files, file, clock); },
        log);
    ASSERT_TRUE(settled);
    EXPECT_THAT(settled->unknown, IsEmpty());
    EXPECT_EQ(settled->adopted, 0U);
    EXPECT_EQ(strips(0, 60).size(), 1U);
}

class Keeper : public Previews {
protected:
    imaging::FramePtr newest;
};

TEST_F(Keeper, MakesAMinuteOnceItIsRecordedAndWhatIsMissingBackwards) {
    PreviewKeeper work{{recordings.files, recordings.index, metrics, log, clock}};
    work.apply({{"gate", {}}});
    ASSERT_TRUE(work.work(at_second(85), {}));
    ASSERT_EQ(strips(0, 3600).size(), 1U) << "the minute before it was there";
    ASSERT_TRUE(work.work(at_second(121), {}));
    EXPECT_EQ(strips(0, 3600).size(), 1U) << "recordings of the second minute may still come";
    recordings.write(clip, 0, 40 * 25, 90);
    ASSERT_TRUE(work.work(at_second(131), {}));
    ASSERT_EQ(strips(60, 120).size(), 1U);
    EXPECT_THAT(strips(60, 120).front().has, ElementsAre(true, true, true, true, true, true));
}

TEST_F(Keeper, TakesAMinuteAsItIsWhenNothingMoreComes) {
    PreviewKeeper work{{recordings.files, recordings.index, metrics, log, clock}};
    work.apply({{"gate", {}}});
    ASSERT_TRUE(work.work(at_second(85), {}));
    ASSERT_TRUE(work.work(at_second(900), {}));
    EXPECT_EQ(strips(60, 120).size(), 1U);
}

TEST_F(Keeper, UsesWhatWasDecodedForTheAnalysis) {
    imaging::Image white{imaging::PixelFormat::bgr24, 320, 180};
    std::fill_n(white.row(0), 3 * 320 * 180, std::uint8_t{255});
    const auto frame = std::make_shared<imaging::Frame>();
    frame->view = white.view();
    frame->captured_at = at_second(62);
    newest = frame;
    PreviewKeeper work{{recordings.files, recordings.index, metrics, log, clock,
                        [this](const domain::CameraId&) { return newest; }}};
    work.apply({{"gate", {}}});
    ASSERT_TRUE(work.work(at_second(63), {}));
    recordings.write(clip, 0, 40 * 25, 90);
    ASSERT_TRUE(work.work(at_second(131), {}));
    ASSERT_EQ(strips(60, 120).size(), 1U);
    EXPECT_NEAR(greys(strips(60, 120).front())[0], 255, 4);
    EXPECT_NEAR(greys(strips(60, 120).front())[1], grey_of(70), 4);
}

TEST_F(Keeper, TriesAgainWhatCouldNotBeRead) {
    PreviewKeeper work{{recordings.files, recordings.index, metrics, log, clock}};
    work.apply({{"gate", {}}});
    recordings.files.refuse_reads("gate/2026-11-28/14/1400", ErrorCode::unavailable);
    ASSERT_TRUE(work.work(at_second(125), {}));
    EXPECT_THAT(strips(0, 60), IsEmpty());
    EXPECT_EQ(strips(60, 120).size(), 1U);
    recordings.files.refuse_reads("gate/2026-11-28/14/14001", ErrorCode::unavailable);
    ASSERT_TRUE(work.work(at_second(300), {}));
    EXPECT_THAT(strips(0, 60), IsEmpty()) << "not at once";
    ASSERT_TRUE(work.work(at_second(730), {}));
    ASSERT_EQ(strips(0, 60).size(), 1U);
    EXPECT_THAT(strips(0, 60).front().has, ElementsAre(true, false, false, false, true, true));
    recordings.files.heal();
    ASSERT_TRUE(work.work(at_second(1'340), {}));
    EXPECT_THAT(strips(0, 60).front().has, ElementsAre(true, true, false, false, true, true));
}

TEST_F(Keeper, GoesOnWhereTheDiskRefused) {
    PreviewKeeper work{{recordings.files, recordings.index, metrics, log, clock}};
    work.apply({{"gate", {}}});
    recordings.files.fail_after(0, ErrorCode::resource_exhausted);
    EXPECT_FALSE(work.work(at_second(125), {}));
    EXPECT_THAT(strips(0, 3600), IsEmpty());
    recordings.files.heal();
    ASSERT_TRUE(work.work(at_second(130), {}));
    EXPECT_EQ(strips(0, 120).size(), 2U);
}

TEST_F(Keeper, MakesAnewWhatIsForgotten) {
    PreviewKeeper work{{recordings.files, recordings.index, metrics, log, clock}};
    work.apply({{"gate", {}}});
    ASSERT_TRUE(work.work(at_second(125), {}));
    ASSERT_EQ(strips(0, 60).size(), 1U);
    mask = imaging::PictureMask{{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}};
    EXPECT_EQ(remove_all_strips(recordings.files, recordings.camera).value(), 2U);
    EXPECT_THAT(strips(0, 3600), IsEmpty());
    work.apply({{"gate", mask}});
    work.forget("gate");
    ASSERT_TRUE(work.work(at_second(130), {}));
    ASSERT_EQ(strips(0, 60).size(), 1U);
    expect_near(greys(strips(0, 60).front()), {0, 0, 0, 0, 0, 0});
}

} // namespace
} // namespace vedette::recording
