#include "track/assignment.h"

#include <algorithm>
#include <limits>

namespace vedette::vision {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Assigns each row, one after another, along the cheapest path through the columns taken so far.
/// The shorter side is always the row side, so that every row finds a column.
class AugmentingPaths {
public:
    explicit AugmentingPaths(const WeightMatrix& weights)
        : weights_{weights}, transposed_{weights.rows() > weights.columns()},
          rows_{std::min(weights.rows(), weights.columns())}, columns_{std::max(weights.rows(),
                                                                                weights.columns())},
          row_potential_(rows_, 0.0), column_potential_(columns_, 0.0), row_of_(columns_, kNone),
          distance_(columns_), previous_row_(columns_), previous_column_(columns_),
          settled_(columns_) {}

    std::vector<Match> solve() {
        for (std::size_t row = 0; row < rows_; ++row)
            flip(grow_tree(row));
        return matches();
    }

private:
    [[nodiscard]] double cost(std::size_t row, std::size_t column) const noexcept {
        const double weight = transposed_ ? weights_.at(column, row) : weights_.at(row, column);
        return weight > 0 ? -weight : 0;
    }

    /// Dijkstra over reduced costs from a free row. \return the nearest free column.
    std::size_t grow_tree(std::size_t start) {
        std::fill(distance_.begin(), distance_.end(), std::numeric_limits<double>::infinity());
        std::fill(settled_.begin(), settled_.end(), false);
        settled_order_.clear();
        std::size_t row = start;
        std::size_t from_column = kNone;
        double reached = 0;
        for (;;) {
            relax(row, from_column, reached);
            const std::size_t column = nearest_unsettled();
            reached = distance_[column];
            if (row_of_[column] == kNone) {
                raise_potentials(start, reached);
                return column;
            }
            settled_[column] = true;
            settled_order_.push_back(column);
            from_column = column;
            row = row_of_[column];
        }
    }

    void relax(std::size_t row, std::size_t from_column, double reached) {
        for (std::size_t column = 0; column < columns_; ++column) {
            const double through =
                reached + cost(row, column) - row_potential_[row] - column_potential_[column];
            if (settled_[column] || through >= distance_[column])
                continue;
            distance_[column] = through;
            previous_row_[column] = row;
            previous_column_[column] = from_column;
        }
    }

    [[nodiscard]] std::size_t nearest_unsettled() const noexcept {
        std::size_t nearest = kNone;
        for (std::size_t column = 0; column < columns_; ++column)
            if (!settled_[column] && (nearest == kNone || distance_[column] < distance_[nearest]))
                nearest = column;
        return nearest;
    }

    /// Keeps every reduced cost at 0 or above, and those of assigned pairs at 0.
    void raise_potentials(std::size_t start, double reached) noexcept {
        row_potential_[start] += reached;
        for (const std::size_t column : settled_order_) {
            const double slack = reached - distance_[column];
            row_potential_[row_of_[column]] += slack;
            column_potential_[column] -= slack;
        }
    }

    /// Shifts the assignments along the path that ends in `column`, which frees none.
    void flip(std::size_t column) noexcept {
        while (column != kNone) {
            row_of_[column] = previous_row_[column];
            column = previous_column_[column];
        }
    }

    [[nodiscard]] std::vector<Match> matches() const {
        std::vector<Match> result;
        for (std::size_t column = 0; column < columns_; ++column) {
            const std::size_t row = row_of_[column];
            if (row != kNone && cost(row, column) < 0)
                result.push_back(transposed_ ? Match{column, row} : Match{row, column});
        }
        std::sort(result.begin(), result.end(),
                  [](const Match& a, const Match& b) { return a.row < b.row; });
        return result;
    }

    const WeightMatrix& weights_;
    const bool transposed_;
    const std::size_t rows_;
    const std::size_t columns_;
    std::vector<double> row_potential_;
    std::vector<double> column_potential_;
    std::vector<std::size_t> row_of_; ///< per column; kNone while free
    std::vector<double> distance_;
    std::vector<std::size_t> previous_row_;
    std::vector<std::size_t> previous_column_;
    std::vector<bool> settled_;
    std::vector<std::size_t> settled_order_;
};

} // namespace

std::vector<Match> best_matching(const WeightMatrix& weights) {
    if (weights.rows() == 0 || weights.columns() == 0)
        return {};
    return AugmentingPaths{weights}.solve();
}

} // namespace vedette::vision
