#include "app/data/carried_cameras.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/temporary_folder.h"

namespace vedette::app {
namespace {

using domain::CameraId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FollowingSettings carrying(std::vector<CameraId> cameras, std::vector<CameraId> standing = {}) {
    FollowingSettings settings;
    MobileNode van;
    van.name = "van";
    van.cameras = std::move(cameras);
    settings.mobiles.push_back(std::move(van));
    for (const CameraId& camera : standing)
        settings.places.push_back({.camera = camera, .at = {52, 13}, .bearing_deg = {}});
    return settings;
}

class CarriedCamerasTest : public ::testing::Test {
protected:
    const TemporaryFolder temporary;
    const DataFolder folder{temporary.path()};
    NullLog log;
};

TEST_F(CarriedCamerasTest, ThereAreNoneAtFirst) {
    EXPECT_THAT(known_carried_cameras(folder).value(), IsEmpty());
    EXPECT_THAT(remember_carried_cameras(folder, {}, log), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(folder.carried_cameras()));
}

TEST_F(CarriedCamerasTest, OneThatIsGoneStaysAndOneThatStandsSomewhereGoes) {
    remember_carried_cameras(folder, carrying({CameraId{"a \"1\""}, CameraId{"b"}}), log);
    EXPECT_THAT(known_carried_cameras(folder).value(),
                ElementsAre(CameraId{"a \"1\""}, CameraId{"b"}));
    EXPECT_THAT(remember_carried_cameras(folder, carrying({CameraId{"c"}}, {CameraId{"b"}}), log),
                ElementsAre(CameraId{"a \"1\""}, CameraId{"c"}));
    EXPECT_THAT(known_carried_cameras(folder).value(),
                ElementsAre(CameraId{"a \"1\""}, CameraId{"c"}));
}

TEST_F(CarriedCamerasTest, ADamagedFileIsNamed) {
    for (const char* text : {"", "{", "{}", "[1]", "[[\"a\"]]"}) {
        std::ofstream{folder.carried_cameras()} << text;
        const auto known = known_carried_cameras(folder);
        ASSERT_FALSE(known) << text;
        EXPECT_EQ(known.error().code(), ErrorCode::data_loss);
        EXPECT_THAT(known.error().message(), HasSubstr("carried.json"));
    }
}

TEST_F(CarriedCamerasTest, ADamagedFileIsMadeAnewFromWhatIsConfigured) {
    std::ofstream{folder.carried_cameras()} << "{";
    EXPECT_THAT(remember_carried_cameras(folder, {}, log), IsEmpty());
    EXPECT_THAT(known_carried_cameras(folder).value(), IsEmpty());
    std::ofstream{folder.carried_cameras()} << "[1";
    EXPECT_THAT(remember_carried_cameras(folder, carrying({CameraId{"a"}}), log),
                ElementsAre(CameraId{"a"}));
    EXPECT_THAT(known_carried_cameras(folder).value(), ElementsAre(CameraId{"a"}));
}

TEST_F(CarriedCamerasTest, OneThatCantBeWrittenCountsForNow) {
    const DataFolder missing{temporary.path() / "missing"};
    EXPECT_THAT(remember_carried_cameras(missing, carrying({CameraId{"a"}}), log),
                ElementsAre(CameraId{"a"}));
    EXPECT_FALSE(std::filesystem::exists(missing.carried_cameras()));
    std::filesystem::create_directory(folder.carried_cameras()); // nor can it be read
    EXPECT_THAT(remember_carried_cameras(folder, carrying({CameraId{"a"}}), log),
                ElementsAre(CameraId{"a"}));
}

} // namespace
} // namespace vedette::app
