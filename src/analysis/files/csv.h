#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/line_reader.h"

namespace vedette::analysis {

/// Rows of a CSV file by RFC 4180, a header first: its cells are the names of the columns, lower
/// case. Blanks around a cell do not count, those within quotes do. A cell in quotes may hold line
/// ends.
class CsvReader {
public:
    /// \pre `lines` outlives the reader
    explicit CsvReader(LineReader& lines) : lines_{lines} {}

    /// Takes the first row as header and finds out what separates cells. \return invalid_argument
    /// for an empty file or one of `required` missing.
    Status read_header(std::span<const std::string_view> required);
    /// Where a column is; nothing if the file has none of that name.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
    /// The cells of the next row, as many as the header has; empty lines are passed over. Valid
    /// until the next call. \return nothing at the end; invalid_argument for a wrong number of
    /// cells or a quote that never ends.
    Result<std::optional<std::span<const std::string_view>>> next();

private:
    std::string_view take_quoted(std::string_view& row);
    Status split(std::string_view row);
    Result<std::optional<std::string_view>> next_row();

    LineReader& lines_;
    char separator_ = ',';
    std::vector<std::string> names_;
    std::vector<std::string_view> cells_;
    std::string joined_;   ///< a row of more than one line
    std::string unquoted_; ///< cells that had doubled quotes; never grows beyond one row
};

/// A cell, in quotes where it needs them.
[[nodiscard]] std::string csv_cell(std::string_view text);

/// Without blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The whole text as a finite number; nothing otherwise.
[[nodiscard]] std::optional<double> number_from(std::string_view text);

/// \return invalid_argument naming the column, what it holds and the range.
[[nodiscard]] Result<double> number_in(std::string_view column, std::string_view cell, double low,
                                       double high);

/// The shortest text that reads back as the same number.
[[nodiscard]] std::string shortest(float number);
[[nodiscard]] std::string shortest(double number);

/// What a text of unknown origin looks like in an error: shortened, nothing unprintable.
[[nodiscard]] std::string shown(std::string_view text);

/// Valid UTF-8 without control characters.
[[nodiscard]] bool is_plain_text(std::string_view text);

} // namespace vedette::analysis
