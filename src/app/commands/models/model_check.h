#pragma once

#include <string>

#include "app/environment.h"
#include "vedette/infer/manifest.h"

namespace vedette::app {

/// How one model fares.
struct ModelState {
    bool ok = false;
    std::string detail; ///< what is there, or what is wrong

    [[nodiscard]] std::string text() const { return (ok ? "ok: " : "FAILED: ") + detail; }
};

/// Whether every file that the manifest names is there. Reads none of them.
[[nodiscard]] ModelState presence_of(const infer::Manifest& manifest);

/// Verifies the hashes, loads the model with the decoder it names on the processor's engines, and
/// compares shapes.
[[nodiscard]] ModelState try_model(const infer::Manifest& manifest, const Environment& environment);

} // namespace vedette::app
