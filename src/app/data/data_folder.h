#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "vedette/base/result.h"
#include "vedette/events/log_view.h"
#include "vedette/storage/sqlite_care.h"

namespace CLI {
class App;
}

namespace vedette::app {

/// The folder in which `vedette run` keeps what it learns.
struct DataFolder {
    std::filesystem::path root;

    [[nodiscard]] std::filesystem::path log() const { return root / "log"; }
    [[nodiscard]] std::filesystem::path store() const { return root / "vedette.db"; }
    [[nodiscard]] std::filesystem::path snapshots() const { return root / "snapshots"; }
    /// Where a reader of the log that has no database keeps its position.
    [[nodiscard]] std::filesystem::path position_of(const std::string& subscriber) const {
        return root / "positions" / subscriber;
    }
    [[nodiscard]] std::filesystem::path recordings() const { return root / "recordings"; }
    /// What is known of them.
    [[nodiscard]] std::filesystem::path recording_index() const { return root / "recordings.db"; }
    [[nodiscard]] std::filesystem::path following() const { return root / "following.db"; }
    /// Where the cameras of the cases are (CSV, see analysis/place_file.h).
    [[nodiscard]] std::filesystem::path places() const { return root / "places.csv"; }
    /// Which of its cameras a car carries (JSON, see data/carried_cameras.h).
    [[nodiscard]] std::filesystem::path carried_cameras() const { return root / "carried.json"; }
    /// The privacy masks of its cameras (JSON, see data/masks.h).
    [[nodiscard]] std::filesystem::path masks() const { return root / "masks.json"; }
    /// Which model is used for what, and which are to be (JSON, see lifecycle/model_register.h).
    [[nodiscard]] std::filesystem::path models() const { return root / "models.json"; }
    /// How far shadow models agree with live ones (JSON, see lifecycle/shadow_tally.h).
    [[nodiscard]] std::filesystem::path shadow() const { return root / "shadow.json"; }
    /// The private key of evidence packs; made on first use.
    [[nodiscard]] std::filesystem::path evidence_key() const { return root / "evidence.key"; }

    /// Whether there is anything of a server in it.
    [[nodiscard]] bool is_used() const;
    /// Whether a server runs on it now. Nothing is made or changed.
    [[nodiscard]] bool is_in_use() const;
    /// \return not_found, saying how to name another one, if there is nothing of a server in it.
    [[nodiscard]] Status must_be_used() const;
};

/// Where a server keeps what it learns, when nobody says otherwise.
[[nodiscard]] std::filesystem::path default_data_folder();

/// Adds --data; without it, `folder` is the default one.
void declare_data_folder(CLI::App& options, std::filesystem::path& folder);

/// Keeps servers away from a data folder, as long as it lives.
class DataLock {
public:
    /// \return unavailable if a server runs on it.
    static Result<DataLock> take(const DataFolder& folder);

private:
    DataLock(storage::StoreLock store, std::optional<events::LogLock> log)
        : store_{std::move(store)}, log_{std::move(log)} {}
    storage::StoreLock store_;
    std::optional<events::LogLock> log_; ///< if there is a log
};

} // namespace vedette::app
