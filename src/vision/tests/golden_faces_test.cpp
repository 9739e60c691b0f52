// A real face embedder on real faces: how alike each two of them are is compared with an
// independent run (tools/reference/face_embeddings.py). Skipped where the models or the pictures
// are absent.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/golden.h"
#include "vedette/vision/face_embedder.h"

namespace vedette::vision {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Faces are cut out by other code than the reference's, and large ones are averaged.
constexpr float kTolerance = 0.06F;

Result<std::unique_ptr<FaceEmbedder>> load_embedder(const std::string& model,
                                                    testing::ExactLoader& engines) {
    FaceEmbedderRegistry embedders;
    VEDETTE_CHECK_OK(register_builtin_face(embedders));
    VEDETTE_CHECK_OK(engines.registered());
    VEDETTE_TRY(const infer::Manifest manifest, testing::third_party_manifest(model));
    return load_face_embedder(embedders, manifest, engines.loader());
}

Result<std::vector<float>> embed(FaceEmbedder& embedder, const cv::Mat& pixels,
                                 const json& described) {
    domain::Detection face;
    for (const std::vector<float>& point :
         described.at("points").get<std::vector<std::vector<float>>>())
        face.points.push_back({point.at(0), point.at(1)});
    VEDETTE_TRY(const FacePoints points, face_points(face, pixels.cols, pixels.rows));
    VEDETTE_TRY(const imaging::Image aligned, align_face(testing::view_of(pixels), points));
    const imaging::ImageView view = aligned.view();
    VEDETTE_TRY(auto embeddings, embedder.embed({&view, 1}));
    return std::move(embeddings.front());
}

class GoldenFaces : public ::testing::TestWithParam<fs::path> {};

TEST_P(GoldenFaces, AreAsAlikeAsAnIndependentRunFound) {
    const json golden = json::parse(std::ifstream{GetParam()});
    const json& faces = golden.at("faces");
    ASSERT_GE(faces.size(), 6U);
    testing::ExactLoader engines;
    std::unique_ptr<FaceEmbedder> embedder;
    std::vector<std::vector<float>> embeddings;
    for (const json& face : faces) {
        const fs::path picture = testing::shared_folder() / face.at("picture").get<std::string>();
        if (!fs::exists(picture))
            GTEST_SKIP() << "no " << picture;
        if (!embedder) {
            auto loaded = load_embedder(golden.at("model"), engines);
            ASSERT_TRUE(loaded) << loaded.error().message();
            embedder = *std::move(loaded);
        }
        const cv::Mat pixels = cv::imread(picture.string());
        ASSERT_FALSE(pixels.empty());
        auto embedding = embed(*embedder, pixels, face);
        ASSERT_TRUE(embedding) << embedding.error().message();
        EXPECT_EQ(embedding->size(), embedder->dimension());
        embeddings.push_back(*std::move(embedding));
    }
    for (std::size_t i = 0; i < faces.size(); ++i)
        for (std::size_t k = 0; k < faces.size(); ++k)
            EXPECT_NEAR(similarity(embeddings[i], embeddings[k]),
                        faces[i].at("cosines").at(k).get<float>(), kTolerance)
                << "face " << i << " and face " << k;
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenFaces, ::testing::ValuesIn(testing::golden_files("face")),
                         [](const auto& path) { return testing::test_name(path.param); });

} // namespace
} // namespace vedette::vision
