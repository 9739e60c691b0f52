#include "vedette/recording/fragment_table.h"

#include <gtest/gtest.h>

namespace vedette::recording {
namespace {

using namespace std::chrono_literals;

FragmentTable sample() {
    FragmentTable table{.head_bytes = 811, .fragments = {}, .set_up = 0xfedcba9876543U};
    std::uint64_t offset = 811;
    StreamClock::duration from{};
    for (int i = 0; i < 10; ++i) {
        table.fragments.push_back({offset, 100'000U + static_cast<unsigned>(i), from,
                                   i % 2 == 0 ? 1s : 960ms, i % 2 == 0});
        offset += table.fragments.back().bytes;
        from += table.fragments.back().length;
    }
    return table;
}

TEST(FragmentTable, ComesBackAsItWas) {
    for (const FragmentTable& table : {sample(), FragmentTable{}, FragmentTable{42, {}, 0}}) {
        const auto back = fragments_from(to_bytes(table));
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, table);
    }
    EXPECT_LT(to_bytes(sample()).size(), 90U);
}

TEST(FragmentTable, TheFormWithoutSetUpIsStillRead) {
    const std::string old{"\x01\x2a\x0a\x81\x01", 5}; // head 42; 10 bytes, 64 us, a key frame
    const auto table = fragments_from(old);
    ASSERT_TRUE(table);
    EXPECT_EQ(*table, (FragmentTable{42, {{42, 10, {}, 64us, true}}, 0}));
}

TEST(FragmentTable, DamageIsNoticedOrGivesATableOfSaneNumbers) {
    const std::string bytes = to_bytes(sample());
    EXPECT_FALSE(fragments_from(""));
    EXPECT_FALSE(fragments_from("\x02"));
    EXPECT_FALSE(fragments_from(bytes.substr(0, bytes.size() - 1)));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string flipped = bytes;
            flipped[i] = static_cast<char>(static_cast<unsigned char>(flipped[i]) ^ 1U << bit);
            const auto table = fragments_from(flipped);
            if (!table)
                continue;
            for (std::size_t j = 1; j < table->fragments.size(); ++j)
                ASSERT_GE(table->fragments[j].offset, table->fragments[j - 1].offset);
        }
}

} // namespace
} // namespace vedette::recording
