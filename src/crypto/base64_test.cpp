#include "vedette/crypto/base64.h"

#include <gtest/gtest.h>

namespace vedette::crypto {
namespace {

TEST(Base64, TheVectorsOfItsStandard) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foob"), "Zm9vYg==");
    EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("\xFF\xFE\xFD"), "//79");
}

TEST(Sha1, TheVectorsOfItsStandard) {
    EXPECT_EQ(base64(sha1_for_old_protocols("abc")), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    EXPECT_EQ(base64(sha1_for_old_protocols("")), "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
}

} // namespace
} // namespace vedette::crypto
