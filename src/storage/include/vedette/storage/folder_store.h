#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "vedette/base/guarded.h"
#include "vedette/ports/object_store.h"

namespace vedette::storage {

/// Objects as files below one folder, the key being the path. Folders are 0700, files 0600; links
/// are not followed; files that others put there under names that are no keys are left alone.
///
/// Thread-safe. One process writes to a folder.
class FolderStore final : public ports::ObjectStore {
public:
    /// Makes the folder if it is not there.
    /// \return unavailable if the folder can't be read or written.
    static Result<std::unique_ptr<FolderStore>> open(const std::filesystem::path& folder);

    /// Looks at every object once, which takes a while where there are many: removes what an
    /// interrupted put() of an earlier process left and what `keep` does not want, and adds up the
    /// rest. From then on bytes() is known. What is put meanwhile is kept and counted; remove()
    /// meanwhile would make the sum too large. To be called once.
    /// \param keep  asked for each object that was there before this store was opened
    /// \return how many were not wanted; cancelled after a stop request; errors of the folder and
    /// of `keep`
    Result<std::uint64_t> take_stock(const std::function<Result<bool>(const std::string&)>& keep,
                                     const std::stop_token& stop = {});
    /// Of all objects together; nothing before take_stock() has come to its end.
    [[nodiscard]] std::optional<std::uint64_t> bytes() const;

    Status put(std::string_view key, std::span<const std::byte> bytes) override;
    [[nodiscard]] Result<std::vector<std::byte>> get(std::string_view key) const override;
    /// Folders that become empty go with it.
    Status remove(std::string_view key) override;
    [[nodiscard]] Status
    for_each(std::string_view prefix,
             const std::function<bool(const ports::ObjectInfo&)>& visit) const override;

private:
    /// What there is, once it was counted; until then, what was put since the store was opened.
    struct Stock {
        bool complete = false;
        std::uint64_t bytes = 0;
        std::set<std::string, std::less<>> fresh; ///< empty when complete

        /// To be told before a file appears under this key. \return whether what it replaces is
        /// in the sum.
        bool expect(std::string_view key);
        void replace(std::uint64_t before, std::uint64_t now);
        [[nodiscard]] bool counts(std::string_view key) const;
    };
    FolderStore(std::filesystem::path folder, std::string part_prefix)
        : folder_{std::move(folder)}, part_prefix_{std::move(part_prefix)} {}
    Status put_once(std::string_view key, std::span<const std::byte> bytes);
    [[nodiscard]] bool is_fresh(const std::string& key) const;
    const std::filesystem::path folder_;
    const std::string part_prefix_;        ///< of the names of unfinished files, ours alone
    std::atomic<std::uint64_t> parts_ = 0; ///< for the names of unfinished files
    Guarded<Stock> stock_;
};

} // namespace vedette::storage
