#include "vedette/ports/page_position.h"

#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace vedette::ports {
namespace {

PagePosition position(std::int64_t us, std::string id) {
    return {WallTime{std::chrono::microseconds{us}}, domain::EventId{std::move(id)}};
}

TEST(PagePosition, ComesBackFromItsCursor) {
    for (const auto us :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'795'000'000'123'456},
          std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
        for (const char* id : {"", "a", "ab", "abc", "home.gate.20261121T101500Z.42.sighting.0"}) {
            const std::string cursor = to_cursor(position(us, id));
            EXPECT_EQ(cursor.find_first_of("+/= "), std::string::npos) << "fit for a URL";
            const auto back = from_cursor(cursor);
            ASSERT_TRUE(back);
            EXPECT_EQ(*back, position(us, id));
        }
}

TEST(PagePosition, NoticesEveryChangedSign) {
    const std::string cursor = to_cursor(position(1'795'000'000'123'456, "home.gate.1"));
    for (std::size_t i = 0; i < cursor.size(); ++i)
        for (const char sign : {'A', 'z', '-', '=', '\0'}) {
            std::string changed = cursor;
            changed[i] = sign;
            EXPECT_EQ(from_cursor(changed).has_value(), changed == cursor) << i << sign;
        }
    EXPECT_FALSE(from_cursor(cursor.substr(1)));
    EXPECT_FALSE(from_cursor(cursor + "A"));
    EXPECT_FALSE(from_cursor(""));
    EXPECT_FALSE(from_cursor(std::string(1 << 20, 'A')));
}

TEST(PagePosition, OrdersByTimeAndThenById) {
    EXPECT_TRUE(is_listed_before(position(2, "a"), position(1, "b")));
    EXPECT_TRUE(is_listed_before(position(1, "b"), position(1, "a")));
    EXPECT_FALSE(is_listed_before(position(1, "a"), position(1, "a")));
}

} // namespace
} // namespace vedette::ports
