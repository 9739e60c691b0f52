#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "vedette/ports/object_store.h"

namespace vedette::storage {

/// Objects as files below one folder, the key being the path. Folders are 0700, files 0600; links
/// are not followed; files that others put there under names that are no keys are left alone.
///
/// Thread-safe. One process writes to a folder.
class FolderStore final : public ports::ObjectStore {
public:
    /// Makes the folder if it is not there, and removes what an interrupted put() left behind.
    /// \return unavailable if the folder can't be read or written.
    static Result<std::unique_ptr<FolderStore>> open(const std::filesystem::path& folder);

    Status put(std::string_view key, std::span<const std::byte> bytes) override;
    [[nodiscard]] Result<std::vector<std::byte>> get(std::string_view key) const override;
    /// Folders that become empty go with it.
    Status remove(std::string_view key) override;
    [[nodiscard]] Status
    for_each(std::string_view prefix,
             const std::function<bool(const ports::ObjectInfo&)>& visit) const override;

private:
    explicit FolderStore(std::filesystem::path folder) : folder_{std::move(folder)} {}
    Status put_once(std::string_view key, std::span<const std::byte> bytes);
    const std::filesystem::path folder_;
    std::atomic<std::uint64_t> parts_ = 0; ///< for the names of unfinished files
};

} // namespace vedette::storage
