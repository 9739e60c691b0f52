#include "vedette/analysis/track_source.h"

#include <gtest/gtest.h>
#include <iomanip>
#include <sstream>

#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// "$GPRMC,…" with its checksum.
std::string sentence(const std::string& body) {
    unsigned sum = 0;
    for (const char sign : body)
        sum ^= static_cast<unsigned char>(sign);
    std::ostringstream out;
    out << '$' << body << '*' << std::hex << std::uppercase << std::setw(2) << std::setfill('0')
        << sum;
    return out.str();
}

TEST(NmeaReader, UnderstandsWhatAReceiverSays) {
    NmeaReader reader;
    // As the standard's own example has it.
    const auto fix =
        reader.take("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r");
    ASSERT_TRUE(fix) << "1994 is taken for 2094: no receiver is that old";
    EXPECT_NEAR(fix->position.latitude_deg, 48.1173, 1e-9);
    EXPECT_NEAR(fix->position.longitude_deg, 11.516666667, 1e-9);
    EXPECT_NEAR(fix->speed_mps.value_or(0), 22.4 * 1852 / 3600, 1e-9);
    EXPECT_EQ(fix->course_deg, 84.4);
    const auto other = reader.take(sentence("GNRMC,080511.25,A,3354.5,S,15112.0,W,,,020326,,,A,V"));
    ASSERT_TRUE(other);
    EXPECT_EQ(other->at, parse_pass_time("2026-03-02T08:05:11.25Z").value());
    EXPECT_LT(other->position.latitude_deg, -33.9);
    EXPECT_LT(other->position.longitude_deg, -151.19);
    EXPECT_FALSE(other->speed_mps);
    EXPECT_EQ(reader.counts(), (TrackSourceCounts{.fixes = 2, .bad = 0, .without = 0}));
}

TEST(NmeaReader, TakesTheAccuracyFromGgaOfTheSameMoment) {
    NmeaReader reader;
    const std::string rmc = "GPRMC,080511.00,A,5231.2,N,01324.3,E,0.1,,020326,,";
    EXPECT_FALSE(reader.take(sentence("GPGGA,080511.00,5231.2,N,01324.3,E,1,08,0.9,34,M,45,M,,")));
    EXPECT_NEAR(reader.take(sentence(rmc))->accuracy_m, 4.5, 1e-9);
    EXPECT_FALSE(reader.take(sentence("GPGGA,080512.00,5231.2,N,01324.3,E,1,08,9,34,M,45,M,,")));
    EXPECT_NEAR(reader.take(sentence(rmc))->accuracy_m, 10, 1e-9) << "of another moment";
}

TEST(NmeaReader, TakesTheAccuracyFromTheGgaBeforeWhereRmcComesFirst) {
    NmeaReader reader;
    const auto accuracy_at = [&](const std::string& time) {
        return reader.take(sentence("GPRMC," + time + ",A,5231.2,N,01324.3,E,0.1,,020326,,"))
            ->accuracy_m;
    };
    const auto rate = [&](const std::string& time, const std::string& hdop) {
        return reader.take(
            sentence("GPGGA," + time + ",5231.2,N,01324.3,E,1,08," + hdop + ",34,M,45,M,,"));
    };
    EXPECT_NEAR(accuracy_at("235958.00"), 10, 1e-9) << "none yet";
    EXPECT_FALSE(rate("235958.00", "0.9"));
    EXPECT_NEAR(accuracy_at("235959.00"), 4.5, 1e-9);
    EXPECT_FALSE(rate("235959.00", "2"));
    EXPECT_NEAR(accuracy_at("000000.00"), 10, 1e-9) << "2 x 5 m, over midnight";
    EXPECT_FALSE(rate("000000.00", "0.8"));
    EXPECT_NEAR(accuracy_at("000002.00"), 4, 1e-9);
    EXPECT_NEAR(accuracy_at("000002.50"), 10, 1e-9) << "too long ago";
}

TEST(NmeaReader, RefusesAndCountsWhatIsDamaged) {
    const std::string good = sentence("GPRMC,080511,A,5231.2,N,01324.3,E,10,90,020326,,");
    NmeaReader reader;
    ASSERT_TRUE(reader.take(good));
    std::uint64_t bad = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string damaged = good;
        damaged[at] = damaged[at] == '7' ? '8' : '7'; // one wrong sign
        EXPECT_FALSE(reader.take(damaged)) << damaged;
        EXPECT_EQ(reader.counts().bad, ++bad) << damaged;
    }
    for (const char* body :
         {"GPRMC,250000,A,5231.2,N,01324.3,E,10,90,020326,,", "GPRMC,080511,A,9131.2,N,0,E,,,1,,",
          "GPRMC,080511,A,5260.0,N,01324.3,E,10,90,020326,,",
          "GPRMC,080511,A,5231.2,X,01324.3,E,10,90,020326,,",
          "GPRMC,080511,A,5231.2,N,01324.3,E,10,90,310226,,",
          "GPRMC,080511,A,5231.2,N,01324.3,E,-3,90,020326,,",
          "GPRMC,080511,A,5231.2,N,18124.3,E,10,90,020326,,", "GPRMC,080511,B,,,,,,,020326,,",
          "GPRMC,080511,A,5231.2,N", "GPGGA,080511,1,N,1,E,1,08,x,34,M,45,M,,"}) {
        EXPECT_FALSE(reader.take(sentence(body))) << body;
        EXPECT_EQ(reader.counts().bad, ++bad) << body;
    }
    EXPECT_FALSE(reader.take("$" + std::string(5'000, 'A')));
    EXPECT_FALSE(reader.take("hello"));
    EXPECT_EQ(reader.counts().bad, bad + 2);
}

TEST(NmeaReader, KnowsWhenTheReceiverKnowsNothing) {
    NmeaReader reader;
    EXPECT_FALSE(reader.take(sentence("GPRMC,080511,V,,,,,,,020326,,,N")));
    EXPECT_FALSE(reader.take(sentence("GPGSV,3,1,11,03,03,111,00")));
    EXPECT_FALSE(reader.take(""));
    EXPECT_FALSE(reader.take("\r"));
    EXPECT_EQ(reader.counts(), (TrackSourceCounts{.fixes = 0, .bad = 0, .without = 1, .other = 1}));
}

TEST(GpsdReader, UnderstandsReports) {
    GpsdReader reader;
    EXPECT_FALSE(reader.take(R"({"class":"VERSION","release":"3.22","proto_major":3})"));
    const auto fix = reader.take(
        R"({"class":"TPV","device":"/dev/ttyUSB0","mode":3,"time":"2026-03-02T08:05:11.000Z",)"
        R"("ept":0.005,"lat":52.52,"lon":13.405,"epx":3.9,"epy":9.8,"track":87.5,"speed":13.9})");
    ASSERT_TRUE(fix);
    EXPECT_EQ(fix->at, parse_pass_time("2026-03-02T08:05:11Z").value());
    EXPECT_EQ(fix->position, (GeoPoint{52.52, 13.405}));
    EXPECT_EQ(fix->speed_mps, 13.9);
    EXPECT_EQ(fix->course_deg, 87.5);
    EXPECT_NEAR(fix->accuracy_m, 5, 1e-9);
    EXPECT_EQ(reader.counts().fixes, 1U);
}

TEST(GpsdReader, CountsWhatIsNoFix) {
    GpsdReader reader;
    EXPECT_FALSE(reader.take(R"({"class":"TPV","mode":1})"));
    EXPECT_FALSE(reader.take(R"({"class":"TPV","mode":3,"lat":1,"lon":2})")) << "no time";
    EXPECT_EQ(reader.counts().without, 2U);
    for (const char* bad :
         {"{", "[]", "x", R"({"class":"TPV","mode":2,"time":"yesterday","lat":1,"lon":2})",
          R"({"class":"TPV","mode":2,"time":"2026-03-02T08:05:11Z","lat":91,"lon":2})",
          R"({"class":"TPV","mode":2,"time":"2026-03-02T08:05:11Z","lat":1,"lon":2,"speed":-1})"})
        EXPECT_FALSE(reader.take(bad)) << bad;
    EXPECT_EQ(reader.counts().bad, 6U);
    EXPECT_FALSE(reader.take(R"({"class":"ERROR","message":"no such device"})"));
    EXPECT_NE(reader.complaint().find("no such device"), std::string::npos);
    EXPECT_FALSE(reader.take(R"({"class":"SKY"})"));
    EXPECT_NE(reader.complaint(), "");
    EXPECT_FALSE(reader.take(R"({"class":"TPV","mode":1})"));
    EXPECT_EQ(reader.complaint(), "") << "it reports";
}

TEST(ClockOffset, IsTheLeastThatFixesWereLate) {
    ClockOffset clock;
    WallTime gps = parse_pass_time("2026-03-02T08:05:11Z").value();
    for (int i = 0; i < 30; ++i, gps += seconds{1})
        EXPECT_EQ(clock.take(gps, gps + milliseconds{200 + i * 40}), seconds{0})
            << "a slow receiver is no wrong clock";
    const auto wrong = minutes{7};
    for (int i = 0; i < 70; ++i, gps += seconds{1})
        (void)clock.take(gps, gps + wrong + milliseconds{300 + i % 5 * 100});
    EXPECT_EQ(clock.now(), wrong + milliseconds{300}) << "once the minute before is over";
    (void)clock.take(gps, gps - wrong);
    EXPECT_EQ(clock.now(), -wrong) << "a clock that was set back counts at once";
}

TEST(ClockOffset, LeavesATimeOutThatIsFarFromAllOthers) {
    ClockOffset clock;
    WallTime gps = parse_pass_time("2026-03-02T08:05:11Z").value();
    for (int i = 0; i < 5; ++i, gps += seconds{1})
        EXPECT_TRUE(clock.take(gps, gps + milliseconds{200}));
    const auto weeks = std::chrono::days{1024 * 7}; // as receivers do that count them in ten bits
    EXPECT_FALSE(clock.take(gps - weeks, gps));
    EXPECT_FALSE(clock.take(gps + weeks, gps));
    EXPECT_EQ(clock.take(gps, gps + milliseconds{300}), seconds{0});
    for (int i = 1; i < ClockOffset::kMostOdd; ++i)
        EXPECT_FALSE(clock.take(gps - weeks, gps + seconds{i}));
    EXPECT_EQ(clock.take(gps - weeks, gps + seconds{9}), weeks + seconds{9}) << "a clock was set";
}

TrackFix moving(WallTime at, double metres, double speed) {
    return {.at = at, .position = {52 + metres / 111'195, 13}, .speed_mps = speed};
}

TEST(TrackThinner, KeepsWhatSaysSomething) {
    TrackThinner thinner;
    const WallTime start = parse_pass_time("2026-03-02T08:05:11Z").value();
    std::size_t kept = 0;
    for (int i = 0; i < 600; ++i) // parked for ten minutes
        kept += thinner.keeps(moving(start + seconds{i}, 0, 0)) ? 1 : 0;
    EXPECT_EQ(kept, 10U);
    EXPECT_TRUE(thinner.keeps(moving(start + seconds{600}, 2, 3))) << "it sets out";
    EXPECT_FALSE(thinner.keeps(moving(start + seconds{601}, 5, 3)));
    EXPECT_FALSE(thinner.keeps(moving(start + seconds{600}, 900, 3))) << "not later";
    EXPECT_TRUE(thinner.keeps(moving(start + seconds{602}, 30, 25)));
    EXPECT_TRUE(thinner.keeps(moving(start + seconds{603}, 31, 0))) << "it stops";
}

} // namespace
} // namespace vedette::analysis
