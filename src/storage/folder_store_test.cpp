#include "vedette/storage/folder_store.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "test_store.h"

namespace vedette::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FolderStoreTest : public ::testing::Test {
protected:
    std::unique_ptr<FolderStore> open() {
        auto store = FolderStore::open(root_);
        EXPECT_TRUE(store) << store.error().message();
        return *std::move(store);
    }
    static Result<bool> keep_all(const std::string&) { return true; }
    static std::vector<std::string> keys(const FolderStore& store) {
        std::vector<std::string> out;
        EXPECT_TRUE(store.for_each("", [&out](const ports::ObjectInfo& info) {
            out.push_back(info.key);
            return true;
        }));
        return out;
    }
    static unsigned mode_of(const std::filesystem::path& path) {
        struct stat info {};
        EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
        return info.st_mode & 0777U;
    }
    TemporaryFolder folder_;
    std::filesystem::path root_ = folder_ / "objects";
    const std::vector<std::byte> bytes_{std::byte{1}, std::byte{2}, std::byte{3}};
};

TEST_F(FolderStoreTest, IsForItsOwnerAlone) {
    const auto store = open();
    ASSERT_TRUE(store->put("a/b/c.jpg", bytes_));
    EXPECT_EQ(mode_of(root_), 0700U);
    EXPECT_EQ(mode_of(root_ / "a" / "b"), 0700U);
    EXPECT_EQ(mode_of(root_ / "a" / "b" / "c.jpg"), 0600U);
}

TEST_F(FolderStoreTest, RemovesWhatAnInterruptedWriteLeft) {
    ASSERT_TRUE(open()->put("a/b", bytes_));
    std::ofstream{root_ / "a" / "+4711.0"} << "half";
    std::ofstream{root_ / "+4711.1"} << "half";
    const auto store = open();
    EXPECT_EQ(store->bytes(), std::nullopt) << "not counted yet";
    EXPECT_EQ(store->take_stock(keep_all), 0U);
    EXPECT_EQ(store->bytes(), 3U);
    EXPECT_THAT(keys(*store), ElementsAre("a/b"));
    EXPECT_FALSE(std::filesystem::exists(root_ / "a" / "+4711.0"));
    EXPECT_FALSE(std::filesystem::exists(root_ / "+4711.1"));
}

TEST_F(FolderStoreTest, RemovesWhatNobodyWantsAndCountsTheRest) {
    {
        const auto before = open();
        for (const char* key : {"mon/a", "mon/b", "tue/c"})
            ASSERT_TRUE(before->put(key, bytes_));
    }
    const auto store = open();
    const auto removed = store->take_stock([](const std::string& key) { return key == "mon/b"; });
    EXPECT_EQ(removed, 2U);
    EXPECT_EQ(store->bytes(), 3U);
    EXPECT_THAT(keys(*store), ElementsAre("mon/b"));
    EXPECT_FALSE(std::filesystem::exists(root_ / "tue"));
}

TEST_F(FolderStoreTest, CountsWhatComesAndGoes) {
    const auto store = open();
    ASSERT_TRUE(store->put("a", bytes_));
    ASSERT_TRUE(store->take_stock(keep_all));
    ASSERT_TRUE(store->put("b/c", std::vector<std::byte>(10)));
    EXPECT_EQ(store->bytes(), 13U);
    ASSERT_TRUE(store->put("a", std::vector<std::byte>(4))) << "replaced";
    EXPECT_EQ(store->bytes(), 14U);
    ASSERT_TRUE(store->remove("b/c"));
    ASSERT_TRUE(store->remove("b/c"));
    EXPECT_EQ(store->bytes(), 4U);
}

TEST_F(FolderStoreTest, WhatIsPutWhileItCountsIsKeptAndCountedOnce) {
    ASSERT_TRUE(open()->put("old", bytes_));
    const auto store = open();
    ASSERT_TRUE(store->put("early", bytes_));
    const auto keep = [&](const std::string& key) -> Result<bool> {
        EXPECT_EQ(key, "old") << "nobody is asked about what is new";
        for (int i = 0; i < 50; ++i)
            EXPECT_TRUE(store->put("new" + std::to_string(i), bytes_));
        EXPECT_TRUE(store->put("early", std::vector<std::byte>(5)));
        return false;
    };
    EXPECT_EQ(store->take_stock(keep), 1U);
    EXPECT_EQ(store->bytes(), 50U * 3 + 5);
    EXPECT_EQ(keys(*store).size(), 51U);
}

TEST_F(FolderStoreTest, StopsCountingWhenAsked) {
    const auto store = open();
    ASSERT_TRUE(store->put("a", bytes_));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(store->take_stock(keep_all, stop.get_token()).error().code(), ErrorCode::cancelled);
    EXPECT_EQ(store->bytes(), std::nullopt);
}

TEST_F(FolderStoreTest, LeavesNoEmptyFolders) {
    const auto store = open();
    ASSERT_TRUE(store->put("2026/11/21/a", bytes_));
    ASSERT_TRUE(store->put("2026/12/b", bytes_));
    ASSERT_TRUE(store->remove("2026/11/21/a"));
    EXPECT_FALSE(std::filesystem::exists(root_ / "2026" / "11"));
    ASSERT_TRUE(store->remove("2026/12/b"));
    EXPECT_TRUE(std::filesystem::is_empty(root_));
}

TEST_F(FolderStoreTest, FollowsNoLinks) {
    const auto store = open();
    std::ofstream{folder_ / "secret"} << "secret";
    std::filesystem::create_directory(folder_ / "outside");
    std::filesystem::create_symlink(folder_ / "secret", root_ / "file");
    std::filesystem::create_directory_symlink(folder_ / "outside", root_ / "dir");
    EXPECT_EQ(store->get("file").error().code(), ErrorCode::permission_denied);
    EXPECT_EQ(store->put("dir/x", bytes_).error().code(), ErrorCode::permission_denied);
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "outside"));
    EXPECT_THAT(keys(*store), IsEmpty());
    ASSERT_TRUE(store->put("file", bytes_)) << "the link itself is replaced";
    EXPECT_EQ(contents_of(folder_ / "secret"), "secret");
    ASSERT_TRUE(store->remove("dir")) << "a link is a name like any other";
    EXPECT_TRUE(std::filesystem::exists(folder_ / "outside"));
}

TEST_F(FolderStoreTest, LeavesAloneWhatIsNotItsOwn) {
    const auto store = open();
    std::ofstream{root_ / "not a key"} << "x";
    ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
    EXPECT_THAT(keys(*store), IsEmpty());
    EXPECT_EQ(store->get("pipe").error().code(), ErrorCode::not_found);
    open();
    EXPECT_TRUE(std::filesystem::exists(root_ / "not a key"));
}

TEST_F(FolderStoreTest, TellsSizeAndTime) {
    const auto store = open();
    const auto before = SystemClock{}.wall_now() - std::chrono::seconds{2}; // coarse file times
    ASSERT_TRUE(store->put("a", bytes_));
    ASSERT_TRUE(store->for_each("", [&](const ports::ObjectInfo& info) {
        EXPECT_EQ(info.bytes, 3U);
        EXPECT_GE(info.modified, before);
        EXPECT_LE(info.modified, SystemClock{}.wall_now() + std::chrono::seconds{2});
        return true;
    }));
}

TEST_F(FolderStoreTest, AFullDiskIsSaidAndLeavesNothing) {
    const auto store = open();
    ASSERT_TRUE(store->put("a", bytes_));
    const pid_t child = ::fork();
    if (child == 0) { // in a process of its own: the limit can't be taken back
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1'000, 1'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const Status full = store->put("a", std::vector<std::byte>(5'000));
        const bool right = !full && full.error().code() == ErrorCode::resource_exhausted;
        ::_exit(right && store->get("a").value() == bytes_ && store->put("b", bytes_) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_THAT(keys(*store), ::testing::UnorderedElementsAre("a", "b"));
    for (const auto& entry : std::filesystem::directory_iterator{root_})
        EXPECT_NE(entry.path().filename().string().front(), '+');
}

TEST_F(FolderStoreTest, AFolderThatIsAFileIsRefused) {
    std::ofstream{root_} << "a file";
    EXPECT_FALSE(FolderStore::open(root_));
}

} // namespace
} // namespace vedette::storage
