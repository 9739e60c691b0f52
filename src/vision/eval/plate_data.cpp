#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

#include "eval/number.h"
#include "vedette/vision/eval/plate_metrics.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

std::vector<std::string> split(std::string_view line, char by) {
    std::vector<std::string> out;
    std::size_t from = 0;
    for (;;) {
        const std::size_t to = line.find(by, from);
        out.emplace_back(line.substr(from, to == std::string_view::npos ? to : to - from));
        if (to == std::string_view::npos)
            return out;
        from = to + 1;
    }
}

/// `labels.tsv` line by line.
class LabelFile {
public:
    explicit LabelFile(std::filesystem::path file) : file_{std::move(file)}, in_{file_} {}

    Result<std::vector<PlatePicture>> read() {
        std::string line;
        if (!next(line))
            return wrong("is empty");
        const std::vector<std::string> header = split(line, '\t');
        for (std::size_t i = 0; i < header.size(); ++i)
            columns_[header[i]] = i;
        if (!columns_.contains("file"))
            return wrong("has no column 'file' in its header");
        while (next(line)) {
            if (line.empty())
                continue;
            VEDETTE_CHECK_OK(add(split(line, '\t')));
        }
        return std::move(pictures_);
    }

private:
    bool next(std::string& line) {
        ++line_;
        if (!std::getline(in_, line))
            return false;
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        return true;
    }

    [[nodiscard]] std::string field(const std::vector<std::string>& row,
                                    const std::string& column) const {
        const auto found = columns_.find(column);
        return found == columns_.end() || found->second >= row.size() ? "" : row[found->second];
    }

    Status add(const std::vector<std::string>& row) {
        const std::string name = field(row, "file");
        if (name.empty() || name.find('/') != std::string::npos)
            return wrong("names no picture of this folder");
        PlateTruth plate;
        plate.text = normalize_plate(field(row, "text"));
        VEDETTE_TRY(plate.box, box(row));
        const auto [where, is_new] = index_.try_emplace(name, pictures_.size());
        if (is_new)
            pictures_.push_back({file_.parent_path() / name, {}});
        if (plate.box || !plate.text.empty())
            pictures_[where->second].plates.push_back(std::move(plate));
        return {};
    }

    Result<std::optional<PixelBox>> box(const std::vector<std::string>& row) const {
        std::array<double, 4> values{};
        int given = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::string text = field(row, std::string(1, "xywh"[i]));
            if (text.empty())
                continue;
            const auto value = finite_number(text);
            if (!value)
                return wrong("has '" + text + "' where a number belongs");
            values[i] = *value;
            ++given;
        }
        if (given == 0)
            return std::optional<PixelBox>{};
        if (given != 4 || !(values[2] > 0) || !(values[3] > 0))
            return wrong("has an incomplete or empty box");
        return std::optional{PixelBox{values[0], values[1], values[2], values[3]}};
    }

    [[nodiscard]] Error wrong(const std::string& what) const {
        return Error{ErrorCode::invalid_argument,
                     file_.string() + ":" + std::to_string(line_) + ": " + what};
    }

    const std::filesystem::path file_;
    std::ifstream in_;
    int line_ = 0;
    std::map<std::string, std::size_t> columns_;
    std::map<std::string, std::size_t> index_;
    std::vector<PlatePicture> pictures_;
};

/// CCPD's names: area-tilt-box-corners-text-brightness-blur, box as x1&y1_x2&y2, text as indices.
std::optional<PlateTruth> parse_ccpd_name(const std::string& stem) {
    static constexpr std::array kProvinces{"皖", "沪", "津", "渝", "冀", "晋", "蒙", "辽", "吉",
                                           "黑", "苏", "浙", "京", "闽", "赣", "鲁", "豫", "鄂",
                                           "湘", "粤", "桂", "琼", "川", "贵", "云", "藏", "陕",
                                           "甘", "青", "宁", "新", "警", "学", "O"};
    static constexpr std::string_view kSigns = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789O";
    const std::vector<std::string> parts = split(stem, '-');
    if (parts.size() != 7)
        return std::nullopt;
    std::vector<double> edges;
    for (const std::string& corner : split(parts[2], '_'))
        for (const std::string& value : split(corner, '&'))
            if (const auto edge = finite_number(value))
                edges.push_back(*edge);
    const std::vector<std::string> indices = split(parts[4], '_');
    if (edges.size() != 4 || edges[2] <= edges[0] || edges[3] <= edges[1] || indices.size() < 7)
        return std::nullopt;
    PlateTruth out;
    out.box = PixelBox{edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]};
    for (std::size_t i = 0; i < indices.size(); ++i) {
        const auto index = finite_number(indices[i]);
        const std::size_t count = i == 0 ? kProvinces.size() : kSigns.size();
        if (!index || *index < 0 || *index >= static_cast<double>(count))
            return std::nullopt;
        const auto at = static_cast<std::size_t>(*index);
        out.text += i == 0 ? std::string{kProvinces[at]} : std::string(1, kSigns[at]);
    }
    return out;
}

} // namespace

Result<std::vector<PlatePicture>> load_plate_pictures(const std::filesystem::path& folder) {
    const std::filesystem::path labels = folder / "labels.tsv";
    std::error_code error;
    if (std::filesystem::is_regular_file(labels, error))
        return LabelFile{labels}.read();
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error})
        files.insert(entry.path());
    if (error)
        return Error{ErrorCode::not_found,
                     "cannot list " + folder.string() + ": " + error.message()};
    std::vector<PlatePicture> pictures;
    for (const std::filesystem::path& file : files)
        if (auto plate = parse_ccpd_name(file.stem().string()))
            pictures.push_back({file, {*std::move(plate)}});
    if (pictures.empty())
        return Error{ErrorCode::not_found,
                     folder.string() +
                         ": no labels.tsv, and no picture with its label in its name (CCPD)"};
    return pictures;
}

} // namespace vedette::vision
