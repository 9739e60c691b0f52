// Whatever stands where a state of following should be is refused, or can be gone on from: passes
// are taken, subjects come and go, chance is learned, and what is saved then can be restored.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "vedette/analysis/following_stream.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own
using analysis::FollowingAnalysis;
using analysis::FollowingStream;
using analysis::Pass;

/// Damage on disk is found by the sum; what is asked here is what lies behind it.
std::string with_sum(std::string bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
    char sum[sizeof hash];
    std::memcpy(sum, &hash, sizeof hash);
    return bytes.append(sum, sizeof sum);
}

Pass pass(int number, const std::string& plate) {
    Pass one;
    one.id = domain::EventId{"e" + std::to_string(number)};
    one.camera = domain::CameraId{"cam-" + std::to_string(number % 4)};
    one.at = WallTime{std::chrono::seconds{1'772'409'600 + number * 20}};
    one.plate = plate;
    one.confidence = 0.5F + 0.1F * static_cast<float>(number % 5);
    if (number % 4 == 3) // seen from a car
        one.position = analysis::GeoPoint{52 + 0.002 * number, 13};
    return one;
}

void go_on(FollowingAnalysis following) {
    for (int i = 0; i < 40; ++i) {
        following.on_pass(pass(i, i % 2 == 0 ? "SUBJ1" : "SHADOW"));
        (void)following.take_alerts();
    }
    following.on_watermark(WallTime{std::chrono::seconds{1'772'509'600}});
    if (!following.add_subject("SHADOW"))
        return;
    const std::vector<std::string> plates{"SHADOW", "SUBJ1"};
    const std::vector<domain::CameraId> cameras{domain::CameraId{"cam-3"}};
    (void)following.add_person("anna", plates);         // unless they are another's
    (void)following.add_mobile_subject("car", cameras); // unless it is another's
    for (int i = 0; i < 20; ++i) {
        Pass one = pass(10'000 + i, "SHADOW");
        one.at = WallTime{std::chrono::seconds{1'772'509'700 + i * 30}};
        following.on_pass(one);
    }
    following.on_watermark(WallTime{std::chrono::seconds{1'772'600'000}});
    for (const std::string& subject : following.subjects())
        if (const auto found = following.findings(subject, 3))
            for (const auto& finding : *found)
                (void)following.finding(subject, finding.vehicle);
    following.calibrate();
    following.forget("SUBJ1");
    (void)following.take_alerts();
    if (const auto again = FollowingAnalysis::restore(following.save(), {}, {});
        !again || again->described() != following.described())
        std::abort();
}

void go_on(FollowingStream stream) {
    for (int i = 0; i < 10; ++i)
        stream.on_pass(pass(i, "SHADOW"));
    const std::vector<domain::CameraId> cameras{domain::CameraId{"cam-1"}};
    if (stream.add_mobile_subject("car", cameras)) {
        const analysis::TrackFix fix{.at = WallTime{std::chrono::seconds{1'772'409'900}},
                                     .position = {52, 13}};
        stream.on_track("car", std::span{&fix, 1});
        stream.on_pass(pass(17, "SHADOW"));
    }
    stream.pause(stream.latest());
    (void)stream.take();
    if (!FollowingStream::restore(stream.save(), {}, {}))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMost = 64 << 10; // a state of a few vehicles has all there is in one
    const std::string bytes{reinterpret_cast<const char*>(data), std::min(size, kMost)};
    (void)FollowingAnalysis::restore(bytes, {}, {});
    (void)FollowingStream::restore(bytes, {}, {});
    if (auto following = FollowingAnalysis::restore(with_sum(bytes), {}, {}))
        go_on(*std::move(following));
    // The head of a stream, in front of an analysis that knows nothing.
    const auto nothing = FollowingAnalysis::make({}, {});
    if (auto stream = FollowingStream::restore(with_sum(bytes) + nothing->save(), {}, {}))
        go_on(*std::move(stream));
    analysis::PassReorder order{std::chrono::seconds{1}, 100};
    if (order.restore(bytes))
        order.push(pass(1, "A1"), [](const Pass&) {});
    return 0;
}
