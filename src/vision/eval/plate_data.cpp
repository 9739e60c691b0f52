#include <array>
#include <map>
#include <set>
#include <string_view>

#include "eval/label_table.h"
#include "eval/number.h"
#include "vedette/vision/eval/plate_metrics.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

Result<std::vector<PlatePicture>> read_table(const std::filesystem::path& labels) {
    VEDETTE_TRY(const LabelTable table, LabelTable::load(labels));
    std::vector<PlatePicture> pictures;
    std::map<std::filesystem::path, std::size_t> index;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        PlateTruth plate;
        plate.text = normalize_plate(table.field(row, "text"));
        plate.pass = table.field(row, "pass");
        VEDETTE_TRY(plate.box, table.box(row));
        const auto [where, is_new] = index.try_emplace(table.picture(row), pictures.size());
        if (is_new)
            pictures.push_back({table.picture(row), {}});
        if (plate.box || !plate.text.empty())
            pictures[where->second].plates.push_back(std::move(plate));
    }
    return pictures;
}

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
        return read_table(labels);
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
