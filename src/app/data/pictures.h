#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/data_folder.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::app {

/// Which pictures are needed: those that sightings of the store name, those that sightings name
/// which stand in the log and which the store has not taken yet, and those that cases hold.
///
/// Thread-compatible.
class NeededPictures {
public:
    /// \return errors of the store and of the log.
    static Result<NeededPictures> of(const DataFolder& folder);

    [[nodiscard]] Result<bool> contains(const std::string& key) const;
    /// Those that sightings name.
    [[nodiscard]] Status for_each(const std::function<Status(std::string_view key)>& visit) const;

private:
    NeededPictures(std::unique_ptr<storage::StoreView> store, std::set<std::string> waiting,
                   std::set<std::string> held)
        : store_{std::move(store)}, waiting_{std::move(waiting)}, held_{std::move(held)} {}
    std::unique_ptr<storage::StoreView> store_;
    std::set<std::string> waiting_; ///< of the log; as many as it holds behind the store at most
    std::set<std::string> held_;    ///< by cases of following
};

struct PictureReport {
    std::uint64_t there = 0;
    std::uint64_t missing = 0;           ///< a sighting names it, and it is not there
    std::vector<std::string> missing_of; ///< the first keys
    std::uint64_t orphans = 0;           ///< it is there, and no sighting names it
    std::vector<std::string> orphans_of; ///< the first keys
};

/// Compares pictures and sightings, in both directions. A server may run on the folder.
/// \param settled  a picture younger than this may still wait for its sighting
[[nodiscard]] Result<PictureReport> check_pictures(const DataFolder& folder, WallTime settled);

/// Removes the pictures that no sighting names.
/// \pre no server runs on the folder \return how many.
[[nodiscard]] Result<std::uint64_t> remove_orphans(const DataFolder& folder);

} // namespace vedette::app
