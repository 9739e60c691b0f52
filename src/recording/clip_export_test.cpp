#include "vedette/recording/clip_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "test_recordings.h"
#include "vedette/crypto/sha256.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/frame_reader.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test
using namespace std::chrono_literals;
using nlohmann::json;

class Export : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = make_clip(6);
        if (!made)
            GTEST_SKIP() << "the ffmpeg program is missing";
        clip = *std::move(made);
        recordings.write(clip, 0, 50, 0);
        recordings.write(clip, 50, 100, 2);
        recordings.write(clip, 100, 150, 64, 60s);
    }
    std::unique_ptr<ClipFile> file_of(double from, double to) {
        auto found = find_recorded(recordings.files, recordings.index, recordings.camera,
                                   at_second(from), at_second(to));
        return ClipFile::open(recordings.files, *first_clip(*std::move(found))).value();
    }
    ExportManifest asked(double from, double to) {
        ExportManifest manifest;
        manifest.program = "vedette test";
        manifest.made = at_second(1'000);
        manifest.camera = recordings.camera;
        manifest.asked_from = at_second(from);
        manifest.asked_to = at_second(to);
        return manifest;
    }
    Status exactly(ExportManifest& manifest, const std::stop_token& stop = {}) {
        return export_exactly(recordings.files, recordings.index, folder / "exact.mp4", mask, clock,
                              log, manifest, stop);
    }

    const TemporaryFolder folder;
    const SystemClock clock;
    NullLog log;
    const media::FfmpegLogGuard quiet{log};
    testing::Clip clip;
    Recordings recordings;
    imaging::PictureMask mask;
};

TEST_F(Export, TheManifestSaysWhatWasMadeOfWhat) {
    const auto file = file_of(1.5, 100);
    ExportManifest manifest = manifest_of(file->clip(), "a.mp4");
    manifest.asked_from = at_second(1.5);
    std::string bytes;
    ASSERT_TRUE(copy_clip(
        *file,
        [&](std::span<const std::byte> some) {
            bytes.append(reinterpret_cast<const char*>(some.data()), some.size());
            return Status{};
        },
        manifest));
    ASSERT_TRUE(check_sources(recordings.files, manifest));
    const json said = json::parse(to_json(manifest));
    EXPECT_EQ(said["asked"]["from"], "2026-11-28T14:00:01.500Z");
    EXPECT_EQ(said["given"]["from"], "2026-11-28T14:00:01.000Z");
    EXPECT_EQ(said["given"]["to"], "2026-11-28T14:01:06.000Z");
    EXPECT_EQ(said["result"]["bytes"], bytes.size());
    EXPECT_EQ(said["result"]["sha256"], crypto::sha256_hex(bytes));
    EXPECT_EQ(said["sources_checked"], true);
    ASSERT_EQ(said["sources"].size(), 3U);
    EXPECT_EQ(said["sources"][1]["sha256"], recordings.index.list({})->at(1).sha256);
    ASSERT_EQ(said["gaps"].size(), 1U);
    EXPECT_EQ(said["gaps"][0]["cause"], "the camera was away");
    EXPECT_EQ(said["gaps"][0]["to"], "2026-11-28T14:01:04.000Z");
}

TEST_F(Export, ASourceThatIsNotWhatWasRecordedIsNamed) {
    auto manifest = manifest_of(file_of(0, 100)->clip(), "a.mp4");
    const std::string second = manifest.sources[1].file;
    ASSERT_TRUE(recordings.files.truncate(second, 3'000));
    const Status checked = check_sources(recordings.files, manifest);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code(), ErrorCode::data_loss);
    EXPECT_THAT(checked.error().message(), ::testing::HasSubstr(second));
    EXPECT_FALSE(manifest.checked);
}

TEST_F(Export, AnArchiveHoldsTheClipAndItsManifest) {
    auto file = file_of(0, 100);
    const std::uint64_t clip_bytes = file->size();
    auto manifest = manifest_of(file->clip(), "gate.mp4");
    manifest.made = at_second(1'000);
    ExportArchive archive{std::move(file), manifest};
    std::vector<std::byte> all(archive.size());
    for (std::size_t at = 0; at < all.size();) {
        const auto some = std::span{all}.subspan(at, std::min<std::size_t>(7'777, all.size() - at));
        ASSERT_TRUE(archive.read(some));
        at += some.size();
    }
    const auto path = folder / "all.tar";
    std::ofstream{path, std::ios::binary}.write(reinterpret_cast<const char*>(all.data()),
                                                static_cast<std::streamsize>(all.size()));
    const std::string unpack = "tar -x -f '" + path.string() + "' -C '" + folder.path().string() +
                               "' && cd '" + folder.path().string() +
                               "' && test $(stat -c %s gate.mp4) = " + std::to_string(clip_bytes);
    ASSERT_EQ(std::system(unpack.c_str()), 0); // NOLINT(concurrency-mt-unsafe): a test
    std::ifstream in{folder / "gate.json"};
    const json said = json::parse(in);
    EXPECT_EQ(said["result"]["sha256"], *crypto::sha256_file(folder / "gate.mp4"));
    EXPECT_EQ(said["result"]["bytes"], clip_bytes);
}

TEST_F(Export, ExactlyIsThePicturesOfThatTimeAlone) {
    auto manifest = asked(1.48, 65);
    const Status done = exactly(manifest);
    ASSERT_TRUE(done) << done.error().message();
    const auto made = read_clip((folder / "exact.mp4").string());
    ASSERT_TRUE(made);
    EXPECT_EQ(made->packets.size(), 13U + 50U + 25U);
    EXPECT_EQ(manifest.given_from, at_second(1.48));
    EXPECT_EQ(manifest.given_to, at_second(65));
    EXPECT_EQ(manifest.sources.size(), 3U);
    EXPECT_EQ(manifest.gaps.size(), 1U);
    EXPECT_TRUE(manifest.exact);
    EXPECT_EQ(manifest.sha256, *crypto::sha256_file(folder / "exact.mp4"));
    EXPECT_LT(made->packets.back().at(), StreamTime{4s}) << "a gap takes no time";
}

TEST_F(Export, ExactlyBurnsTheMaskInAndSaysSo) {
    auto manifest = asked(0, 2);
    ASSERT_TRUE(exactly(manifest));
    EXPECT_EQ(json::parse(to_json(manifest))["privacy_mask"], false);
    mask = imaging::PictureMask{{{{0, 0}, {0.5F, 0}, {0.5F, 1}, {0, 1}}}};
    manifest = asked(0, 2);
    std::filesystem::remove(folder / "exact.mp4");
    ASSERT_TRUE(exactly(manifest));
    EXPECT_EQ(json::parse(to_json(manifest))["privacy_mask"], true);
    media::SourceRegistry sources;
    ASSERT_TRUE(media::register_builtin_sources(sources));
    auto source = media::open_source(sources, (folder / "exact.mp4").string(), {}, clock, log);
    ASSERT_TRUE(source) << source.error().message();
    auto reader = media::FrameReader::open(*std::move(source), {.hwaccel = "none"}, log);
    ASSERT_TRUE(reader) << reader.error().message();
    int pictures = 0;
    for (;; ++pictures) {
        const auto frame = reader->next();
        ASSERT_TRUE(frame) << frame.error().message();
        if (!*frame)
            break;
        const imaging::Image picture = imaging::crop_bgr((**frame)->view, {});
        const int row = picture.height_px() / 2;
        for (int x = 0; x < picture.width_px() / 2 - 8; ++x)
            ASSERT_LE(picture.row(row)[3 * x], 6) << "picture " << pictures << " at " << x;
    }
    EXPECT_EQ(pictures, 50);
}

TEST_F(Export, ExactlyWhereNothingIsSaysSo) {
    auto manifest = asked(10, 20);
    EXPECT_EQ(exactly(manifest).error().code(), ErrorCode::not_found);
    std::stop_source stop;
    stop.request_stop();
    manifest = asked(0, 4);
    EXPECT_EQ(exactly(manifest, stop.get_token()).error().code(), ErrorCode::cancelled);
}

} // namespace
} // namespace vedette::recording
