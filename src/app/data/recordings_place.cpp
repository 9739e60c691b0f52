#include "app/data/recordings_place.h"

#include <system_error>
#include <utility>

#include "vedette/crypto/aead.h"
#include "vedette/recording/encrypted_files.h"

namespace vedette::app {
namespace {

void warn_of_readers(const std::filesystem::path& key_file, Log& log) {
    using std::filesystem::perms;
    std::error_code unknown;
    const auto mode = std::filesystem::status(key_file, unknown).permissions();
    if (!key_file.empty() && !unknown &&
        (mode & (perms::group_read | perms::others_read)) != perms::none)
        log.warn("others on this machine may read the key of the recordings",
                 {{"file", key_file.string()}, {"advice", "chmod 600 " + key_file.string()}});
}

/// The files in a folder as what they hold.
Result<std::unique_ptr<recording::RecordingFiles>>
readable(std::unique_ptr<recording::RecordingFiles> stored, const RecordingsPlace& place) {
    if (!place.key)
        return recording::encrypted(std::move(stored), std::nullopt, false);
    auto key = crypto::AeadKey::from_hex(place.key->reveal());
    if (!key)
        return std::move(key).error().with_context("storage.encryption.key");
    return recording::encrypted(std::move(stored), *std::move(key), place.encrypt);
}

std::shared_ptr<recording::Tier> tier_of(const std::filesystem::path& folder,
                                         const RecordingsPlace& place, const Clock& clock,
                                         TierUse use) {
    const auto marker =
        use == TierUse::read ? recording::MarkerUse::look : recording::MarkerUse::claim;
    const auto open = [folder] {
        return recording::open_marked_folder(folder, std::string{recording::kTierMarker});
    };
    return std::make_shared<recording::Tier>(
        folder.string(),
        [folder, marker]() -> Result<std::string> {
            VEDETTE_TRY(auto id, recording::tier_in(folder, marker));
            if (id.empty())
                return Error{ErrorCode::unavailable,
                             folder.string() + " is new: the server takes it at its next start"};
            return id;
        },
        [open, place](const std::string& id) -> Result<recording::TierFiles> {
            VEDETTE_TRY(std::shared_ptr<recording::RecordingFiles> files, readable(open(), place));
            return recording::TierFiles{id, open(), std::move(files)};
        },
        clock);
}

} // namespace

std::filesystem::path folder_of(const RecordingsPlace& place,
                                const std::filesystem::path& otherwise) {
    return place.folder.empty() ? otherwise : place.folder;
}

Result<std::unique_ptr<recording::TieredFiles>>
open_recordings(const RecordingsPlace& place, const std::filesystem::path& otherwise,
                const Clock& clock, Log& log, TierUse use) {
    VEDETTE_TRY(auto stored, recording::open_recording_folder(folder_of(place, otherwise)));
    VEDETTE_TRY(auto first, readable(std::move(stored), place));
    if (place.key)
        warn_of_readers(place.key_file, log);
    recording::TieredFiles::Tiers others;
    for (const std::filesystem::path& folder : place.more) {
        others.push_back(tier_of(folder, place, clock, use));
        if (use == TierUse::read)
            others.back()->look();
    }
    return std::make_unique<recording::TieredFiles>(std::move(first), std::move(others));
}

} // namespace vedette::app
