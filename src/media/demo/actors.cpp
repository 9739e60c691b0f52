#include "demo/actors.h"

#include <algorithm>

namespace vedette::media::demo {
namespace {

void find_bounds(Actor& actor) {
    actor.low = {1e9F, 1e9F, 1e9F};
    actor.high = {-1e9F, -1e9F, -1e9F};
    for (const Vertex& v : actor.mesh->vertices) {
        actor.low = {std::min(actor.low.x, v.at.x), std::min(actor.low.y, v.at.y),
                     std::min(actor.low.z, v.at.z)};
        actor.high = {std::max(actor.high.x, v.at.x), std::max(actor.high.y, v.at.y),
                      std::max(actor.high.z, v.at.z)};
    }
}

void add_corners(const Actor& actor, const Pose& pose, std::vector<Vec3>& points) {
    for (int i = 0; i < 8; ++i)
        points.push_back(pose({(i & 1) != 0 ? actor.high.x : actor.low.x,
                               (i & 2) != 0 ? actor.high.y : actor.low.y,
                               (i & 4) != 0 ? actor.high.z : actor.low.z}));
}

/// Far things need not be drawn: they are smaller than a few pixels and hidden by haze.
bool worth_drawing(const Pose& pose) {
    return pose.at.y > -6 && pose.at.y < 150 && std::abs(pose.at.x) < 45;
}

Actor vehicle_actor(const PlannedVehicle& planned, float t) {
    Actor actor;
    actor.id = planned.id;
    actor.vehicle = &planned;
    actor.mesh = std::shared_ptr<const Mesh>{std::shared_ptr<void>{}, &planned.mesh};
    const float along = planned.motion.position(t);
    actor.painter = std::make_unique<VehiclePainter>(
        planned.look,
        VehicleState{.wheel_turn_rad = along / body_shape(planned.look.kind).wheel_radius,
                     .braking = planned.motion.braking(t) && !planned.motion.parked(t),
                     .lamps_on = !planned.motion.parked(t)});
    actor.route = &planned.route;
    actor.motion = &planned.motion;
    actor.lamps_on = !planned.motion.parked(t);
    actor.half_length = vehicle_length(planned.look.kind) / 2;
    actor.half_width = planned.look.kind == VehicleKind::motorcycle
                           ? 0.3F
                           : body_shape(planned.look.kind).width / 2;
    return actor;
}

Actor person_actor(const PlannedPerson& planned, float t) {
    Actor actor;
    actor.id = planned.id;
    actor.mesh = std::make_shared<Mesh>(
        make_person(planned.look, planned.motion.position(t) / kStrideMPerRad, 1));
    actor.painter = std::make_unique<PersonPainter>(planned.look);
    actor.route = &planned.route;
    actor.motion = &planned.motion;
    actor.half_length = 0.16F;
    actor.half_width = 0.2F;
    return actor;
}

} // namespace

Clip screen_bounds(const StreetCamera& camera, const std::vector<Vec3>& points, int margin_px) {
    Clip clip{camera.width_px(), camera.height_px(), 0, 0};
    for (const Vec3 point : points) {
        const Vec3 d = point - StreetCamera::kEye;
        // A corner beside or behind the lens: pull it in front of it, so that its side of the
        // picture is taken in.
        const float depth = std::max(dot(d, StreetCamera::kViewAxis), 1.0F);
        const float scale = camera.focal_px() / depth;
        const float x =
            static_cast<float>(camera.width_px()) / 2 + dot(d, StreetCamera::kRightAxis) * scale;
        const float y =
            static_cast<float>(camera.height_px()) / 2 - dot(d, StreetCamera::kUpAxis) * scale;
        clip.left = std::min(clip.left, static_cast<int>(std::clamp(x, -1e5F, 1e5F)) - margin_px);
        clip.right =
            std::max(clip.right, static_cast<int>(std::clamp(x, -1e5F, 1e5F)) + margin_px + 1);
        clip.top = std::min(clip.top, static_cast<int>(std::clamp(y, -1e5F, 1e5F)) - margin_px);
        clip.bottom =
            std::max(clip.bottom, static_cast<int>(std::clamp(y, -1e5F, 1e5F)) + margin_px + 1);
    }
    return {std::max(0, clip.left), std::max(0, clip.top), std::min(camera.width_px(), clip.right),
            std::min(camera.height_px(), clip.bottom)};
}

std::vector<Actor> actors_at(const Scene& scene, float t, float shutter_s) {
    std::vector<Actor> actors;
    for (const PlannedVehicle& planned : scene.traffic().vehicles)
        if (worth_drawing(planned.route.at(planned.motion.position(t))))
            actors.push_back(vehicle_actor(planned, t));
    for (const PlannedPerson& planned : scene.traffic().people)
        if (worth_drawing(planned.route.at(planned.motion.position(t))))
            actors.push_back(person_actor(planned, t));
    for (Actor& actor : actors) {
        find_bounds(actor);
        actor.pose = actor.pose_at(t);
        std::vector<Vec3> corners;
        add_corners(actor, actor.pose_at(t - shutter_s / 2), corners);
        add_corners(actor, actor.pose_at(t + shutter_s / 2), corners);
        actor.on_screen = screen_bounds(scene.camera(), corners, 2);
    }
    std::stable_sort(actors.begin(), actors.end(),
                     [](const Actor& a, const Actor& b) { return a.pose.at.y < b.pose.at.y; });
    return actors;
}

} // namespace vedette::media::demo
