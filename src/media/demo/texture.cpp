#include "demo/texture.h"

namespace vedette::media::demo {

Texture::Texture(int width, int height, std::vector<Color3> pixels) {
    levels_.push_back({width, height, std::move(pixels)});
    while (levels_.back().width > 1 && levels_.back().height > 1) {
        const Level& large = levels_.back();
        Level half{large.width / 2, large.height / 2, {}};
        half.pixels.reserve(static_cast<std::size_t>(half.width) *
                            static_cast<std::size_t>(half.height));
        for (int y = 0; y < half.height; ++y)
            for (int x = 0; x < half.width; ++x) {
                const auto at = [&](int dx, int dy) {
                    return large
                        .pixels[static_cast<std::size_t>((2 * y + dy) * large.width + 2 * x + dx)];
                };
                half.pixels.push_back((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) * 0.25F);
            }
        levels_.push_back(std::move(half));
    }
}

Color3 Texture::sample(Vec2 uv, int level) const noexcept {
    const Level& from = levels_[static_cast<std::size_t>(
        std::clamp(level, 0, static_cast<int>(levels_.size()) - 1))];
    const float x = std::clamp(uv.x * static_cast<float>(from.width) - 0.5F, 0.0F,
                               static_cast<float>(from.width - 1));
    const float y = std::clamp(uv.y * static_cast<float>(from.height) - 0.5F, 0.0F,
                               static_cast<float>(from.height - 1));
    const int x0 = static_cast<int>(x);
    const int y0 = static_cast<int>(y);
    const int x1 = std::min(x0 + 1, from.width - 1);
    const int y1 = std::min(y0 + 1, from.height - 1);
    const auto at = [&](int px, int py) {
        return from.pixels[static_cast<std::size_t>(py * from.width + px)];
    };
    const float tx = x - static_cast<float>(x0);
    const float ty = y - static_cast<float>(y0);
    return mix(mix(at(x0, y0), at(x1, y0), tx), mix(at(x0, y1), at(x1, y1), tx), ty);
}

} // namespace vedette::media::demo
