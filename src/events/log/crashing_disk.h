#pragma once

// A disk for tests that does what real ones may do: at a crash it forgets what was not synced, page
// by page and torn within a page; calls fail when they are told to; and after a failed sync it
// takes the pages for clean that it did not write.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "log/log_files.h"

namespace vedette::events {

/// Outlives the LogFiles that are made of it, as a disk outlives a process. Thread-safe.
class CrashingDisk {
public:
    using Bytes = std::vector<std::byte>;
    static constexpr std::size_t kPage_bytes = 64;

    explicit CrashingDisk(std::uint64_t seed = 1) : random_{seed} {}

    /// The files as a process sees them until the next crash.
    std::unique_ptr<LogFiles> mount();

    /// Asked before each call that changes something, with its running number from 1 since mount();
    /// an error makes that call fail half done. Empty: nothing fails.
    using Fault = std::function<std::optional<Error>(std::uint64_t call)>;
    void set_fault(Fault fault) {
        const std::scoped_lock lock{mutex_};
        fault_ = std::move(fault);
        calls_ = 0;
    }
    [[nodiscard]] std::uint64_t syncs() const {
        const std::scoped_lock lock{mutex_};
        return syncs_;
    }

    /// The machine loses power.
    void crash() {
        const std::scoped_lock lock{mutex_};
        fault_ = nullptr;
        std::map<std::string, std::shared_ptr<Inode>> left;
        for (const auto& [name, inode] : durable_names_)
            if (seen_names_.count(name) != 0 || coin())
                left[name] = inode;
        for (const auto& [name, inode] : seen_names_) {
            const auto before = durable_names_.find(name);
            if (before == durable_names_.end() || before->second != inode)
                if (coin())
                    left[name] = inode;
        }
        std::set<Inode*> done;
        for (const auto& [name, inode] : left)
            if (done.insert(inode.get()).second)
                settle(*inode);
        durable_names_ = seen_names_ = left;
    }

    /// The process dies, the machine does not: what was written stays, what was not synced is still
    /// in danger.
    void kill() {
        const std::scoped_lock lock{mutex_};
        fault_ = nullptr;
    }

    /// What a process sees in a file now; to look at and to damage.
    Bytes& contents(const std::string& name) { return seen_names_.at(name)->seen; }
    /// Makes a file that is durable as it is.
    void put(const std::string& name, Bytes bytes) {
        auto inode = std::make_shared<Inode>();
        inode->durable = inode->seen = std::move(bytes);
        durable_names_[name] = seen_names_[name] = inode;
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& [name, inode] : seen_names_)
            names.push_back(name);
        return names;
    }

private:
    struct Inode {
        Bytes durable;
        Bytes seen;
        std::set<std::size_t> dirty; ///< pages that are written but not synced
    };
    class File;
    class Files;

    bool coin() { return (random_() & 1U) != 0; }
    std::size_t up_to(std::size_t most) {
        return std::uniform_int_distribution<std::size_t>{0, most}(random_);
    }
    std::optional<Error> fault() { return fault_ ? fault_(++calls_) : std::nullopt; }

    static void copy_page(const Bytes& from, Bytes& to, std::size_t page, std::size_t bytes) {
        const std::size_t begin = page * kPage_bytes;
        const std::size_t end = std::min(begin + std::min(bytes, kPage_bytes), from.size());
        for (std::size_t i = begin; i < end && i < to.size(); ++i)
            to[i] = from[i];
    }

    void settle(Inode& inode) {
        const std::size_t least = std::min(inode.durable.size(), inode.seen.size());
        const std::size_t most = std::max(inode.durable.size(), inode.seen.size());
        const std::size_t size = least + up_to(most - least);
        inode.durable.resize(std::max(size, inode.durable.size()));
        for (const std::size_t page : inode.dirty)
            if (coin())
                copy_page(inode.seen, inode.durable, page,
                          coin() ? kPage_bytes : up_to(kPage_bytes));
        inode.durable.resize(size);
        inode.seen = inode.durable;
        inode.dirty.clear();
    }

    mutable std::mutex mutex_;
    std::mt19937_64 random_;
    std::map<std::string, std::shared_ptr<Inode>> durable_names_;
    std::map<std::string, std::shared_ptr<Inode>> seen_names_;
    Fault fault_;
    std::uint64_t calls_ = 0;
    std::uint64_t syncs_ = 0;
};

class CrashingDisk::File final : public LogFile {
public:
    File(CrashingDisk& disk, std::shared_ptr<Inode> inode)
        : disk_{disk}, inode_{std::move(inode)} {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const override {
        const std::scoped_lock lock{disk_.mutex_};
        const Bytes& seen = inode_->seen;
        if (offset >= seen.size())
            return std::size_t{0};
        const auto begin = static_cast<std::size_t>(offset);
        const std::size_t count = std::min(into.size(), seen.size() - begin);
        std::copy_n(seen.begin() + static_cast<std::ptrdiff_t>(begin), count, into.begin());
        return count;
    }

    Status write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
        const std::scoped_lock lock{disk_.mutex_};
        const auto fault = disk_.fault();
        if (fault)
            bytes = bytes.first(disk_.up_to(bytes.size()));
        const auto begin = static_cast<std::size_t>(offset);
        Bytes& seen = inode_->seen;
        seen.resize(std::max(seen.size(), begin + bytes.size()));
        std::copy(bytes.begin(), bytes.end(), seen.begin() + static_cast<std::ptrdiff_t>(begin));
        for (std::size_t page = begin / kPage_bytes; page * kPage_bytes < begin + bytes.size();
             ++page)
            inode_->dirty.insert(inode_->dirty.end(), page);
        return fault ? Status{*fault} : Status{};
    }

    Status sync() override {
        const std::scoped_lock lock{disk_.mutex_};
        ++disk_.syncs_;
        const auto fault = disk_.fault();
        Inode& inode = *inode_;
        if (!fault || disk_.coin())
            inode.durable.resize(inode.seen.size());
        for (const std::size_t page : inode.dirty)
            if (!fault || disk_.coin())
                copy_page(inode.seen, inode.durable, page, kPage_bytes);
        inode.dirty.clear(); // also after a failure
        return fault ? Status{*fault} : Status{};
    }

    Status truncate(std::uint64_t size) override {
        const std::scoped_lock lock{disk_.mutex_};
        if (const auto fault = disk_.fault())
            return *fault;
        const auto bytes = static_cast<std::size_t>(size);
        inode_->seen.resize(bytes);
        inode_->dirty.erase(inode_->dirty.lower_bound((bytes + kPage_bytes - 1) / kPage_bytes),
                            inode_->dirty.end());
        if (bytes % kPage_bytes != 0)
            inode_->dirty.insert(bytes / kPage_bytes);
        return {};
    }

private:
    CrashingDisk& disk_;
    std::shared_ptr<Inode> inode_;
};

class CrashingDisk::Files final : public LogFiles {
public:
    explicit Files(CrashingDisk& disk) : disk_{disk} {}

    Result<std::unique_ptr<LogFile>> open(const std::string& name, Open how) override {
        const std::scoped_lock lock{disk_.mutex_};
        auto& names = disk_.seen_names_;
        const auto found = names.find(name);
        if (how != Open::create) {
            if (found == names.end())
                return Error{ErrorCode::not_found, "open " + path_of(name) + ": no such file"};
            return std::make_unique<File>(disk_, found->second);
        }
        if (const auto fault = disk_.fault())
            return *fault;
        if (found == names.end())
            names[name] = std::make_shared<Inode>();
        names[name]->seen.clear();
        names[name]->dirty.clear();
        return std::make_unique<File>(disk_, names[name]);
    }
    Status remove(const std::string& name) override {
        const std::scoped_lock lock{disk_.mutex_};
        if (const auto fault = disk_.fault())
            return *fault;
        disk_.seen_names_.erase(name);
        return {};
    }
    Status rename(const std::string& from, const std::string& to) override {
        const std::scoped_lock lock{disk_.mutex_};
        if (const auto fault = disk_.fault())
            return *fault;
        disk_.seen_names_[to] = disk_.seen_names_.at(from);
        disk_.seen_names_.erase(from);
        return {};
    }
    Status sync_folder() override {
        const std::scoped_lock lock{disk_.mutex_};
        if (const auto fault = disk_.fault())
            return *fault;
        disk_.durable_names_ = disk_.seen_names_;
        return {};
    }
    [[nodiscard]] Result<std::vector<Entry>> list() const override {
        const std::scoped_lock lock{disk_.mutex_};
        std::vector<Entry> entries;
        for (const auto& [name, inode] : disk_.seen_names_)
            entries.push_back({name, inode->seen.size()});
        return entries;
    }
    [[nodiscard]] std::string path_of(std::string_view name) const override {
        return "disk/" + std::string{name};
    }

private:
    CrashingDisk& disk_;
};

inline std::unique_ptr<LogFiles> CrashingDisk::mount() {
    set_fault(nullptr);
    return std::make_unique<Files>(*this);
}

} // namespace vedette::events
