// A car that carries cameras, on a log: its sightings and its track come as they come.
#include <gmock/gmock.h>

#include "following/test_ride.h"
#include "vedette/analysis/following_stream.h"

namespace vedette::analysis {
namespace {

using std::chrono::seconds;
using testing::at_second;
using testing::Ride;

FollowingStreamOptions options() {
    FollowingStreamOptions out;
    out.following.alerts_per_month = 1'000; // what chance does is another test's business
    out.reorder = seconds{10};
    return out;
}

FollowingStream stream_of() {
    auto stream = FollowingStream::make(options(), {});
    EXPECT_TRUE(stream->add_mobile_subject("van", testing::ride_cameras()));
    return *std::move(stream);
}

struct Told {
    Pass pass;
    std::vector<TrackFix> fixes;
};

/// Passes without their places, and a fix of where each was, `late` seconds after it.
std::vector<Told> ride_on_a_log(int late) {
    Ride ride;
    for (int trip = 0; trip < 6; ++trip) {
        for (int leg = 0; leg < 4; ++leg) {
            if (trip < 3)
                ride.drive(5, {"SHADOW"});
            else
                ride.drive(5);
            ride.turn_right();
        }
        ride.rest(11);
    }
    std::vector<std::pair<WallTime, Told>> told;
    for (const Pass& pass : ride.passes()) {
        Pass bare = pass;
        bare.position.reset();
        told.push_back({pass.at, {bare, {}}});
        told.push_back(
            {pass.at + seconds{late}, {{}, {{.at = pass.at, .position = *pass.position}}}});
    }
    std::stable_sort(told.begin(), told.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Told> out;
    for (auto& [at, one] : told)
        out.push_back(std::move(one));
    return out;
}

void tell(FollowingStream& stream, const Told& one) {
    if (one.fixes.empty())
        stream.on_pass(one.pass);
    else
        stream.on_track("van", one.fixes);
}

std::vector<FollowingStep> steps_of(const std::vector<Told>& told) {
    auto stream = stream_of();
    for (const Told& one : told)
        tell(stream, one);
    stream.pause(stream.latest());
    return stream.take();
}

TEST(FollowingStreamTrack, PlacesWhatTheCarSees) {
    const auto steps = steps_of(ride_on_a_log(2));
    std::size_t alerts = 0;
    for (const FollowingStep& step : steps)
        if (const auto* alert = std::get_if<Finding>(&step)) {
            EXPECT_EQ(alert->subject, "van");
            EXPECT_EQ(alert->vehicle, "SHADOW");
            EXPECT_TRUE(cell_middle(alert->evidence.sessions[0].together[0].camera.value()));
            ++alerts;
        }
    EXPECT_GE(alerts, 1U);
    EXPECT_EQ(steps_of(ride_on_a_log(2)), steps) << "bit for bit";
    EXPECT_EQ(steps_of(ride_on_a_log(9)), steps) << "as late as reads may be";
}

TEST(FollowingStreamTrack, LeavesOutWhatNobodyCanPlace) {
    auto stream = stream_of();
    std::size_t passes = 0;
    for (const Told& one : ride_on_a_log(12))
        if (one.fixes.empty()) {
            stream.on_pass(one.pass);
            ++passes;
        }
    stream.pause(stream.latest());
    EXPECT_EQ(stream.placeless(), passes);
    EXPECT_EQ(stream.analysis().size().passes, 0U);
    Pass other;
    other.id = domain::EventId{"o"};
    other.camera = domain::CameraId{"gate"};
    other.at = stream.latest() + seconds{60};
    other.plate = "A1";
    stream.on_pass(other);
    stream.pause(stream.latest());
    EXPECT_EQ(stream.analysis().size().passes, 1U) << "of a camera that stands somewhere";
}

TEST(FollowingStreamTrack, GoesOnAfterARestartAsIfThereWasNone) {
    const auto told = ride_on_a_log(4);
    const auto expected = steps_of(told);
    std::vector<FollowingStep> steps;
    std::optional<FollowingStream> stream{stream_of()};
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (i % 97 == 50) {
            auto restored = FollowingStream::restore(stream->save(), options(), {});
            ASSERT_TRUE(restored) << restored.error().message();
            EXPECT_EQ(restored->save(), stream->save());
            stream.emplace(*std::move(restored));
        }
        tell(*stream, told[i]);
        for (FollowingStep& step : stream->take())
            steps.push_back(std::move(step));
    }
    stream->pause(stream->latest());
    for (FollowingStep& step : stream->take())
        steps.push_back(std::move(step));
    EXPECT_EQ(steps, expected);
}

TEST(FollowingStreamTrack, ACarriedCameraIsNoPlaceWhoeverIsASubject) {
    auto stream = FollowingStream::make(options(), {});
    ASSERT_TRUE(stream);
    stream->set_carried({domain::CameraId{"front"}, domain::CameraId{"rear"}});
    std::size_t passes = 0;
    for (const Told& one : ride_on_a_log(2)) {
        tell(*stream, one);
        passes += one.fixes.empty() ? 1 : 0;
    }
    stream->pause(stream->latest());
    EXPECT_EQ(stream->placeless(), passes) << "its car is no subject any more";
    EXPECT_EQ(stream->analysis().size().passes, 0U);
}

TEST(FollowingStreamTrack, WhatIsHeldBackGoesWithItsCarrier) {
    auto stream = stream_of();
    for (const Told& one : ride_on_a_log(2))
        tell(stream, one);
    ASSERT_GT(stream.held(), 0U);
    EXPECT_TRUE(stream.remove_subject("van"));
    EXPECT_FALSE(stream.remove_subject("van"));
    EXPECT_EQ(stream.held(), 0U);
    EXPECT_EQ(stream.analysis().size().passes, 0U);
    EXPECT_EQ(stream.save().find("SHADOW"), std::string::npos);
}

TEST(FollowingStreamTrack, ForgetsWhereSomebodyWas) {
    auto stream = stream_of();
    for (const Told& one : ride_on_a_log(2))
        tell(stream, one);
    stream.on_track("nobody", std::vector<TrackFix>{{.at = at_second(0), .position = {1, 2}}});
    stream.forget("van");
    EXPECT_EQ(stream.save().find("van"), std::string::npos);
    EXPECT_EQ(stream.save().find("nobody"), std::string::npos);
}

} // namespace
} // namespace vedette::analysis
