#include <algorithm>
#include <cmath>
#include <vector>

#include "demo/glyphs.h"
#include "demo/plate.h"

namespace vedette::media::demo {
namespace {

struct RectMm {
    float x = 0, y = 0, width = 0, height = 0;
};

/// How a country's plate is laid out; millimetres from the top left corner.
struct Layout {
    Color3 ground;
    Color3 ink;
    RectMm text;      ///< the glyphs fill its height and are centred in its width
    float pitch = 48; ///< from one glyph to the next
    float glyph = 43; ///< width of one
    float gap = 20;   ///< width of a blank
};

Layout layout_of(PlateRegion region, PlateSide side) {
    const Color3 white{0.80F, 0.81F, 0.79F};
    const Color3 black{0.012F, 0.012F, 0.013F};
    const Color3 yellow = rgb(0xf2c100);
    switch (region) {
    case PlateRegion::germany: return {white, black, {46, 17, 468, 76}, 49, 43, 22};
    case PlateRegion::france: return {white, black, {46, 17, 428, 76}, 46, 41, 20};
    case PlateRegion::poland: return {white, black, {46, 16, 468, 78}, 53, 46, 30};
    case PlateRegion::spain: return {white, black, {46, 16, 468, 78}, 54, 47, 30};
    case PlateRegion::great_britain:
        return {side == PlateSide::front ? white : yellow, black, {10, 16, 500, 78}, 59, 48, 33};
    case PlateRegion::us_california: return {white, rgb(0x16285f), {8, 48, 289, 68}, 39, 33, 16};
    case PlateRegion::us_new_york:
        return {rgb(0xe8ae2c), rgb(0x10203f), {8, 46, 289, 70}, 37, 32, 16};
    case PlateRegion::brazil:
    case PlateRegion::argentina: return {white, black, {8, 42, 384, 72}, 51, 43, 15};
    }
    return {};
}

/// How letters follow each other, millimetres.
struct Lettering {
    float pitch; ///< from one letter to the next
    float glyph; ///< width of a letter
    float gap;   ///< for a space
};

/// A sheet with a coordinate system in millimetres.
class Sheet {
public:
    Sheet(PlateSize size, float texels_per_mm, Color3 ground)
        : scale_{texels_per_mm}, width_mm_{size.width * 1000},
          height_mm_{size.height * 1000}, width_{std::max(8, static_cast<int>(width_mm_ * scale_))},
          height_{std::max(4, static_cast<int>(height_mm_ * scale_))},
          pixels_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_), ground) {}

    /// Paints where `ink` says how much (0..1) of each point, given in millimetres.
    template <class Coverage>
    void paint(RectMm where, Color3 color, const Coverage& ink) {
        const int x0 = std::max(0, static_cast<int>(where.x * scale_));
        const int y0 = std::max(0, static_cast<int>(where.y * scale_));
        const int x1 = std::min(width_, static_cast<int>((where.x + where.width) * scale_) + 1);
        const int y1 = std::min(height_, static_cast<int>((where.y + where.height) * scale_) + 1);
        for (int y = y0; y < y1; ++y)
            for (int x = x0; x < x1; ++x) {
                Color3& pixel = pixels_[static_cast<std::size_t>(y * width_ + x)];
                const Vec2 mm{(static_cast<float>(x) + 0.5F) / scale_,
                              (static_cast<float>(y) + 0.5F) / scale_};
                pixel = mix(pixel, color, clamp01(ink(mm)));
            }
    }
    void rectangle(RectMm r, Color3 color) {
        paint(r, color, [&](Vec2 p) {
            const float inside =
                std::min({p.x - r.x, r.x + r.width - p.x, p.y - r.y, r.y + r.height - p.y});
            return inside * scale_ + 0.5F;
        });
    }
    void disc(Vec2 centre, float radius, Color3 color) {
        paint({centre.x - radius - 2, centre.y - radius - 2, 2 * radius + 4, 2 * radius + 4}, color,
              [&](Vec2 p) {
                  return (radius - std::hypot(p.x - centre.x, p.y - centre.y)) * scale_ + 0.5F;
              });
    }
    void glyph(char letter, RectMm box, Color3 color) {
        const auto strokes = glyph_strokes(letter);
        // Strokes are stretched to the box, but the pen stays round: distances are taken in
        // millimetres.
        std::vector<Stroke> placed = strokes;
        for (Stroke& stroke : placed)
            for (Vec2& p : stroke)
                p = {box.x + p.x * box.width / kGlyphWidth,
                     box.y + p.y * box.height / kGlyphHeight};
        const float pen = kGlyphPen / 2 * box.height / kGlyphHeight;
        paint(box, color, [&](Vec2 p) { return (pen - distance_to(placed, p)) * scale_ + 0.5F; });
    }
    /// Centred in the box.
    void text(std::string_view words, RectMm box, Lettering letters, Color3 color) {
        const auto [pitch, glyph_mm, gap] = letters;
        float length = 0;
        for (const char c : words)
            length += c == ' ' ? gap : pitch;
        const float squeeze = std::min(1.0F, box.width / length);
        float x = box.x + (box.width - length * squeeze) / 2;
        for (const char c : words) {
            if (c != ' ')
                glyph(c,
                      {x + (pitch - glyph_mm) * squeeze / 2, box.y, glyph_mm * squeeze, box.height},
                      color);
            x += (c == ' ' ? gap : pitch) * squeeze;
        }
    }
    void frame(Color3 color, float thickness) {
        const auto edge = [&](Vec2 p) {
            const float inside = std::min({p.x, width_mm_ - p.x, p.y, height_mm_ - p.y});
            return (thickness - std::abs(inside - thickness)) * scale_ * 0.7F;
        };
        paint({0, 0, width_mm_, height_mm_}, color, edge);
    }
    void dirt(std::uint32_t seed) {
        const float amount = 0.1F + 0.25F * cell_noise(1, 2, seed);
        paint({0, 0, width_mm_, height_mm_}, rgb(0x6d6252), [&](Vec2 p) {
            const float low = 0.4F + 0.6F * p.y / height_mm_;
            return amount * low * smoothstep(0.45F, 0.9F, cloud_noise(p.x / 45, p.y / 45, seed));
        });
    }
    [[nodiscard]] float width_mm() const { return width_mm_; }
    [[nodiscard]] Texture finish() { return {width_, height_, std::move(pixels_)}; }

private:
    float scale_, width_mm_, height_mm_;
    int width_, height_;
    std::vector<Color3> pixels_;
};

void euro_band(Sheet& sheet, float x, std::string_view country) {
    sheet.rectangle({x, 3, 40, 104}, rgb(0x0a3290));
    for (int i = 0; i < 12; ++i) {
        const float turn = 2 * kPi * static_cast<float>(i) / 12;
        sheet.disc({x + 20 + 12 * std::cos(turn), 32 + 12 * std::sin(turn)}, 2.3F, rgb(0xf0cf20));
    }
    sheet.text(country, {x + 4, 68, 32, 26}, {15, 12, 5}, {0.8F, 0.8F, 0.8F});
}

/// The two round seals between the district and the letters.
void german_seals(Sheet& sheet, const Plate& plate, const Layout& layout) {
    float length = 0;
    for (const char c : plate.shown)
        length += c == ' ' ? layout.gap : layout.pitch;
    const float squeeze = std::min(1.0F, layout.text.width / length);
    const auto district = static_cast<float>(plate.shown.find(' '));
    const float x = layout.text.x + (layout.text.width - length * squeeze) / 2 +
                    (district * layout.pitch + layout.gap / 2) * squeeze;
    sheet.disc({x, 36}, 10, rgb(0x5f7f5a));
    sheet.disc({x, 75}, 12, rgb(0xb9b6a8));
    sheet.disc({x, 75}, 7, rgb(0x8a7f4c));
}

void decorate(Sheet& sheet, const Plate& plate, const Layout& layout) {
    switch (plate.region) {
    case PlateRegion::germany:
        euro_band(sheet, 3, "D");
        german_seals(sheet, plate, layout);
        return;
    case PlateRegion::france:
        euro_band(sheet, 3, "F");
        sheet.rectangle({477, 3, 40, 104}, rgb(0x0a3290));
        sheet.text("75", {481, 66, 32, 26}, {15, 12, 5}, {0.8F, 0.8F, 0.8F});
        return;
    case PlateRegion::poland: return euro_band(sheet, 3, "PL");
    case PlateRegion::spain: return euro_band(sheet, 3, "E");
    case PlateRegion::great_britain: return;
    case PlateRegion::us_california:
        return sheet.text("CALIFORNIA", {60, 12, 185, 22}, {18, 14, 8}, rgb(0xb01f2e));
    case PlateRegion::us_new_york:
        return sheet.text("NEW YORK", {60, 12, 185, 22}, {20, 15, 10}, layout.ink);
    case PlateRegion::brazil:
        sheet.rectangle({0, 0, sheet.width_mm(), 30}, rgb(0x123a9c));
        return sheet.text("BRASIL", {120, 7, 160, 16}, {22, 15, 8}, {0.8F, 0.8F, 0.8F});
    case PlateRegion::argentina:
        sheet.rectangle({0, 0, sheet.width_mm(), 30}, rgb(0x123a9c));
        return sheet.text("REPUBLICA ARGENTINA", {80, 9, 240, 13}, {12, 9, 8}, {0.8F, 0.8F, 0.8F});
    }
}

} // namespace

Texture paint_plate(const Plate& plate, PlateSide side, float texels_per_mm,
                    std::uint32_t dirt_seed) {
    const Layout layout = layout_of(plate.region, side);
    Sheet sheet{plate.size(), texels_per_mm, layout.ground};
    decorate(sheet, plate, layout);
    sheet.text(plate.shown, layout.text, {layout.pitch, layout.glyph, layout.gap}, layout.ink);
    sheet.frame({0.02F, 0.02F, 0.02F}, 2.4F);
    if (plate.region == PlateRegion::us_california || plate.region == PlateRegion::us_new_york)
        for (const float x : {40.0F, 265.0F})
            sheet.disc({x, 14}, 5, rgb(0x6f6f6c));
    sheet.dirt(dirt_seed);
    return sheet.finish();
}

} // namespace vedette::media::demo
