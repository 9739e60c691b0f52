#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "demo/random.h"
#include "demo/texture.h"
#include "demo/vehicle_shape.h"

namespace vedette::media::demo {

enum class PlateRegion : std::uint8_t {
    germany = 1,
    france,
    poland,
    spain,
    great_britain,
    us_california,
    us_new_york,
    brazil,
    argentina,
};

/// As the plate grammars name them: "de", "gb", "us-ca", "br-mercosur".
[[nodiscard]] std::string_view region_code(PlateRegion region) noexcept;

/// A registration as its country would give out.
struct Plate {
    PlateRegion region = PlateRegion::germany;
    std::string shown; ///< with the gaps as they are painted: "M AB 1234", "AA-123-BC"
    std::string text;  ///< letters and digits alone

    [[nodiscard]] PlateSize size() const noexcept;
};

[[nodiscard]] Plate random_plate(PlateRegion region, Random& random);

/// Paints it: ground, frame, band, emblem, glyphs, bolts, a little dirt.
/// \param texels_per_mm 0.2 .. 2
[[nodiscard]] Texture paint_plate(const Plate& plate, PlateSide side, float texels_per_mm,
                                  std::uint32_t dirt_seed);

} // namespace vedette::media::demo
