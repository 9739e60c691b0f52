#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "vedette/base/result.h"
#include "vedette/infer/engine.h"

namespace vedette::infer {

/// Where the modules of back-ends lie: `lib/vedette` beside the folder of the running program, in a
/// build as in an installation.
[[nodiscard]] std::filesystem::path backend_folder();

/// A back-end in a module of its own (`<folder>/backend-<name>.so`), which is loaded with the
/// library behind it when the first model asks for it, and stays. So a program that uses no model,
/// or another engine, carries none of it.
///
/// The module has one symbol, a BackendEntry by the name of kBackendEntry. It is built with the
/// program and belongs to no other one: there is no promise between versions.
///
/// Thread-safe.
class LoadedBackend {
public:
    LoadedBackend(std::string name, const std::filesystem::path& folder);
    ~LoadedBackend();
    LoadedBackend(const LoadedBackend&) = delete;
    LoadedBackend& operator=(const LoadedBackend&) = delete;

    /// \return what the back-end says; unavailable if its module cannot be loaded, which is tried
    ///   again at the next call.
    [[nodiscard]] Result<std::unique_ptr<Engine>> create(const std::filesystem::path& file,
                                                         const EngineOptions& options);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Puts the module's back-end into a registry.
using BackendEntry = void (*)(BackendRegistry& into, Status& outcome);
constexpr const char* kBackendEntry = "vedette_register_backend";

} // namespace vedette::infer
