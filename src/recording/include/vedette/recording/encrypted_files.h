#pragma once

#include <memory>
#include <optional>
#include <string>

#include "vedette/base/result.h"
#include "vedette/crypto/aead.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// Recordings at rest that only the holder of a key can read.
///
/// A file is a head (8 bytes of form, the id of its key, an id of its own) and then chunks of 64
/// KiB of recording at most: length, nonce, the bytes sealed (crypto/aead.h), tag. Each chunk is
/// sealed about the file's name and id, its place among the chunks and its length, so that a bit
/// that flips, a chunk that moves, and a file that takes another's name are found and named when
/// they are read. Chunks end where an append() ends: what a kill cuts off is one of them.
///
/// The key of a file lies beside it in the folder of its camera and day (`gate/2026-11-29/key-…`),
/// sealed by the master key; every process draws a new one for each day. Removing these files
/// erases the day, and with the last recording of a day its keys go.
///
/// Files that were recorded before without encryption are read as they are.
///
/// Thread-safe. Reading back a file while it is written may not show its newest part. Errors on
/// top of those of RecordingFiles: data_loss for what was changed or whose key is gone;
/// permission_denied for what was recorded under another master key, or if there is none.
/// \param master  nothing: what is sealed cannot be opened, all else can
/// \param seal    false: new files are written as they are
/// \pre seal only with a master key
[[nodiscard]] std::unique_ptr<RecordingFiles> encrypted(std::unique_ptr<RecordingFiles> below,
                                                        std::optional<crypto::AeadKey> master,
                                                        bool seal = true);

/// Whether this file was written by encrypted(). \return errors of reading it.
[[nodiscard]] Result<bool> is_encrypted(const RecordingFiles& below, const std::string& name);

} // namespace vedette::recording
