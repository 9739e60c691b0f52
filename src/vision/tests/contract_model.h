#pragma once

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tests/scripted_engine.h"
#include "vedette/vision/detector.h"

namespace vedette::vision::testing {

/// The small model that stands for an output form in the contract tests:
/// detect/<form>/contract.json.
struct ContractModel {
    infer::Manifest manifest;
    std::vector<infer::TensorSpec> outputs; ///< empty: a detector without an engine

    /// Every one there is, ordered by path.
    static std::vector<ContractModel> all();
    /// The tensor that the manifest's input spec asks for.
    [[nodiscard]] infer::TensorSpec input() const;
    /// Whether every file it names is on this machine.
    [[nodiscard]] bool files_are_here() const;
    /// Loads it as the program does: by the registry and a ModelLoader whose only back-end speaks
    /// the script.
    [[nodiscard]] Result<std::unique_ptr<Detector>> load(const DetectorOptions& options,
                                                         Script script) const;
};

/// How a test's name and failures speak of it.
inline void PrintTo(const ContractModel& model,
                    std::ostream* out) { // NOLINT(readability-identifier-naming): googletest's name
    *out << model.manifest.path;
}

/// Numbers 0..1 that depend on the picture alone.
[[nodiscard]] Script noise();
/// The same number everywhere.
[[nodiscard]] Script constant(float value);
/// NaN, infinities, very large, very small and ordinary numbers, mixed.
[[nodiscard]] Script nonsense();

} // namespace vedette::vision::testing
