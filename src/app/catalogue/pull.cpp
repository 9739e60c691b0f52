#include "app/catalogue/pull.h"

#include <system_error>

#include "app/catalogue/download.h"
#include "app/data/bounded_file.h"
#include "app/output/line_file.h"
#include "vedette/crypto/sha256.h"

namespace vedette::app {
namespace {

constexpr std::size_t kLargestManifest = std::size_t{1} << 20U;

/// Whether it has these bytes already. \return already_exists if it has others
Result<bool> is_there(const std::filesystem::path& manifest, const std::string& text) {
    std::error_code ignored; // then reading it says more
    if (!std::filesystem::exists(manifest, ignored) && !ignored)
        return false;
    VEDETTE_TRY(const auto present, read_bounded(manifest, kLargestManifest));
    if (present != text)
        return Error{ErrorCode::already_exists,
                     manifest.string() + " is another one than the catalogue has: move it away to "
                                         "have the catalogue's"};
    return true;
}

bool has_hash(const std::filesystem::path& file, const std::string& sha256) {
    const auto present = crypto::sha256_file(file);
    return present && *present == sha256;
}

} // namespace

Result<std::vector<infer::Manifest>> load_catalogue(const std::filesystem::path& folder) {
    VEDETTE_TRY(auto models, infer::load_manifests(folder));
    for (const infer::Manifest& model : models) {
        if (model.source.url.empty())
            return Error{ErrorCode::invalid_argument,
                         model.path.string() + ": `source` is missing: where is it to be had?"};
        if (model.file.parent_path() != model.path.parent_path() || model.files().size() != 1)
            return Error{ErrorCode::invalid_argument,
                         model.path.string() + ": the weights must be one file beside it"};
    }
    return models;
}

Result<Pulled> pull_model(const infer::Manifest& model, const std::filesystem::path& into,
                          const Clock& clock, const std::stop_token& stop,
                          const std::function<void(std::uint64_t)>& progress) {
    const auto manifest = into / model.path.filename();
    const auto weights = into / model.file.filename();
    VEDETTE_TRY(const std::string text, read_bounded(model.path, kLargestManifest));
    VEDETTE_TRY(const bool is_known, is_there(manifest, text));
    const bool has_weights = has_hash(weights, model.sha256);
    if (is_known && has_weights)
        return Pulled::was_there;
    std::error_code failed;
    std::filesystem::create_directories(into, failed);
    if (failed)
        return file_error(failed.value(), "can't make", into);
    if (!has_weights)
        VEDETTE_CHECK_OK(download({.url = model.source.url,
                                   .file = weights,
                                   .bytes = model.source.bytes,
                                   .sha256 = model.sha256},
                                  clock, stop, progress));
    if (!is_known) {
        VEDETTE_CHECK_OK(write_new_file(manifest, text));
        using std::filesystem::perms; // whoever runs the program reads it
        std::filesystem::permissions(manifest,
                                     perms::owner_read | perms::owner_write | perms::group_read |
                                         perms::others_read,
                                     failed);
    }
    return Pulled::fetched;
}

} // namespace vedette::app
