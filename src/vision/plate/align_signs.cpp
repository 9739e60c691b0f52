#include "vedette/vision/align_signs.h"

#include <algorithm>

namespace vedette::vision {

std::vector<AlignedSigns> align_signs(std::u32string_view a, std::u32string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> edits((a.size() + 1) * width);
    const auto replaced = [&](std::size_t i, std::size_t j) {
        return edits[(i - 1) * width + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
    };
    for (std::size_t i = 0; i <= a.size(); ++i)
        for (std::size_t j = 0; j < width; ++j) {
            std::size_t& here = edits[i * width + j];
            if (i == 0 || j == 0)
                here = i + j;
            else
                here = std::min(
                    {edits[(i - 1) * width + j] + 1, edits[i * width + j - 1] + 1, replaced(i, j)});
        }
    std::vector<AlignedSigns> out;
    for (std::size_t i = a.size(), j = b.size(); i > 0 || j > 0;) {
        const std::size_t here = edits[i * width + j];
        if (i > 0 && j > 0 && here == replaced(i, j))
            out.push_back({--i, --j});
        else if (i > 0 && here == edits[(i - 1) * width + j] + 1)
            out.push_back({--i, AlignedSigns::kNone});
        else
            out.push_back({AlignedSigns::kNone, --j});
    }
    std::reverse(out.begin(), out.end());
    return out;
}

} // namespace vedette::vision
