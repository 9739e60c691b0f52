#include "app/limit_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace vedette::app {
namespace {

using ::testing::HasSubstr;

TEST(MemoryGuard, LetsPassWhatIsWithinTheLimit) {
    const MemoryGuard guard{config::ByteSize{300'000'000}, [] { return 300'000'000U; }};
    EXPECT_TRUE(guard.check());
}

TEST(MemoryGuard, TellsHowMuchIsUsedAndWhichKeyToChange) {
    const MemoryGuard guard{config::ByteSize{300'000'000}, [] { return 301'500'000U; }};
    const Status status = guard.check();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::resource_exhausted);
    EXPECT_THAT(status.error().message(), HasSubstr("301MB of memory are in use"));
    EXPECT_THAT(status.error().message(), HasSubstr("limits.memory allows 300MB"));
}

TEST(MemoryGuard, LetsPassWhereTheSystemDoesNotTell) {
    EXPECT_TRUE((MemoryGuard{config::ByteSize{1}, [] { return 0U; }}.check()));
}

} // namespace
} // namespace vedette::app
