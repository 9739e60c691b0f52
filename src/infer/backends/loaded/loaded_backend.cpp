#include "backends/loaded/loaded_backend.h"

#include <dlfcn.h>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/io_check.h"

namespace vedette::infer {
namespace {

Error not_loaded(const std::filesystem::path& module) {
    const char* why = ::dlerror();
    return {ErrorCode::unavailable,
            "the engine's module " + module.string() +
                " cannot be loaded: " + one_line(why == nullptr ? "no reason was given" : why)};
}

/// The library behind a back-end keeps threads and what they hold: it is never unloaded.
Result<BackendEntry> open_module(const std::filesystem::path& module) {
    void* handle = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr)
        return not_loaded(module);
    void* entry = ::dlsym(handle, kBackendEntry);
    if (entry == nullptr)
        return not_loaded(module);
    return reinterpret_cast<BackendEntry>(entry);
}

} // namespace

std::filesystem::path backend_folder() {
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return program.parent_path().parent_path() / "lib" / "vedette";
}

struct LoadedBackend::Impl {
    Impl(std::string called, const std::filesystem::path& folder)
        : name{std::move(called)}, module{folder / ("backend-" + name + ".so")} {}
    Status load();

    const std::string name;
    const std::filesystem::path module;
    std::mutex mutex; ///< guards the filling of `loaded`
    std::optional<BackendRegistry> loaded;
};

Status LoadedBackend::Impl::load() {
    const std::scoped_lock lock{mutex};
    if (loaded)
        return {};
    VEDETTE_TRY(const BackendEntry enter, open_module(module));
    BackendRegistry registry;
    Status outcome;
    enter(registry, outcome);
    VEDETTE_CHECK_OK(outcome);
    loaded = std::move(registry);
    return {};
}

LoadedBackend::LoadedBackend(std::string name, const std::filesystem::path& folder)
    : impl_{std::make_unique<Impl>(std::move(name), folder)} {}

LoadedBackend::~LoadedBackend() = default;

Result<std::unique_ptr<Engine>> LoadedBackend::create(const std::filesystem::path& file,
                                                      const EngineOptions& options) {
    VEDETTE_CHECK_OK(impl_->load());
    return impl_->loaded->create(impl_->name, file, options);
}

} // namespace vedette::infer
