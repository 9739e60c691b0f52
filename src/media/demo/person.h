#pragma once

#include "demo/mesh.h"
#include "demo/painter.h"

namespace vedette::media::demo {

/// How one person looks.
struct PersonLook {
    Color3 skin, hair, shirt, trousers, shoes;
    float height_m = 1.75F;
    bool skirt = false;
    bool bag = false;
};

/// A person in the middle of a stride. \param stride_rad phase of the walk, 2 pi for two steps;
/// \param swing 0: stands still .. 1: walks
[[nodiscard]] Mesh make_person(const PersonLook& look, float stride_rad, float swing);

/// Speed of walking that fits a stride of 2 pi, metres per radian.
inline constexpr float kStrideMPerRad = 0.23F;

class PersonPainter final : public Painter {
public:
    /// \param look must outlive the painter
    explicit PersonPainter(const PersonLook& look) noexcept : look_{look} {}
    [[nodiscard]] Surface at(const Fragment& fragment, const Lighting& light) const override;

private:
    const PersonLook& look_;
};

} // namespace vedette::media::demo
