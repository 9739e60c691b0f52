#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "ffmpeg/handles.h"
#include "ffmpeg/stream_data.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/decoder.h"
#include "vedette/media/frame_reader.h"
#include "vedette/media/video_writer.h"

/// What our decoder costs beside bare libavcodec, both fed with the same packets in the same run.
namespace vedette::media {
namespace {

namespace fs = std::filesystem;

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;
constexpr int kFrames = 100;

/// Something that moves everywhere, so that the codec has work to do.
void paint(imaging::Image& picture, int number) {
    for (int y = 0; y < picture.height_px(); ++y)
        for (int x = 0; x < picture.width_px(); ++x) {
            std::uint8_t* at = picture.row(y) + 3 * x;
            at[0] = static_cast<std::uint8_t>((x + 3 * number) ^ y);
            at[1] = static_cast<std::uint8_t>((x + y) / 3 + 2 * number);
            at[2] = static_cast<std::uint8_t>((x * y) / 512 + number);
        }
}

struct Clip {
    StreamInfo info;
    std::vector<Packet> packets;
};

/// VEDETTE_BENCH_CLIP, or a 1080p clip made here.
fs::path clip_path() {
    if (const char* given = std::getenv("VEDETTE_BENCH_CLIP"))
        return given;
    const fs::path path = fs::temp_directory_path() / "vedette-bench-1080p.mp4";
    auto writer = VideoWriter::open(path, {.width_px = kWidth, .height_px = kHeight});
    imaging::Image picture{imaging::PixelFormat::bgr24, kWidth, kHeight};
    for (int i = 0; writer && i < kFrames; ++i) {
        paint(picture, i);
        if (!(*writer)->write(picture.view(), StreamTime{i * std::chrono::milliseconds{40}}))
            break;
    }
    if (writer && (*writer)->finish())
        return path;
    return {};
}

Clip load() {
    SourceRegistry registry;
    const SystemClock clock;
    NullLog log;
    Clip clip;
    if (!register_builtin_sources(registry))
        return clip;
    auto source = open_source(registry, clip_path().string(), {}, clock, log);
    if (!source)
        return clip;
    clip.info = (*source)->info();
    for (;;) {
        auto packet = (*source)->read({});
        if (!packet || !*packet)
            return clip;
        clip.packets.push_back(std::move(**packet));
    }
}

const Clip& clip() {
    static const Clip loaded = load(); // made once, read by all benchmarks
    return loaded;
}

std::int64_t take_frames(AVCodecContext* codec, AVFrame* frame) {
    std::int64_t count = 0;
    for (; avcodec_receive_frame(codec, frame) >= 0; ++count)
        benchmark::DoNotOptimize(frame->data[0]);
    return count;
}

std::int64_t decode_bare() {
    const AVCodecParameters* parameters = clip().info.parameters->codec.get();
    const AVCodec* codec = avcodec_find_decoder(parameters->codec_id);
    const ffmpeg::CodecContext context{avcodec_alloc_context3(codec)};
    const ffmpeg::FrameHandle frame{av_frame_alloc()};
    avcodec_parameters_to_context(context.get(), parameters);
    context->thread_count = 1;
    avcodec_open2(context.get(), codec, nullptr);
    std::int64_t frames = 0;
    for (const auto& packet : clip().packets) {
        avcodec_send_packet(context.get(), packet.data().packet.get());
        frames += take_frames(context.get(), frame.get());
    }
    avcodec_send_packet(context.get(), nullptr);
    return frames + take_frames(context.get(), frame.get());
}

std::int64_t take_frames(Decoder& decoder) {
    std::int64_t count = 0;
    for (auto frame = decoder.receive(); frame && *frame; frame = decoder.receive()) {
        benchmark::DoNotOptimize((**frame)->view.planes[0].data);
        ++count;
    }
    return count;
}

/// \return -1 if something was refused.
std::int64_t decode_ours() {
    NullLog log;
    DecoderOptions options;
    options.hwaccel = "none";
    auto decoder = Decoder::open(clip().info, options, log);
    if (!decoder)
        return -1;
    std::int64_t frames = 0;
    for (const auto& packet : clip().packets) {
        if (!(*decoder)->send(packet))
            return -1;
        frames += take_frames(**decoder);
    }
    return (*decoder)->finish() ? frames + take_frames(**decoder) : -1;
}

template <class Work>
double seconds(Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Both decode the same packets in turn, so the machine's mood falls on both alike; the counter
/// `ratio` is the budget's figure (1.15 at most).
void decoding_over_bare_libavcodec(benchmark::State& state) {
    if (clip().packets.empty())
        return state.SkipWithError("there is no clip");
    std::vector<double> ours;
    std::vector<double> bare;
    std::int64_t bare_frames = 0;
    std::int64_t our_frames = 0;
    for ([[maybe_unused]] auto _ : state) {
        bare.push_back(seconds([&] { bare_frames = decode_bare(); }));
        ours.push_back(seconds([&] { our_frames = decode_ours(); }));
        if (our_frames != bare_frames)
            return state.SkipWithError("not the same pictures were decoded");
    }
    state.counters["bare_ms"] = median(bare) * 1e3;
    state.counters["ours_ms"] = median(ours) * 1e3;
    state.counters["ratio"] = median(ours) / median(bare);
}
BENCHMARK(decoding_over_bare_libavcodec)
    ->Iterations(9)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

} // namespace
} // namespace vedette::media
