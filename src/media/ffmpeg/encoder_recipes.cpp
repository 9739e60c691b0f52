#include "ffmpeg/encoder_recipes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace vedette::media::ffmpeg {
namespace {

using Scale = EncoderRecipe::Scale;

/// Bits for a pixel, where nothing else says how good a picture is to be: low .. best.
constexpr std::array kBitsPerPixel{0.04, 0.07, 0.11, 0.18};

// Numbers of one column look about alike; each encoder was given its own scale by its authors.
constexpr std::array kRecipes{
    EncoderRecipe{
        .name = "h264_nvenc",
        .hardware = true,
        .scale_option = "cq",
        .quality = {33, 28, 23, 19},
        .settings = {{{"preset", "p4"}, {"rc", "vbr"}, {"forced-idr", "1"}, {"zerolatency", "1"}}}},
    EncoderRecipe{
        .name = "h264_qsv",
        .hardware = true,
        .scale = Scale::global_quality,
        .quality = {32, 27, 23, 19},
        .settings = {{{"preset", "veryfast"}, {"forced_idr", "1"}, {"async_depth", "1"}}}},
    EncoderRecipe{.name = "h264_vaapi",
                  .hardware = true,
                  .device = AV_HWDEVICE_TYPE_VAAPI,
                  .scale = Scale::global_quality,
                  .quality = {32, 27, 23, 19}},
    EncoderRecipe{
        .name = "h264_v4l2m2m", .hardware = true, .only_by_name = true, .scale = Scale::bit_rate},
    EncoderRecipe{.name = "libx264",
                  .quality = {30, 26, 22, 18},
                  .settings = {{{"preset", "veryfast"},
                                {"tune", "zerolatency"},
                                {"forced-idr", "1"},
                                {"x264-params", "stitchable=1"}}}},
    EncoderRecipe{.name = "libopenh264", .scale = Scale::bit_rate},
    EncoderRecipe{
        .name = "hevc_nvenc",
        .codec = VideoCodec::hevc,
        .hardware = true,
        .scale_option = "cq",
        .quality = {35, 30, 25, 21},
        .settings = {{{"preset", "p4"}, {"rc", "vbr"}, {"forced-idr", "1"}, {"zerolatency", "1"}}}},
    EncoderRecipe{
        .name = "hevc_qsv",
        .codec = VideoCodec::hevc,
        .hardware = true,
        .scale = Scale::global_quality,
        .quality = {33, 28, 24, 20},
        .settings = {{{"preset", "veryfast"}, {"forced_idr", "1"}, {"async_depth", "1"}}}},
    EncoderRecipe{.name = "hevc_vaapi",
                  .codec = VideoCodec::hevc,
                  .hardware = true,
                  .device = AV_HWDEVICE_TYPE_VAAPI,
                  .scale = Scale::global_quality,
                  .quality = {33, 28, 24, 20}},
    EncoderRecipe{.name = "libx265",
                  .codec = VideoCodec::hevc,
                  .quality = {33, 29, 25, 21},
                  .settings = {{{"preset", "superfast"},
                                {"tune", "zerolatency"},
                                {"forced-idr", "1"},
                                {"x265-params", "log-level=none:pools=none:frame-threads=1"}}}},
    EncoderRecipe{
        .name = "av1_nvenc",
        .codec = VideoCodec::av1,
        .hardware = true,
        .scale_option = "cq",
        .quality = {42, 36, 30, 25},
        .settings = {{{"preset", "p4"}, {"rc", "vbr"}, {"forced-idr", "1"}, {"zerolatency", "1"}}}},
    EncoderRecipe{
        .name = "av1_qsv",
        .codec = VideoCodec::av1,
        .hardware = true,
        .scale = Scale::global_quality,
        .quality = {130, 110, 90, 70},
        .settings = {{{"preset", "veryfast"}, {"forced_idr", "1"}, {"async_depth", "1"}}}},
    EncoderRecipe{.name = "av1_vaapi",
                  .codec = VideoCodec::av1,
                  .hardware = true,
                  .device = AV_HWDEVICE_TYPE_VAAPI,
                  .scale = Scale::global_quality,
                  .quality = {130, 110, 90, 70}},
    EncoderRecipe{.name = "libsvtav1",
                  .codec = VideoCodec::av1,
                  .quality = {45, 38, 32, 26},
                  .settings = {{{"preset", "10"}}}},
    EncoderRecipe{.name = "libaom-av1",
                  .codec = VideoCodec::av1,
                  .quality = {45, 38, 32, 26},
                  .settings = {{{"usage", "realtime"}, {"cpu-used", "9"}, {"lag-in-frames", "0"}}}},
};

std::int64_t usual_bit_rate(const EncoderOptions& options) {
    const auto level = static_cast<std::size_t>(options.quality) - 1;
    const double pixels = static_cast<double>(options.width_px) * options.height_px;
    return std::llround(std::max(100'000.0, pixels * options.frame_rate * kBitsPerPixel[level]));
}

} // namespace

std::span<const EncoderRecipe> encoder_recipes() { return kRecipes; }

void follow(const EncoderRecipe& recipe, const EncoderOptions& options, AVCodecContext& codec,
            Dictionary& settings) {
    for (const auto& [key, value] : recipe.settings)
        if (key != nullptr)
            settings.set(key, std::string{value});
    const int level = recipe.quality[static_cast<std::size_t>(options.quality) - 1];
    switch (recipe.scale) {
    case Scale::option: settings.set(recipe.scale_option, level); break;
    case Scale::global_quality: codec.global_quality = level; break;
    case Scale::bit_rate: codec.bit_rate = usual_bit_rate(options); break;
    }
    if (options.max_bit_rate <= 0)
        return;
    codec.rc_max_rate = options.max_bit_rate;
    codec.rc_buffer_size = static_cast<int>(
        std::min<std::int64_t>(2 * options.max_bit_rate, std::numeric_limits<int>::max()));
    if (recipe.scale != Scale::option) // these hold a limit only around a rate
        codec.bit_rate = std::min(options.max_bit_rate * 8 / 10, usual_bit_rate(options));
    if (recipe.scale == Scale::global_quality)
        codec.global_quality = 0;
}

} // namespace vedette::media::ffmpeg
