#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "testing/temporary_folder.h"
#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/media/frame_reader.h"
#include "vedette/media/source.h"
#include "vedette/media/video_writer.h"

/// Files made on the spot and short ways to read them, for the tests of this module.
namespace vedette::media::testing {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// An empty folder for one test.
class MediaTest : public ::testing::Test {
protected:
    MediaTest() { EXPECT_TRUE(register_builtin_sources(registry)); }

    Result<std::unique_ptr<Source>> open(const std::string& location,
                                         const SourceOptions& options = {}) {
        return open_source(registry, location, options, clock, log);
    }
    Result<FrameReader> reader(const std::string& location, const SourceOptions& options = {},
                               const DecoderOptions& how = software()) {
        auto source = open(location, options);
        if (!source)
            return std::move(source).error();
        return FrameReader::open(std::move(*source), how, log);
    }
    static DecoderOptions software() {
        DecoderOptions out;
        out.hwaccel = "none";
        return out;
    }

    const TemporaryFolder temporary;
    const fs::path folder = temporary.path();
    NullLog quiet;
    FfmpegLogGuard no_chatter{quiet};
    SourceRegistry registry;
    SystemClock clock;
    NullLog log;
};

struct ReadResult {
    std::vector<StreamTime> times;
    std::vector<std::pair<int, int>> sizes;
    std::optional<Error> error;
    DecoderStats stats;
};

/// Reads to the end or the first error; frames are let go at once.
inline ReadResult read_all(FrameReader& reader) {
    ReadResult out;
    for (;;) {
        auto frame = reader.next();
        if (!frame)
            out.error = frame.error();
        if (!frame || !*frame)
            break;
        out.times.push_back((**frame)->at);
        out.sizes.emplace_back((**frame)->view.width_px, (**frame)->view.height_px);
    }
    out.stats = reader.stats();
    return out;
}

/// Left third red, middle green, right blue; upper half twice as bright. A white column tells the
/// frame number.
inline imaging::Image test_picture(int width, int height, int number = 0) {
    imaging::Image out{imaging::PixelFormat::bgr24, width, height};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            std::uint8_t* at = out.row(y) + 3 * x;
            const auto value = static_cast<std::uint8_t>(y < height / 2 ? 240 : 120);
            const int third = std::min(3 * x / width, 2);
            for (int c = 0; c < 3; ++c)
                at[c] = c == 2 - third || x == number % width ? value : std::uint8_t{16};
        }
    return out;
}

/// A clip of `frames` pictures at the given times (evenly 40 ms apart if none are given).
inline void write_clip(const fs::path& path, int frames, int width = 160, int height = 96,
                       std::vector<StreamTime> times = {}) {
    auto writer = VideoWriter::open(path, {.width_px = width, .height_px = height});
    ASSERT_TRUE(writer) << writer.error().message();
    for (int i = 0; i < frames; ++i) {
        const StreamTime at =
            times.empty() ? StreamTime{i * 40ms} : times[static_cast<std::size_t>(i)];
        const auto written = (*writer)->write(test_picture(width, height, i).view(), at);
        ASSERT_TRUE(written) << written.error().message();
    }
    const auto finished = (*writer)->finish();
    ASSERT_TRUE(finished) << finished.error().message();
}

inline void write_bytes(const fs::path& path, std::string_view bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}

inline std::string read_bytes(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The `ffmpeg` program makes what our writer does not. \return false if it is missing or lacks
/// something
inline bool run_ffmpeg(const std::string& arguments) {
    return std::system(("ffmpeg -v error -nostdin -y " + arguments + " >/dev/null 2>&1").c_str()) ==
           0;
}

struct Rgb {
    int red, green, blue;
};

inline Rgb color_at(const imaging::ImageView& view, double x, double y) {
    const imaging::PixelRect at{static_cast<int>(x * view.width_px),
                                static_cast<int>(y * view.height_px), 1, 1};
    const auto pixel = imaging::crop_bgr(view, at);
    return {pixel.row(0)[2], pixel.row(0)[1], pixel.row(0)[0]};
}

inline void expect_near(Rgb got, Rgb want, int tolerance) {
    EXPECT_NEAR(got.red, want.red, tolerance);
    EXPECT_NEAR(got.green, want.green, tolerance);
    EXPECT_NEAR(got.blue, want.blue, tolerance);
}

} // namespace vedette::media::testing
