#include "demo/glyphs.h"

#include <array>
#include <charconv>
#include <string_view>

namespace vedette::media::demo {
namespace {

/// M x y: pen to there. L x y: straight line. Q cx cy x y: curve with one control point.
constexpr std::array<std::string_view, 26> kLetterPaths{
    "M .65 9.35 L 2.75 .65 L 3.25 .65 L 5.35 9.35 M 1.3 6.7 L 4.7 6.7",
    "M .7 .65 L .7 9.35 L 3 9.35 Q 5.3 9.35 5.3 7 Q 5.3 4.8 3 4.8 L .7 4.8 M .7 .65 L 2.9 .65 Q 5 "
    ".65 5 2.75 Q 5 4.8 2.9 4.8",
    "M 5.3 3 Q 5.3 .65 3 .65 Q .7 .65 .7 3 L .7 7 Q .7 9.35 3 9.35 Q 5.3 9.35 5.3 7",
    "M .7 .65 L 2.6 .65 Q 5.3 .65 5.3 3.4 L 5.3 6.6 Q 5.3 9.35 2.6 9.35 L .7 9.35 L .7 .65",
    "M 5.2 .65 L .8 .65 L .8 9.35 L 5.2 9.35 M .8 4.8 L 4.6 4.8",
    "M 5.2 .65 L .8 .65 L .8 9.35 M .8 4.9 L 4.6 4.9",
    "M 5.3 2.8 Q 5.2 .65 3 .65 Q .7 .65 .7 3 L .7 7 Q .7 9.35 3 9.35 Q 5.3 9.35 5.3 7 L 5.3 5.2 L "
    "3.2 5.2",
    "M .7 .65 L .7 9.35 M 5.3 .65 L 5.3 9.35 M .7 4.9 L 5.3 4.9",
    "M 3 .65 L 3 9.35",
    "M 4.9 .65 L 4.9 6.9 Q 4.9 9.35 2.8 9.35 Q .9 9.35 .8 7.2",
    "M .7 .65 L .7 9.35 M 5.3 .65 L .9 5.4 M 2.2 4.2 L 5.3 9.35",
    "M .9 .65 L .9 9.35 L 5.2 9.35",
    "M .6 9.35 L .6 .65 L 3 6 L 5.4 .65 L 5.4 9.35",
    "M .7 9.35 L .7 .65 L 5.3 9.35 L 5.3 .65",
    "M .65 3.4 Q .65 .65 3 .65 Q 5.35 .65 5.35 3.4 L 5.35 6.6 Q 5.35 9.35 3 9.35 Q .65 9.35 .65 "
    "6.6 L .65 3.4",
    "M .8 9.35 L .8 .65 L 3 .65 Q 5.3 .65 5.3 3 Q 5.3 5.4 3 5.4 L .8 5.4",
    "M .65 3.4 Q .65 .65 3 .65 Q 5.35 .65 5.35 3.4 L 5.35 6.6 Q 5.35 9.35 3 9.35 Q .65 9.35 .65 "
    "6.6 L .65 3.4 M 3.4 7 L 5.5 9.5",
    "M .8 9.35 L .8 .65 L 3 .65 Q 5.2 .65 5.2 2.9 Q 5.2 5.1 3 5.1 L .8 5.1 M 3 5.1 L 5.3 9.35",
    "M 5.1 2.7 Q 5 .65 3 .65 Q .9 .65 .9 2.7 Q .9 4.4 3 4.8 Q 5.2 5.3 5.2 7.2 Q 5.2 9.35 3 9.35 Q "
    ".8 9.35 .75 7.2",
    "M .5 .65 L 5.5 .65 M 3 .65 L 3 9.35",
    "M .7 .65 L .7 7 Q .7 9.35 3 9.35 Q 5.3 9.35 5.3 7 L 5.3 .65",
    "M .6 .65 L 3 9.2 L 5.4 .65",
    "M .4 .65 L 1.6 9.2 L 3 3.4 L 4.4 9.2 L 5.6 .65",
    "M .7 .65 L 5.3 9.35 M 5.3 .65 L .7 9.35",
    "M .6 .65 L 3 5.2 L 5.4 .65 M 3 5.2 L 3 9.35",
    "M .8 .65 L 5.2 .65 L .8 9.35 L 5.2 9.35"};

constexpr std::array<std::string_view, 10> kDigitPaths{
    "M 1.1 3 Q 1.1 .65 3 .65 Q 4.9 .65 4.9 3 L 4.9 7 Q 4.9 9.35 3 9.35 Q 1.1 9.35 1.1 7 L 1.1 3",
    "M 1.3 2.8 L 3.6 .65 L 3.6 9.35",
    "M .8 3 Q .8 .65 3 .65 Q 5.2 .65 5.2 2.9 Q 5.2 4.6 3.6 6.1 L .8 9.35 L 5.3 9.35",
    "M .9 2.6 Q .9 .65 3 .65 Q 5.1 .65 5.1 2.75 Q 5.1 4.8 2.4 4.8 M 2.4 4.8 Q 5.3 4.8 5.3 7 Q 5.3 "
    "9.35 3 9.35 Q .8 9.35 .75 7.3",
    "M 3.4 .65 L .8 6.9 L 5.4 6.9 M 4.1 4.6 L 4.1 9.35",
    "M 4.9 .65 L 1.1 .65 L .9 4.9 Q 1.5 4 3 4 Q 5.25 4 5.25 6.6 Q 5.25 9.35 3 9.35 Q .9 9.35 .75 "
    "7.5",
    "M 4.9 2.1 Q 4.5 .65 3 .65 Q .75 .65 .75 3.6 L .75 6.8 Q .75 9.35 3 9.35 Q 5.25 9.35 5.25 6.8 "
    "Q 5.25 4.4 3 4.4 Q 1 4.4 .75 6.4",
    "M .7 .65 L 5.2 .65 L 2.4 9.35",
    "M 3 .65 Q 5 .65 5 2.7 Q 5 4.75 3 4.75 Q 1 4.75 1 2.7 Q 1 .65 3 .65 M 3 4.75 Q 5.3 4.75 5.3 "
    "7.05 Q 5.3 9.35 3 9.35 Q .7 9.35 .7 7.05 Q .7 4.75 3 4.75",
    "M 1.1 7.9 Q 1.5 9.35 3 9.35 Q 5.25 9.35 5.25 6.4 L 5.25 3.2 Q 5.25 .65 3 .65 Q .75 .65 .75 "
    "3.2 Q .75 5.6 3 5.6 Q 5 5.6 5.25 3.6"};

class PathReader {
public:
    explicit PathReader(std::string_view path) : rest_{path} {}
    /// The next command letter, or 0 at the end.
    char command() {
        skip_blanks();
        if (rest_.empty())
            return 0;
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    Vec2 point() {
        const float x = number();
        return {x, number()};
    }

private:
    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    }
    float number() {
        skip_blanks();
        float value = 0;
        const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
        return value;
    }
    std::string_view rest_;
};

std::vector<Stroke> parse(std::string_view path) {
    constexpr int kCurvePieces = 8;
    std::vector<Stroke> strokes;
    PathReader reader{path};
    while (const char command = reader.command()) {
        if (command == 'M')
            strokes.emplace_back();
        const Vec2 first = reader.point();
        Stroke& stroke = strokes.back();
        if (command != 'Q') {
            stroke.push_back(first);
            continue;
        }
        const Vec2 start = stroke.back();
        const Vec2 end = reader.point();
        for (int i = 1; i <= kCurvePieces; ++i) {
            const float t = static_cast<float>(i) / kCurvePieces;
            const float s = 1 - t;
            stroke.push_back({s * s * start.x + 2 * s * t * first.x + t * t * end.x,
                              s * s * start.y + 2 * s * t * first.y + t * t * end.y});
        }
    }
    return strokes;
}

float distance_to_segment(Vec2 a, Vec2 b, Vec2 p) noexcept {
    const Vec2 ab{b.x - a.x, b.y - a.y};
    const Vec2 ap{p.x - a.x, p.y - a.y};
    const float t =
        clamp01((ap.x * ab.x + ap.y * ab.y) / std::max(ab.x * ab.x + ab.y * ab.y, 1e-9F));
    return std::hypot(ap.x - t * ab.x, ap.y - t * ab.y);
}

} // namespace

std::vector<Stroke> glyph_strokes(char letter) {
    if (letter >= 'A' && letter <= 'Z')
        return parse(kLetterPaths[static_cast<std::size_t>(letter - 'A')]);
    if (letter >= '0' && letter <= '9')
        return parse(kDigitPaths[static_cast<std::size_t>(letter - '0')]);
    if (letter == '-')
        return {{{1.4F, 5}, {4.6F, 5}}};
    return {};
}

float distance_to(std::span<const Stroke> strokes, Vec2 point) noexcept {
    float nearest = 1e9F;
    for (const Stroke& stroke : strokes)
        for (std::size_t i = 0; i + 1 < stroke.size(); ++i)
            nearest = std::min(nearest, distance_to_segment(stroke[i], stroke[i + 1], point));
    return nearest;
}

} // namespace vedette::media::demo
