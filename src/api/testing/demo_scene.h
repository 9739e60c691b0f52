#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "vedette/imaging/image.h"
#include "vedette/ports/camera_directory.h"

namespace vedette::api::demo {

/// A painted street with a few vehicles whose places depend on the time alone.
class Scene {
public:
    explicit Scene(int seed) : seed_{seed} {}

    struct Picture {
        imaging::Image image;
        std::vector<ports::LivePicture::Box> boxes;
    };
    [[nodiscard]] Picture at(std::chrono::milliseconds time, int width_px) const;

private:
    int seed_;
};

/// "AB12CDE", a different one for every number.
[[nodiscard]] std::string plate_of(int number);

} // namespace vedette::api::demo
