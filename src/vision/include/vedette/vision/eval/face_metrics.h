#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/imaging/transform.h"
#include "vedette/vision/eval/plate_metrics.h"

namespace vedette::vision {

/// One picture of a person's face, as a FaceEmbedder has it.
struct FaceSample {
    std::size_t person = 0;       ///< 0, 1, 2, …
    std::vector<float> embedding; ///< empty: no face was found, so it is like no other
};

struct FaceScoringOptions {
    std::vector<double> false_rates = {0.01, 0.001}; ///< at which the hit rate is told; 0..1
    int resamples = 1000;                            ///< for the intervals; at least 100
    int splits = 100; ///< of enrolled and unknown persons; at least 1
    std::uint32_t seed = 1;
};

/// The least threshold that takes at most so many pairs of two persons for one.
struct FaceOperatingPoint {
    double false_rate = 0; ///< 0..1, asked for
    double reached = 0;    ///< 0..1, what it is; lower where the pairs are few
    double threshold = 0;  ///< cosine from which two are one person
    double hit_rate = 0;   ///< 0..1, of the pairs of one person: taken for one
    Interval hit_interval; ///< 95 %
};

struct FaceRocPoint {
    double threshold = 0;
    double false_rate = 0;
    double hit_rate = 0;
};

/// Whether two pictures show one person ("verification").
struct VerificationScore {
    long same = 0;      ///< pairs of one person
    long different = 0; ///< pairs of two
    std::vector<FaceOperatingPoint> at;
    double equal_error = 0; ///< where as many of one person are refused as of two taken for one
    Interval equal_error_interval;
    double best_threshold = 0; ///< where hit rate minus false rate is largest (Youden, 1950)
    double best_hit_rate = 0;
    double best_false_rate = 0;
    std::vector<FaceRocPoint> roc; ///< at most 200, by rising false rate
};

/// All pairs of all samples. Intervals are percentiles of a bootstrap that draws whole persons, as
/// pairs that share one are not independent (Bolle, Ratha and Pankanti, "Error analysis of pattern
/// recognition systems: the subsets bootstrap", 2004); a person drawn twice is not compared with
/// itself.
/// \return invalid_argument without two pictures of one person or without two persons;
/// resource_exhausted for more than 2000 samples.
[[nodiscard]] Result<VerificationScore> score_verification(std::span<const FaceSample> samples,
                                                           const FaceScoringOptions& options = {});

/// Who of the known it is, if any ("open-set identification").
struct IdentificationScore {
    double false_rate = 0; ///< 0..1, asked for: of the unknown, taken for somebody
    double hit_rate = 0;   ///< 0..1, mean over the splits: of the known, named, and rightly
    Interval spread;    ///< from the 2.5th to the 97.5th percentile of the splits: who happens to
                        ///< be enrolled, not how another set would do
    double known = 0;   ///< probes of enrolled persons, mean over the splits
    double unknown = 0; ///< probes of others
    long enrolled = 0;  ///< persons
};

/// Half of the persons, chosen anew in each split, are enrolled with their first picture; their
/// other pictures, and all of the other half, are looked up (ISO/IEC 19795-1 calls the rates TPIR
/// and FPIR). With fewer unknown than a false rate needs for one error, none may be made. \return
/// as score_verification()
[[nodiscard]] Result<std::vector<IdentificationScore>>
score_identification(std::span<const FaceSample> samples, const FaceScoringOptions& options = {});

/// A picture of which it is known how many faces are in it, and perhaps where.
struct CountedFaces {
    std::filesystem::path file;
    long faces = 0;
    std::vector<imaging::PixelPoint> noses; ///< one per face, or none
};

/// Reads a table `file faces nose_points` (tab separated, header; points as "x,y x,y" in pixels).
/// \return not_found; invalid_argument with file and line, also where points and faces differ.
[[nodiscard]] Result<std::vector<CountedFaces>>
load_counted_faces(const std::filesystem::path& table);

/// A face as a detector found it.
struct FoundFace {
    PixelBox box;
    double score = 0;
};

/// Adds up pictures: a found face is right if a nose lies in its box that no better face has;
/// without noses, as many are right as there are faces.
///
/// Thread-compatible.
class FaceCountTally {
public:
    void add(const CountedFaces& truth, std::vector<FoundFace> found);
    [[nodiscard]] const Share& recall() const noexcept { return recall_; }
    [[nodiscard]] const Share& precision() const noexcept { return precision_; }
    [[nodiscard]] const Share& right_count() const noexcept { return right_count_; } ///< pictures

private:
    Share recall_;
    Share precision_;
    Share right_count_;
};

} // namespace vedette::vision
