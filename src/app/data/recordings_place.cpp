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

} // namespace

Result<std::unique_ptr<recording::RecordingFiles>>
open_recordings(const RecordingsPlace& place, const std::filesystem::path& otherwise, Log& log) {
    VEDETTE_TRY(auto files,
                recording::open_recording_folder(place.folder.empty() ? otherwise : place.folder));
    if (!place.key)
        return recording::encrypted(std::move(files), std::nullopt, false);
    auto key = crypto::AeadKey::from_hex(place.key->reveal());
    if (!key)
        return std::move(key).error().with_context("storage.encryption.key");
    warn_of_readers(place.key_file, log);
    return recording::encrypted(std::move(files), *std::move(key), place.encrypt);
}

} // namespace vedette::app
