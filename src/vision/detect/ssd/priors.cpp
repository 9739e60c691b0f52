#include "detect/ssd/priors.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "detect/output_shapes.h"

namespace vedette::vision {
namespace {

constexpr float kLargestSidePx = 8192;

}

Result<std::vector<Prior>> load_priors(const std::filesystem::path& path) {
    std::ifstream file{path};
    if (!file)
        return Error{ErrorCode::not_found, "priors file " + path.string() + " cannot be opened"};
    std::vector<Prior> priors;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos || line.front() == '#')
            continue;
        std::istringstream words{line};
        Prior prior;
        if (!(words >> prior.centre_x >> prior.centre_y >> prior.width >> prior.height) ||
            !(words >> std::ws).eof())
            return Error{ErrorCode::invalid_argument,
                         path.string() + ":" + std::to_string(number) +
                             ": expected four numbers (cx cy w h), found '" + line + "'"};
        priors.push_back(prior);
    }
    return priors;
}

std::optional<std::vector<std::vector<float>>> parse_prior_sides(const std::string& text) {
    std::vector<std::vector<float>> groups;
    std::istringstream parts{text};
    for (std::string part; std::getline(parts, part, ';');) {
        std::istringstream words{part};
        std::vector<float>& sides = groups.emplace_back();
        for (float side = 0; words >> side;)
            sides.push_back(side);
        const bool usable = std::all_of(sides.begin(), sides.end(), [](float side) {
            return side > 0 && side <= kLargestSidePx;
        });
        if (!words.eof() || sides.empty() || !usable)
            return std::nullopt;
    }
    return groups;
}

std::vector<Prior> square_priors(const infer::InputSpec& input, const std::vector<int>& strides,
                                 const std::vector<std::vector<float>>& sides_px) {
    const auto width = static_cast<float>(input.width_px);
    const auto height = static_cast<float>(input.height_px);
    const std::vector<Grid> grids = grids_of(input, strides);
    std::vector<Prior> priors;
    for (std::size_t i = 0; i < grids.size(); ++i) {
        const auto stride = static_cast<float>(grids[i].stride_px);
        const auto columns = static_cast<std::size_t>(grids[i].columns);
        for (std::size_t cell = 0; cell < grids[i].cells(); ++cell) {
            const float x = (static_cast<float>(cell % columns) + 0.5F) * stride / width;
            const float y = (static_cast<float>(cell / columns) + 0.5F) * stride / height;
            for (const float side : sides_px[i])
                priors.push_back({std::min(x, 1.0F), std::min(y, 1.0F),
                                  std::min(side / width, 1.0F), std::min(side / height, 1.0F)});
        }
    }
    return priors;
}

} // namespace vedette::vision
