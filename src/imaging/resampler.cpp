#include "resampler.h"

#include <algorithm>
#include <cmath>

#include "clones.h"

namespace vedette::imaging {

AxisFilter::AxisFilter(Stretch source, int source_size, int target_size) {
    begin_ = std::clamp(static_cast<int>(std::floor(source.start)), 0, source_size - 1);
    end_ = std::clamp(static_cast<int>(std::ceil(source.start + source.length)), begin_ + 1,
                      source_size);
    const float step = source.length / static_cast<float>(target_size);
    runs_.reserve(static_cast<std::size_t>(target_size));
    weights_.reserve(static_cast<std::size_t>(target_size) *
                     static_cast<std::size_t>(std::ceil(step) + 2));
    for (int i = 0; i < target_size; ++i) {
        const float from = source.start + step * static_cast<float>(i);
        if (step > 1)
            add_area(from, from + step);
        else
            add_linear(from + step / 2);
    }
    is_copy_ = step == 1 && weights_.size() == runs_.size();
}

void AxisFilter::add_area(float from, float to) {
    const int first = std::clamp(static_cast<int>(std::floor(from)), begin_, end_ - 1);
    const int last = std::clamp(static_cast<int>(std::ceil(to)) - 1, first, end_ - 1);
    const auto weights_at = static_cast<int>(weights_.size());
    float sum = 0;
    for (int k = first; k <= last; ++k) {
        const float covered =
            std::min(to, static_cast<float>(k + 1)) - std::max(from, static_cast<float>(k));
        weights_.push_back(std::max(covered, 0.0F));
        sum += weights_.back();
    }
    if (sum <= 0) { // the stretch leaves the plane: repeat its edge
        weights_[static_cast<std::size_t>(weights_at)] = 1;
        sum = 1;
    }
    for (auto weight = weights_.begin() + weights_at; weight != weights_.end(); ++weight)
        *weight /= sum;
    runs_.push_back({first, last - first + 1, weights_at});
}

void AxisFilter::add_linear(float centre) {
    const float left = centre - 0.5F;
    const auto floor = static_cast<int>(std::floor(left));
    const float share = left - static_cast<float>(floor);
    const int first = std::clamp(floor, begin_, end_ - 1);
    const int second = std::clamp(floor + 1, begin_, end_ - 1);
    const auto weights_at = static_cast<int>(weights_.size());
    if (first == second || share == 0) {
        weights_.push_back(1);
        runs_.push_back({first, 1, weights_at});
        return;
    }
    weights_.push_back(1 - share);
    weights_.push_back(share);
    runs_.push_back({first, 2, weights_at});
}

EvenRuns::EvenRuns(const AxisFilter& axis) {
    for (const AxisFilter::Run& run : axis.runs())
        taps_ = std::max(taps_, run.count);
    first_.reserve(axis.runs().size());
    weights_.assign(axis.runs().size() * static_cast<std::size_t>(taps_), 0.0F);
    auto to = weights_.begin();
    for (const AxisFilter::Run& run : axis.runs()) {
        const int first = std::min(run.first, axis.end() - taps_);
        const auto weights = axis.weights(run);
        std::copy(weights.begin(), weights.end(), to + (run.first - first));
        first_.push_back(first - axis.begin());
        to += taps_;
    }
}

PlaneResampler::PlaneResampler(Plane plane, int channels, const AxisFilter& columns,
                               const AxisFilter& rows)
    : plane_{plane}, channels_{channels}, columns_{columns}, rows_{rows}, even_columns_{columns},
      blended_(static_cast<std::size_t>((columns.end() - columns.begin()) * channels)) {}

VEDETTE_AVX2_CLONE
void PlaneResampler::blend_rows(const AxisFilter::Run& run) {
    const auto weights = rows_.weights(run);
    const std::size_t count = blended_.size();
    float* const to = blended_.data();
    for (int k = 0; k < run.count; ++k) {
        const std::uint8_t* from = plane_.data + (run.first + k) * plane_.stride_bytes +
                                   static_cast<std::ptrdiff_t>(columns_.begin()) * channels_;
        const float weight = weights[static_cast<std::size_t>(k)];
        if (k == 0)
            for (std::size_t i = 0; i < count; ++i)
                to[i] = weight * static_cast<float>(from[i]);
        else
            for (std::size_t i = 0; i < count; ++i)
                to[i] += weight * static_cast<float>(from[i]);
    }
}

namespace {

/// \param Taps  how many samples make one, where the compiler is to know; else 0
template <int Channels, int Taps>
void blend_columns(const EvenRuns& columns, const float* from, const std::array<float*, 3>& out) {
    const int taps = Taps == 0 ? columns.taps() : Taps;
    const float* weight = columns.weights();
    for (std::size_t x = 0; x < columns.size(); ++x, weight += taps) {
        std::array<float, Channels> sum{};
        const float* at = from + static_cast<std::ptrdiff_t>(columns.first()[x]) * Channels;
        for (int k = 0; k < taps; ++k)
            for (std::size_t c = 0; c < Channels; ++c)
                sum[c] += weight[k] * at[static_cast<std::size_t>(k) * Channels + c];
        for (std::size_t c = 0; c < Channels; ++c)
            out[c][x] = sum[c];
    }
}

template <int Channels>
void copy_columns(std::size_t count, const float* from, const std::array<float*, 3>& out) {
    for (std::size_t x = 0; x < count; ++x)
        for (std::size_t c = 0; c < Channels; ++c)
            out[c][x] = from[x * Channels + c];
}

template <int Channels>
void pick_columns(bool copy, const EvenRuns& columns, const float* from,
                  const std::array<float*, 3>& out) {
    if (copy)
        return copy_columns<Channels>(columns.size(), from, out);
    switch (columns.taps()) {
    case 2: return blend_columns<Channels, 2>(columns, from, out);
    case 3: return blend_columns<Channels, 3>(columns, from, out);
    case 4: return blend_columns<Channels, 4>(columns, from, out);
    case 5: return blend_columns<Channels, 5>(columns, from, out);
    case 6: return blend_columns<Channels, 6>(columns, from, out);
    case 7: return blend_columns<Channels, 7>(columns, from, out);
    default: return blend_columns<Channels, 0>(columns, from, out);
    }
}

} // namespace

void PlaneResampler::row(int y, const std::array<float*, 3>& out) {
    blend_rows(rows_.runs()[static_cast<std::size_t>(y)]);
    switch (channels_) {
    case 1: pick_columns<1>(columns_.is_copy(), even_columns_, blended_.data(), out); break;
    case 2: pick_columns<2>(columns_.is_copy(), even_columns_, blended_.data(), out); break;
    default: pick_columns<3>(columns_.is_copy(), even_columns_, blended_.data(), out); break;
    }
}

} // namespace vedette::imaging
