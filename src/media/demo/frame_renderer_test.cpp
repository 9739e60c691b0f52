#include "demo/frame_renderer.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "demo/truth_counter.h"

namespace vedette::media::demo {
namespace {

DemoOptions small(std::uint64_t seed, DemoTime time = DemoTime::day) {
    return {.seed = seed,
            .width_px = 320,
            .height_px = 180,
            .frame_rate = 10,
            .seconds = 3,
            .time = time};
}

std::vector<std::uint8_t> bytes(const imaging::Image& picture) {
    return {picture.row(0), picture.row(0) + picture.stride_bytes() * picture.height_px()};
}

TEST(DemoFrame, IsTheSameBitForBitInWhateverOrderFramesAreDrawn) {
    const Scene scene{small(7, DemoTime::both), 2};
    const Scene again{small(7, DemoTime::both), 1};
    FrameRenderer forwards{scene};
    FrameRenderer backwards{again};
    const auto first = bytes(forwards.render(0).picture);
    const auto last = bytes(forwards.render(29).picture);
    EXPECT_TRUE(bytes(backwards.render(29).picture) == last);
    EXPECT_TRUE(bytes(backwards.render(0).picture) == first);
    EXPECT_FALSE(first == last);
}

TEST(DemoFrame, DiffersBetweenSeeds) {
    const Scene one{small(7), 2};
    const Scene other{small(8), 2};
    EXPECT_FALSE(bytes(FrameRenderer{one}.render(5).picture) ==
                 bytes(FrameRenderer{other}.render(5).picture));
    EXPECT_NE(one.traffic().vehicles.front().plate.text,
              other.traffic().vehicles.front().plate.text);
}

TEST(DemoFrame, IsDarkerAtDusk) {
    const auto mean = [](DemoTime time) {
        const Scene scene{small(7, time), 2};
        double sum = 0;
        for (const auto v : bytes(FrameRenderer{scene}.render(0).picture))
            sum += v;
        return sum / (320.0 * 180 * 3);
    };
    EXPECT_LT(mean(DemoTime::dusk), mean(DemoTime::day) - 10);
}

TEST(DemoTruth, KeepsBoxesInsideThePictureAndIdsApart) {
    const Scene scene{small(7), 2};
    FrameRenderer renderer{scene};
    const DemoFrameTruth truth = renderer.render(15).truth;
    ASSERT_FALSE(truth.objects.empty());
    std::set<int> ids;
    for (const DemoObjectTruth& object : truth.objects) {
        EXPECT_TRUE(ids.insert(object.id).second);
        EXPECT_GE(object.box.left, 0);
        EXPECT_GE(object.box.top, 0);
        EXPECT_LE(object.box.right(), 1.0001F);
        EXPECT_LE(object.box.bottom(), 1.0001F);
        EXPECT_GT(object.visible, 0);
        EXPECT_LE(object.visible, 1);
    }
    EXPECT_EQ(truth.at, StreamTime{std::chrono::milliseconds{1500}});
}

/// Light minus dark inside a box that lies around a plate.
int contrast(const imaging::Image& picture, const domain::NormBox& box) {
    int lightest = 0;
    int darkest = 255;
    for (int y = static_cast<int>(box.top * 360); y < static_cast<int>(box.bottom() * 360); ++y)
        for (int x = static_cast<int>(box.left * 640); x < static_cast<int>(box.right() * 640);
             ++x) {
            lightest = std::max<int>(lightest, picture.row(y)[3 * x + 1]);
            darkest = std::min<int>(darkest, picture.row(y)[3 * x + 1]);
        }
    return lightest - darkest;
}

TEST(DemoTruth, PlateCornersLieWhereThePlateIs) {
    const Scene scene{{.seed = 7,
                       .width_px = 640,
                       .height_px = 360,
                       .frame_rate = 4,
                       .seconds = 6,
                       .time = DemoTime::day},
                      2};
    FrameRenderer renderer{scene};
    int checked = 0;
    for (int i = 0; i < scene.frame_count(); i += 4) {
        const RenderedFrame frame = renderer.render(i);
        for (const DemoObjectTruth& object : frame.truth.objects) {
            if (!object.plate || object.plate->height_px < 6 || object.visible < 0.9F)
                continue;
            ++checked;
            // The count of the plate's pixels and the area between the corners agree.
            EXPECT_GT(object.plate->visible, 0.85F) << object.kind;
            EXPECT_LT(object.plate->corners[0].x, object.plate->corners[1].x);
            EXPECT_LT(object.plate->corners[0].y, object.plate->corners[3].y);
            const domain::NormBox box = domain::bounding_box(object.plate->corners);
            EXPECT_GT(domain::covered_share(box, object.box), 0.95F);
            EXPECT_GT(contrast(frame.picture, box), 50) << object.plate->text;
        }
    }
    EXPECT_GT(checked, 2);
}

/// A person-sized box in front of the camera, `aside` metres to the right.
Actor box_actor(const StreetCamera& camera, int id, float aside) {
    Actor actor;
    actor.id = id;
    auto mesh = std::make_shared<Mesh>();
    add_box(*mesh, {-0.3F, -0.3F, 0.5F}, {0.3F, 0.3F, 1.7F}, Part::shirt);
    actor.mesh = mesh;
    actor.pose = Pose::facing({aside, 20, 0}, 0);
    actor.on_screen = {0, 0, camera.width_px(), camera.height_px()};
    return actor;
}

TEST(TruthCounter, BoxesWhatIsSeenAndNotWhatIsHidden) {
    const StreetCamera camera{100, 50};
    TruthCounter counter{100, 50};
    std::vector<Actor> actors;
    actors.push_back(box_actor(camera, 5, 0));
    actors.push_back(box_actor(camera, 7, 1));
    const auto fill = [&](int id, int left, int right) {
        counter.begin(id);
        for (int pass = 0; pass < 2; ++pass) // a second triangle over the same pixels counts once
            for (int y = 10; y < 20; ++y)
                for (int x = left; x < right; ++x)
                    counter.touch(static_cast<std::size_t>(y * 100 + x), pass == 0, Part::shirt);
    };
    fill(5, 20, 40);
    fill(7, 30, 50); // hides the right half of the other
    const DemoFrameTruth truth = counter.truth(camera, actors);
    ASSERT_EQ(truth.objects.size(), 2U);
    EXPECT_EQ(truth.objects[0].box, (domain::NormBox{0.20F, 0.20F, 0.10F, 0.20F}));
    EXPECT_NEAR(truth.objects[0].visible, 0.5F, 1e-4);
    EXPECT_EQ(truth.objects[1].box, (domain::NormBox{0.30F, 0.20F, 0.20F, 0.20F}));
    EXPECT_NEAR(truth.objects[1].visible, 1.0F, 1e-4);
    EXPECT_EQ(counter.id_at(15 * 100 + 25), 5);
    EXPECT_EQ(counter.id_at(15 * 100 + 35), 7);
    counter.clear();
    EXPECT_TRUE(counter.truth(camera, actors).objects.empty());
}

TEST(Motion, StopsWhereItShouldAndGoesOn) {
    const Motion motion{
        .start_m = 0, .speed_mps = 10, .stop_m = 50, .stop_s = 3, .brake_mps2 = 2.5F};
    EXPECT_NEAR(motion.position(1), 10, 1e-3);
    EXPECT_NEAR(motion.position(7.5F), 50, 1e-3); // three seconds at full speed, four of braking
    EXPECT_TRUE(motion.braking(5));
    EXPECT_NEAR(motion.position(9.9F), 50, 1e-3);
    EXPECT_FALSE(motion.braking(11));
    EXPECT_FALSE(motion.parked(9));
    EXPECT_TRUE((Motion{.start_m = 4}.parked(0)));
    EXPECT_GT(motion.position(14), 60);
    float before = -1;
    for (float t = 0; t < 20; t += 0.1F) {
        EXPECT_GE(motion.position(t), before);
        before = motion.position(t);
    }
}

} // namespace
} // namespace vedette::media::demo
