#include "cases/tar.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <random>

#include "testing/temporary_folder.h"

namespace vedette::analysis {
namespace {

const std::vector<TarMember> kMembers{
    {"a.json", "{}"}, {"empty", ""}, {"pictures/2026-11-02/x~1.jpg", std::string(1'025, '\xff')}};

TEST(Tar, ReadsBackWhatItWrote) {
    const auto archive = write_tar(kMembers);
    ASSERT_TRUE(archive) << archive.error().message();
    EXPECT_EQ(archive->size() % 512, 0U);
    EXPECT_EQ(read_tar(*archive).value(), kMembers);
    EXPECT_EQ(read_tar(write_tar({}).value()).value(), std::vector<TarMember>{});
}

TEST(Tar, IsOneThatTarReads) {
    const TemporaryFolder folder;
    std::ofstream{folder.path() / "x.tar", std::ios::binary} << write_tar(kMembers).value();
    // NOLINTNEXTLINE(cert-env33-c): the program under test is tar's idea of the form
    const int status = std::system(("tar -C " + folder.path().string() + " -xf " +
                                    (folder.path() / "x.tar").string() + " 2>&1")
                                       .c_str());
    ASSERT_EQ(status, 0);
    for (const TarMember& member : kMembers) {
        std::ifstream file{folder.path() / member.name, std::ios::binary};
        ASSERT_TRUE(file) << member.name;
        EXPECT_EQ((std::string{std::istreambuf_iterator<char>{file}, {}}), member.bytes);
    }
}

TEST(Tar, TakesNoNameThatLeadsOutOfAFolder) {
    for (const char* bad : {"", "/etc/passwd", "../x", "a/../x", "a/./x", "a//x", "a/", ".hidden",
                            "a/.x", "a\\x", "a b", "a\nb", "C:x"}) {
        EXPECT_FALSE(is_tar_name(bad)) << bad;
        EXPECT_FALSE(write_tar({{bad, ""}})) << bad;
    }
    EXPECT_TRUE(is_tar_name("a/b/c.d..e"));
    EXPECT_TRUE(is_tar_name(std::string(100, 'x')));
    EXPECT_FALSE(is_tar_name(std::string(101, 'x')));
    EXPECT_EQ(read_tar(write_tar({{std::string(100, 'x'), "y"}}).value()).value()[0].bytes, "y");
}

TEST(Tar, RefusesTheSameNameTwice) {
    EXPECT_FALSE(write_tar({{"a", "1"}, {"a", "2"}}));
    const std::string one = write_tar({{"a", "1"}}).value().substr(0, 1'024);
    const auto two = read_tar(one + one + std::string(1'024, '\0'));
    ASSERT_FALSE(two);
    EXPECT_EQ(two.error().message(), "the archive has two members a");
}

TEST(Tar, RefusesNamesAndSizesInAForgedHeader) {
    const auto refused = [](const std::string& archive) { return !read_tar(archive).has_value(); };
    std::string archive = write_tar({{"aaaa", "1"}}).value();
    archive.replace(0, 4, "../x");
    EXPECT_TRUE(refused(archive));
    archive = write_tar({{"aaaa", "1"}}).value();
    archive.replace(124, 11, "77777777777"); // 8 GiB: no memory is taken for it
    EXPECT_TRUE(refused(archive));
    archive = write_tar({{"aaaa", "1"}}).value();
    archive[156] = '2'; // a symbolic link
    EXPECT_TRUE(refused(archive));
}

TEST(Tar, NoticesEveryChangedBitOfHeadersAndPadding) {
    const std::string good = write_tar({{"aaaa", "12345"}}).value();
    for (std::size_t at = 0; at < good.size(); ++at)
        for (const char bit : {'\x01', '\x20', '\x80'}) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ bit);
            const auto read = read_tar(bad);
            const bool is_content = at >= 512 && at < 517;
            EXPECT_EQ(read.has_value(), is_content) << at;
        }
}

TEST(Tar, NoticesWhatIsCutOffOrBehindTheEnd) {
    const std::string good = write_tar(kMembers).value();
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(read_tar(std::string_view{good}.substr(0, size))) << size;
    EXPECT_FALSE(read_tar(good + std::string(512, '\0')));
    EXPECT_FALSE(read_tar(good + "x"));
}

TEST(Tar, HasABoundOnTheNumberOfMembers) {
    std::vector<TarMember> many;
    for (std::size_t i = 0; i <= kMaxTarMembers; ++i)
        many.push_back({"m" + std::to_string(i), ""});
    EXPECT_EQ(write_tar(many).error().code(), ErrorCode::resource_exhausted);
    many.pop_back();
    std::string archive = write_tar(many).value();
    EXPECT_EQ(read_tar(archive).value().size(), kMaxTarMembers);
    const std::string one = write_tar({{"z", ""}}).value().substr(0, 512);
    EXPECT_EQ(read_tar(one + archive).error().code(), ErrorCode::resource_exhausted);
}

} // namespace
} // namespace vedette::analysis
