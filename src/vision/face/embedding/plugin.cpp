#include "detect/decoder_options.h"
#include "face/engine_embedder.h"

namespace vedette::vision {
namespace {

/// ArcFace, SFace, MobileFace and their kin: one aligned face in, one row of numbers out, compared
/// by the cosine. How many numbers is the model's business.
Result<std::unique_ptr<FaceEmbedder>> make_embedder(const infer::Manifest& manifest,
                                                    const infer::ModelLoader& loader) {
    VEDETTE_TRY([[maybe_unused]] const DecoderOptions none, DecoderOptions::of(manifest, {}));
    VEDETTE_TRY(std::unique_ptr<infer::Engine> engine, loader.load(manifest));
    return EngineEmbedder::create(manifest, std::move(engine));
}

} // namespace

Status register_embedding(FaceEmbedderRegistry& registry);
Status register_embedding(FaceEmbedderRegistry& registry) {
    return registry.add("embedding", make_embedder);
}

} // namespace vedette::vision
