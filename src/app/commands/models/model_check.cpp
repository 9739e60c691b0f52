#include "app/commands/models/model_check.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "vedette/infer/model_loader.h"

namespace vedette::app {
namespace {

/// The picture must fill the first input: a manifest with other sizes would cost accuracy or fail
/// later.
Status compare_input(const infer::Manifest& manifest, const infer::Engine& engine) {
    const auto& spec = engine.inputs().front();
    const auto& input = manifest.input;
    const std::int64_t channels = input.color == infer::InputSpec::Color::gray ? 1 : 3;
    const bool planes = input.layout == infer::InputSpec::Layout::nchw;
    const infer::Shape wanted = planes
                                    ? infer::Shape{-1, channels, input.height_px, input.width_px}
                                    : infer::Shape{-1, input.height_px, input.width_px, channels};
    const auto agree = [](std::int64_t a, std::int64_t b) { return a == b || a < 0 || b < 0; };
    if (spec.type == input.type &&
        std::equal(wanted.begin(), wanted.end(), spec.shape.begin(), spec.shape.end(), agree))
        return {};
    return Error{ErrorCode::invalid_argument,
                 "the model takes " + std::string{infer::to_string(spec.type)} + " " +
                     infer::to_string(spec.shape) + ", its manifest says " +
                     std::string{infer::to_string(input.type)} + " " + infer::to_string(wanted)};
}

/// Loads it as `process` would. \return what it is run with.
Result<std::string> load_with_decoder(const infer::Manifest& manifest,
                                      const infer::ModelLoader& loader,
                                      const Registries& registries) {
    std::string runs_on = "needs no engine";
    if (!manifest.file.empty()) {
        VEDETTE_TRY(const auto engine, loader.load(manifest));
        VEDETTE_CHECK_OK(compare_input(manifest, *engine));
        runs_on = engine->name();
    }
    if (registries.detectors.contains(manifest.decoder)) {
        VEDETTE_TRY(const auto detector,
                    vision::load_detector(registries.detectors, manifest, {}, loader));
        return runs_on;
    }
    if (registries.readers.contains(manifest.decoder)) {
        VEDETTE_TRY(const auto reader,
                    registries.readers.create(manifest.decoder, manifest, loader));
        return runs_on;
    }
    if (registries.embedders.contains(manifest.decoder)) {
        VEDETTE_TRY(const auto embedder,
                    vision::load_face_embedder(registries.embedders, manifest, loader));
        return runs_on;
    }
    if (manifest.file.empty())
        return Error{ErrorCode::invalid_argument,
                     "no decoder '" + manifest.decoder + "' in this program"};
    return runs_on + "; nothing uses decoder '" + manifest.decoder + "' yet";
}

} // namespace

ModelState presence_of(const infer::Manifest& manifest) {
    const auto files = manifest.files();
    std::error_code ignored;
    for (const std::filesystem::path& file : files)
        if (!std::filesystem::is_regular_file(file, ignored))
            return {false, "missing " + file.string()};
    return {true, files.empty() ? "needs no files" : "present"};
}

ModelState try_model(const infer::Manifest& manifest, const Environment& environment) {
    const auto chain = infer::engines_for("cpu", {}, environment.registries.backends);
    if (!chain)
        return {false, chain.error().message()};
    if (const auto verified = infer::verify(manifest); !verified)
        return {false, verified.error().message()};
    const infer::ModelLoader loader{environment.registries.backends, *chain, environment.log,
                                    environment.metrics, environment.clock};
    auto loaded = load_with_decoder(manifest, loader, environment.registries);
    return loaded ? ModelState{true, *loaded} : ModelState{false, loaded.error().message()};
}

} // namespace vedette::app
