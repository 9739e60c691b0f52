#include "demo/traffic.h"

#include <array>
#include <optional>

#include "demo/street.h"

namespace vedette::media::demo {
namespace {

/// What is on the road for the planner: a rectangle that moves.
struct Footprint {
    const Route* route;
    const Motion* motion;
    float half_length;
    float half_width;
};

bool collide(const Footprint& a, const Footprint& b, float seconds) {
    constexpr float kStepS = 0.2F;
    constexpr float kMarginM = 1.3F;
    for (float t = 0; t <= seconds; t += kStepS) {
        const Pose pa = a.route->at(a.motion->position(t));
        const Pose pb = b.route->at(b.motion->position(t));
        const auto extent = [](const Footprint& f, const Pose& p) {
            const float c = std::abs(p.cos_yaw);
            const float s = std::abs(p.sin_yaw);
            return Vec2{c * f.half_length + s * f.half_width, s * f.half_length + c * f.half_width};
        };
        const Vec2 ea = extent(a, pa);
        const Vec2 eb = extent(b, pb);
        const bool apart_x = std::abs(pa.at.x - pb.at.x) > ea.x + eb.x + 0.25F;
        const bool apart_y = std::abs(pa.at.y - pb.at.y) > ea.y + eb.y + kMarginM;
        if (!apart_x && !apart_y)
            return true;
    }
    return false;
}

constexpr std::array<VehicleKind, 10> kKinds{
    VehicleKind::hatchback,  VehicleKind::sedan, VehicleKind::van,       VehicleKind::suv,
    VehicleKind::motorcycle, VehicleKind::bus,   VehicleKind::hatchback, VehicleKind::lorry,
    VehicleKind::sedan,      VehicleKind::suv};
constexpr std::array<PlateRegion, 9> kRegions{
    PlateRegion::germany,       PlateRegion::great_britain, PlateRegion::france,
    PlateRegion::us_california, PlateRegion::poland,        PlateRegion::brazil,
    PlateRegion::spain,         PlateRegion::argentina,     PlateRegion::us_new_york};

VehicleLook random_look(VehicleKind kind, const Plate& plate, Random& random, float texels_per_mm) {
    constexpr unsigned kPaints[] = {0xe9ebec, 0x9aa0a6, 0x24262a, 0x5b6168, 0xb3171f,
                                    0x1d3f7d, 0xc9ced2, 0x2f5d46, 0x7fa3c7, 0xd9822b};
    constexpr unsigned kBoxes[] = {0xe6e6e2, 0xd8dde0, 0xc9d6c0};
    constexpr unsigned kJackets[] = {0x2b2d33, 0x8c1f1f, 0x274472};
    VehicleLook look;
    look.kind = kind;
    look.paint = rgb(random.pick(kPaints));
    look.second =
        kind == VehicleKind::motorcycle ? rgb(random.pick(kJackets)) : rgb(random.pick(kBoxes));
    if (kind == VehicleKind::bus) {
        look.paint = rgb(0xd23a2a);
        look.second = rgb(0xf2ead6);
    }
    look.dirt = random.between(0.05F, 0.6F);
    const auto dirt_seed = static_cast<std::uint32_t>(random.bits());
    look.plate_front = paint_plate(plate, PlateSide::front, texels_per_mm, dirt_seed);
    look.plate_rear = paint_plate(plate, PlateSide::rear, texels_per_mm, dirt_seed);
    return look;
}

PersonLook random_person(Random& random) {
    constexpr unsigned kSkins[] = {0xe8b998, 0xc98f68, 0x8a5a3b, 0xf0c8a8, 0x5a3a28};
    constexpr unsigned kHairs[] = {0x1c1511, 0x4a2f1c, 0x8a6a3c, 0x777270, 0x2a1c18};
    constexpr unsigned kShirts[] = {0xa8202a, 0x2f5fa8, 0xe6e2d8, 0x2e2f33,
                                    0x3f7a4a, 0xd9a52b, 0x7a4a86, 0x9fb4c4};
    constexpr unsigned kTrousers[] = {0x27334a, 0x2b2b2d, 0x6a6048, 0x43505e, 0x8d8674};
    PersonLook look;
    look.skin = rgb(random.pick(kSkins));
    look.hair = rgb(random.pick(kHairs));
    look.shirt = rgb(random.pick(kShirts));
    look.trousers = rgb(random.pick(kTrousers));
    look.shoes = rgb(random.chance(0.3F) ? 0xb8b4ac : 0x1d1a18);
    look.height_m = random.between(1.58F, 1.9F);
    look.skirt = random.chance(0.3F);
    look.bag = random.chance(0.4F);
    return look;
}

/// Fills the street: first what the story needs, then passers-by wherever they hit nobody.
class Planner {
public:
    Planner(std::uint64_t seed, float seconds, float texels_per_mm)
        : random_{seed}, seconds_{seconds}, texels_per_mm_{texels_per_mm} {
        // Pointers to planned routes must stay valid.
        traffic_.vehicles.reserve(kVehicleLimit);
        traffic_.people.reserve(kPersonLimit);
    }

    Traffic plan() {
        add_parked();
        add_crossing_scene();
        add_bay_parker();
        const int wanted =
            std::clamp(static_cast<int>(seconds_ * 0.30F), 3, static_cast<int>(kVehicleLimit) - 6);
        for (int i = 0; i < wanted; ++i)
            add_passer(i);
        for (int i = 0; i < 2 && seconds_ >= 10; ++i)
            add_crosser(i);
        const int walkers =
            std::clamp(static_cast<int>(seconds_ * 0.15F), 2, static_cast<int>(kPersonLimit) - 2);
        for (int i = 0; i < walkers; ++i)
            add_walker(i);
        return std::move(traffic_);
    }

private:
    static constexpr std::size_t kVehicleLimit = 64;
    static constexpr std::size_t kPersonLimit = 32;

    bool place(VehicleKind kind, const Route& route, const Motion& motion) {
        const Footprint mine{&route, &motion, vehicle_length(kind) / 2, body_shape(kind).width / 2};
        for (const PlannedVehicle& other : traffic_.vehicles)
            if (collide(mine,
                        {&other.route, &other.motion, vehicle_length(other.look.kind) / 2,
                         body_shape(other.look.kind).width / 2},
                        seconds_))
                return false;
        for (const PlannedPerson& person : traffic_.people)
            if (collide(mine, {&person.route, &person.motion, 0.3F, 0.3F}, seconds_))
                return false;
        PlannedVehicle& vehicle = traffic_.vehicles.emplace_back();
        vehicle.id = next_id_++;
        vehicle.plate = random_plate(kRegions[next_region_++ % kRegions.size()], random_);
        vehicle.look = random_look(kind, vehicle.plate, random_, texels_per_mm_);
        vehicle.mesh = make_vehicle(kind, vehicle.plate.size());
        vehicle.route = route;
        vehicle.motion = motion;
        return true;
    }
    void add_person(const Route& route, const Motion& motion) {
        traffic_.people.push_back({next_id_++, random_person(random_), route, motion});
    }

    void add_parked() {
        const float bay_x = (plan::kParkingX + plan::kRightKerbX) / 2 - 0.12F;
        place(VehicleKind::hatchback, {{bay_x, 0}, {0, 1}}, {.start_m = 29.2F});
        place(VehicleKind::van, {{bay_x, 0}, {0, 1}}, {.start_m = 36.2F});
        place(VehicleKind::sedan, {{bay_x, 0}, {0, 1}}, {.start_m = 57.0F});
    }
    /// A car lets somebody cross at the zebra.
    void add_crossing_scene() {
        const float begin = seconds_ * 0.3F;
        const float zebra_y = (plan::kZebraNearY + plan::kZebraFarY) / 2;
        const float walk = random_.between(1.25F, 1.45F);
        const float wait_x = plan::kLeftKerbX - 0.6F;
        add_person({{wait_x, zebra_y}, {1, 0}}, {.start_m = -walk * begin, .speed_mps = walk});
        const float speed = random_.between(8.5F, 10.0F);
        const float stop_m = 120 - (plan::kZebraFarY + 1.6F) - vehicle_length(VehicleKind::suv) / 2;
        Motion motion{.start_m = 0, .speed_mps = speed, .stop_m = stop_m, .stop_s = 3.2F};
        const float arrive = begin + 0.6F;
        motion.start_m = stop_m - speed * speed / (2 * motion.brake_mps2) -
                         speed * (arrive - speed / motion.brake_mps2);
        place(VehicleKind::suv, oncoming(), motion);
    }
    /// A car that comes, parks in a bay, and stays.
    void add_bay_parker() {
        const float bay_x = (plan::kParkingX + plan::kRightKerbX) / 2 - 0.12F;
        const Route route{{plan::kLaneX, -20}, {0, 1}, 70, 9, -(bay_x - plan::kLaneX)};
        for (int attempt = 0; attempt < 30; ++attempt) {
            const float start = -random_.between(-4.0F, seconds_ * 6.0F);
            if (place(VehicleKind::hatchback, route,
                      {.start_m = start,
                       .speed_mps = 7.5F,
                       .stop_m = 85.0F,
                       .stop_s = Motion::kForGoodS,
                       .brake_mps2 = 1.6F}))
                return;
        }
    }
    void add_passer(int index) {
        const VehicleKind kind = kKinds[static_cast<std::size_t>(index) % kKinds.size()];
        for (int attempt = 0; attempt < 60; ++attempt) {
            const bool towards = (index + attempt / 30) % 2 == 0;
            const float speed = random_.between(8.0F, 11.5F);
            // When it is 12 m in front of the camera.
            const float near_at = random_.between(0.5F, seconds_ + 4.0F);
            const float kNearM = towards ? 120.0F - 12.0F : 12.0F + 20.0F;
            if (place(kind, towards ? oncoming() : leaving(),
                      {.start_m = kNearM - speed * near_at, .speed_mps = speed}))
                return;
        }
    }
    void add_crosser(int index) {
        const bool to_right = index % 2 == 0;
        const Route route = to_right ? Route{{-45, 45.9F}, {1, 0}} : Route{{45, 49.2F}, {-1, 0}};
        for (int attempt = 0; attempt < 60; ++attempt) {
            const float speed = random_.between(7.0F, 9.0F);
            const float middle_at = random_.between(2.0F, seconds_ - 2.0F);
            const VehicleKind kind = index % 2 == 0 ? VehicleKind::sedan : VehicleKind::van;
            if (place(kind, route, {.start_m = 45 - speed * middle_at, .speed_mps = speed}))
                return;
        }
    }
    void add_walker(int index) {
        const bool left = index % 3 != 1;
        const bool away = random_.chance(0.5F);
        const float x = left ? random_.between(plan::kLeftWallX + 0.8F, plan::kLeftKerbX - 1.9F)
                             : random_.between(plan::kRightKerbX + 1.9F, plan::kRightWallX - 0.5F);
        const float start_y = random_.between(13.0F, 32.0F);
        const float walk = random_.between(1.0F, 1.5F);
        add_person({{x, start_y}, {0, away ? 1.0F : -1.0F}},
                   {.start_m = away ? -walk * seconds_ * 0.3F : -walk * seconds_ * 0.5F,
                    .speed_mps = walk});
    }
    static Route oncoming() { return {{-plan::kLaneX, 120}, {0, -1}}; }
    static Route leaving() { return {{plan::kLaneX, -20}, {0, 1}}; }

    Random random_;
    float seconds_;
    float texels_per_mm_;
    Traffic traffic_;
    int next_id_ = 1;
    std::size_t next_region_ = 0;
};

} // namespace

float vehicle_length(VehicleKind kind) noexcept {
    return kind == VehicleKind::motorcycle ? 2.0F : body_shape(kind).length + 0.15F;
}

Traffic plan_traffic(std::uint64_t seed, float seconds, float texels_per_mm) {
    return Planner{seed, seconds, texels_per_mm}.plan();
}

} // namespace vedette::media::demo
