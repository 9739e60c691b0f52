#pragma once

#include <memory>
#include <optional>
#include <string>

#include "segment_name.h"
#include "test_files.h"
#include "vedette/crypto/aead.h"
#include "vedette/crypto/sha256.h"
#include "vedette/ports/testing/memory_recording_index.h"
#include "vedette/recording/encrypted_files.h"
#include "vedette/recording/settle.h"
#include "vedette/recording/tier_keeper.h"

namespace vedette::recording::testing {

/// Hands everything on to files that somebody else owns.
class BorrowedFiles : public RecordingFiles {
public:
    explicit BorrowedFiles(RecordingFiles& files) : files_{files} {}
    Result<std::unique_ptr<RecordingFile>> create(const std::string& name) override {
        return files_.create(name);
    }
    Status sync_name(const std::string& name) override { return files_.sync_name(name); }
    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override {
        return files_.read_at(name, offset, into);
    }
    [[nodiscard]] Result<std::uint64_t> readable_bytes(const std::string& name) const override {
        return files_.readable_bytes(name);
    }
    Status truncate(const std::string& name, std::uint64_t bytes) override {
        return files_.truncate(name, bytes);
    }
    Status remove(const std::string& name) override { return files_.remove(name); }
    [[nodiscard]] Result<std::vector<Entry>> list_below(const std::string& folder) const override {
        return files_.list_below(folder);
    }
    [[nodiscard]] Result<Space> space() const override { return files_.space(); }

private:
    RecordingFiles& files_;
};

/// A local disk and a NAS in memory, with the index of what is on them.
class TwoTiers {
public:
    static constexpr WallTime kNow{std::chrono::hours{24 * 20'000}};
    static constexpr std::chrono::hours kDay{24};
    enum class Sealed { no = 1, yes };

    explicit TwoTiers(Sealed sealed)
        : key_{sealed == Sealed::yes ? std::optional{crypto::AeadKey::make().value()}
                                     : std::nullopt} {
        start();
    }

    /// As after the process ended, however it did: only disks and index are what they were.
    void start() {
        keeper_.reset();
        files_.reset();
        tier = std::make_shared<Tier>(
            "/mnt/nas",
            [this]() -> Result<std::string> {
                if (!nas_is_here)
                    return Error{ErrorCode::unavailable, "there is no file /mnt/nas/.vedette-tier"};
                return nas_id;
            },
            [this](const std::string& id) -> Result<TierFiles> {
                return TierFiles{id, std::make_shared<BorrowedFiles>(nas), view(nas)};
            },
            clock);
        files_ = std::make_unique<TieredFiles>(view(local), TieredFiles::Tiers{tier});
        NullLog quiet;
        EXPECT_TRUE(settle(files_->first(), index, cannot_describe, quiet));
        keeper_ = std::make_unique<TierKeeper>(
            std::vector<TierRules>{{rules, {}}, {nas_rules, moves}},
            TierKeeper::Parts{
                *files_, local, index, metrics, log, clock, cannot_describe,
                [this](std::chrono::nanoseconds time, const std::stop_token&) { waited += time; },
                [this](const std::vector<ports::RecordedSegment>& rows) { deleted += rows.size(); },
                [this](const Settlement& found) { without_file += found.without_file; }});
    }
    bool pass(WallTime now = kNow, const std::stop_token& stop = {}) {
        return keeper_->pass(now, stop);
    }

    /// A recording of gate on the local disk. \param age  of its end
    std::uint64_t put(std::chrono::seconds age, std::size_t bytes = 1'000,
                      const ports::RecordedActivity& activity = {.motion = 1, .object = 1}) {
        const WallTime start = kNow - age - std::chrono::seconds{10};
        const std::string name = to_file({domain::CameraId{"gate"}, start, "mp4"});
        std::string content(bytes, '\0');
        for (std::size_t i = 0; i < bytes; ++i)
            content[i] = static_cast<char>((i * 31 + static_cast<std::size_t>(age.count())) % 251);
        const auto raw = std::as_bytes(std::span{content});
        auto file = files_->create(name).value();
        EXPECT_TRUE(file->append(raw));
        EXPECT_TRUE(file->sync());
        EXPECT_TRUE(files_->sync_name(name));
        crypto::Sha256 digest;
        digest.add(raw);
        return index
            .add({.id = 0,
                  .camera = domain::CameraId{"gate"},
                  .file = name,
                  .start = start,
                  .end = kNow - age,
                  .bytes = bytes,
                  .sha256 = std::move(digest).hex(),
                  .codec = "h264",
                  .audio_codec = {},
                  .width_px = 1,
                  .height_px = 1,
                  .fragments = {},
                  .gap = {},
                  .gap_cause = {},
                  .activity = activity})
            .value();
    }

    /// Each is on the tier that its row says, whole, and nowhere else.
    void expect_each_once() {
        NullLog quiet;
        for (const auto& [id, where] :
             {std::pair{std::string{}, &local}, std::pair{nas_id, &nas}}) {
            const auto view_of = view(*where);
            std::size_t rows = 0;
            const auto listed = index.list({.tier = id}).value();
            rows = listed.size();
            EXPECT_TRUE(verify_recordings(
                *view_of, index,
                [](const std::string& file, const std::string& what) {
                    ADD_FAILURE() << file << ": " << what;
                },
                id));
            EXPECT_EQ(view_of->list()->size(), rows) << "on '" << id << "'";
        }
    }
    [[nodiscard]] std::size_t rows_on(const std::string& id) const {
        return index.list({.tier = id}).value().size();
    }
    [[nodiscard]] TierKeeper& keeper() { return *keeper_; }
    [[nodiscard]] TieredFiles& files() { return *files_; }
    [[nodiscard]] std::unique_ptr<RecordingFiles> view(CrashingFiles& disk) const {
        auto below = std::make_unique<BorrowedFiles>(disk);
        if (!key_)
            return below;
        auto copy = crypto::AeadKey::from_bytes(key_->reveal()).value();
        return encrypted(std::move(below), std::move(copy));
    }

    static Result<media::StreamInfo> cannot_describe(const std::string&) {
        return Error{ErrorCode::unavailable, "nobody knows"};
    }

    CrashingFiles local;
    CrashingFiles nas;
    ports::testing::MemoryRecordingIndex index;
    bool nas_is_here = true;
    std::string nas_id = "0123456789abcdef";
    RetentionRules rules{.otherwise = {.continuous = 100 * kDay}};
    RetentionRules nas_rules{.otherwise = {.continuous = 100 * kDay}};
    MoveRules moves{.after = kDay};
    std::chrono::nanoseconds waited{};
    std::size_t deleted = 0;        ///< on the NAS
    std::uint64_t without_file = 0; ///< likewise, as who asks heard when it came
    NullMetrics metrics;
    NullLog log;
    ManualClock clock;
    std::shared_ptr<Tier> tier;

private:
    const std::optional<crypto::AeadKey> key_;
    std::unique_ptr<TieredFiles> files_;
    std::unique_ptr<TierKeeper> keeper_;
};

} // namespace vedette::recording::testing
