#include <algorithm>
#include <filesystem>
#include <string>

#include "pictures/picture_source.h"
#include "vedette/media/picture.h"
#include "vedette/media/source.h"

namespace vedette::media {

Status register_folder(SourceRegistry& registry);

namespace {

namespace fs = std::filesystem;

Error folder_error(const fs::path& folder, const std::error_code& failed) {
    const std::string what = "open '" + folder.string() + "': " + failed.message();
    if (failed == std::errc::no_such_file_or_directory)
        return {ErrorCode::not_found, what};
    if (failed == std::errc::permission_denied)
        return {ErrorCode::permission_denied, what};
    return {ErrorCode::invalid_argument, what};
}

Result<std::unique_ptr<Source>> open_folder(const fs::path& folder, const SourceOptions& options,
                                            Log& log) {
    std::error_code failed;
    std::vector<fs::path> pictures;
    std::int64_t others = 0;
    for (fs::directory_iterator entry{folder, failed}, end; !failed && entry != end;
         entry.increment(failed)) {
        if (looks_like_picture(entry->path()))
            pictures.push_back(entry->path());
        else
            ++others;
    }
    if (failed)
        return folder_error(folder, failed);
    if (pictures.empty())
        return Error{ErrorCode::invalid_argument, "open '" + folder.string() +
                                                      "': no pictures in this folder (" +
                                                      std::to_string(others) + " other entries)"};
    if (others > 0)
        log.info("folder has other files than pictures",
                 {{"folder", folder.string()}, {"skipped", others}});
    std::sort(pictures.begin(), pictures.end(), [](const fs::path& a, const fs::path& b) {
        return natural_less(a.filename().native(), b.filename().native());
    });
    const auto when = fs::last_write_time(pictures.front(), failed);
    const WallTime started_at = failed ? WallTime{}
                                       : std::chrono::time_point_cast<WallTime::duration>(
                                             std::chrono::file_clock::to_sys(when));
    return open_picture_source(std::move(pictures), folder.string(), started_at, options, log);
}

} // namespace

Status register_folder(SourceRegistry& registry) {
    return registry.add("folder", [](const std::string& location, const SourceOptions& options,
                                     const Clock& /*clock*/,
                                     Log& log) { return open_folder(location, options, log); });
}

} // namespace vedette::media
