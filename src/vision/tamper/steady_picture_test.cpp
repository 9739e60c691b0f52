#include "tamper/steady_picture.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "vedette/imaging/image.h"

namespace vedette::vision {
namespace {

using namespace std::chrono_literals;

/// Looks at pictures of one grey each.
class Greys {
public:
    /// \return what it shows then
    int takes(int grey, std::chrono::milliseconds after = 1s) {
        at_ += after;
        imaging::Image image{imaging::PixelFormat::gray8, 640, 360};
        for (int y = 0; y < image.height_px(); ++y)
            std::fill_n(image.row(y), image.width_px(), static_cast<std::uint8_t>(grey));
        steady_.take(image.view(), at_);
        return steady_.picture()(90, 160);
    }
    [[nodiscard]] std::chrono::milliseconds age() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(at_ - steady_.since());
    }
    SteadyPicture& steady() { return steady_; }

private:
    SteadyPicture steady_;
    SteadyTime at_{1h};
};

TEST(SteadyPicture, WhatOnePictureOrTwoShowIsNotThere) {
    Greys greys;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(greys.takes(100), 100);
    EXPECT_EQ(greys.takes(250), 100);
    EXPECT_EQ(greys.takes(240), 100);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(greys.takes(100), 100);
}

TEST(SteadyPicture, WhatStaysIsThereWithTheThird) {
    Greys greys;
    for (int i = 0; i < 5; ++i)
        greys.takes(100);
    EXPECT_EQ(greys.takes(7), 100);
    EXPECT_EQ(greys.takes(7), 100);
    EXPECT_EQ(greys.takes(7), 7);
    EXPECT_EQ(greys.age(), 2s) << "it began with the first";
}

TEST(SteadyPicture, OldPicturesSayNothing) {
    Greys greys;
    for (int i = 0; i < 5; ++i)
        greys.takes(100);
    EXPECT_EQ(greys.takes(7, 10s), 7);
    EXPECT_EQ(greys.age(), 0s);
    EXPECT_EQ(greys.takes(100, 10s), 100);
}

TEST(SteadyPicture, WhatIsForgottenIsNotThere) {
    Greys greys;
    for (int i = 0; i < 5; ++i)
        greys.takes(100);
    greys.steady().forget();
    EXPECT_EQ(greys.takes(7), 7);
}

} // namespace
} // namespace vedette::vision
