#include "file_digest.h"

#include <vector>

#include "vedette/crypto/sha256.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kPiece_bytes = std::size_t{1} << 20U;

} // namespace

Result<std::string> digest_of(const RecordingFiles& files, const std::string& file) {
    crypto::Sha256 digest;
    std::vector<std::byte> piece(kPiece_bytes);
    for (std::uint64_t at = 0;;) {
        VEDETTE_TRY(const std::size_t got, files.read_at(file, at, piece));
        digest.add(std::span{piece}.first(got));
        at += got;
        if (got < piece.size())
            return std::move(digest).hex();
    }
}

} // namespace vedette::recording
