#include "probe/judge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace vedette::media {
namespace {

using Weight = Finding::Weight;
using std::chrono::duration;
using std::chrono::microseconds;
using std::chrono::seconds;

/// A recording begins, and a picture can be decoded, at key frames alone.
constexpr seconds kLongInterval{5};
constexpr seconds kSlowStart{5};
constexpr double kOtherRate = 1.25; ///< so far off is worth a word
constexpr int kManyPixels = 4 * 1024 * 1024;
constexpr double kManyBits = 20e6;

std::string short_number(double number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), number < 10 ? "%.1f" : "%.0f", number);
    return text.data();
}

std::string in_seconds(microseconds time) {
    return short_number(duration<double>(time).count()) + " s";
}

bool differ(double a, double b) {
    return a > 0 && b > 0 && std::max(a, b) / std::min(a, b) > kOtherRate;
}

void judge_key_frames(const InputReport& report, microseconds watched,
                      std::vector<Finding>& findings) {
    const StreamMeasures& m = report.measures;
    constexpr std::string_view kCost =
        "set the key frame interval (I-frame interval, GOP) of this stream to 1 or 2 s at the "
        "camera: recordings begin, cameras wake and the live page starts at a key frame";
    if (m.key_frame_interval && *m.key_frame_interval > kLongInterval)
        findings.push_back(
            {Weight::warning, "long-key-frame-interval",
             "there are up to " + in_seconds(*m.key_frame_interval) + " between key frames",
             std::string{kCost}});
    if (m.key_frame_interval || watched <= kLongInterval || m.packets == 0 || !report.live)
        return;
    findings.push_back(
        {Weight::warning, "long-key-frame-interval",
         (m.key_frames == 0 ? "no key frame came in " : "only one key frame came in ") +
             in_seconds(watched),
         std::string{kCost}});
}

void judge_rate(const InputReport& report, std::vector<Finding>& findings) {
    const StreamMeasures& m = report.measures;
    if (m.variable_rate)
        findings.push_back({Weight::warning, "variable-rate",
                            "the distance between pictures varies much",
                            "switch off variable frame rate, \"smart\" codecs (H.264+, H.265+, "
                            "Zipstream's dynamic rate) and long exposure at night"});
    if (m.frame_rate && differ(*m.frame_rate, report.declared_frame_rate))
        findings.push_back({Weight::note, "other-rate",
                            "it declares " + short_number(report.declared_frame_rate) +
                                " pictures per second and sends " + short_number(*m.frame_rate),
                            ""});
    if (m.frame_rate && m.arrival_rate && differ(*m.frame_rate, *m.arrival_rate))
        findings.push_back(
            {Weight::warning, "times-run-wrong",
             "its time stamps say " + short_number(*m.frame_rate) + " pictures per second, but " +
                 short_number(*m.arrival_rate) + " arrive",
             "look for lost packets (TCP loses none), a camera that is overloaded, or a broken "
             "clock in it"});
    if (m.time_jumps > 0)
        findings.push_back(
            {Weight::warning, "time-jumps",
             "its time stamps jumped " + std::to_string(m.time_jumps) + " times; they were mended",
             "let the camera take its time from one NTP server, and look for new "
             "firmware"});
}

void judge_codec(const InputReport& report, std::vector<Finding>& findings) {
    const StreamMeasures& m = report.measures;
    const std::string& codec = report.codec;
    if (m.reordered)
        findings.push_back({Weight::warning, "b-frames",
                            "pictures come in another order than they are shown (B-frames)",
                            "choose the profile Baseline, or switch B-frames off: they add delay"});
    if (codec == "hevc")
        findings.push_back({Weight::note, "hevc",
                            "H.265 is smaller than H.264, but not every browser plays it",
                            "where recordings are to play everywhere, choose H.264"});
    else if (codec == "mjpeg")
        findings.push_back({Weight::note, "mjpeg",
                            "each picture is compressed by itself: many times the size of H.264",
                            "record another stream of the camera, if it has one"});
    else if (codec == "rawvideo")
        findings.push_back({Weight::note, "not-compressed", "pictures are not compressed",
                            "ask for MJPEG or H.264 if it is to be recorded"});
}

void judge_size(const InputReport& report, std::vector<Finding>& findings) {
    if (report.width_px * report.height_px > kManyPixels)
        findings.push_back({Weight::note, "large",
                            std::to_string(report.width_px) + "x" +
                                std::to_string(report.height_px) + " is much to decode",
                            "analyse the smaller stream (role detect) and record this one"});
    if (report.measures.bits_per_second.value_or(0) > kManyBits)
        findings.push_back({Weight::note, "many-bits",
                            short_number(*report.measures.bits_per_second / 1e6) + " Mbit/s is " +
                                short_number(*report.measures.bits_per_second / 8 * 86'400 / 1e9) +
                                " GB a day",
                            ""});
    if (report.first_picture && *report.first_picture > kSlowStart)
        findings.push_back({Weight::note, "slow-start",
                            "the first picture took " + in_seconds(*report.first_picture), ""});
}

} // namespace

void sort_by_weight(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.weight < b.weight; });
}

std::vector<Finding> judge(const InputReport& report, std::chrono::milliseconds watched) {
    std::vector<Finding> findings;
    judge_key_frames(report, watched, findings);
    judge_rate(report, findings);
    judge_codec(report, findings);
    judge_size(report, findings);
    sort_by_weight(findings);
    return findings;
}

} // namespace vedette::media
