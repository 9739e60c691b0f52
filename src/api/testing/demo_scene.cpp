#include "testing/demo_scene.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vedette/imaging/draw.h"

namespace vedette::api::demo {
namespace {

using imaging::Color;
using imaging::Image;

void fill(Image& on, int left, int top, int right, int bottom, Color color) {
    top = std::clamp(top, 0, on.height_px());
    bottom = std::clamp(bottom, 0, on.height_px());
    left = std::clamp(left, 0, on.width_px());
    right = std::clamp(right, 0, on.width_px());
    for (int y = top; y < bottom; ++y) {
        std::uint8_t* pixel = on.row(y) + std::ptrdiff_t{3} * left;
        for (int x = left; x < right; ++x) {
            *pixel++ = color.blue;
            *pixel++ = color.green;
            *pixel++ = color.red;
        }
    }
}

Color shade(Color color, double light) {
    const auto one = [&](std::uint8_t value) {
        return static_cast<std::uint8_t>(std::clamp(value * light, 0.0, 255.0));
    };
    return {one(color.red), one(color.green), one(color.blue)};
}

void paint_street(Image& on, double light) {
    const int width = on.width_px();
    const int height = on.height_px();
    for (int y = 0; y < height; ++y) {
        const double down = static_cast<double>(y) / height;
        const Color sky{static_cast<std::uint8_t>(120 + 70 * down),
                        static_cast<std::uint8_t>(150 + 50 * down), 205};
        fill(on, 0, y, width, y + 1, shade(down < 0.38 ? sky : Color{92, 110, 78}, light));
    }
    for (int i = 0; i < 9; ++i) { // houses
        const int left = i * width / 8 - width / 20;
        const int top = height * (22 + (i * 37) % 11) / 100;
        fill(on, left, top, left + width / 9, height * 42 / 100,
             shade({static_cast<std::uint8_t>(120 + (i * 53) % 60), 104, 92}, light));
        for (int w = 0; w < 3; ++w)
            fill(on, left + width / 90 + w * width / 28, top + height / 30,
                 left + width / 90 + w * width / 28 + width / 60, top + height / 12,
                 shade({200, 205, 190}, light));
    }
    fill(on, 0, height * 48 / 100, width, height * 90 / 100, shade({72, 74, 78}, light));
    for (int x = 0; x < width; x += width / 10)
        fill(on, x, height * 68 / 100, x + width / 20, height * 69 / 100,
             shade({215, 215, 205}, light));
}

/// \return where the body is.
std::array<int, 4> paint_car(Image& on, int centre, int floor, int size, Color color) {
    const int left = centre - size / 2;
    const int right = centre + size / 2;
    const int top = floor - size * 42 / 100;
    fill(on, left + size / 8, top, right - size / 7, floor - size / 5, shade(color, 0.8));
    fill(on, left + size / 5, top + size / 30, right - size / 4, floor - size / 5, {150, 175, 190});
    fill(on, left, floor - size / 4, right, floor - size / 14, color);
    for (const int wheel : {left + size / 5, right - size / 5})
        fill(on, wheel - size / 12, floor - size / 8, wheel + size / 12, floor, {22, 22, 24});
    return {left, top, right, floor};
}

} // namespace

std::string plate_of(int number) {
    const auto letter = [&](int step) { return static_cast<char>('A' + (number * step) % 26); };
    const auto digit = [&](int step) { return static_cast<char>('0' + (number * step) % 10); };
    return {letter(7), letter(11), digit(3), digit(7), letter(5), letter(3), letter(17)};
}

Scene::Picture Scene::at(std::chrono::milliseconds time, int width_px) const {
    constexpr std::array<Color, 5> kColors{
        {{176, 44, 40}, {48, 84, 150}, {222, 222, 220}, {52, 56, 60}, {196, 160, 48}}};
    const int height_px = width_px * 9 / 16;
    Picture out{Image{imaging::PixelFormat::bgr24, width_px, height_px}, {}};
    paint_street(out.image, seed_ % 2 == 0 ? 1.0 : 0.85);
    const double seconds = static_cast<double>(time.count()) / 1000;
    for (int i = 0; i < 3; ++i) {
        const double lap = 11 + 3 * i + seed_ % 3;
        const double way = std::fmod(seconds / lap + 0.37 * i + 0.13 * seed_, 1.0);
        const int number = static_cast<int>(seconds / lap) * 3 + i + seed_ * 100;
        const bool away = i % 2 == 1;
        const double x = (away ? 1 - way : way) * 1.4 - 0.2;
        const int size = width_px * (away ? 17 : 25) / 100;
        const int floor = height_px * (away ? 64 : 86) / 100;
        const auto [left, top, right, bottom] =
            paint_car(out.image, static_cast<int>(x * width_px), floor, size,
                      kColors.at(static_cast<std::size_t>(number) % kColors.size()));
        if (right <= 0 || left >= width_px)
            continue;
        const std::string plate = plate_of(number);
        if (!away)
            imaging::draw_label(
                out.image, (left + right) / 2 - size / 7, bottom - size / 14, plate,
                {.background = {250, 240, 180}, .height_px = std::max(6, size / 22)});
        const auto share = [](int part, int whole) {
            return std::clamp(static_cast<float>(part) / static_cast<float>(whole), 0.0F, 1.0F);
        };
        const float l = share(left, width_px);
        const float t = share(top, height_px);
        out.boxes.push_back({{l, t, share(right, width_px) - l, share(bottom, height_px) - t},
                             i == 2 ? "truck" : "car",
                             away ? "" : plate});
    }
    return out;
}

} // namespace vedette::api::demo
