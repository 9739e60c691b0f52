#include "app/server/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

pipeline::LiveCameraOptions camera(const std::string& name, const std::string& fingerprint) {
    pipeline::LiveCameraOptions options;
    options.camera.name = name;
    options.fingerprint = fingerprint;
    return options;
}

TEST(ChangesBetween, AreNoneWhereNothingChanged) {
    ServerSettings settings;
    settings.cameras = {camera("gate", "1")};
    settings.fixed = {{"server", "a"}};
    EXPECT_THAT(changes_between(settings, settings), IsEmpty());
}

TEST(ChangesBetween, NameEachCameraOnce) {
    ServerSettings running;
    running.cameras = {camera("gate", "1"), camera("yard", "1"), camera("lane", "1")};
    ServerSettings fresh;
    fresh.cameras = {camera("lane", "1"), camera("gate", "2"), camera("door", "1")};
    EXPECT_THAT(changes_between(running, fresh),
                ElementsAre("camera gate changed", "camera door added", "camera yard removed"));
}

TEST(ChangesBetween, SayThatRetentionIsAnother) {
    const ServerSettings running;
    ServerSettings fresh;
    fresh.retention.sightings = std::chrono::days{1};
    EXPECT_THAT(changes_between(running, fresh), ElementsAre("retention changed"));
}

TEST(ChangesBetween, SayThatWhatStaysIsRecordedOtherwise) {
    ServerSettings running;
    running.cameras = {camera("gate", "1")};
    running.recordings.cameras["gate"] = {};
    running.recordings.cameras["gone"] = {};
    ServerSettings fresh = running;
    fresh.recordings.cameras.erase("gone");
    EXPECT_THAT(changes_between(running, fresh), IsEmpty()) << "it is no camera any more";
    fresh.recordings.rules().by_camera["gate"].continuous = std::chrono::hours{1};
    EXPECT_THAT(changes_between(running, fresh), ElementsAre("recording changed"));
    fresh = running;
    fresh.recordings.rules().max_bytes = 1;
    EXPECT_THAT(changes_between(running, fresh), ElementsAre("recording changed"));
    fresh = running;
    fresh.recordings.cameras["gate"].input.audio = true;
    EXPECT_THAT(changes_between(running, fresh), ElementsAre("recording changed"));
}

TEST(ChangesBetween, SayWhatOnlyCountsFromTheNextStart) {
    ServerSettings running;
    running.fixed = {{"models", "a"}, {"server", "a"}};
    ServerSettings fresh;
    fresh.fixed = {{"models", "a"}, {"server", "b"}};
    EXPECT_THAT(changes_between(running, fresh),
                ElementsAre("server changed: counts from the next start"));
}

} // namespace
} // namespace vedette::app
