#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/data/data_folder.h"
#include "vedette/analysis/evidence_pack.h"
#include "vedette/ports/following_store.h"

namespace vedette::app {

/// The cases in a data folder; a server may run on it meanwhile.
/// \return not_found, saying what makes cases, if there are none.
[[nodiscard]] Result<std::unique_ptr<ports::FollowingStore>>
open_following(const DataFolder& folder);

struct GatheredPack {
    analysis::PackContents contents;
    std::vector<std::string> left_out; ///< pictures that are gone or cannot be in an archive
};
/// All that a pack of this case holds: the pictures of the vehicle and the subject that are still
/// in the folder, and of `places` those of its cameras.
/// \param most_picture_bytes  of all pictures together
/// \return not_found, data_loss, resource_exhausted for more pictures than that, and errors of the
///   store
[[nodiscard]] Result<GatheredPack>
gather_pack(const DataFolder& folder, const ports::FollowingStore& store, const std::string& id,
            const std::vector<analysis::Place>& places, std::size_t most_picture_bytes);
/// As many as a pack can hold.
inline constexpr std::size_t kMostPackPictureBytes = std::size_t{512} << 20U;

} // namespace vedette::app
