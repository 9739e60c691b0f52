#include "sources/v4l2/v4l2_source.h"
#include "test_media.h"
#include "v4l2/description.h"
#include "v4l2/test_device.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class V4l2 : public MediaTest {
protected:
    Result<std::unique_ptr<Source>> camera(const DeviceOptions& device = {}) {
        SourceOptions options;
        options.device = device;
        options.read_timeout = 300ms;
        return open_v4l2_source(std::make_unique<FakeDevice>(state), "/dev/video0", options, clock);
    }
    void expect_refusal(const DeviceOptions& device, const std::vector<std::string>& saying) {
        const auto source = camera(device);
        ASSERT_FALSE(source);
        EXPECT_EQ(source.error().code(), ErrorCode::invalid_argument);
        for (const std::string& words : saying)
            EXPECT_NE(source.error().message().find(words), std::string::npos)
                << source.error().message();
    }
    void add_pictures(int count, int width = 1280, int height = 720) {
        for (int i = 0; i < count; ++i) {
            const auto jpeg = imaging::encode_jpeg(test_picture(width, height, i).view(), 80);
            ASSERT_TRUE(jpeg);
            state.pictures.emplace_back(jpeg->begin(), jpeg->end());
        }
    }
    FakeDevice::State state;
};

TEST_F(V4l2, ADeviceIsDescribed) {
    FakeDevice device{state};
    const auto camera = describe_device(device, "/dev/video0");
    ASSERT_TRUE(camera) << camera.error().message();
    EXPECT_EQ(camera->name, "Fake Cam C1");
    EXPECT_EQ(camera->driver, "uvcvideo");
    ASSERT_EQ(camera->formats.size(), 3U);
    EXPECT_EQ(camera->formats[0].name, "yuyv422");
    EXPECT_EQ(camera->formats[1].name, "mjpeg");
    EXPECT_EQ(camera->formats[2].name, "PRIV");
    EXPECT_FALSE(camera->formats[2].usable);
    ASSERT_EQ(camera->formats[1].sizes.size(), 3U);
    EXPECT_EQ(camera->formats[1].sizes[0].width_px, 2592);
    EXPECT_EQ(camera->formats[1].sizes[1].rates, (std::vector<double>{30, 15}));
    ASSERT_EQ(camera->controls.size(), 4U);
    const auto exposure = std::find_if(camera->controls.begin(), camera->controls.end(),
                                       [](const auto& one) { return one.name == "auto_exposure"; });
    ASSERT_NE(exposure, camera->controls.end());
    EXPECT_EQ(exposure->value, 3);
    ASSERT_EQ(exposure->words.size(), 2U) << "menus have holes";
    EXPECT_EQ(exposure->words[1].second, "Aperture Priority Mode");
}

TEST_F(V4l2, WhatTakesNoPicturesIsNoCamera) {
    state.capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    FakeDevice device{state};
    EXPECT_EQ(describe_device(device, "/dev/video1").error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(open("/dev/null").error().code(), ErrorCode::invalid_argument) << "no video device";
    EXPECT_EQ(describe_usb_camera(folder / "video9").error().code(), ErrorCode::not_found);
    EXPECT_TRUE(list_usb_cameras(folder).cameras.empty());
}

TEST_F(V4l2, TheBestIsCompressedAndFluent) {
    add_pictures(3);
    auto source = camera();
    ASSERT_TRUE(source) << source.error().message();
    EXPECT_EQ((*source)->info().codec, "mjpeg");
    EXPECT_EQ((*source)->info().width_px, 1280) << "the largest comes only twice a second";
    EXPECT_TRUE((*source)->info().live);
    auto frames = FrameReader::open(std::move(*source), software(), log);
    ASSERT_TRUE(frames);
    StreamTime last{-1us};
    for (int i = 0; i < 3; ++i) {
        const auto frame = frames->next();
        ASSERT_TRUE(frame && *frame) << i;
        EXPECT_EQ((**frame)->view.width_px, 1280);
        EXPECT_GT((**frame)->at, last);
        last = (**frame)->at;
        expect_near(color_at((**frame)->view, 0.2, 0.3), {240, 16, 16}, 30);
    }
    EXPECT_EQ(last, StreamTime{80ms}) << "by the driver's times";
}

TEST_F(V4l2, WhatIsAskedForIsSet) {
    auto source = camera({.format = "yuyv422",
                          .width_px = 640,
                          .height_px = 480,
                          .frame_rate = 15,
                          .controls = {{"exposure_time_absolute", "300"},
                                       {"auto_exposure", "manual mode"},
                                       {"brightness", "10"}}});
    ASSERT_TRUE(source) << source.error().message();
    EXPECT_EQ(state.format, static_cast<std::uint32_t>(V4L2_PIX_FMT_YUYV));
    EXPECT_EQ(state.width, 640U);
    EXPECT_NEAR((*source)->info().frame_rate, 15, 0.01);
    EXPECT_EQ(state.values[V4L2_CID_EXPOSURE_AUTO], 1);
    EXPECT_EQ(state.values[V4L2_CID_EXPOSURE_ABSOLUTE], 300);
    EXPECT_EQ(state.order_of_sets.front(), static_cast<std::uint32_t>(V4L2_CID_EXPOSURE_AUTO))
        << "the automatic is switched off first";
    EXPECT_TRUE(state.streaming);
    source->reset();
    EXPECT_FALSE(state.streaming);
}

TEST_F(V4l2, PicturesThatAreNotCompressedAreDecoded) {
    state.pictures.emplace_back(640 * 480 * 2, '\x80');
    auto source = camera({.format = "yuyv422"});
    ASSERT_TRUE(source) << source.error().message();
    auto frames = FrameReader::open(std::move(*source), software(), log);
    ASSERT_TRUE(frames) << frames.error().message();
    const auto frame = frames->next();
    ASSERT_TRUE(frame && *frame);
    expect_near(color_at((**frame)->view, 0.5, 0.5), {128, 128, 128}, 8);
}

TEST_F(V4l2, WhatItHasNotIsRefusedWithWhatItHas) {
    expect_refusal({.format = "vp9"}, {"vp9", "mjpeg", "yuyv422"});
    expect_refusal({.format = "h264"}, {"no format h264", "mjpeg"});
    expect_refusal({.width_px = 640}, {"go together"});
    expect_refusal({.controls = {{"zoom", "1"}}}, {"'zoom'", "brightness"});
    expect_refusal({.controls = {{"brightness", "300"}}}, {"from 0 to 255"});
    expect_refusal({.controls = {{"auto_exposure", "wild"}}}, {"Manual Mode"});
    state.shrinks = true;
    expect_refusal({.width_px = 640, .height_px = 480}, {"320x480", "640x480"});
}

TEST_F(V4l2, AnAutomaticThatIsInChargeIsNamed) {
    const auto source = camera({.controls = {{"exposure_time_absolute", "300"}}});
    ASSERT_FALSE(source);
    EXPECT_NE(source.error().message().find("automatic"), std::string::npos);
}

TEST_F(V4l2, ABusyAnUnpluggedAndASilentOneAreToldApart) {
    state.open_error = -EBUSY;
    EXPECT_NE(camera().error().message().find("another program"), std::string::npos);
    state.open_error = 0;
    auto source = camera();
    ASSERT_TRUE(source);
    const auto silent = (*source)->read({});
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code(), ErrorCode::deadline_exceeded);
    state.error_when_dry = -ENODEV;
    const auto unplugged = (*source)->read({});
    ASSERT_FALSE(unplugged);
    EXPECT_EQ(unplugged.error().code(), ErrorCode::unavailable);
    EXPECT_NE(unplugged.error().message().find("unplugged"), std::string::npos);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ((*source)->read(stop.get_token()).error().code(), ErrorCode::cancelled);
}

TEST_F(V4l2, DamagedPicturesAreLeftOutAndBuffersComeBack) {
    add_pictures(12, 160, 96);
    for (int i = 0; i < 12; ++i)
        state.flags.push_back(i % 2 == 0 ? V4L2_BUF_FLAG_ERROR : 0U);
    auto source = camera();
    ASSERT_TRUE(source);
    int got = 0;
    while (!state.pictures.empty()) {
        const auto packet = (*source)->read({});
        ASSERT_TRUE(packet && *packet);
        EXPECT_TRUE((*packet)->key_frame());
        ++got;
    }
    EXPECT_EQ(got, 6);
}

} // namespace
} // namespace vedette::media
