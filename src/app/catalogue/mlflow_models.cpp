#include "app/catalogue/mlflow_models.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "app/data/bounded_file.h"
#include "app/data/files.h"
#include "app/output/line_file.h"
#include "vedette/base/text.h"
#include "vedette/config/document.h"

namespace vedette::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExperiment = "vedette";
constexpr const char* kIdTag = "vedette.id";
constexpr const char* kHashTag = "vedette.sha256";
constexpr std::string_view kManifestEnding = ".model.yaml";
constexpr const char* kUnfinished = ".part"; ///< of the manifest: nobody takes it for one
constexpr std::size_t kLargestFile = std::size_t{1} << 30U;

/// A folder that is gone with this object, unless it was kept.
class WorkFolder {
public:
    explicit WorkFolder(fs::path path) : path_{std::move(path)} { clear(); }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    ~WorkFolder() { clear(); }
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    void clear() const {
        std::error_code ignored; // nothing depends on it
        fs::remove_all(path_, ignored);
    }
    const fs::path path_;
};

Error no_model(const MlflowVersion& version, const std::string& why) {
    return {ErrorCode::invalid_argument,
            "mlflow:" + version.title() + " can't be used: " + why +
                ". A model has its weights and one manifest (*.model.yaml, see "
                "docs/guide/models.md) in one folder; vedette models register MODEL --mlflow makes "
                "such a version"};
}

/// Whoever runs the program reads it.
void let_all_read(const fs::path& path) {
    using std::filesystem::perms;
    std::error_code ignored; // then its owner alone does
    fs::permissions(path,
                    perms::owner_read | perms::owner_write | perms::group_read |
                        perms::others_read |
                        (fs::is_directory(path, ignored)
                             ? perms::owner_exec | perms::group_exec | perms::others_exec
                             : perms::none),
                    ignored);
}

/// Fetches all files of the version. \return the name of the manifest among them, which has
/// kUnfinished behind it
Result<fs::path> fetch_all(MlflowClient& client, const MlflowVersion& version,
                           const fs::path& into) {
    VEDETTE_TRY(const std::string folder, client.folder_of(version));
    VEDETTE_TRY(const auto files, client.files(folder));
    const auto is_manifest = [](const MlflowFile& file) {
        return file.name.ends_with(kManifestEnding);
    };
    const auto manifests = std::count_if(files.begin(), files.end(), is_manifest);
    if (manifests != 1)
        return no_model(version, "there are " + std::to_string(manifests) +
                                     " manifests among its " + std::to_string(files.size()) +
                                     " files");
    VEDETTE_CHECK_OK(make_folder(into));
    for (const MlflowFile& file : files) {
        VEDETTE_TRY(const std::string bytes, client.file(folder, file));
        const fs::path path = into / (file.name + (is_manifest(file) ? kUnfinished : ""));
        VEDETTE_CHECK_OK(write_new_file(path, bytes));
        let_all_read(path);
    }
    return fs::path{std::find_if(files.begin(), files.end(), is_manifest)->name};
}

/// Everything that a manifest names must have come with it.
Status check(const infer::Manifest& manifest, const MlflowVersion& version) {
    const fs::path folder = manifest.path.parent_path();
    for (const fs::path& file : manifest.files())
        if (file.parent_path() != folder)
            return no_model(version, "its manifest names a file elsewhere: " + file.string());
    VEDETTE_CHECK_OK(infer::verify(manifest));
    const auto tag = version.tags.find(kHashTag);
    if (tag != version.tags.end() && tag->second != manifest.sha256)
        return Error{ErrorCode::data_loss,
                     "mlflow:" + version.title() + " says that its weights have the SHA-256 " +
                         tag->second + ", and what came has " + manifest.sha256 +
                         ": it was exchanged after it was registered, and is not kept"};
    return {};
}

/// \return whether the same model is there. already_exists if another one is
Result<bool> is_there(const fs::path& manifest, const infer::Manifest& fresh) {
    const fs::path target = manifest.parent_path();
    std::error_code ignored; // then reading it says more
    if (!fs::exists(target, ignored))
        return false;
    const auto present = infer::load_manifest(manifest);
    if (present && present->full_id() == fresh.full_id() && present->sha256 == fresh.sha256 &&
        infer::verify(*present))
        return true;
    return Error{ErrorCode::already_exists,
                 target.string() + " is there and is not this model: move it away to have it"};
}

} // namespace

Result<FromMlflow> pull_from_mlflow(MlflowClient& client, const MlflowVersion& version,
                                    const fs::path& into) {
    std::error_code failed;
    fs::create_directories(into, failed);
    if (failed)
        return file_error(failed.value(), "can't make", into);
    const WorkFolder work{into / (".mlflow-" + as_identifier(version.title(), '-'))};
    VEDETTE_TRY(const fs::path name, fetch_all(client, version, work.path()));
    const fs::path unfinished = name.string() + kUnfinished;
    auto fresh = infer::load_manifest(work.path() / unfinished);
    if (!fresh)
        return no_model(version, fresh.error().message());
    VEDETTE_CHECK_OK(check(*fresh, version));
    const fs::path target = into / (fresh->id + "-" + std::to_string(fresh->version));
    VEDETTE_TRY(const bool was_there, is_there(target / name, *fresh));
    if (!was_there) {
        VEDETTE_CHECK_OK(sync_disk_of(work.path()));
        VEDETTE_CHECK_OK(move_to(work.path(), target));
        let_all_read(target);
        VEDETTE_CHECK_OK(move_to(target / unfinished, target / name)); // last: now it is a model
    }
    VEDETTE_TRY(infer::Manifest there, infer::load_manifest(target / name));
    return FromMlflow{std::move(there), was_there ? Pulled::was_there : Pulled::fetched};
}

Result<MlflowVersion> push_to_mlflow(MlflowClient& client, const infer::Manifest& manifest,
                                     const std::string& name) {
    std::vector<fs::path> files = manifest.files();
    files.push_back(manifest.path);
    VEDETTE_TRY(const auto document,
                config::Document::load(manifest.path, {.use = config::SecretUse::withhold}));
    if (const auto labels = document.root()["labels"].as_string(); labels)
        files.push_back(manifest.path.parent_path() / *labels);
    for (const fs::path& file : files)
        if (file.parent_path() != manifest.path.parent_path())
            return Error{ErrorCode::invalid_argument,
                         manifest.full_id() + ": " + file.string() +
                             " does not lie beside its manifest; only such models can be given to "
                             "MLflow"};
    const MlflowClient::Tags tags{{kIdTag, manifest.full_id()},
                                  {"vedette.task", manifest.task},
                                  {kHashTag, manifest.sha256},
                                  {"vedette.licence", manifest.licence}};
    VEDETTE_TRY(const auto run, client.begin_run(kExperiment, manifest.full_id(), tags));
    for (const fs::path& file : files) {
        VEDETTE_TRY(std::string bytes, read_bounded(file, kLargestFile));
        VEDETTE_CHECK_OK(
            client.put(run.folder + "/model", file.filename().string(), std::move(bytes)));
    }
    VEDETTE_TRY(auto version, client.add_version(name, run, run.uri + "/model", tags));
    VEDETTE_CHECK_OK(client.end_run(run));
    return version;
}

Result<MlflowVersion> note_in_mlflow(MlflowClient& client, const ModelComparison& comparison) {
    VEDETTE_TRY(const auto version, client.tagged(kIdTag, comparison.second));
    const bool has_weights =
        version && version->tags.contains(kHashTag) &&
        version->tags.at(kHashTag) == comparison.second_sha256; // both may be empty
    if (!has_weights || version->run.empty())
        return Error{ErrorCode::not_found, "MLflow has no version with the weights of " +
                                               comparison.second + ": vedette models register " +
                                               comparison.second + " --mlflow adds one"};
    const vision::PairedCounts& labels = comparison.labels;
    const auto share = [&labels](long right) {
        return labels.total() == 0
                   ? 0
                   : static_cast<double>(right) / static_cast<double>(labels.total());
    };
    VEDETTE_CHECK_OK(client.log(
        version->run,
        {{"vedette.labels", static_cast<double>(labels.total())},
         {"vedette.right", share(labels.both + labels.only_second)},
         {"vedette.right_of_other", share(labels.both + labels.only_first)},
         {"vedette.p", vision::mcnemar(labels).p},
         {"vedette.p_nothing_else", vision::mcnemar(comparison.nothing_else).p},
         {"vedette.worse", speaks_against_second(comparison) ? 1.0 : 0.0}},
        {{"vedette.compared_with", comparison.first}, {"vedette.compared_on", comparison.folder}}));
    VEDETTE_CHECK_OK(client.tag(*version, "vedette.compared", describe(comparison)));
    return *version;
}

} // namespace vedette::app
