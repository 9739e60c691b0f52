#include "eval/label_table.h"

#include <array>
#include <fstream>

#include "eval/number.h"

namespace vedette::vision {
namespace {

bool next_line(std::istream& in, std::string& line) {
    if (!std::getline(in, line))
        return false;
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    return true;
}

} // namespace

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> out;
    std::size_t from = 0;
    for (;;) {
        const std::size_t to = text.find(by, from);
        out.emplace_back(text.substr(from, to == std::string_view::npos ? to : to - from));
        if (to == std::string_view::npos)
            return out;
        from = to + 1;
    }
}

Result<LabelTable> LabelTable::load(const std::filesystem::path& file) {
    LabelTable table{file};
    VEDETTE_CHECK_OK(table.read());
    return table;
}

Status LabelTable::read() {
    std::ifstream in{file_};
    if (!in)
        return Error{ErrorCode::not_found, "cannot read " + file_.string()};
    std::string line;
    int number = 1;
    if (!next_line(in, line))
        return wrong_line(number, "is empty");
    const std::vector<std::string> header = split(line, '\t');
    for (std::size_t i = 0; i < header.size(); ++i)
        columns_[header[i]] = i;
    if (!columns_.contains("file"))
        return wrong_line(number, "has no column 'file' in its header");
    while (next_line(in, line)) {
        ++number;
        if (line.empty())
            continue;
        rows_.push_back({number, split(line, '\t')});
        const std::string name = field(rows_.size() - 1, "file");
        if (name.empty() || name.find('/') != std::string::npos)
            return wrong_line(number, "names no picture of this folder");
    }
    return {};
}

std::string LabelTable::field(std::size_t row, const std::string& column) const {
    const auto found = columns_.find(column);
    const std::vector<std::string>& fields = rows_[row].fields;
    return found == columns_.end() || found->second >= fields.size() ? "" : fields[found->second];
}

std::filesystem::path LabelTable::picture(std::size_t row) const {
    return file_.parent_path() / field(row, "file");
}

Result<std::optional<PixelBox>> LabelTable::box(std::size_t row) const {
    std::array<double, 4> values{};
    int given = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string text = field(row, std::string(1, "xywh"[i]));
        if (text.empty())
            continue;
        const auto value = finite_number(text);
        if (!value)
            return wrong(row, "has '" + text + "' where a number belongs");
        values[i] = *value;
        ++given;
    }
    if (given == 0)
        return std::optional<PixelBox>{};
    if (given != 4 || !(values[2] > 0) || !(values[3] > 0))
        return wrong(row, "has an incomplete or empty box");
    return std::optional{PixelBox{values[0], values[1], values[2], values[3]}};
}

Error LabelTable::wrong(std::size_t row, const std::string& what) const {
    return wrong_line(rows_[row].line, what);
}

Error LabelTable::wrong_line(int line, const std::string& what) const {
    return Error{ErrorCode::invalid_argument,
                 file_.string() + ":" + std::to_string(line) + ": " + what};
}

} // namespace vedette::vision
