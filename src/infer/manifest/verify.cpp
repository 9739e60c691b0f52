#include "vedette/crypto/sha256.h"
#include "vedette/infer/manifest.h"

namespace vedette::infer {
namespace {

/// \param wanted empty: any content will do.
Status verify_file(const std::filesystem::path& file, const std::string& wanted,
                   const Manifest& manifest) {
    const auto found = crypto::sha256_file(file);
    if (!found)
        return Error{found.error().code(), manifest.full_id() + ": " + found.error().message() +
                                               " (named in " + manifest.path.string() + ")"};
    if (!wanted.empty() && *found != wanted)
        return Error{ErrorCode::data_loss, manifest.full_id() + ": " + file.string() +
                                               " is damaged or another model: its SHA-256 is " +
                                               *found + ", " + manifest.path.string() + " says " +
                                               wanted};
    return {};
}

} // namespace

Status verify(const Manifest& manifest) {
    if (!manifest.file.empty())
        VEDETTE_CHECK_OK(verify_file(manifest.file, manifest.sha256, manifest));
    if (!manifest.int8.file.empty())
        VEDETTE_CHECK_OK(verify_file(manifest.int8.file, manifest.int8.sha256, manifest));
    for (const auto& [name, file] : manifest.extra_files) {
        const auto pinned = manifest.extra_sha256.find(name);
        VEDETTE_CHECK_OK(verify_file(
            file, pinned == manifest.extra_sha256.end() ? "" : pinned->second, manifest));
    }
    return {};
}

} // namespace vedette::infer
