#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "vedette/imaging/image_view.h"

namespace vedette::imaging {

/// A stretch of one axis, in source samples; fractions are meant (chroma of an odd offset).
struct Stretch {
    float start = 0;
    float length = 0;
};

/// What each target sample of one axis is made of: a run of source samples with weights that sum
/// to 1. Areas are averaged where the axis shrinks, neighbours are mixed linearly where it grows;
/// samples outside the stretch are never read.
class AxisFilter {
public:
    struct Run {
        int first = 0;
        int count = 0;
        int weights_at = 0;
    };

    /// \pre source.length > 0 and it overlaps 0..source_size; target_size > 0
    AxisFilter(Stretch source, int source_size, int target_size);

    [[nodiscard]] const std::vector<Run>& runs() const noexcept { return runs_; }
    [[nodiscard]] std::span<const float> weights(const Run& run) const noexcept {
        return {weights_.data() + run.weights_at, static_cast<std::size_t>(run.count)};
    }
    /// The source samples that any run reads: first, and one past the last.
    [[nodiscard]] int begin() const noexcept { return begin_; }
    [[nodiscard]] int end() const noexcept { return end_; }
    /// Every target sample is exactly one source sample, one after the other.
    [[nodiscard]] bool is_copy() const noexcept { return is_copy_; }

private:
    void add_area(float from, float to);
    void add_linear(float centre);

    int begin_ = 0;
    int end_ = 0;
    bool is_copy_ = false;
    std::vector<Run> runs_;
    std::vector<float> weights_;
};

/// The runs of an axis all brought to one length by weights of zero, so that a loop over them has
/// nothing to decide.
class EvenRuns {
public:
    explicit EvenRuns(const AxisFilter& axis);

    [[nodiscard]] std::size_t size() const noexcept { return first_.size(); }
    /// Samples of each run.
    [[nodiscard]] int taps() const noexcept { return taps_; }
    /// Of each run, counted from axis.begin().
    [[nodiscard]] const std::int32_t* first() const noexcept { return first_.data(); }
    /// taps() of each run, one run after the other.
    [[nodiscard]] const float* weights() const noexcept { return weights_.data(); }

private:
    int taps_ = 1;
    std::vector<std::int32_t> first_;
    std::vector<float> weights_;
};

/// Resamples one plane of 1 to 3 interleaved channels row by row, so that a large source needs only
/// a row of scratch memory.
class PlaneResampler {
public:
    PlaneResampler(Plane plane, int channels, const AxisFilter& columns, const AxisFilter& rows);

    /// One row of the target as 0..255; channel c goes to out[c], each as long as the columns'
    /// runs.
    void row(int y, const std::array<float*, 3>& out);

private:
    void blend_rows(const AxisFilter::Run& run);

    Plane plane_;
    int channels_;
    const AxisFilter& columns_;
    const AxisFilter& rows_;
    EvenRuns even_columns_;
    std::vector<float> blended_; // one source row, rows already mixed
};

} // namespace vedette::imaging
