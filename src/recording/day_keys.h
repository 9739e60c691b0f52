#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "vedette/base/result.h"
#include "vedette/crypto/aead.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// The keys of days: small files beside the recordings that they open, sealed by the master key.
///
/// Thread-compatible. Keeps some hundreds in memory.
class DayKeys {
public:
    using Id = std::array<std::byte, 8>;
    using Key = std::shared_ptr<const crypto::AeadKey>;

    /// \param files  borrowed
    DayKeys(RecordingFiles& files, std::optional<crypto::AeadKey> master)
        : files_{files}, master_{std::move(master)} {}

    /// "gate/2026-11-29" of "gate/2026-11-29/14/142305.250000.mp4".
    [[nodiscard]] static std::string folder_of(const std::string& recording);
    /// The file of a key in such a folder.
    [[nodiscard]] static std::string file_of(const std::string& folder, const Id& id);
    /// Whether this is the name of a key's file.
    [[nodiscard]] static bool is_key(const std::string& file);

    /// What new recordings of this folder are sealed with; drawn, and durable, if there was none.
    /// \pre there is a master key
    [[nodiscard]] Result<std::pair<Id, Key>> for_writing(const std::string& folder);
    /// \return data_loss if there is no such key; permission_denied if the master key does not
    ///   open it, or is not there.
    [[nodiscard]] Result<Key> find(const std::string& folder, const Id& id);
    /// Removes all keys of a folder in which nothing else is left.
    Status tidy(const std::string& folder);

private:
    Result<std::pair<Id, Key>> draw(const std::string& folder);
    void remember(const std::string& file, Key key);

    RecordingFiles& files_;
    const std::optional<crypto::AeadKey> master_;
    std::map<std::string, Key> known_;                      ///< by file
    std::map<std::string, std::pair<Id, Key>> for_writing_; ///< by folder
};

} // namespace vedette::recording
