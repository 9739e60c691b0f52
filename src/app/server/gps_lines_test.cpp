#include "app/server/gps_lines.h"

#include <array>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h> // NOLINT(modernize-deprecated-headers): posix_openpt() is not of C++
#include <string>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "testing/temporary_folder.h"
#include "vedette/base/clock.h"
#include "vedette/base/unique_fd.h"

namespace vedette::app {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Optional;

TEST(LineCutter, CutsBytesAsTheyComeIntoLines) {
    LineCutter cutter;
    cutter.add("$GP");
    EXPECT_FALSE(cutter.take());
    cutter.add("RMC\r\n\n$GPG");
    EXPECT_THAT(cutter.take(), Optional(std::string{"$GPRMC\r"}));
    EXPECT_THAT(cutter.take(), Optional(std::string{}));
    EXPECT_FALSE(cutter.take());
    cutter.add("GA\n");
    EXPECT_THAT(cutter.take(), Optional(std::string{"$GPGGA"}));
}

TEST(LineCutter, HoldsNoEndlessLine) {
    LineCutter cutter;
    std::size_t longest = 0;
    for (int i = 0; i < 1'000; ++i) {
        cutter.add(std::string(4'096, 'x'));
        while (const auto line = cutter.take())
            longest = std::max(longest, line->size());
    }
    EXPECT_EQ(longest, std::size_t{64} * 1'024);
}

class GpsLinesTest : public ::testing::Test {
protected:
    Result<std::unique_ptr<GpsLines>> open(const std::filesystem::path& path, int baud = 9'600) {
        MobileNode node;
        node.source = MobileNode::Source::nmea;
        node.path = path.string();
        node.baud = baud;
        return open_gps(node, {clock_, milliseconds{1'000}, {}});
    }
    Result<std::optional<std::string>> next(GpsLines& lines, int patience_ms = 5'000) {
        return lines.next({clock_, milliseconds{patience_ms}, {}});
    }
    std::string line_of(GpsLines& lines) {
        const auto line = next(lines);
        EXPECT_TRUE(line) << line.error().message();
        return line ? line->value_or("nothing") : "";
    }

    const TemporaryFolder folder_;
    const SystemClock clock_;
};

TEST_F(GpsLinesTest, AFileIsReadFromItsEndOn) {
    const auto path = folder_.path() / "gps";
    std::ofstream{path} << "old\n";
    const auto lines = open(path);
    ASSERT_TRUE(lines) << lines.error().message();
    EXPECT_FALSE((*lines)->never_rests());
    EXPECT_FALSE(*next(**lines, 1));
    std::ofstream{path, std::ios::app} << "new\nne";
    EXPECT_EQ(line_of(**lines), "new");
    EXPECT_FALSE(*next(**lines, 1));
    std::ofstream{path, std::ios::app} << "wer\n";
    EXPECT_EQ(line_of(**lines), "newer");
}

TEST_F(GpsLinesTest, AFileThatIsBegunAnewIsToBeOpenedAgain) {
    const auto path = folder_.path() / "gps";
    std::ofstream{path} << "some lines\n";
    const auto cut = open(path);
    ASSERT_TRUE(cut);
    std::ofstream{path} << "x";
    EXPECT_EQ(next(**cut).error().code(), ErrorCode::unavailable);
    const auto other = open(path);
    ASSERT_TRUE(other);
    std::ofstream{folder_.path() / "next"} << "another file\n";
    std::filesystem::rename(folder_.path() / "next", path);
    EXPECT_THAT(next(**other).error().message(), HasSubstr("begun anew"));
    const auto gone = open(path);
    ASSERT_TRUE(gone);
    std::filesystem::remove(path);
    EXPECT_EQ(next(**gone).error().code(), ErrorCode::not_found);
}

TEST_F(GpsLinesTest, SaysWhyItCantBeOpened) {
    EXPECT_EQ(open(folder_.path() / "nothing").error().code(), ErrorCode::not_found);
    EXPECT_THAT(open(folder_.path()).error().message(), HasSubstr("folder"));
}

TEST_F(GpsLinesTest, APipeMayHaveOneWriterAfterAnother) {
    const auto path = folder_.path() / "pipe";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const auto lines = open(path);
    ASSERT_TRUE(lines) << lines.error().message();
    EXPECT_FALSE(*next(**lines, 1)) << "nobody writes yet";
    for (const char* text : {"one", "two"}) {
        std::ofstream{path} << text << '\n';
        EXPECT_EQ(line_of(**lines), text);
        EXPECT_FALSE(*next(**lines, 1));
    }
}

TEST_F(GpsLinesTest, ADeviceIsSetToItsSpeedAndMayBeUnplugged) {
    UniqueFd receiver{::posix_openpt(O_RDWR | O_NOCTTY)};
    ASSERT_TRUE(receiver.is_open());
    ASSERT_EQ(::grantpt(receiver.get()), 0);
    ASSERT_EQ(::unlockpt(receiver.get()), 0);
    std::array<char, 128> name{};
    ASSERT_EQ(::ptsname_r(receiver.get(), name.data(), name.size()), 0);
    EXPECT_THAT(open(name.data(), 9'601).error().message(), HasSubstr("9601 baud"));
    const auto lines = open(name.data(), 4'800);
    ASSERT_TRUE(lines) << lines.error().message();
    EXPECT_TRUE((*lines)->never_rests());
    termios how{};
    ASSERT_EQ(::tcgetattr(receiver.get(), &how), 0);
    EXPECT_EQ(::cfgetispeed(&how), speed_t{B4800});
    EXPECT_EQ(how.c_lflag & (ICANON | ECHO), 0U) << "bytes as they come, and none sent back";
    ASSERT_EQ(::write(receiver.get(), "$GP\r\n", 6), 6);
    EXPECT_EQ(line_of(**lines), "$GP\r");
    receiver = UniqueFd{};
    const auto gone = next(**lines);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code(), ErrorCode::unavailable) << gone.error().message();
}

} // namespace
} // namespace vedette::app
