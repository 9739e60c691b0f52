#include "probe/stream_meter.h"

#include <algorithm>

namespace vedette::media {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kMostTimes = 4096;
constexpr std::size_t kEnoughToJudge = 10;
/// Of the distances between pictures, the longest tenth against the shortest: more is a rate that
/// varies. 1.7: one picture in ten left out at an otherwise constant rate is still none.
constexpr double kUneven = 1.7;
/// Rates by arrival mean nothing before.
constexpr microseconds kLongEnough{1'000'000};

double rate(std::size_t pictures, microseconds span) {
    return static_cast<double>(pictures) * 1e6 / static_cast<double>(span.count());
}

} // namespace

void StreamMeter::add(const Picture& picture, SteadyTime arrived) {
    ++packets_;
    bytes_ += picture.bytes;
    jumps_ += picture.time_jumped ? 1 : 0;
    if (latest_ && picture.at < *latest_)
        reordered_ = true;
    latest_ = std::max(latest_.value_or(picture.at), picture.at);
    if (times_.size() < kMostTimes)
        times_.push_back(picture.at);
    if (!first_arrival_)
        first_arrival_ = arrived;
    last_arrival_ = arrived;
    ++since_key_;
    if (!picture.key_frame)
        return;
    if (last_key_) {
        const auto distance = std::chrono::duration_cast<microseconds>(picture.at - *last_key_);
        longest_key_interval_ = std::max(longest_key_interval_.value_or(distance), distance);
        longest_key_distance_ = std::max(longest_key_distance_.value_or(since_key_), since_key_);
    }
    ++key_frames_;
    last_key_ = picture.at;
    since_key_ = 0;
}

void StreamMeter::measure_times(StreamMeasures& out) const {
    std::vector<StreamTime> times = times_;
    std::sort(times.begin(), times.end());
    const auto span = std::chrono::duration_cast<microseconds>(times.back() - times.front());
    if (span.count() <= 0)
        return;
    out.frame_rate = rate(times.size() - 1, span);
    out.bits_per_second =
        static_cast<double>(bytes_) * 8 * *out.frame_rate / static_cast<double>(packets_);
    if (times.size() < kEnoughToJudge)
        return;
    std::vector<double> distances;
    for (std::size_t i = 1; i < times.size(); ++i)
        distances.push_back(static_cast<double>((times[i] - times[i - 1]).count()));
    std::sort(distances.begin(), distances.end());
    const double low = distances[distances.size() / 10];
    const double high = distances[distances.size() * 9 / 10];
    out.variable_rate = high > low * kUneven;
}

StreamMeasures StreamMeter::measures() const {
    StreamMeasures out;
    out.packets = packets_;
    out.audio_packets = audio_;
    out.key_frames = key_frames_;
    out.key_frame_interval = longest_key_interval_;
    out.key_frame_distance = longest_key_distance_;
    out.reordered = reordered_;
    out.time_jumps = jumps_;
    if (times_.size() >= 2)
        measure_times(out);
    if (!first_arrival_)
        return out;
    out.watched = std::chrono::duration_cast<microseconds>(last_arrival_ - *first_arrival_);
    if (live_ && packets_ >= 2 && out.watched >= kLongEnough)
        out.arrival_rate = rate(packets_ - 1, out.watched);
    return out;
}

} // namespace vedette::media
