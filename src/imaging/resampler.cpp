#include "resampler.h"

#include <algorithm>
#include <cmath>

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

PlaneResampler::PlaneResampler(Plane plane, int channels, const AxisFilter& columns,
                               const AxisFilter& rows)
    : plane_{plane}, channels_{channels}, columns_{columns}, rows_{rows},
      blended_(static_cast<std::size_t>((columns.end() - columns.begin()) * channels)) {}

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

template <int Channels>
void blend_columns(const AxisFilter& columns, const float* from, const std::array<float*, 3>& out) {
    std::size_t x = 0;
    for (const auto& run : columns.runs()) {
        std::array<float, Channels> sum{};
        const float* at =
            from + static_cast<std::ptrdiff_t>(run.first - columns.begin()) * Channels;
        for (const float weight : columns.weights(run)) {
            for (std::size_t c = 0; c < Channels; ++c)
                sum[c] += weight * at[c];
            at += Channels;
        }
        for (std::size_t c = 0; c < Channels; ++c)
            out[c][x] = sum[c];
        ++x;
    }
}

template <int Channels>
void copy_columns(std::size_t count, const float* from, const std::array<float*, 3>& out) {
    for (std::size_t x = 0; x < count; ++x)
        for (std::size_t c = 0; c < Channels; ++c)
            out[c][x] = from[x * Channels + c];
}

template <int Channels>
void pick_columns(const AxisFilter& columns, const float* from, const std::array<float*, 3>& out) {
    if (columns.is_copy())
        copy_columns<Channels>(columns.runs().size(), from, out);
    else
        blend_columns<Channels>(columns, from, out);
}

} // namespace

void PlaneResampler::row(int y, const std::array<float*, 3>& out) {
    blend_rows(rows_.runs()[static_cast<std::size_t>(y)]);
    switch (channels_) {
    case 1: pick_columns<1>(columns_, blended_.data(), out); break;
    case 2: pick_columns<2>(columns_, blended_.data(), out); break;
    default: pick_columns<3>(columns_, blended_.data(), out); break;
    }
}

} // namespace vedette::imaging
