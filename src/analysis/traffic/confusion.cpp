#include "traffic/confusion.h"

#include <sstream>

#include "files/csv.h"
#include "files/line_reader.h"

namespace vedette::analysis {
namespace {

constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Any sign for any other, beside the pairs below.
constexpr double kAnything = 0.004;

struct Pair {
    char one, other;
    double there, back; ///< weight of reading `other` for `one`, and `one` for `other`
};

/// Pairs that plate readers confuse, by the shape of the signs: those that published lists of
/// confusable characters (ALPR products group 0ODQ, 1I, 2Z, 5S, 8B, 6G) have in common, and those
/// of narrow or slanted type.
constexpr std::array kPairs{
    Pair{'0', 'O', 1.00, 1.00}, Pair{'0', 'D', 0.45, 0.50}, Pair{'0', 'Q', 0.30, 0.45},
    Pair{'O', 'D', 0.40, 0.35}, Pair{'O', 'Q', 0.40, 0.50}, Pair{'1', 'I', 0.95, 1.00},
    Pair{'1', '7', 0.30, 0.25}, Pair{'1', 'L', 0.20, 0.25}, Pair{'I', 'L', 0.20, 0.15},
    Pair{'I', 'T', 0.15, 0.10}, Pair{'2', 'Z', 0.55, 0.70}, Pair{'2', '7', 0.15, 0.12},
    Pair{'5', 'S', 0.60, 0.70}, Pair{'5', '6', 0.15, 0.15}, Pair{'6', 'G', 0.40, 0.45},
    Pair{'6', '8', 0.30, 0.25}, Pair{'8', 'B', 0.65, 0.75}, Pair{'8', '3', 0.30, 0.30},
    Pair{'8', '9', 0.15, 0.15}, Pair{'3', 'B', 0.12, 0.10}, Pair{'9', 'P', 0.06, 0.05},
    Pair{'4', 'A', 0.20, 0.20}, Pair{'C', 'G', 0.30, 0.30}, Pair{'E', 'F', 0.30, 0.25},
    Pair{'P', 'R', 0.25, 0.25}, Pair{'K', 'X', 0.20, 0.20}, Pair{'M', 'N', 0.20, 0.20},
    Pair{'M', 'W', 0.12, 0.12}, Pair{'H', 'N', 0.20, 0.20}, Pair{'H', 'M', 0.10, 0.10},
    Pair{'U', 'V', 0.20, 0.25}, Pair{'V', 'Y', 0.25, 0.25}, Pair{'U', 'J', 0.10, 0.10},
    Pair{'B', 'R', 0.10, 0.10}, Pair{'Z', '7', 0.15, 0.10}, Pair{'T', '7', 0.10, 0.08},
};

} // namespace

Confusion::Confusion() = default;

std::size_t Confusion::slot(char c) { return kSigns.find(c); }

void Confusion::add(char truth, char read, double weight) {
    Row& row = rows_[slot(truth)];
    row.total += weight;
    row.reads.emplace_back(read, weight);
}

Confusion Confusion::builtin() {
    Confusion table;
    for (const Pair& pair : kPairs) {
        table.add(pair.one, pair.other, pair.there);
        table.add(pair.other, pair.one, pair.back);
    }
    for (const char truth : kSigns)
        for (const char read : kSigns)
            if (truth != read)
                table.add(truth, read, kAnything);
    return table;
}

Result<Confusion> Confusion::parse(const std::string& csv, const std::string& name) {
    constexpr std::array<std::string_view, 3> kColumns{"true", "read", "weight"};
    std::istringstream in{csv};
    LineReader lines{in, name, 4096};
    CsvReader rows{lines};
    VEDETTE_CHECK_OK(rows.read_header(kColumns));
    Confusion table;
    double total = 0;
    for (;;) {
        VEDETTE_TRY(const auto cells, rows.next());
        if (!cells)
            break;
        const std::string_view truth = (*cells)[*rows.column("true")];
        const std::string_view read = (*cells)[*rows.column("read")];
        const auto weight = number_from((*cells)[*rows.column("weight")]);
        const auto is_sign = [](std::string_view text) {
            return text.size() == 1 && kSigns.find(text) != std::string_view::npos;
        };
        const auto is_cell = [&](std::string_view text) { return text.empty() || is_sign(text); };
        if (!is_cell(truth) || !is_cell(read) || (truth.empty() && read.empty()))
            return lines.bad("'true' and 'read' must be signs of A-Z and 0-9");
        if (!weight || !(*weight > 0) || *weight > 1e9)
            return lines.bad("'weight' must be a number above 0");
        if (truth == read || truth.empty() || read.empty())
            continue;
        table.add(truth[0], read[0], *weight);
        total += *weight;
    }
    if (total == 0)
        return Error{ErrorCode::invalid_argument, name + ": the table of confusions is empty"};
    return table;
}

void Confusion::substitute(std::string& plate, Random& random) const {
    double total = 0;
    for (const char c : plate)
        total += slot(c) < rows_.size() ? rows_[slot(c)].total : 0;
    double left = random.unit() * total;
    for (char& c : plate) {
        if (slot(c) >= rows_.size())
            continue;
        for (const auto& [read, weight] : rows_[slot(c)].reads) {
            left -= weight;
            if (left < 0) {
                c = read;
                return;
            }
        }
    }
    // Nothing of the plate is in the table: any sign for the last one.
    plate.back() = plate.back() == '8' ? 'B' : '8';
}

std::string Confusion::misread(const std::string& plate, Random& random) const {
    constexpr double kOne = 0.80;
    constexpr double kTwo = 0.94;
    constexpr double kLost = 0.98;
    std::string read = plate;
    const double kind = random.unit();
    if (kind < kTwo || plate.size() < 3) {
        substitute(read, random);
        if (kind >= kOne)
            substitute(read, random);
    } else if (kind < kLost) {
        read.erase(random.index(read.size()), 1);
    } else {
        const char extra = random.chance(0.7) ? '1' : 'I';
        read.insert(random.index(read.size() + 1), 1, extra);
    }
    if (read == plate) // confused there and back
        substitute(read, random);
    return read;
}

} // namespace vedette::analysis
