#include <sstream>

#include "eval/label_table.h"
#include "eval/number.h"
#include "vedette/vision/eval/face_metrics.h"

namespace vedette::vision {
namespace {

std::optional<imaging::PixelPoint> point_of(const std::string& text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string::npos)
        return std::nullopt;
    const auto x = finite_number(std::string_view{text}.substr(0, comma));
    const auto y = finite_number(std::string_view{text}.substr(comma + 1));
    if (!x || !y)
        return std::nullopt;
    return imaging::PixelPoint{static_cast<float>(*x), static_cast<float>(*y)};
}

Result<CountedFaces> counted_faces(const LabelTable& table, std::size_t row) {
    const std::string count = table.field(row, "faces");
    const auto faces = finite_number(count);
    if (!faces || *faces < 0 || *faces > 10'000 ||
        *faces != static_cast<double>(static_cast<long>(*faces)))
        return table.wrong(row, "has '" + count + "' where a number of faces belongs");
    CountedFaces out{table.picture(row), static_cast<long>(*faces), {}};
    std::istringstream points{table.field(row, "nose_points")};
    for (std::string word; points >> word;) {
        const auto point = point_of(word);
        if (!point)
            return table.wrong(row, "has '" + word + "' where a point x,y belongs");
        out.noses.push_back(*point);
    }
    if (!out.noses.empty() && static_cast<long>(out.noses.size()) != out.faces)
        return table.wrong(row, "has " + std::to_string(out.noses.size()) + " points for " +
                                    std::to_string(out.faces) + " faces");
    return out;
}

} // namespace

Result<std::vector<CountedFaces>> load_counted_faces(const std::filesystem::path& table) {
    VEDETTE_TRY(const LabelTable rows, LabelTable::load(table));
    std::vector<CountedFaces> out;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        VEDETTE_TRY(out.emplace_back(), counted_faces(rows, row));
    }
    return out;
}

} // namespace vedette::vision
