#include "vedette/crypto/sha256.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace vedette::crypto {
namespace {

class Sha256File : public ::testing::Test {
protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::path{::testing::TempDir()} /
                  ("vedette-sha256-" + std::to_string(::getpid()) + "-" + test->name());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path write(const std::string& name, const std::string& bytes) const {
        std::ofstream{folder_ / name, std::ios::binary} << bytes;
        return folder_ / name;
    }
    std::filesystem::path folder_;
};

// The examples of FIPS 180-4's validation set.
TEST(Sha256, AgreesWithThePublishedExamples) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, SeesNulBytes) {
    EXPECT_NE(sha256_hex(std::string(1, '\0')), sha256_hex(""));
    EXPECT_EQ(sha256_hex(std::string(1, '\0')),
              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Hex, WritesTwoLowerCaseDigitsForEachByte) {
    const std::array bytes{std::byte{0x00}, std::byte{0x0f}, std::byte{0xa5}, std::byte{0xff}};
    EXPECT_EQ(to_hex(bytes), "000fa5ff");
    EXPECT_EQ(to_hex({}), "");
}

TEST_F(Sha256File, IsTheSameAsInMemoryWhateverTheSize) {
    // Around the size of one piece, where an off-by-one would show.
    for (const std::size_t size : {0UL, 1UL, 262'143UL, 262'144UL, 262'145UL, 700'000UL}) {
        const std::string bytes(size, 'x');
        const auto hash = sha256_file(write("file", bytes));
        ASSERT_TRUE(hash) << hash.error().message();
        EXPECT_EQ(*hash, sha256_hex(bytes)) << size;
    }
}

TEST_F(Sha256File, SaysWhatIsMissing) {
    const auto hash = sha256_file(folder_ / "none.onnx");
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code(), ErrorCode::not_found);
    EXPECT_NE(hash.error().message().find("none.onnx: No such file"), std::string::npos);
}

TEST_F(Sha256File, RefusesAFolder) {
    const auto hash = sha256_file(folder_);
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code(), ErrorCode::invalid_argument);
}

TEST_F(Sha256File, DoesNotWaitForAPipe) {
    const auto pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(sha256_file(pipe).error().code(), ErrorCode::invalid_argument);
}

TEST_F(Sha256File, SaysThatItMayNotBeRead) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may read everything";
    const auto file = write("closed", "secret");
    std::filesystem::permissions(file, std::filesystem::perms::none);
    EXPECT_EQ(sha256_file(file).error().code(), ErrorCode::permission_denied);
}

} // namespace
} // namespace vedette::crypto
