#pragma once

#include <vector>

#include "demo/vec.h"

namespace vedette::media::demo {

/// A picture of linear colours with smaller and smaller copies of itself.
class Texture {
public:
    Texture() = default;
    /// \pre pixels.size() == width * height
    Texture(int width, int height, std::vector<Color3> pixels);

    /// Between four texels. \param level 0: full size; each step halves it; clamped
    [[nodiscard]] Color3 sample(Vec2 uv, int level) const noexcept;
    [[nodiscard]] int width() const noexcept { return levels_.empty() ? 0 : levels_.front().width; }
    [[nodiscard]] int height() const noexcept {
        return levels_.empty() ? 0 : levels_.front().height;
    }
    [[nodiscard]] bool empty() const noexcept { return levels_.empty(); }

private:
    struct Level {
        int width = 0, height = 0;
        std::vector<Color3> pixels;
    };
    std::vector<Level> levels_;
};

} // namespace vedette::media::demo
