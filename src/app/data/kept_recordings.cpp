#include "app/data/kept_recordings.h"

#include <system_error>
#include <utility>

#include "vedette/storage/recording_db.h"

namespace vedette::app {
namespace {

namespace fs = std::filesystem;

} // namespace

Result<KeptRecordings> open_kept_recordings(const DataFolder& folder, const RecordingsPlace& place,
                                            const Clock& clock, Log& log) {
    std::error_code ignored;
    for (const fs::path& needed : {folder.recording_index(), folder_of(place, folder.recordings())})
        if (!fs::exists(needed, ignored))
            return Error{
                ErrorCode::not_found,
                "nothing was recorded here: there is no " + needed.string() +
                    "; name the folder of `vedette run` with --data, and where "
                    "storage.tiers keeps recordings elsewhere, the configuration with --config"};
    KeptRecordings out{folder_of(place, folder.recordings()), nullptr, nullptr};
    VEDETTE_TRY(out.files, open_recordings(place, folder.recordings(), clock, log, TierUse::read));
    VEDETTE_TRY(out.index, storage::RecordingDb::open(folder.recording_index()));
    return out;
}

std::vector<recording::TierStatus> KeptRecordings::tiers() const {
    std::vector<recording::TierStatus> out{
        {.number = 1, .id = {}, .name = first.string(), .here = true, .problem = {}}};
    if (const auto space = files->space(); space)
        out.front().space = *space;
    for (const auto& tier : files->others()) {
        const auto here = tier->here();
        recording::TierStatus one{.number = static_cast<int>(out.size()) + 1,
                                  .id = here ? here->id : "",
                                  .name = tier->name(),
                                  .here = here != nullptr,
                                  .problem = tier->why_away()};
        if (here)
            if (const auto space = here->files->space(); space)
                one.space = *space;
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace vedette::app
