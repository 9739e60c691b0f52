#include "app/server/unwatched.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using ports::CameraState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ports::CameraStatus camera(const std::string& name, CameraState state, std::uint64_t dropped = 0,
                           double looks = 0) {
    ports::CameraStatus status;
    status.id = domain::CameraId{name};
    status.state = state;
    status.dropped = dropped;
    status.looks_per_second = looks;
    return status;
}

TEST(Unwatched, IsWhoseAnalysedInputIsAwayForSomeTime) {
    Unwatched watch;
    const std::vector all{camera("gate", CameraState::online), camera("hall", CameraState::offline),
                          camera("shed", CameraState::starting),
                          camera("yard", CameraState::disabled),
                          camera("clip", CameraState::ended)};
    EXPECT_THAT(watch.among(all), IsEmpty()) << "every camera starts once";
    EXPECT_THAT(watch.among(all), ElementsAre("hall", "shed"));
    EXPECT_THAT(watch.among({camera("hall", CameraState::online)}), IsEmpty());
    EXPECT_THAT(watch.among({camera("hall", CameraState::offline)}), IsEmpty());
}

TEST(Unwatched, IsWhoWaitsForLooksAndGetsNone) {
    Unwatched watch;
    const auto seen = [&watch](std::uint64_t dropped, double looks = 0) {
        return watch.among({camera("gate", CameraState::online, dropped, looks)});
    };
    EXPECT_THAT(seen(500), IsEmpty()) << "that was before";
    EXPECT_THAT(seen(500), IsEmpty()) << "nothing moves there";
    EXPECT_THAT(seen(520, 1.5), IsEmpty()) << "some are looked at";
    EXPECT_THAT(seen(530), IsEmpty());
    EXPECT_THAT(seen(540), ElementsAre("gate"));
    EXPECT_THAT(watch.among({}), IsEmpty());
    EXPECT_THAT(seen(5), IsEmpty()) << "it was started anew";
}

} // namespace
} // namespace vedette::app
