#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/vision/eval/track_metrics.h"

namespace vedette::vision {

/// What lies between the separators, empty pieces included.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char by);

/// A table of labels: tab separated, with a header that has `file`; a row is about one picture
/// beside the table. Read whole; empty lines are left out.
class LabelTable {
public:
    /// \return not_found; invalid_argument, with file and line, for a row that names no picture of
    /// its folder.
    static Result<LabelTable> load(const std::filesystem::path& file);

    [[nodiscard]] std::size_t rows() const noexcept { return rows_.size(); }
    [[nodiscard]] bool has_column(const std::string& column) const {
        return columns_.contains(column);
    }
    /// Empty where the row or the table lacks it. \pre row < rows()
    [[nodiscard]] std::string field(std::size_t row, const std::string& column) const;
    /// The picture's path. \pre row < rows()
    [[nodiscard]] std::filesystem::path picture(std::size_t row) const;
    /// `x y w h` in pixels; nothing if all four are empty. \return invalid_argument for a box that
    /// is incomplete, empty or no numbers. \pre row < rows()
    [[nodiscard]] Result<std::optional<PixelBox>> box(std::size_t row) const;
    /// An invalid_argument about a row, with file and line. \pre row < rows()
    [[nodiscard]] Error wrong(std::size_t row, const std::string& what) const;

private:
    explicit LabelTable(std::filesystem::path file) : file_{std::move(file)} {}
    Status read();
    [[nodiscard]] Error wrong_line(int line, const std::string& what) const;

    struct Row {
        int line = 0;
        std::vector<std::string> fields;
    };
    std::filesystem::path file_;
    std::map<std::string, std::size_t> columns_;
    std::vector<Row> rows_;
};

} // namespace vedette::vision
