#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vedette::vision {

/// How much each pair of a row and a column is worth. A weight of 0 or less means: never pair
/// these.
class WeightMatrix {
public:
    WeightMatrix(std::size_t rows, std::size_t columns)
        : rows_{rows}, columns_{columns}, weights_(rows * columns, 0.0) {}

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const noexcept {
        return weights_[row * columns_ + column];
    }
    void set(std::size_t row, std::size_t column, double weight) noexcept {
        weights_[row * columns_ + column] = weight;
    }

private:
    std::size_t rows_;
    std::size_t columns_;
    std::vector<double> weights_;
};

struct Match {
    std::size_t row = 0;
    std::size_t column = 0;
    friend bool operator==(const Match&, const Match&) = default;
};

/// The pairing with the largest total weight; rows and columns may stay alone.
///
/// Exact. Shortest augmenting paths with potentials: Jonker and Volgenant, "A shortest augmenting
/// path algorithm for dense and sparse linear assignment problems", Computing 38 (1987), in O(min²
/// · max) time. \return pairs of positive weight, by ascending row.
[[nodiscard]] std::vector<Match> best_matching(const WeightMatrix& weights);

} // namespace vedette::vision
