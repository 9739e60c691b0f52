#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/data/data_folder.h"
#include "vedette/analysis/pass.h"
#include "vedette/api/following_parts.h"
#include "vedette/base/result.h"
#include "vedette/ports/following_store.h"

namespace vedette::app {

/// The cases in the data folder of a running server, for the API.
///
/// Their database is opened when somebody asks and it is there, and anew when it was replaced: the
/// first case needs no restart.
///
/// Thread-safe.
class FollowingSource {
public:
    /// A pack is made in memory, one at a time.
    static constexpr std::size_t kMostPictureBytes = std::size_t{64} << 20U;

    explicit FollowingSource(DataFolder folder) : folder_{std::move(folder)} {}

    /// \return not_found, saying what makes cases, while there are none; unavailable while another
    ///   request opens it; errors of the store.
    Result<std::shared_ptr<ports::FollowingStore>> store();
    /// \return errors of the file of places.
    [[nodiscard]] Result<std::vector<analysis::Place>> places() const;
    /// A case as `vedette following evidence export` writes it, signed by the same key.
    /// \return not_found; resource_exhausted for more pictures than kMostPictureBytes, unavailable
    ///   while another one is made; errors of the key.
    Result<std::string> evidence(const ports::FollowingStore& store, const std::string& id);

    /// All of them, borrowed.
    [[nodiscard]] api::FollowingParts parts();

private:
    using FileId = std::pair<std::uint64_t, std::uint64_t>; ///< device and number on it
    [[nodiscard]] std::optional<FileId> file_there() const;

    const DataFolder folder_;
    std::timed_mutex opening_; // protects the two below
    std::shared_ptr<ports::FollowingStore> opened_;
    FileId opened_file_;
    std::mutex packing_; // held while a pack is made
};

} // namespace vedette::app
