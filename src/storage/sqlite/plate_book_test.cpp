#include "sqlite/plate_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

#include "sqlite/open.h"
#include "sqlite/plate_block.h"
#include "test_store.h"

namespace vedette::storage {
namespace {

class PlateBookTest : public ::testing::Test {
protected:
    /// text -> how often it stands in the blocks; checks that `plates` names the right block.
    std::map<std::string, int> packed() {
        std::map<std::string, int> found;
        auto all = connection_->prepare("SELECT block, texts FROM plate_blocks").value();
        auto block_of = connection_->prepare("SELECT block FROM plates WHERE plate = ?1").value();
        Rows rows = all.query();
        while (rows.next().value()) {
            EXPECT_LE(rows.bytes(1).size(), kFullBlock_bytes + 16);
            EXPECT_TRUE(for_each_plate(rows.bytes(1), [&](std::string_view text) {
                ++found[std::string{text}];
                Rows known = block_of.query(text);
                EXPECT_TRUE(known.next().value()) << text;
                EXPECT_EQ(known.number(0), rows.number(0)) << text;
                return true;
            }));
        }
        return found;
    }
    std::int64_t blocks() {
        return connection_->number("SELECT count(*) FROM plate_blocks").value().value();
    }
    TemporaryFolder folder_;
    std::unique_ptr<Connection> connection_ = open_writer(folder_ / "store.db", {}).value();
    PlateBook book_ = PlateBook::open(*connection_).value();
};

TEST_F(PlateBookTest, HoldsEachTextOnce) {
    for (const char* text : {"AB1", "AB2", "AB1",
                             "\xc3\x9c"
                             "1"})
        ASSERT_TRUE(book_.add(text));
    ASSERT_TRUE(book_.flush());
    EXPECT_THAT(packed(), ::testing::UnorderedElementsAre(::testing::Pair("AB1", 1),
                                                          ::testing::Pair("AB2", 1),
                                                          ::testing::Pair("\xc3\x9c"
                                                                          "1",
                                                                          1)));
    ASSERT_TRUE(book_.remove("AB1"));
    ASSERT_TRUE(book_.remove("never"));
    ASSERT_TRUE(book_.add("AB3"));
    ASSERT_TRUE(book_.flush());
    EXPECT_THAT(packed(), ::testing::SizeIs(3));
}

TEST_F(PlateBookTest, TakesATextLongerThanABlock) {
    const std::string giant(3 * kFullBlock_bytes, 'A');
    ASSERT_TRUE(book_.add("B1"));
    ASSERT_TRUE(book_.add(giant));
    ASSERT_TRUE(book_.add("B2"));
    ASSERT_TRUE(book_.flush());
    EXPECT_EQ(blocks(), 3);
    ASSERT_TRUE(book_.remove(giant));
    EXPECT_EQ(blocks(), 2);
}

TEST_F(PlateBookTest, StaysDenseWhileTextsComeAndGo) {
    std::mt19937 random{5};
    std::set<std::string> known;
    const auto transaction = Transaction::begin(*connection_, Transaction::Kind::write);
    for (int i = 0; i < 6'000; ++i) {
        const std::string text = "P" + std::to_string(random() % 4'000);
        if (i % 3 != 0 && known.size() < 3'000) {
            ASSERT_TRUE(book_.add(text));
            known.insert(text);
        } else if (!known.empty()) {
            const auto gone =
                *known.lower_bound(known.upper_bound(text) == known.end() ? "" : text);
            known.erase(gone);
            ASSERT_TRUE(book_.remove(gone));
        }
    }
    ASSERT_TRUE(book_.flush());
    const auto found = packed();
    ASSERT_EQ(found.size(), known.size());
    for (const auto& [text, times] : found)
        EXPECT_TRUE(times == 1 && known.contains(text)) << text;
    EXPECT_LE(blocks(), static_cast<std::int64_t>(known.size() * 6 / kSparseBlock_bytes + 2));
}

TEST_F(PlateBookTest, ForgetsWhatWasTakenBack) {
    {
        const auto transaction = Transaction::begin(*connection_, Transaction::Kind::write);
        ASSERT_TRUE(book_.add("AB1"));
        ASSERT_TRUE(book_.flush());
    }
    book_.discard();
    ASSERT_TRUE(book_.add("AB2"));
    ASSERT_TRUE(book_.flush());
    EXPECT_THAT(packed(), ::testing::ElementsAre(::testing::Pair("AB2", 1)));
}

} // namespace
} // namespace vedette::storage
