#include "vedette/base/ustar.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

unsigned sum_of(std::string header) {
    header.replace(148, 8, 8, ' ');
    unsigned sum = 0;
    for (const char c : header)
        sum += static_cast<unsigned char>(c);
    return sum;
}

TEST(Ustar, AHeaderIsABlockWithItsSum) {
    const std::string header = ustar_header("a/b.json", 01234, std::chrono::seconds{0777});
    ASSERT_EQ(header.size(), kUstarBlock_bytes);
    EXPECT_EQ(header.substr(0, 9), std::string("a/b.json\0", 9));
    EXPECT_EQ(header.substr(100, 8), std::string("0000600\0", 8));
    EXPECT_EQ(header.substr(124, 12), std::string("00000001234\0", 12));
    EXPECT_EQ(header.substr(136, 12), std::string("00000000777\0", 12));
    EXPECT_EQ(header.substr(257, 8), std::string("ustar\00000", 8));
    EXPECT_EQ(std::stoul(header.substr(148, 6), nullptr, 8), sum_of(header));
}

TEST(Ustar, ASizeThatNeedsMoreThanElevenDigitsIsBinary) {
    const std::uint64_t most = 077777777777;
    EXPECT_EQ(ustar_header("x", most).substr(124, 12), std::string("77777777777\0", 12));
    EXPECT_EQ(ustar_header("x", most + 1).substr(124, 12),
              std::string("\x80\0\0\0\0\0\0\x02\0\0\0\0", 12));
}

TEST(Ustar, FilesFillWholeBlocks) {
    EXPECT_EQ(ustar_padded(0), 0U);
    EXPECT_EQ(ustar_padded(1), 512U);
    EXPECT_EQ(ustar_padded(512), 512U);
    EXPECT_EQ(ustar_padded(513), 1024U);
}

} // namespace
} // namespace vedette
