#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/registry.h"
#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"
#include "vedette/infer/model_loader.h"

namespace vedette::vision {

/// Five points of a face in pixels of its picture, each pair in the picture's own order: left eye,
/// right eye, tip of the nose, left and right corner of the mouth. Here (0, 0) is the middle of the
/// first pixel, as in all that is published about such networks; half a pixel is felt in a face of
/// forty.
using FacePoints = std::array<imaging::PixelPoint, 5>;

/// Those of a face detector's answer; the networks count that way. \return invalid_argument if it
/// has not five finite points, as with a detector that gives boxes alone.
[[nodiscard]] Result<FacePoints> face_points(const domain::Detection& face, int picture_width_px,
                                             int picture_height_px);

/// Where the points lie in an aligned face of 112x112 pixels: the mean face that ArcFace and what
/// followed it were trained with (Deng et al., "ArcFace: Additive Angular Margin Loss for Deep Face
/// Recognition", 2019, code; SphereFace's 96x112, Liu et al., 2017, with 8 pixels more at both
/// sides).
inline constexpr FacePoints kArcFaceTemplate{{{38.2946F, 51.6963F},
                                              {73.5318F, 51.5014F},
                                              {56.0252F, 71.7366F},
                                              {41.5493F, 92.3655F},
                                              {70.7299F, 92.2041F}}};
inline constexpr int kArcFaceSide = 112;

/// x' = a x - b y + c, y' = b x + a y + d: turned, scaled and shifted, never mirrored.
struct Similarity {
    double a = 1;
    double b = 0;
    double c = 0;
    double d = 0;
    [[nodiscard]] imaging::PixelPoint apply(imaging::PixelPoint point) const noexcept;
    [[nodiscard]] double scale() const noexcept;
    /// \pre scale() > 0
    [[nodiscard]] Similarity inverse() const noexcept;
};

/// The similarity that takes `from` to `to` with the least sum of squared distances: in the plane,
/// Umeyama's solution ("Least-squares estimation of transformation parameters between two point
/// patterns", 1991) in closed form. \return invalid_argument for points that are all one, or for
/// numbers that are not finite.
[[nodiscard]] Result<Similarity> estimate_similarity(const FacePoints& from, const FacePoints& to);

/// The face as recognisers want to see it: turned upright, its points as near to kArcFaceTemplate
/// as a similarity brings them, side x side pixels, bgr24. What lies outside of the picture is
/// black. \return invalid_argument for an empty picture, or for points of which no face can be
/// made. \pre side_px > 0
[[nodiscard]] Result<imaging::Image>
align_face(const imaging::ImageView& picture, const FacePoints& points, int side_px = kArcFaceSide);

/// Turns aligned faces into numbers that lie close for one person and far apart for two.
///
/// Thread-compatible: one caller at a time; two instances may run in two threads.
class FaceEmbedder {
public:
    virtual ~FaceEmbedder() = default;
    /// \param faces  as align_face() gives them; any format, other sizes are scaled
    /// \return one direction of dimension() numbers and length 1 per face, in order, to be compared
    /// by similarity(); empty for a face of which the model says nothing usable (NaN, or zero
    /// everywhere). invalid_argument for a face without pixels; the engine's errors.
    [[nodiscard]] virtual Result<std::vector<std::vector<float>>>
    embed(std::span<const imaging::ImageView> faces) = 0;
    [[nodiscard]] virtual std::size_t dimension() const = 0;
    [[nodiscard]] virtual const std::string& model_id() const = 0;
};

/// The cosine between two embeddings, -1..1; -1 if one is empty. \pre otherwise of one length
[[nodiscard]] float similarity(std::span<const float> a, std::span<const float> b) noexcept;

/// The manifest's `decoder` -> factory, for models of the task `face-embedding`.
using FaceEmbedderRegistry =
    Registry<FaceEmbedder, const infer::Manifest&, const infer::ModelLoader&>;

Status register_builtin_face(FaceEmbedderRegistry& registry);

/// Loads the embedder that the manifest describes. \return also invalid_argument if the model does
/// not fit its manifest.
[[nodiscard]] Result<std::unique_ptr<FaceEmbedder>>
load_face_embedder(const FaceEmbedderRegistry& registry, const infer::Manifest& manifest,
                   const infer::ModelLoader& loader);

} // namespace vedette::vision
