#include "demo/random.h"

#include <cmath>

namespace vedette::media::demo {

float value_noise(float x, float y, std::uint32_t salt) noexcept {
    const float fx = std::floor(x);
    const float fy = std::floor(y);
    const int ix = static_cast<int>(fx);
    const int iy = static_cast<int>(fy);
    const float tx = (x - fx) * (x - fx) * (3.0F - 2.0F * (x - fx));
    const float ty = (y - fy) * (y - fy) * (3.0F - 2.0F * (y - fy));
    const float top = cell_noise(ix, iy, salt) * (1.0F - tx) + cell_noise(ix + 1, iy, salt) * tx;
    const float bottom =
        cell_noise(ix, iy + 1, salt) * (1.0F - tx) + cell_noise(ix + 1, iy + 1, salt) * tx;
    return top * (1.0F - ty) + bottom * ty;
}

float cloud_noise(float x, float y, std::uint32_t salt) noexcept {
    return 0.55F * value_noise(x, y, salt) + 0.3F * value_noise(x * 2.03F, y * 2.03F, salt + 1) +
           0.15F * value_noise(x * 4.1F, y * 4.1F, salt + 2);
}

} // namespace vedette::media::demo
