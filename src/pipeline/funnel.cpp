#include "vedette/pipeline/funnel.h"

#include <numeric>

namespace vedette::pipeline {
namespace {

std::size_t index_of(domain::Verdict verdict) noexcept {
    return static_cast<std::size_t>(verdict) - 1;
}

} // namespace

void Funnel::count(domain::Verdict verdict) noexcept { ++counts_[index_of(verdict)]; }

std::uint64_t Funnel::of(domain::Verdict verdict) const noexcept {
    return counts_[index_of(verdict)];
}

std::uint64_t Funnel::total() const noexcept {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::uint64_t Funnel::published() const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i)
        if (domain::is_published(static_cast<domain::Verdict>(i + 1)))
            sum += counts_[i];
    return sum;
}

Funnel& Funnel::operator+=(const Funnel& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i)
        counts_[i] += other.counts_[i];
    return *this;
}

} // namespace vedette::pipeline
