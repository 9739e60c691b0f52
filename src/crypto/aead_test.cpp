#include "vedette/crypto/aead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette::crypto {
namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text) {
    const auto all = std::as_bytes(std::span{text.data(), text.size()});
    return {all.begin(), all.end()};
}

Bytes from_hex(std::string_view digits) {
    Bytes out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out.push_back(
            static_cast<std::byte>(std::stoi(std::string{digits.substr(i, 2)}, nullptr, 16)));
    return out;
}

Bytes seal(const AeadKey& key, std::string_view text, std::string_view about) {
    Bytes out(text.size() + kSealOverheadBytes);
    key.seal(bytes_of(text), about, out);
    return out;
}

// Section A.3.1 of draft-irtf-cfrg-xchacha-03.
TEST(AeadKey, OpensWhatTheStandardSealed) {
    const auto key =
        AeadKey::from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    const Bytes about = from_hex("50515253c0c1c2c3c4c5c6c7");
    const Bytes sealed =
        from_hex("404142434445464748494a4b4c4d4e4f5051525354555657"
                 "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440"
                 "bf3a82f4eda7"
                 "e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc36948"
                 "8f76b2383565"
                 "d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
    Bytes plain(sealed.size() - kSealOverheadBytes);
    ASSERT_TRUE(
        key->open(sealed, {reinterpret_cast<const char*>(about.data()), about.size()}, plain));
    EXPECT_EQ(plain, bytes_of("Ladies and Gentlemen of the class of '99: If I could offer you only "
                              "one tip for the future, sunscreen would be it."));
}

TEST(AeadKey, SealsTheSameDifferentlyEachTime) {
    const AeadKey key = AeadKey::make().value();
    EXPECT_NE(seal(key, "plate", "gate"), seal(key, "plate", "gate"));
}

TEST(AeadKey, OpensNothingThatWasChanged) {
    const AeadKey key = AeadKey::make().value();
    const Bytes sealed = seal(key, "B 123 AB", "gate");
    Bytes plain(8);
    ASSERT_TRUE(key.open(sealed, "gate", plain));
    EXPECT_EQ(plain, bytes_of("B 123 AB"));
    for (std::size_t at = 0; at < sealed.size(); ++at)
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes changed = sealed;
            changed[at] ^= std::byte{1} << bit;
            ASSERT_EQ(key.open(changed, "gate", plain).error().code(), ErrorCode::data_loss)
                << at << '.' << bit;
            ASSERT_EQ(plain, Bytes(8)) << "nothing of it is given away";
        }
}

TEST(AeadKey, OpensNothingAboutSomethingElseOrOfAnotherKey) {
    const AeadKey key = AeadKey::make().value();
    const Bytes sealed = seal(key, "B 123 AB", "gate");
    Bytes plain(8);
    EXPECT_FALSE(key.open(sealed, "yard", plain));
    EXPECT_FALSE(AeadKey::make()->open(sealed, "gate", plain));
}

TEST(AeadKey, SealsNothingAtAll) {
    const AeadKey key = AeadKey::make().value();
    EXPECT_TRUE(key.open(seal(key, "", "gate"), "gate", {}));
}

TEST(AeadKey, TakesKeysOfTheRightLengthOnly) {
    const std::string digits(64, 'a');
    EXPECT_TRUE(AeadKey::from_hex(" " + digits + "\r\n"));
    for (const std::string& wrong : {std::string{"ab"}, digits.substr(1), digits + "aa",
                                     "0x" + digits.substr(2), std::string(64, 'g')}) {
        const auto key = AeadKey::from_hex(wrong);
        ASSERT_FALSE(key) << wrong;
        EXPECT_THAT(key.error().message(), ::testing::HasSubstr("openssl rand -hex 32"));
        EXPECT_EQ(key.error().message().find(wrong, 1), std::string::npos) << "it is a secret";
    }
    EXPECT_FALSE(AeadKey::from_bytes(Bytes(31)));
    EXPECT_TRUE(AeadKey::from_bytes(Bytes(32)));
}

} // namespace
} // namespace vedette::crypto
