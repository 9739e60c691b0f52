#include "app/environment.h"

#include <cstdlib>
#include <system_error>

namespace vedette::app {
namespace {

std::filesystem::path from_environment(const char* name) {
    const char* value =
        std::getenv(name); // NOLINT(concurrency-mt-unsafe): read before any thread starts
    return value == nullptr ? std::filesystem::path{} : std::filesystem::path{value};
}

std::filesystem::path cache_folder() {
    if (const auto xdg = from_environment("XDG_CACHE_HOME"); xdg.is_absolute())
        return xdg / "vedette";
    if (const auto home = from_environment("HOME"); !home.empty())
        return home / ".cache" / "vedette";
    return std::filesystem::temp_directory_path() / "vedette-cache";
}

/// Installed: <prefix>/share/vedette/NAME beside <prefix>/bin. In a checkout: the nearest NAME/
/// above build/.
std::filesystem::path folder_of(const char* name, const char* variable) {
    if (auto given = from_environment(variable); !given.empty())
        return given;
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    const auto installed = program.parent_path().parent_path() / "share" / "vedette" / name;
    if (std::filesystem::is_directory(installed, ignored))
        return installed;
    for (auto folder = program.parent_path(); folder.has_relative_path();
         folder = folder.parent_path())
        if (std::filesystem::exists(folder / "CMakePresets.json", ignored))
            return folder / name;
    return installed;
}

} // namespace

Result<Registries> Registries::builtin() {
    Registries all;
    VEDETTE_CHECK_OK(media::register_builtin_sources(all.sources));
    VEDETTE_CHECK_OK(infer::register_builtin_backends(all.backends));
    VEDETTE_CHECK_OK(vision::register_builtin_detect(all.detectors));
    VEDETTE_CHECK_OK(vision::register_builtin_ocr(all.readers));
    VEDETTE_CHECK_OK(vision::register_builtin_face(all.embedders));
    return all;
}

Paths Paths::detect() {
    return {folder_of("models", "VEDETTE_MODELS"), folder_of("catalogue", "VEDETTE_CATALOGUE"),
            cache_folder()};
}

} // namespace vedette::app
