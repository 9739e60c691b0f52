#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/recording/recording_files.h"

/// How an encrypted recording lies in its file; encrypted_files.h says what for.
namespace vedette::recording {

constexpr std::size_t kMostChunkBytes = std::size_t{64} << 10U; ///< of recording
constexpr std::size_t kChunkHeadBytes = 4;                      ///< length of what is sealed
constexpr std::size_t kSealedHeadBytes = 32;

/// What a file begins with.
struct SealedHead {
    std::array<std::byte, 8> key{};   ///< id
    std::array<std::byte, 16> file{}; ///< drawn for this file
};
[[nodiscard]] std::array<std::byte, kSealedHeadBytes> to_bytes(const SealedHead& head);
/// Little-endian, as all numbers of the form.
[[nodiscard]] std::array<std::byte, kChunkHeadBytes> chunk_head(std::size_t plain_bytes);

struct SealedChunk {
    std::uint64_t plain_at = 0;
    std::uint64_t stored_at = 0; ///< of its length
    std::size_t plain_bytes = 0; ///< 1..kMostChunkBytes
    [[nodiscard]] std::size_t sealed_bytes() const;
    [[nodiscard]] std::uint64_t stored_end() const;
};

struct SealedLayout {
    SealedHead head;
    std::vector<SealedChunk> chunks; ///< up to the first that is not whole
    [[nodiscard]] std::uint64_t plain_bytes() const;
};

/// \return nothing for a file of another form, zeros for one that was cut off in its head; errors
///   of reading.
[[nodiscard]] Result<std::optional<SealedHead>> read_sealed_head(const RecordingFiles& files,
                                                                 const std::string& name);
/// Reads the lengths of all chunks, and none of them.
/// \return nothing if the file is not of this form; data_loss for what cannot be a recording;
///   errors of reading.
[[nodiscard]] Result<std::optional<SealedLayout>> read_layout(const RecordingFiles& files,
                                                              const std::string& name);

/// What a chunk is sealed about.
[[nodiscard]] std::string about_chunk(const std::string& name, const SealedHead& head,
                                      std::uint64_t place, std::size_t plain_bytes);

} // namespace vedette::recording
