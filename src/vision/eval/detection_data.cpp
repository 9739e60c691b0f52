#include <map>

#include "eval/label_table.h"
#include "vedette/vision/eval/detection_metrics.h"

namespace vedette::vision {
namespace {

/// Larger than any picture.
constexpr PixelBox kWholePicture{0, 0, 1e9, 1e9};

/// Nothing for a row that says that there is nothing.
using ReadBox = Result<std::optional<LabelledBox>> (*)(const LabelTable&, std::size_t);

Result<std::optional<LabelledBox>> labelled_box(const LabelTable& table, std::size_t row) {
    VEDETTE_TRY(const std::optional<PixelBox> box, table.box(row));
    LabelledBox out{box.value_or(kWholePicture), table.field(row, "label"), !box};
    const std::string role = table.field(row, "role");
    if (role == "ignore")
        out.ignored = true;
    else if (!role.empty())
        return table.wrong(row, "has the role '" + role + "'; there is only 'ignore'");
    if (!box && out.label.empty())
        return std::optional<LabelledBox>{};
    if (out.label.empty() && !out.ignored)
        return table.wrong(row, "has a box without a label");
    return std::optional{std::move(out)};
}

Result<std::optional<LabelledBox>> ignored_part(const LabelTable& table, std::size_t row) {
    VEDETTE_TRY(const std::optional<PixelBox> box, table.box(row));
    return std::optional{LabelledBox{box.value_or(kWholePicture), table.field(row, "label"), true}};
}

Result<std::vector<LabelledPicture>> read_pictures(const std::filesystem::path& table,
                                                   ReadBox read_box) {
    VEDETTE_TRY(const LabelTable rows, LabelTable::load(table));
    std::vector<LabelledPicture> pictures;
    std::map<std::filesystem::path, std::size_t> index;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        VEDETTE_TRY(auto box, read_box(rows, row));
        const auto [where, is_new] = index.try_emplace(rows.picture(row), pictures.size());
        if (is_new)
            pictures.push_back({rows.picture(row), {}});
        if (box)
            pictures[where->second].boxes.push_back(*std::move(box));
    }
    return pictures;
}

} // namespace

Result<std::vector<LabelledPicture>> load_labelled_pictures(const std::filesystem::path& table) {
    return read_pictures(table, labelled_box);
}

Result<std::vector<LabelledPicture>> load_ignored_parts(const std::filesystem::path& table) {
    return read_pictures(table, ignored_part);
}

} // namespace vedette::vision
