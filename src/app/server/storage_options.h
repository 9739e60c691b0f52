#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/data/recordings_place.h"
#include "vedette/base/secret.h"
#include "vedette/config/node.h"
#include "vedette/config/option_set.h"
#include "vedette/config/problems.h"
#include "vedette/recording/tier_keeper.h"

namespace vedette::app {

/// `storage.tiers[].continuous:` and `events:`
struct StorageClass {
    std::chrono::microseconds max_age{0}; ///< 0: as long as `record` says
    config::ByteSize max_size{0};         ///< 0: as much as there is
};
/// One entry of `storage.tiers:`.
struct StorageTier {
    std::string path;
    config::ByteSize max_size{0}; ///< 0: as much as there is
    std::chrono::microseconds move_after{0};
    config::ByteSize move_rate{50'000'000}; ///< a second; 0: as fast as it goes
    StorageClass continuous;
    StorageClass events;
};
/// `storage.encryption:`
struct EncryptionOptions {
    bool enabled = false;
    Secret<std::string> key; ///< empty: none
    std::string cipher = "xchacha20-poly1305";
};
/// `storage:`
struct StorageOptions {
    std::vector<StorageTier> tiers;
    config::Share min_free{0.05}; ///< of the disk
    EncryptionOptions encryption;
};
[[nodiscard]] config::OptionSet<StorageOptions> storage_option_set();

/// What `storage` says of where recordings lie, and of how long they stay there.
struct StorageSettings {
    RecordingsPlace place;
    std::vector<recording::TierRules> tiers; ///< the first one's first; one at least
};
/// \param rules  what holds on every tier, whatever it says itself
[[nodiscard]] StorageSettings
read_storage(const config::Node& node, recording::RetentionRules rules, config::Problems& problems);

} // namespace vedette::app
