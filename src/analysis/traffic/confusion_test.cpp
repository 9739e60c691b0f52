#include "traffic/confusion.h"

#include <gtest/gtest.h>
#include <map>

#include "traffic/plate_maker.h"

namespace vedette::analysis {
namespace {

TEST(Confusion, NeverGivesTheSameTextBack) {
    const Confusion table = Confusion::builtin();
    Random random{1};
    for (int i = 0; i < 20'000; ++i)
        EXPECT_NE(table.misread("B0O1I8S5", random), "B0O1I8S5");
}

TEST(Confusion, TakesWhatLooksAlikeForEachOtherMostOften) {
    const Confusion table = Confusion::builtin();
    Random random{2};
    std::map<std::string, int> reads;
    for (int i = 0; i < 20'000; ++i)
        ++reads[table.misread("XX0XX", random)];
    EXPECT_GT(reads["XXOXX"], 10 * reads["XXHXX"]);
    EXPECT_GT(reads["XXOXX"], reads["XXDXX"]);
}

TEST(Confusion, FollowsATableThatWasGiven) {
    const auto table = Confusion::parse("true,read,weight\nA,4,3\nA,B,1\n", "t.csv");
    ASSERT_TRUE(table);
    Random random{3};
    std::map<std::string, int> reads;
    for (int i = 0; i < 20'000; ++i)
        ++reads[table->misread("AXX", random)];
    EXPECT_NEAR(static_cast<double>(reads["4XX"]) / reads["BXX"], 3, 0.4);
    EXPECT_FALSE(Confusion::parse("true,read,weight\n", "t.csv"));
    EXPECT_FALSE(Confusion::parse("true,read,weight\n,,2\n", "t.csv"));
    EXPECT_FALSE(Confusion::parse("true,read,weight\nA,4,-1\n", "t.csv"));
    EXPECT_FALSE(Confusion::parse("true,read\nA,4\n", "t.csv"));
}

TEST(Confusion, TakesOnlyTheMisreadsOfAMeasuredTable) {
    const auto table =
        Confusion::parse("true,read,weight\n,1,2\nA,,4\nA,4,3\nA,A,90\nX,X,90\n", "t.csv");
    ASSERT_TRUE(table) << table.error().message();
    Random random{5};
    int fours = 0;
    for (int i = 0; i < 1000; ++i)
        fours += table->misread("AXX", random).starts_with('4') ? 1 : 0;
    EXPECT_GT(fours, 850) << "A to 4 is the only misread of one sign for another";
    EXPECT_FALSE(Confusion::parse("true,read,weight\nA,A,90\n", "t.csv"));
}

TEST(PlateMaker, GivesEachPlateOnceAndFleetsInARow) {
    PlateMaker maker{4};
    std::set<std::string> given;
    for (int i = 0; i < 5000; ++i)
        EXPECT_TRUE(given.insert(i % 3 == 0 ? maker.next_of_fleet() : maker.next()).second);
    for (const std::string& plate : given) {
        EXPECT_GE(plate.size(), 5U);
        EXPECT_LE(plate.size(), 9U);
    }
}

TEST(Random, IsTheOneThatItsAuthorsPublished) {
    // xoshiro256** seeded by splitmix64 with 42.
    Random random{42};
    EXPECT_EQ(random.next(), 1546998764402558742U);
    EXPECT_EQ(random.next(), 6990951692964543102U);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.around(10, 2);
        sum += x;
        squares += (x - 10) * (x - 10);
    }
    EXPECT_NEAR(sum / 100'000, 10, 0.05);
    EXPECT_NEAR(squares / 100'000, 4, 0.1);
}

} // namespace
} // namespace vedette::analysis
