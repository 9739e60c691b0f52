#include "vedette/recording/recording_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_files.h"
#include "testing/temporary_folder.h"
#include "vedette/recording/encrypted_files.h"

namespace vedette::recording {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text.data(), text.size()});
}

struct RealFolder {
    RecordingFiles& files() { return *opened; }
    TemporaryFolder folder;
    std::unique_ptr<RecordingFiles> opened = open_recording_folder(folder / "below").value();
};
struct InMemory {
    RecordingFiles& files() { return memory; }
    testing::CrashingFiles memory;
};
struct Encrypted {
    RecordingFiles& files() { return *opened; }
    TemporaryFolder folder;
    std::unique_ptr<RecordingFiles> opened =
        encrypted(open_recording_folder(folder / "below").value(), crypto::AeadKey::make().value());
};
/// As it was before somebody turned encryption off.
struct NotEncryptedAnyMore {
    RecordingFiles& files() { return *opened; }
    TemporaryFolder folder;
    std::unique_ptr<RecordingFiles> opened = encrypted(
        open_recording_folder(folder / "below").value(), crypto::AeadKey::make().value(), false);
};

/// What every RecordingFiles does.
template <class Backend>
class RecordingFilesContract : public ::testing::Test {
protected:
    RecordingFiles& files() { return backend_.files(); }
    void write(const std::string& name, std::string_view text) {
        auto file = files().create(name);
        ASSERT_TRUE(file) << file.error().message();
        ASSERT_TRUE((*file)->append(bytes_of(text)));
        ASSERT_TRUE((*file)->sync());
        ASSERT_TRUE(files().sync_name(name));
    }
    std::string read(const std::string& name, std::uint64_t offset, std::size_t most) {
        std::string out(most, ' ');
        const auto got = files().read_at(name, offset, std::as_writable_bytes(std::span{out}));
        EXPECT_TRUE(got);
        return out.substr(0, got ? *got : 0);
    }
    Backend backend_;
};
using Backends = ::testing::Types<RealFolder, InMemory, Encrypted, NotEncryptedAnyMore>;
TYPED_TEST_SUITE(RecordingFilesContract, Backends);

TYPED_TEST(RecordingFilesContract, WhatIsWrittenIsRead) {
    auto file = this->files().create("gate/a/1.mp4");
    ASSERT_TRUE(file);
    for (const char* part : {"one ", "two ", "three"})
        ASSERT_TRUE((*file)->append(bytes_of(part)));
    EXPECT_EQ(this->read("gate/a/1.mp4", 0, 100), "one two three");
    EXPECT_EQ(this->read("gate/a/1.mp4", 4, 3), "two");
    EXPECT_EQ(this->read("gate/a/1.mp4", 100, 3), "");
}

TYPED_TEST(RecordingFilesContract, AFileIsMadeOnce) {
    this->write("gate/1.mp4", "x");
    EXPECT_EQ(this->files().create("gate/1.mp4").error().code(), ErrorCode::already_exists);
    EXPECT_EQ(this->read("gate/1.mp4", 0, 10), "x");
}

TYPED_TEST(RecordingFilesContract, WhatIsNotThereSaysSo) {
    std::array<std::byte, 4> into{};
    EXPECT_EQ(this->files().read_at("gate/1.mp4", 0, into).error().code(), ErrorCode::not_found);
    EXPECT_EQ(this->files().readable_bytes("gate/1.mp4").error().code(), ErrorCode::not_found);
    EXPECT_TRUE(this->files().remove("gate/1.mp4"));
}

TYPED_TEST(RecordingFilesContract, ListsByNameWhatIsLeft) {
    this->write("yard/b/2.mp4", "22");
    this->write("gate/a/1.mp4", "1");
    this->write("gate/a/3.mp4", "333");
    ASSERT_TRUE(this->files().remove("yard/b/2.mp4"));
    std::vector<std::pair<std::string, std::uint64_t>> listed;
    const auto entries = this->files().list();
    for (const auto& entry : entries.value()) {
        listed.emplace_back(entry.name, this->files().readable_bytes(entry.name).value());
        EXPECT_GE(entry.bytes, listed.back().second);
    }
    EXPECT_THAT(listed, ::testing::ElementsAre(std::pair{"gate/a/1.mp4", 1U},
                                               std::pair{"gate/a/3.mp4", 3U}));
}

TYPED_TEST(RecordingFilesContract, ListsOneFolder) {
    for (const char* file : {"gate/a/1.mp4", "gate/b/2.mp4", "gate-2/a/3.mp4"})
        this->write(file, "x");
    std::vector<std::string> names;
    const auto entries = this->files().list_below("gate");
    for (const auto& entry : entries.value())
        names.push_back(entry.name);
    EXPECT_THAT(names, ::testing::ElementsAre("gate/a/1.mp4", "gate/b/2.mp4"));
    EXPECT_TRUE(this->files().list_below("gate/c").value().empty());
}

TYPED_TEST(RecordingFilesContract, ShortensToWhereAnAppendEnded) {
    auto file = this->files().create("gate/a/1.mp4");
    ASSERT_TRUE(file);
    for (const char* part : {"one ", "two ", "three"})
        ASSERT_TRUE((*file)->append(bytes_of(part)));
    ASSERT_TRUE(this->files().truncate("gate/a/1.mp4", 8));
    EXPECT_EQ(this->read("gate/a/1.mp4", 0, 100), "one two ");
    EXPECT_EQ(this->files().readable_bytes("gate/a/1.mp4").value(), 8U);
    ASSERT_TRUE(this->files().truncate("gate/a/1.mp4", 0));
    EXPECT_EQ(this->files().readable_bytes("gate/a/1.mp4").value(), 0U);
}

TYPED_TEST(RecordingFilesContract, TellsItsRoom) {
    const auto space = this->files().space();
    ASSERT_TRUE(space);
    EXPECT_GT(space->total_bytes, 0U);
    EXPECT_LE(space->free_bytes, space->total_bytes);
}

TEST(RecordingFolder, IsForItsOwnerAloneAndLeavesNoEmptyFolder) {
    const TemporaryFolder folder;
    const auto files = open_recording_folder(folder / "a/b/").value();
    ASSERT_TRUE(files->create("gate/2026/1.mp4"));
    struct stat info {};
    for (const char* path : {"a/b", "a/b/gate/2026"}) {
        ASSERT_EQ(::stat((folder / path).c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, 0700U) << path;
    }
    ASSERT_EQ(::stat((folder / "a/b/gate/2026/1.mp4").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    ASSERT_TRUE(files->remove("gate/2026/1.mp4"));
    EXPECT_FALSE(std::filesystem::exists(folder / "a/b/gate"));
    EXPECT_TRUE(std::filesystem::exists(folder / "a/b"));
}

TEST(RecordingFolder, FollowsNoLink) {
    const TemporaryFolder folder;
    const auto files = open_recording_folder(folder / "a").value();
    ASSERT_EQ(::symlink("/etc/passwd", (folder / "a/1.mp4").c_str()), 0);
    std::array<std::byte, 4> into{};
    EXPECT_FALSE(files->read_at("1.mp4", 0, into));
    EXPECT_FALSE(files->truncate("1.mp4", 0));
}

} // namespace
} // namespace vedette::recording
