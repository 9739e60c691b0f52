#include "vedette/domain/trace.h"

#include <gtest/gtest.h>

namespace vedette::domain {
namespace {

constexpr const char* kText = "4bf92f3577b34da6a3ce929d0e0e4736";

TEST(TraceId, ComesBackFromItsText) {
    const auto id = TraceId::from_hex(kText);
    ASSERT_TRUE(id);
    EXPECT_EQ(id->to_hex(), kText);
    EXPECT_EQ(id->bytes().front(), 0x4b);
    EXPECT_EQ(id->bytes().back(), 0x36);
    EXPECT_EQ(TraceId{id->bytes()}, *id);
}

TEST(TraceId, NoneHasNoText) {
    EXPECT_FALSE(TraceId{}.is_set());
    EXPECT_EQ(TraceId{}.to_hex(), "");
}

TEST(TraceId, TakesNothingThatTheStandardRefuses) {
    for (const char* text :
         {"", "4bf92f3577b34da6a3ce929d0e0e473", "4bf92f3577b34da6a3ce929d0e0e47361",
          "4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e473g",
          "00000000000000000000000000000000"})
        EXPECT_FALSE(TraceId::from_hex(text)) << text;
}

} // namespace
} // namespace vedette::domain
