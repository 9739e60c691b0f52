#include <string>
#include <utility>

#include "detect/engine_detector.h"
#include "vedette/vision/detector.h"

namespace vedette::vision {

Status add_engine_detector(DetectorRegistry& registry, std::string name, DecoderFactory decoder) {
    return registry.add(
        std::move(name),
        [decoder](const infer::Manifest& manifest, const DetectorOptions& options,
                  const infer::ModelLoader& loader) -> Result<std::unique_ptr<Detector>> {
            const auto load = [loader](const infer::Manifest& sized) { return loader.load(sized); };
            return EngineDetector::create(manifest, options, load, decoder);
        });
}

Result<std::unique_ptr<Detector>> load_detector(const DetectorRegistry& registry,
                                                const infer::Manifest& manifest,
                                                const DetectorOptions& options,
                                                const infer::ModelLoader& loader) {
    auto detector = registry.create(manifest.decoder, manifest, options, loader);
    if (!detector)
        return std::move(detector).error().with_context("load detector " + manifest.full_id() +
                                                        " (" + manifest.path.string() + ")");
    return detector;
}

} // namespace vedette::vision
