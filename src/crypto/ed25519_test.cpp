#include "vedette/crypto/ed25519.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "vedette/crypto/sha256.h"

namespace vedette::crypto {
namespace {

std::vector<std::byte> bytes_of(std::string_view hex) {
    std::vector<std::byte> out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(
            static_cast<std::byte>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16)));
    return out;
}

std::string text_of(std::string_view hex) {
    std::string out;
    for (const std::byte byte : bytes_of(hex))
        out += static_cast<char>(std::to_integer<unsigned char>(byte));
    return out;
}

struct Published {
    std::string_view seed;
    std::string_view key;
    std::string_view message;
    std::string_view signature;
};

// RFC 8032, 7.1: tests 1 to 3.
constexpr std::array kPublished{
    Published{
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3"
        "9701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    Published{
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3"
        "613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    Published{
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f"
        "760984dc6594a7c15e9716ed28dc027beceea1ec40a"}};

TEST(Ed25519, AgreesWithThePublishedExamples) {
    for (const Published& one : kPublished) {
        const auto key = Ed25519Key::from_seed(bytes_of(one.seed));
        ASSERT_TRUE(key);
        EXPECT_EQ(to_hex(key->public_key()), one.key);
        EXPECT_EQ(to_hex(key->sign(text_of(one.message))), one.signature);
        EXPECT_TRUE(
            verify_ed25519(text_of(one.message), bytes_of(one.signature), key->public_key()));
    }
}

TEST(Ed25519, RefusesWhatWasNotSigned) {
    const auto key = Ed25519Key::from_seed(bytes_of(kPublished[1].seed)).value();
    const auto signature = key.sign("message");
    EXPECT_TRUE(verify_ed25519("message", signature, key.public_key()));
    EXPECT_FALSE(verify_ed25519("massage", signature, key.public_key()));
    EXPECT_FALSE(verify_ed25519("message", {}, key.public_key()));
    EXPECT_FALSE(verify_ed25519("message", std::span{signature}.first(63), key.public_key()));
    for (std::size_t i = 0; i < signature.size(); ++i) {
        auto other = signature;
        other[i] ^= std::byte{1};
        EXPECT_FALSE(verify_ed25519("message", other, key.public_key())) << i;
    }
    EXPECT_FALSE(verify_ed25519("message", signature, Ed25519Key::make().value().public_key()));
}

TEST(Ed25519, RefusesASeedOfAnotherLength) {
    EXPECT_EQ(Ed25519Key::from_seed(std::vector<std::byte>(31)).error().code(),
              ErrorCode::invalid_argument);
}

TEST(Ed25519, WritesPublicKeysAsOpenSslDoes) {
    const auto key = Ed25519Key::from_seed(bytes_of(kPublished[0].seed)).value().public_key();
    const std::string pem = to_pem(key);
    EXPECT_EQ(pem, "-----BEGIN PUBLIC KEY-----\n"
                   "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                   "-----END PUBLIC KEY-----\n");
    EXPECT_EQ(public_key_from_pem(pem).value(), key);
    for (const std::string& bad :
         {std::string{}, std::string{"x"}, pem.substr(0, 60), std::string(100'000, 'A')})
        EXPECT_EQ(public_key_from_pem(bad).error().code(), ErrorCode::invalid_argument);
}

class Ed25519File : public ::testing::Test {
protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::path{::testing::TempDir()} /
                  ("vedette-ed25519-" + std::to_string(::getpid()) + "-" + test->name());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::filesystem::path file() const { return folder_ / "evidence.key"; }

    std::filesystem::path folder_;
};

TEST_F(Ed25519File, IsMadeOnceForItsOwnerAlone) {
    const auto first = Ed25519Key::load_or_make(file());
    ASSERT_TRUE(first) << first.error().message();
    struct stat info {};
    ASSERT_EQ(::stat(file().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0600U);
    EXPECT_EQ(Ed25519Key::load_or_make(file()).value().public_key(), first->public_key());
    EXPECT_EQ(Ed25519Key::load(file()).value().public_key(), first->public_key());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 1);
}

TEST_F(Ed25519File, IsRefusedIfOthersCanReadIt) {
    ASSERT_TRUE(Ed25519Key::load_or_make(file()));
    for (const auto open : {std::filesystem::perms::group_read, std::filesystem::perms::others_read,
                            std::filesystem::perms::others_write}) {
        std::filesystem::permissions(file(), std::filesystem::perms::owner_read | open);
        const auto refused = Ed25519Key::load_or_make(file());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::permission_denied);
        EXPECT_NE(refused.error().message().find("chmod 600"), std::string::npos);
    }
}

TEST_F(Ed25519File, IsNeverReplacedIfItIsNoKey) {
    std::ofstream{file()} << "something else";
    std::filesystem::permissions(file(), std::filesystem::perms::owner_read);
    EXPECT_EQ(Ed25519Key::load_or_make(file()).error().code(), ErrorCode::invalid_argument);
    std::ifstream stream{file()};
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>{stream}, {}}), "something else");
}

TEST_F(Ed25519File, IsNotFollowedThroughALink) {
    ASSERT_TRUE(Ed25519Key::load_or_make(file()));
    std::filesystem::create_symlink(file(), folder_ / "link");
    EXPECT_EQ(Ed25519Key::load(folder_ / "link").error().code(), ErrorCode::invalid_argument);
}

TEST_F(Ed25519File, SaysWhatIsMissing) {
    EXPECT_EQ(Ed25519Key::load(file()).error().code(), ErrorCode::not_found);
    EXPECT_EQ(Ed25519Key::load_or_make(folder_ / "none" / "key").error().code(),
              ErrorCode::not_found);
}

} // namespace
} // namespace vedette::crypto
