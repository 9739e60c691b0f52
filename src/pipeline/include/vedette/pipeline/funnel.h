#pragma once

#include <array>
#include <cstdint>

#include "vedette/domain/event.h"

namespace vedette::pipeline {

/// What became of the tracks: every one of them ends in exactly one verdict.
class Funnel {
public:
    void count(domain::Verdict verdict) noexcept;
    [[nodiscard]] std::uint64_t of(domain::Verdict verdict) const noexcept;
    [[nodiscard]] std::uint64_t total() const noexcept;
    [[nodiscard]] std::uint64_t published() const noexcept;
    Funnel& operator+=(const Funnel& other) noexcept;

private:
    std::array<std::uint64_t, 8> counts_{}; ///< by Verdict, which starts at 1
};

} // namespace vedette::pipeline
