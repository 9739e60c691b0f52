#include "glyphs/glyph_chain.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vedette::vision {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kFewest = 2;
constexpr std::size_t kMostGlyphs = 6000;

bool could_be_a_sign(const InkSpot& spot, int shortest_px, int tallest_px) {
    const int width = spot.width();
    const int height = spot.height();
    return height >= shortest_px && height <= tallest_px && width >= 2 && width * 8 >= height &&
           width * 10 <= height * 19 && spot.area * 100 >= width * height * 18;
}

/// Whether `next` may stand right of `glyph` in one row. Shares are of the higher one's height.
bool follows(const Glyph& glyph, const Glyph& next) {
    const float height = std::max(glyph.height, next.height);
    const float gap = next.left - glyph.right();
    const float step = next.middle_x() - glyph.middle_x();
    return std::min(glyph.height, next.height) > 0.74F * height && gap > -0.12F * height &&
           gap < 0.95F * height && step > 0.2F * height &&
           std::abs(next.middle_y() - glyph.middle_y()) < 0.12F * height + 0.3F * step;
}

/// The nearest glyph right of each, if any. Glyphs are sorted by their left edge.
std::vector<std::size_t> right_neighbours(const std::vector<Glyph>& glyphs) {
    std::vector<std::size_t> next(glyphs.size(), kNone);
    for (std::size_t i = 0; i < glyphs.size(); ++i) {
        const float farthest = glyphs[i].right() + 1.3F * glyphs[i].height;
        for (std::size_t j = i + 1; j < glyphs.size() && glyphs[j].left <= farthest; ++j)
            if (follows(glyphs[i], glyphs[j])) {
                next[i] = j;
                break;
            }
    }
    return next;
}

GlyphChain without_strangers(const GlyphChain& chain) {
    const float height = median_height(chain);
    GlyphChain out;
    std::copy_if(chain.begin(), chain.end(), std::back_inserter(out), [&](const Glyph& glyph) {
        return std::abs(glyph.height - height) < 0.22F * height;
    });
    if (out.size() < 3)
        return out;
    const Baseline line = baseline_of(out);
    std::erase_if(out, [&](const Glyph& glyph) {
        return std::abs(glyph.middle_y() - line.at(glyph.middle_x())) > 0.2F * height;
    });
    return out;
}

} // namespace

Baseline baseline_of(const GlyphChain& chain) {
    const auto count = static_cast<float>(chain.size());
    float x = 0;
    float y = 0;
    for (const Glyph& glyph : chain) {
        x += glyph.middle_x() / count;
        y += glyph.middle_y() / count;
    }
    float xx = 0;
    float xy = 0;
    for (const Glyph& glyph : chain) {
        xx += (glyph.middle_x() - x) * (glyph.middle_x() - x);
        xy += (glyph.middle_x() - x) * (glyph.middle_y() - y);
    }
    Baseline line;
    line.slope = xx > 0 ? xy / xx : 0;
    line.offset = y - line.slope * x;
    for (const Glyph& glyph : chain)
        line.error += std::abs(glyph.middle_y() - line.at(glyph.middle_x())) / count;
    return line;
}

float median_height(const GlyphChain& chain) {
    std::vector<float> heights;
    heights.reserve(chain.size());
    for (const Glyph& glyph : chain)
        heights.push_back(glyph.height);
    const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
    std::nth_element(heights.begin(), middle, heights.end());
    return *middle;
}

int signs_in(const Glyph& glyph) {
    const float widths = glyph.width / glyph.height;
    return widths <= 1.15F ? 1 : std::max(2, static_cast<int>(std::lround(widths / 0.65F)));
}

int signs_in(const GlyphChain& chain) {
    int count = 0;
    for (const Glyph& glyph : chain)
        count += signs_in(glyph);
    return count;
}

void take_glyphs(const std::vector<InkSpot>& spots, int shortest_px, int tallest_px,
                 std::vector<Glyph>& out) {
    out.clear();
    for (const InkSpot& spot : spots) {
        if (!could_be_a_sign(spot, shortest_px, tallest_px))
            continue;
        if (out.size() == kMostGlyphs)
            break;
        const auto box = static_cast<float>(spot.width() * spot.height());
        out.push_back({static_cast<float>(spot.left), static_cast<float>(spot.top),
                       static_cast<float>(spot.width()), static_cast<float>(spot.height()),
                       static_cast<float>(spot.area) / box});
    }
}

std::vector<GlyphChain> chain_glyphs(std::vector<Glyph>& glyphs) {
    std::sort(glyphs.begin(), glyphs.end(), [](const Glyph& a, const Glyph& b) {
        return std::pair{a.left, a.top} < std::pair{b.left, b.top};
    });
    const std::vector<std::size_t> next = right_neighbours(glyphs);
    std::vector<std::size_t> previous(glyphs.size(), kNone);
    for (std::size_t i = 0; i < next.size(); ++i)
        if (next[i] != kNone)
            previous[next[i]] = i; // the last one to say so is the nearest
    std::vector<GlyphChain> chains;
    for (std::size_t i = 0; i < glyphs.size(); ++i) {
        if (previous[i] != kNone && next[previous[i]] == i)
            continue; // not the first of its chain
        GlyphChain chain{glyphs[i]};
        for (std::size_t at = i; next[at] != kNone && previous[next[at]] == at;) {
            at = next[at];
            chain.push_back(glyphs[at]);
        }
        if (chain.size() < kFewest)
            continue;
        chain = without_strangers(chain);
        if (chain.size() >= kFewest)
            chains.push_back(std::move(chain));
    }
    return chains;
}

} // namespace vedette::vision
