#include "app/place_source.h"

#include "app/configuration_check.h"
#include "app/following_options.h"
#include "vedette/analysis/place_file.h"
#include "vedette/config/document.h"

namespace vedette::app {

Result<std::vector<analysis::Place>> places_in(const std::filesystem::path& file) {
    if (file.extension() != ".yaml" && file.extension() != ".yml")
        return analysis::read_places(file);
    VEDETTE_TRY(const auto document,
                config::Document::load(file, {.use = config::SecretUse::withhold}));
    config::Problems problems;
    check_configuration(document.root(), problems);
    if (!problems.empty())
        return problems.summary();
    auto places = read_camera_places(document.root(), problems);
    if (places.empty())
        return Error{ErrorCode::not_found, file.string() + ": no camera has a `location`"};
    return places;
}

} // namespace vedette::app
