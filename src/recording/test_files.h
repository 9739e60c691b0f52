#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "vedette/recording/recording_files.h"

namespace vedette::recording::testing {

/// A disk in memory that a power cut leaves with what was made durable, and that refuses when told.
/// Of bytes that were not synced it keeps as many as it likes, from the front.
///
/// Thread-safe.
class CrashingFiles final : public RecordingFiles {
public:
    struct Content {
        std::string bytes;
        std::size_t synced_bytes = 0;
        bool named = false; ///< its name is durable
    };

    Result<std::unique_ptr<RecordingFile>> create(const std::string& name) override;
    Status sync_name(const std::string& name) override {
        const std::scoped_lock lock{mutex_};
        VEDETTE_CHECK_OK(next());
        for (auto& [other, content] : files_)
            if (folder_of(other) == folder_of(name))
                content.named = true;
        return {};
    }
    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override {
        const std::scoped_lock lock{mutex_};
        VEDETTE_CHECK_OK(may_be_read(name));
        const auto found = files_.find(name);
        if (found == files_.end())
            return Error{ErrorCode::not_found, "open " + name + ": no such file"};
        const std::string& bytes = found->second.bytes;
        const std::size_t from = std::min<std::size_t>(offset, bytes.size());
        const std::size_t count = std::min(into.size(), bytes.size() - from);
        std::copy_n(reinterpret_cast<const std::byte*>(bytes.data()) + from, count, into.begin());
        return count;
    }
    [[nodiscard]] Result<std::uint64_t> readable_bytes(const std::string& name) const override {
        const std::scoped_lock lock{mutex_};
        VEDETTE_CHECK_OK(may_be_read(name));
        const auto found = files_.find(name);
        if (found == files_.end())
            return Error{ErrorCode::not_found, "open " + name + ": no such file"};
        return found->second.bytes.size();
    }
    Status truncate(const std::string& name, std::uint64_t bytes) override {
        const std::scoped_lock lock{mutex_};
        VEDETTE_CHECK_OK(next());
        Content& content = files_.at(name);
        content.bytes.resize(bytes);
        content.synced_bytes = bytes;
        return {};
    }
    Status remove(const std::string& name) override {
        const std::scoped_lock lock{mutex_};
        VEDETTE_CHECK_OK(next());
        files_.erase(name);
        return {};
    }
    [[nodiscard]] Result<std::vector<Entry>> list_below(const std::string& folder) const override {
        const std::scoped_lock lock{mutex_};
        std::vector<Entry> out;
        for (const auto& [name, content] : files_)
            if (folder.empty() || name.starts_with(folder + "/"))
                out.push_back({name, content.bytes.size()});
        return out;
    }
    [[nodiscard]] Result<Space> space() const override { return space_; }

    /// The power comes back.
    /// \param keep  share of each file's unsynced bytes that got there all the same, 0..1
    void cut_power(double keep) {
        const std::scoped_lock lock{mutex_};
        for (auto at = files_.begin(); at != files_.end();) {
            Content& content = at->second;
            const auto loose = static_cast<double>(content.bytes.size() - content.synced_bytes);
            content.bytes.resize(content.synced_bytes + static_cast<std::size_t>(loose * keep));
            content.synced_bytes = content.bytes.size();
            at = content.named || keep > 0 ? std::next(at) : files_.erase(at);
        }
        left_.reset();
    }
    /// After `calls` more changes each one fails with this code, until heal().
    void fail_after(int calls, ErrorCode code) {
        const std::scoped_lock lock{mutex_};
        left_ = calls;
        code_ = code;
    }
    /// Reading files whose names begin so fails with this code, until heal().
    void refuse_reads(std::string names, ErrorCode code) {
        const std::scoped_lock lock{mutex_};
        unreadable_ = std::move(names);
        unreadable_code_ = code;
    }
    void heal() {
        const std::scoped_lock lock{mutex_};
        left_.reset();
        unreadable_.reset();
    }
    [[nodiscard]] std::map<std::string, Content> files() const {
        const std::scoped_lock lock{mutex_};
        return files_;
    }
    void put(const std::string& name, std::string bytes) {
        const std::scoped_lock lock{mutex_};
        files_[name] = {std::move(bytes), 0, true};
    }
    void set_space(Space space) { space_ = space; }

private:
    class File;
    static std::string folder_of(const std::string& name) {
        return name.substr(0, name.find_last_of('/'));
    }
    /// \pre mutex_ is held
    Status next() {
        if (left_ && *left_ <= 0)
            return Error{code_, "the disk refuses"};
        if (left_)
            --*left_;
        return {};
    }

    /// \pre mutex_ is held
    [[nodiscard]] Status may_be_read(const std::string& name) const {
        if (unreadable_ && name.starts_with(*unreadable_))
            return Error{unreadable_code_, "read " + name + ": it is not here"};
        return {};
    }

    mutable std::mutex mutex_;
    std::map<std::string, Content> files_;
    std::optional<int> left_;
    ErrorCode code_ = ErrorCode::unavailable;
    std::optional<std::string> unreadable_;
    ErrorCode unreadable_code_ = ErrorCode::unavailable;
    Space space_{1'000'000'000, 2'000'000'000};
};

class CrashingFiles::File final : public RecordingFile {
public:
    File(CrashingFiles& disk, std::string name) : disk_{disk}, name_{std::move(name)} {}
    Status append(std::span<const std::byte> bytes) override {
        const std::scoped_lock lock{disk_.mutex_};
        VEDETTE_CHECK_OK(disk_.next());
        disk_.files_[name_].bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    Status sync() override {
        const std::scoped_lock lock{disk_.mutex_};
        VEDETTE_CHECK_OK(disk_.next());
        Content& content = disk_.files_[name_];
        content.synced_bytes = content.bytes.size();
        return {};
    }

private:
    CrashingFiles& disk_;
    const std::string name_;
};

inline Result<std::unique_ptr<RecordingFile>> CrashingFiles::create(const std::string& name) {
    const std::scoped_lock lock{mutex_};
    VEDETTE_CHECK_OK(next());
    if (files_.contains(name))
        return Error{ErrorCode::already_exists, "open " + name + ": it exists"};
    files_[name] = {};
    return std::make_unique<File>(*this, name);
}

} // namespace vedette::recording::testing
