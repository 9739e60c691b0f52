#include "app/data/masks.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

#include "testing/temporary_folder.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const imaging::PictureMask kDoor{{{{0, 0}, {0.25F, 0}, {0.25F, 1}}}};
const imaging::PictureMask kStreet{
    {{{0.1F, 0.1F}, {0.7F, 0.1F}, {0.7F, 0.333333F}}, {{0, 0.9F}, {1, 0.9F}, {1, 1}, {0, 1}}}};

/// Counts what a person must see to.
class CountingLog final : public Log {
public:
    void write(LogLevel level, std::string_view, std::span<const LogField>) override {
        errors += level == LogLevel::error ? 1 : 0;
    }
    int errors = 0;
};

class MasksTest : public ::testing::Test {
protected:
    Result<PrivacyMasks> remember(const PrivacyMasks& configured) {
        return remember_masks(folder, configured, log);
    }
    void write(const std::string& text) { std::ofstream{folder.masks()} << text; }
    std::string aside() {
        std::ifstream file{folder.masks().string() + ".damaged"};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    CountingLog log;
    const TemporaryFolder temporary;
    const DataFolder folder{temporary.path()};
};

TEST_F(MasksTest, ThereAreNoneAtFirst) {
    const auto known = known_masks(folder);
    ASSERT_TRUE(known);
    EXPECT_THAT(*known, IsEmpty());
    ASSERT_TRUE(remember({{"gate", {}}}));
    EXPECT_FALSE(std::filesystem::exists(folder.masks()));
}

TEST_F(MasksTest, AreReadAsTheyWereWritten) {
    const PrivacyMasks masks{{"gate", kDoor}, {"yard \"1\"", kStreet}};
    ASSERT_TRUE(remember(masks));
    EXPECT_EQ(known_masks(folder).value(), masks);
}

TEST_F(MasksTest, ACameraThatIsGoneKeepsItsMaskAndOneThatIsThereLosesIt) {
    ASSERT_TRUE(remember({{"gate", kDoor}, {"yard", kStreet}}));
    const auto now = remember({{"gate", {}}, {"hall", kDoor}});
    ASSERT_TRUE(now);
    EXPECT_EQ(*now, (PrivacyMasks{{"hall", kDoor}, {"yard", kStreet}}));
    EXPECT_EQ(known_masks(folder).value(), *now);
}

TEST_F(MasksTest, ADamagedFileIsAnErrorAndIsMadeAnew) {
    for (const char* text :
         {"", "[1]", "{\"gate\": 3}", "{\"gate\": [[0,0,1]]}", "{\"gate\": [[0,0,1,\"x\",1,1]]}",
          "{\"gate\": [[0,0,1,1]]}", "{\"gate\": [[0,0,1,0,1,1e300]]}",
          "{\"gate\": [[0,0,1,0,1,1e999]]}", "{\"gate\": [[0,0,-0.001,0,1,1]]}",
          "{\"gate\": [[0,0,99999999999999999999999,0,1,1]]}"}) {
        write(text);
        const auto known = known_masks(folder);
        ASSERT_FALSE(known) << text;
        EXPECT_EQ(known.error().code(), ErrorCode::data_loss);
        EXPECT_THAT(known.error().message(), HasSubstr("masks.json"));
    }
    ASSERT_TRUE(remember({{"gate", kDoor}}));
    EXPECT_EQ(known_masks(folder).value(), (PrivacyMasks{{"gate", kDoor}}));
}

TEST_F(MasksTest, WhatIsInADamagedFileStaysBesideItAndIsTold) {
    const std::string damaged = "{\"gone\": [[0,0,1,0,1,1]";
    write(damaged);
    ASSERT_TRUE(remember({{"gate", kDoor}}));
    EXPECT_EQ(aside(), damaged);
    EXPECT_EQ(log.errors, 1);
    ASSERT_TRUE(remember({{"gate", kStreet}}));
    EXPECT_EQ(aside(), damaged) << "the one that is well is not put aside";
    EXPECT_EQ(log.errors, 1);
}

} // namespace
} // namespace vedette::app
