#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/random.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// Which characters readers take for which others, and how often relative to each other.
class Confusion {
public:
    /// Rows "true,read,weight" under that header: one of A-Z or 0-9 each, weight above 0. Signs
    /// that were read rightly, lost or seen where none is, as a measured table has them, don't
    /// count. \return invalid_argument naming the row.
    static Result<Confusion> parse(const std::string& csv, const std::string& name);
    /// The table that comes with the program: pairs that look alike, both ways, and a little of
    /// everything else.
    static Confusion builtin();

    /// `plate` with one character taken for another (80 %), two (14 %), one lost (4 %) or one too
    /// many (2 %); characters that are easily confused go wrong more often. Differs from `plate`.
    [[nodiscard]] std::string misread(const std::string& plate, Random& random) const;

private:
    struct Row {
        double total = 0;
        std::vector<std::pair<char, double>> reads; ///< in the order of the file
    };
    Confusion();
    void add(char truth, char read, double weight);
    static std::size_t slot(char c);
    void substitute(std::string& plate, Random& random) const;

    std::array<Row, 36> rows_;
};

} // namespace vedette::analysis
