#include "demo/clip_cache.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "demo/truth_file.h"
#include "vedette/media/source.h"

namespace vedette::media {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DemoClipCache : public ::testing::Test {
protected:
    DemoClipCache()
        : dir_{fs::temp_directory_path() / ("vedette_demo_" + std::to_string(::getpid()))} {
        fs::remove_all(dir_);
    }
    ~DemoClipCache() override { fs::remove_all(dir_); }

    /// \return how many frames were rendered for it
    int ensure() {
        int rendered = 0;
        const auto clip =
            ensure_demo_clip(options_, dir_, [&](int done, int) { rendered = done; }, {});
        EXPECT_TRUE(clip) << (clip ? "" : clip.error().message());
        if (clip)
            clip_ = *clip;
        return rendered;
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator{dir_})
            out.push_back(entry.path().filename().string());
        return out;
    }

    fs::path dir_;
    DemoOptions options_{.seed = 3,
                         .width_px = 160,
                         .height_px = 90,
                         .frame_rate = 10,
                         .seconds = 0.4,
                         .time = DemoTime::day};
    DemoClip clip_;
};

TEST_F(DemoClipCache, RendersOnceAndKeepsOnlyWholeFiles) {
    EXPECT_EQ(ensure(), 4);
    EXPECT_EQ(ensure(), 0);
    const std::string name = demo::clip_name(options_);
    EXPECT_THAT(names(), ::testing::UnorderedElementsAre(name + ".mp4", name + ".truth.json",
                                                         name + ".seal.json", name + ".lock"));
}

TEST_F(DemoClipCache, RendersAgainWhenTheVideoWasCutShort) {
    ensure();
    fs::resize_file(clip_.video, fs::file_size(clip_.video) / 2);
    EXPECT_EQ(ensure(), 4);
    EXPECT_EQ(ensure(), 0);
}

TEST_F(DemoClipCache, RendersAgainWhenAByteOfTheTruthChanged) {
    ensure();
    std::fstream file{clip_.truth, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(20).put('#');
    file.close();
    EXPECT_EQ(ensure(), 4);
}

TEST_F(DemoClipCache, RendersAgainWithoutASeal) {
    ensure();
    fs::remove(dir_ / (demo::clip_name(options_) + ".seal.json"));
    EXPECT_EQ(ensure(), 4);
}

TEST_F(DemoClipCache, GivesTruthForEveryFrameOfTheVideo) {
    ensure();
    const auto truth = load_demo_truth(clip_.truth);
    ASSERT_TRUE(truth);
    EXPECT_EQ(truth->width_px, 160);
    EXPECT_EQ(truth->frames.size(), 4U);
    EXPECT_EQ(truth->frames[3].at, StreamTime{std::chrono::milliseconds{300}});
}

TEST_F(DemoClipCache, LeavesNothingHalfDoneWhenStopped) {
    std::stop_source stop;
    const auto clip = ensure_demo_clip(
        options_, dir_, [&](int, int) { stop.request_stop(); }, stop.get_token());
    ASSERT_FALSE(clip);
    EXPECT_EQ(clip.error().code(), ErrorCode::cancelled);
    EXPECT_THAT(names(), ::testing::ElementsAre(demo::clip_name(options_) + ".lock"));
}

TEST_F(DemoClipCache, NamesAFolderThatCannotBeMade) {
    std::ofstream{dir_} << "a file where a folder should be";
    const auto clip = ensure_demo_clip(options_, dir_ / "below", {}, {});
    ASSERT_FALSE(clip);
    EXPECT_THAT(clip.error().message(), HasSubstr(dir_.string()));
}

TEST_F(DemoClipCache, OpensAsASource) {
    SourceRegistry registry;
    ASSERT_TRUE(register_builtin_sources(registry));
    NullLog log;
    const SystemClock clock;
    SourceOptions options;
    options.cache_dir = dir_.string();
    const auto source =
        open_source(registry, "demo://street?seed=3&seconds=0.4&width=160&fps=10&time=day", options,
                    clock, log);
    ASSERT_TRUE(source) << source.error().message();
    EXPECT_EQ((*source)->info().width_px, 160);
    const auto wrong = open_source(registry, "demo://street?sed=3", options, clock, log);
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message(), HasSubstr("did you mean 'seed'"));
}

TEST(DemoTruthFile, SaysThatTheDiskIsFull) {
    if (!fs::exists("/dev/full"))
        GTEST_SKIP() << "this system has no /dev/full";
    const Status written = demo::write_text(std::string(1 << 20, 'x'), "/dev/full");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code(), ErrorCode::resource_exhausted);
    EXPECT_THAT(written.error().message(), HasSubstr("/dev/full"));
}

TEST(DemoTruthFile, SurvivesWritingAndReading) {
    const fs::path path =
        fs::temp_directory_path() / ("vedette_truth_" + std::to_string(::getpid()));
    DemoTruth truth{640, 360, 25, {{StreamTime{std::chrono::milliseconds{40}}, {}}}};
    truth.frames[0].objects.push_back(
        {4,
         "car",
         "suv",
         {0.25F, 0.5F, 0.125F, 0.25F},
         0.75F,
         DemoPlateTruth{
             "AB123", "de", {{{0, 0.5F}, {0.25F, 0.5F}, {0.25F, 0.75F}, {0, 0.75F}}}, 21.5F, 1}});
    ASSERT_TRUE(demo::write_truth(truth, path));
    const auto read = load_demo_truth(path);
    ASSERT_TRUE(read) << read.error().message();
    ASSERT_EQ(read->frames.size(), 1U);
    const DemoObjectTruth& object = read->frames[0].objects.at(0);
    EXPECT_EQ(object.box, truth.frames[0].objects[0].box);
    EXPECT_EQ(object.plate->text, "AB123");
    EXPECT_EQ(object.plate->corners, truth.frames[0].objects[0].plate->corners);
    fs::remove(path);
    EXPECT_EQ(load_demo_truth(path).error().code(), ErrorCode::not_found);
    std::ofstream{path} << "{\"form\":1,";
    EXPECT_EQ(load_demo_truth(path).error().code(), ErrorCode::data_loss);
    fs::remove(path);
}

} // namespace
} // namespace vedette::media
