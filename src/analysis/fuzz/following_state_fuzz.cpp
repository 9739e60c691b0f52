// Whatever stands where a state of following should be is refused, or can be gone on from: passes
// are taken, subjects come and go, chance is learned, and what is saved then can be restored.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

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
    for (const std::string& subject : following.subjects())
        if (const auto found = following.findings(subject, 3))
            for (const auto& finding : *found)
                (void)following.finding(subject, finding.vehicle);
    following.calibrate();
    following.forget("SUBJ1");
    (void)following.take_alerts();
    if (!FollowingAnalysis::restore(following.save(), {}, {}))
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
    analysis::PassReorder order{std::chrono::seconds{1}, 100};
    if (order.restore(bytes))
        order.push(pass(1, "A1"), [](const Pass&) {});
    return 0;
}
