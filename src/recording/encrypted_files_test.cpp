#include "vedette/recording/encrypted_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <random>
#include <thread>

#include "sealed_form.h"
#include "test_files.h"

namespace vedette::recording {
namespace {

using testing::CrashingFiles;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFile = "gate/2026-11-29/14/142305.250000.mp4";
constexpr const char* kLater = "gate/2026-11-29/15/152305.250000.mp4";

/// What is below outlives each opening of it.
class Shared : public RecordingFiles {
public:
    explicit Shared(CrashingFiles& disk) : disk_{disk} {}
    Result<std::unique_ptr<RecordingFile>> create(const std::string& name) override {
        return disk_.create(name);
    }
    Status sync_name(const std::string& name) override { return disk_.sync_name(name); }
    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override {
        return disk_.read_at(name, offset, into);
    }
    Result<std::uint64_t> readable_bytes(const std::string& name) const override {
        return disk_.readable_bytes(name);
    }
    Status truncate(const std::string& name, std::uint64_t bytes) override {
        return disk_.truncate(name, bytes);
    }
    Status remove(const std::string& name) override { return disk_.remove(name); }
    Result<std::vector<Entry>> list_below(const std::string& folder) const override {
        return disk_.list_below(folder);
    }
    Result<Space> space() const override { return disk_.space(); }

private:
    CrashingFiles& disk_;
};

class EncryptedFilesTest : public ::testing::Test {
protected:
    std::unique_ptr<RecordingFiles> open(char digit = 'a') { return open(digit, disk); }
    static std::unique_ptr<RecordingFiles> open(char digit, CrashingFiles& below) {
        return encrypted(std::make_unique<Shared>(below),
                         crypto::AeadKey::from_hex(std::string(64, digit)).value());
    }
    static void write(RecordingFiles& files, const std::string& name,
                      const std::vector<std::string>& parts) {
        auto file = files.create(name);
        ASSERT_TRUE(file) << file.error().message();
        for (const std::string& part : parts)
            ASSERT_TRUE((*file)->append(std::as_bytes(std::span{part})));
        ASSERT_TRUE((*file)->sync());
        ASSERT_TRUE(files.sync_name(name));
    }
    static Result<std::string> read(const RecordingFiles& files, const std::string& name,
                                    std::uint64_t offset = 0, std::size_t most = 1'000'000) {
        std::string out(most, ' ');
        VEDETTE_TRY(const std::size_t got,
                    files.read_at(name, offset, std::as_writable_bytes(std::span{out})));
        out.resize(got);
        return out;
    }
    [[nodiscard]] std::string stored(const std::string& name) const {
        return disk.files().at(name).bytes;
    }
    [[nodiscard]] std::vector<std::string> keys() const {
        std::vector<std::string> out;
        for (const auto& [name, content] : disk.files())
            if (name.find("/key-") != std::string::npos)
                out.push_back(name);
        return out;
    }

    CrashingFiles disk;
};

/// Seeded, and nothing that repeats.
std::string noise(std::size_t bytes, unsigned seed) {
    std::mt19937 random{seed};
    std::string out(bytes, ' ');
    for (char& c : out)
        c = static_cast<char>(random());
    return out;
}

TEST_F(EncryptedFilesTest, NothingOfARecordingIsOnTheDisk) {
    const auto files = open();
    write(*files, kFile, {"the plate is B 123 AB", "and the driver wears a hat"});
    for (const auto& [name, content] : disk.files()) {
        EXPECT_THAT(content.bytes, Not(HasSubstr("B 123 AB")));
        EXPECT_THAT(content.bytes, Not(HasSubstr("hat")));
        EXPECT_THAT(content.bytes, Not(HasSubstr(std::string(8, '\xaa')))) << "the master key";
    }
    EXPECT_EQ(read(*open(), kFile).value(), "the plate is B 123 ABand the driver wears a hat");
    EXPECT_EQ(is_encrypted(disk, kFile).value(), true);
}

TEST_F(EncryptedFilesTest, EveryPartIsReadAsItWas) {
    const std::string all = noise(300'000, 1);
    const auto files = open();
    write(*files, kFile, {all.substr(0, 100), all.substr(100, 200'000), all.substr(200'100)});
    std::mt19937 random{2};
    for (int i = 0; i < 200; ++i) {
        const std::size_t offset = random() % (all.size() + 100);
        const std::size_t most = random() % 100'000;
        ASSERT_EQ(read(*files, kFile, offset, most).value(),
                  offset < all.size() ? all.substr(offset, most) : "")
            << offset << ' ' << most;
    }
    EXPECT_EQ(files->readable_bytes(kFile).value(), all.size());
}

TEST_F(EncryptedFilesTest, ABitThatFlipsIsNeverReadAsSomethingElse) {
    write(*open(), kFile, {"first part ", "second part ", "third"});
    const std::string truth = "first part second part third";
    const std::string sound = stored(kFile);
    int named = 0;
    for (std::size_t at = 0; at < sound.size(); ++at) {
        std::string changed = sound;
        changed[at] = static_cast<char>(changed[at] ^ 1 << at % 8);
        disk.put(kFile, changed);
        const auto files = open(); // nothing is remembered
        const auto got = read(*files, kFile);
        named += got ? 0 : 1;
        if (!is_encrypted(disk, kFile).value())
            continue; // the first bytes: it reads as another file, which its digest tells
        if (got) {
            EXPECT_LT(got->size(), truth.size()) << at;
            EXPECT_TRUE(truth.starts_with(*got)) << at;
        }
        const auto readable = files->readable_bytes(kFile);
        EXPECT_TRUE(!readable || *readable < truth.size()) << at;
    }
    EXPECT_GT(named, static_cast<int>(sound.size() - kSealedHeadBytes - 3 * kChunkHeadBytes) - 1);
}

TEST_F(EncryptedFilesTest, SaysWhichChunkOfWhatWasChanged) {
    write(*open(), kFile, {"first", "second", "third"});
    std::string changed = stored(kFile);
    changed[kSealedHeadBytes + kChunkHeadBytes + 5 + crypto::kSealOverheadBytes + 40] ^= 1;
    disk.put(kFile, changed);
    const auto got = read(*open(), kFile);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), ErrorCode::data_loss);
    EXPECT_THAT(got.error().message(), HasSubstr(kFile));
    EXPECT_THAT(got.error().message(), HasSubstr("chunk 1 of 3"));
    EXPECT_EQ(read(*open(), kFile, 0, 5).value(), "first") << "the others are as they were";
}

TEST_F(EncryptedFilesTest, ChunksThatChangePlacesAreFound) {
    write(*open(), kFile, {"first", "other", "third"});
    std::string swapped = stored(kFile);
    const std::size_t length = kChunkHeadBytes + 5 + crypto::kSealOverheadBytes;
    std::swap_ranges(swapped.begin() + kSealedHeadBytes,
                     swapped.begin() + static_cast<std::ptrdiff_t>(kSealedHeadBytes + length),
                     swapped.begin() + static_cast<std::ptrdiff_t>(kSealedHeadBytes + length));
    disk.put(kFile, swapped);
    EXPECT_EQ(read(*open(), kFile).error().code(), ErrorCode::data_loss);
    EXPECT_EQ(read(*open(), kFile, 10, 5).value(), "third");
}

TEST_F(EncryptedFilesTest, AFileUnderTheNameOfAnotherIsFound) {
    const auto files = open();
    write(*files, kFile, {"at two"});
    write(*files, kLater, {"at three"});
    disk.put(kLater, stored(kFile));
    EXPECT_EQ(read(*open(), kLater).error().code(), ErrorCode::data_loss);
    EXPECT_EQ(read(*open(), kFile).value(), "at two");
}

TEST_F(EncryptedFilesTest, WhatAKillCutOffIsReadUpToItsLastWholeChunk) {
    const std::vector<std::string> parts{"first part ", "second part ", noise(70'000, 3), "end"};
    write(*open(), kFile, parts);
    const std::string whole = stored(kFile);
    const std::string truth = parts[0] + parts[1] + parts[2] + parts[3];
    for (std::size_t length = 0; length <= whole.size(); length += length < 400 ? 1 : 997) {
        disk.put(kFile, whole.substr(0, length));
        const auto files = open();
        const auto readable = files->readable_bytes(kFile);
        ASSERT_TRUE(readable) << length << ": " << readable.error().message();
        ASSERT_LE(*readable, truth.size());
        if (*readable > 0) {
            ASSERT_EQ(read(*files, kFile).value(), truth.substr(0, *readable)) << length;
        }
        if (*readable >= parts[0].size()) {
            ASSERT_TRUE(files->truncate(kFile, parts[0].size()));
            ASSERT_EQ(read(*open(), kFile).value(), parts[0]);
        }
    }
}

TEST_F(EncryptedFilesTest, AnEndThatIsNoiseIsCutOff) {
    write(*open(), kFile, {"first part ", "second part"});
    std::string torn = stored(kFile);
    std::fill(torn.end() - 20, torn.end(), '\0'); // its length was there before its bytes
    disk.put(kFile, torn);
    EXPECT_EQ(open()->readable_bytes(kFile).value(), 11U);
}

TEST_F(EncryptedFilesTest, ADayIsErasedWithItsKeys) {
    write(*open(), kFile, {"at two"});
    write(*open(), "gate/2026-11-30/00/000005.250000.mp4", {"the next day"});
    ASSERT_EQ(keys().size(), 2U);
    ASSERT_TRUE(disk.remove(keys().front()));
    const auto gone = read(*open(), kFile);
    EXPECT_EQ(gone.error().code(), ErrorCode::data_loss);
    EXPECT_THAT(gone.error().message(), HasSubstr("is gone"));
    EXPECT_EQ(read(*open(), "gate/2026-11-30/00/000005.250000.mp4").value(), "the next day");
}

TEST_F(EncryptedFilesTest, KeysGoWithTheLastRecordingOfADay) {
    const auto files = open();
    write(*files, kFile, {"at two"});
    write(*files, kLater, {"at three"});
    write(*open(), "gate/2026-11-29/15/152315.000000.mp4", {"by the next process"});
    EXPECT_EQ(keys().size(), 2U);
    ASSERT_TRUE(files->remove(kFile));
    ASSERT_TRUE(files->remove(kLater));
    EXPECT_EQ(keys().size(), 2U);
    ASSERT_TRUE(files->remove("gate/2026-11-29/15/152315.000000.mp4"));
    EXPECT_TRUE(disk.files().empty());
    write(*files, kFile, {"again"});
    EXPECT_EQ(read(*open(), kFile).value(), "again");
}

/// A disk on which reading one file takes until release().
class SlowToRead final : public Shared {
public:
    SlowToRead(CrashingFiles& disk, std::string slow) : Shared{disk}, slow_{std::move(slow)} {}
    void wait_until_read() { reached_.wait(); }
    void release() { let_go_.count_down(); }

    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override {
        if (name == slow_ && offset == 0) {
            reached_.count_down();
            let_go_.wait();
        }
        return Shared::read_at(name, offset, into);
    }

private:
    const std::string slow_;
    mutable std::latch reached_{1};
    mutable std::latch let_go_{1};
};

TEST_F(EncryptedFilesTest, WhoReadsHoldsUpNobodyWhoRecords) {
    write(*open(), kFile, {"at two"});
    auto slow = std::make_unique<SlowToRead>(disk, kFile);
    SlowToRead& below = *slow;
    const auto files =
        encrypted(std::move(slow), crypto::AeadKey::from_hex(std::string(64, 'a')).value());
    std::jthread reader{[&] { EXPECT_EQ(read(*files, kFile).value(), "at two"); }};
    below.wait_until_read();
    write(*files, kLater, {"at three"}); // would never come back
    below.release();
    reader.join();
    EXPECT_EQ(read(*files, kLater).value(), "at three");
}

TEST_F(EncryptedFilesTest, AnotherMasterKeyIsNamed) {
    write(*open('a'), kFile, {"at two"});
    const auto got = read(*open('b'), kFile);
    EXPECT_EQ(got.error().code(), ErrorCode::permission_denied);
    EXPECT_THAT(got.error().message(), HasSubstr("storage.encryption.key"));
}

TEST_F(EncryptedFilesTest, WithoutAMasterKeyAllElseIsRead) {
    write(*open(), kFile, {"at two"});
    disk.put(kLater, "ftyp and so on");
    const auto files = encrypted(std::make_unique<Shared>(disk), std::nullopt, false);
    EXPECT_EQ(read(*files, kLater).value(), "ftyp and so on");
    const auto got = read(*files, kFile);
    EXPECT_EQ(got.error().code(), ErrorCode::permission_denied);
    EXPECT_THAT(got.error().message(), HasSubstr("storage.encryption.key"));
    EXPECT_EQ(files->list()->size(), 2U);
}

TEST_F(EncryptedFilesTest, WhatWasRecordedBeforeIsReadAsItIs) {
    disk.put(kFile, "ftyp and so on");
    EXPECT_EQ(read(*open(), kFile).value(), "ftyp and so on");
    EXPECT_EQ(is_encrypted(disk, kFile).value(), false);
    EXPECT_EQ(open()->readable_bytes(kFile).value(), 14U);
}

TEST_F(EncryptedFilesTest, AKeyIsOnTheDiskBeforeWhatItSeals) {
    int kept = 0;
    for (int calls = 0; calls < 12; ++calls) {
        CrashingFiles fresh;
        fresh.fail_after(calls, ErrorCode::unavailable);
        const auto files = open('a', fresh);
        bool acknowledged = false;
        if (auto file = files->create(kFile)) {
            const std::string text = "at two";
            acknowledged = (*file)->append(std::as_bytes(std::span{text})) && (*file)->sync() &&
                           files->sync_name(kFile);
        }
        fresh.cut_power(0);
        kept += acknowledged ? 1 : 0;
        if (acknowledged) {
            EXPECT_EQ(read(*open('a', fresh), kFile).value_or("lost"), "at two") << calls;
        }
    }
    EXPECT_GE(kept, 2) << "with enough calls it works";
    EXPECT_LE(kept, 6) << "with few it does not";
}

TEST_F(EncryptedFilesTest, AFileOfNothingButShortChunksIsNoDanger) {
    write(*open(), kFile, {"x"});
    std::string many = stored(kFile).substr(0, kSealedHeadBytes);
    for (int i = 0; i < 50'000; ++i)
        many += std::string{"\x01\0\0\0", 4} + std::string(1 + crypto::kSealOverheadBytes, 'z');
    disk.put(kFile, many);
    EXPECT_EQ(read(*open(), kFile).error().code(), ErrorCode::data_loss);
    EXPECT_EQ(open()->readable_bytes(kFile).value(), 0U);
}

} // namespace
} // namespace vedette::recording
