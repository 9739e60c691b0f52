#include <algorithm>
#include <array>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "vedette/media/ffmpeg_log.h"
#include "vedette/media/source.h"

extern "C" {
#include <libavutil/log.h>
}

namespace vedette::media {
namespace {

constexpr int kMostPerSecond = 20;
constexpr std::size_t kLongestLine = 500;

/// Where libav's messages go. libav calls a plain function without an argument of ours, from any
/// thread, so this is the one object of the process that has to be reachable without being passed
/// along.
struct Destination {
    std::mutex mutex; // protects all below
    Log* log = nullptr;
    const Clock* clock = nullptr;
    SteadyTime window_start;
    int in_window = 0;
    std::int64_t left_out = 0;

    void write(const void* context, std::string_view text);
};

Destination destination; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): see above

/// Messages may quote addresses.
std::string scrubbed(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" '\"\n\r\t"), text.size());
        out += without_credentials(text.substr(0, end));
        if (end < text.size() && text[end] != '\n' && text[end] != '\r')
            out += text[end];
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

void Destination::write(const void* context, std::string_view text) {
    const std::scoped_lock lock{mutex};
    if (log == nullptr)
        return;
    const SteadyTime now = clock->steady_now();
    if (in_window == 0 || now - window_start >= std::chrono::seconds{1}) {
        window_start = now;
        in_window = 0;
    }
    if (++in_window > kMostPerSecond) {
        ++left_out;
        return;
    }
    const AVClass* const* kind = static_cast<const AVClass* const*>(context);
    const char* part =
        kind != nullptr && *kind != nullptr ? (*kind)->item_name(const_cast<void*>(context)) : "";
    log->debug("ffmpeg", {{"part", part}, {"text", scrubbed(text)}, {"left_out", left_out}});
    left_out = 0;
}

void on_message(void* context, int level, const char* format, std::va_list arguments) {
    if (level > AV_LOG_WARNING)
        return;
    std::array<char, kLongestLine> line{};
    const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
    if (length > 0)
        destination.write(context, std::string_view{line.data()});
}

/// The count of a second begins anew: another log has not had a line yet.
/// \return where they went before, and the clock that was asked
std::pair<Log*, const Clock*> redirect(Log* log, const Clock* clock) {
    const std::scoped_lock lock{destination.mutex};
    destination.in_window = 0;
    return {std::exchange(destination.log, log), std::exchange(destination.clock, clock)};
}

const Clock& system_clock() {
    static const SystemClock kClock;
    return kClock;
}

} // namespace

FfmpegLogGuard::FfmpegLogGuard(Log& log) : FfmpegLogGuard{log, system_clock()} {}

FfmpegLogGuard::FfmpegLogGuard(Log& log, const Clock& clock)
    : FfmpegLogGuard{redirect(&log, &clock)} {
    av_log_set_callback(on_message);
}

FfmpegLogGuard::~FfmpegLogGuard() {
    if (log_before_ == nullptr)
        av_log_set_callback(av_log_default_callback);
    redirect(log_before_, clock_before_);
}

} // namespace vedette::media
