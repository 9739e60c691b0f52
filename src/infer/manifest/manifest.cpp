#include "vedette/infer/manifest.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <system_error>
#include <utility>

#include "manifest/manifest_options.h"
#include "vedette/config/document.h"

namespace vedette::infer {
namespace {

constexpr std::string_view kSuffix = ".model.yaml";
constexpr int kDeepest = 4;
constexpr std::size_t kMostManifests = 1000;

std::optional<std::string> environment_variable(const std::string& name) {
    const char* value =
        std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): nobody sets variables
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

Result<std::map<std::string, std::string>> extra_hashes(const config::Node& extra_files) {
    std::map<std::string, std::string> hashes;
    for (const auto& [name, value] : extra_files.members())
        if (const auto sha256 = value["sha256"]; sha256.present()) {
            VEDETTE_TRY(hashes[name], sha256_at(sha256));
        }
    return hashes;
}

Status check_multiple(const config::Node& input, const InputSpec& spec) {
    if (spec.multiple_of_px == 0)
        return {};
    if (spec.fit == InputSpec::Fit::stretch)
        return input.invalid("multiple_of",
                             "needs a letterbox: stretched pictures leave nothing free");
    if (spec.width_px % spec.multiple_of_px != 0 || spec.height_px % spec.multiple_of_px != 0)
        return input.invalid("multiple_of", "width and height must be multiples of it");
    return {};
}

/// What must hold between several keys.
Status check_together(const config::Node& root, Manifest& manifest) {
    if (manifest.file.empty() != manifest.sha256.empty())
        return root.invalid("sha256", "file and sha256 go together: give both or neither");
    if (root["int8"].present() && manifest.file.empty())
        return root.invalid("int8", "is a copy of the weights, but there is no file");
    if (root["source"].present() && manifest.file.empty())
        return root.invalid("source", "is of weights, but there is no file");
    if (!manifest.file.empty() && manifest.input.width_px == 0)
        return root.invalid("input", "is missing: a model with weights must say what its input is");
    const std::size_t channels = manifest.input.color == InputSpec::Color::gray ? 1 : 3;
    for (auto* numbers : {&manifest.input.mean, &manifest.input.scale}) {
        if (channels == 1 && std::adjacent_find(numbers->begin(), numbers->end(),
                                                std::not_equal_to<>{}) == numbers->end())
            numbers->resize(1);
        if (numbers->size() != channels)
            return root["input"].invalid("mean and scale need " + std::to_string(channels) +
                                         " numbers each");
    }
    return check_multiple(root["input"], manifest.input);
}

/// Paths of all manifests below `folder`, in no order.
Result<std::vector<std::filesystem::path>> find_manifests(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    std::error_code error;
    std::filesystem::recursive_directory_iterator at{
        folder, std::filesystem::directory_options::skip_permission_denied, error};
    for (; !error && at != std::filesystem::recursive_directory_iterator{}; at.increment(error)) {
        if (at.depth() >= kDeepest)
            at.disable_recursion_pending();
        if (!at->path().filename().string().ends_with(kSuffix))
            continue;
        if (found.size() == kMostManifests)
            return Error{ErrorCode::invalid_argument, folder.string() + " holds more than " +
                                                          std::to_string(kMostManifests) +
                                                          " manifests; is it the right folder?"};
        found.push_back(at->path());
    }
    if (error)
        return Error{ErrorCode::not_found,
                     "models folder " + folder.string() + " cannot be read: " + error.message()};
    return found;
}

} // namespace

std::vector<std::filesystem::path> Manifest::files() const {
    std::vector<std::filesystem::path> out;
    for (const std::filesystem::path& one : {file, int8.file})
        if (!one.empty())
            out.push_back(one);
    for (const auto& [name, extra] : extra_files)
        out.push_back(extra);
    return out;
}

Result<Manifest> load_manifest(const std::filesystem::path& path) {
    VEDETTE_TRY(const auto document,
                config::Document::load(
                    path, {.use = config::SecretUse::withhold})); // variables are ours to replace
    const config::Node root = document.root();
    VEDETTE_TRY(Manifest manifest, manifest_options(environment_variable).read(root));
    VEDETTE_TRY(manifest.extra_sha256, extra_hashes(root["extra_files"]));
    VEDETTE_CHECK_OK(check_together(root, manifest));
    manifest.path = std::filesystem::absolute(path).lexically_normal();
    return manifest;
}

Result<std::vector<Manifest>> load_manifests(const std::filesystem::path& folder) {
    VEDETTE_TRY(const auto paths, find_manifests(folder));
    std::vector<Manifest> manifests;
    for (const auto& path : paths) {
        VEDETTE_TRY(manifests.emplace_back(), load_manifest(path));
    }
    const auto key = [](const Manifest& m) { return std::pair{std::string_view{m.id}, m.version}; };
    std::sort(manifests.begin(), manifests.end(),
              [&](const Manifest& a, const Manifest& b) { return key(a) < key(b); });
    const auto twice =
        std::adjacent_find(manifests.begin(), manifests.end(),
                           [&](const Manifest& a, const Manifest& b) { return key(a) == key(b); });
    if (twice != manifests.end())
        return Error{ErrorCode::invalid_argument, twice->full_id() + " is described twice: by " +
                                                      twice->path.string() + " and " +
                                                      std::next(twice)->path.string()};
    return manifests;
}

} // namespace vedette::infer
