#include "demo/truth_counter.h"

#include <algorithm>
#include <array>

namespace vedette::media::demo {
namespace {

std::string_view kind_name(VehicleKind kind) {
    switch (kind) {
    case VehicleKind::hatchback: return "hatchback";
    case VehicleKind::sedan: return "sedan";
    case VehicleKind::suv: return "suv";
    case VehicleKind::van: return "van";
    case VehicleKind::lorry: return "lorry";
    case VehicleKind::bus: return "bus";
    case VehicleKind::motorcycle: return "motorcycle";
    }
    return "";
}

std::string_view label_name(VehicleKind kind) {
    switch (kind) {
    case VehicleKind::hatchback:
    case VehicleKind::sedan:
    case VehicleKind::suv:
    case VehicleKind::van: return "car";
    case VehicleKind::lorry: return "truck";
    case VehicleKind::bus: return "bus";
    case VehicleKind::motorcycle: return "motorcycle";
    }
    return "";
}

/// Share of the thing's outline that lies inside the picture; by its box, before it was clamped.
float share_in_picture(const StreetCamera& camera, const Actor& actor) {
    float left = 1e9F;
    float right = -1e9F;
    float top = 1e9F;
    float bottom = -1e9F;
    for (const Vertex& v : actor.mesh->vertices) {
        const Projected p = camera.project(actor.pose(v.at));
        if (p.depth_m < 1)
            return 0; // reaches behind the lens: next to nothing of it is in the picture
        left = std::min(left, p.x_px);
        right = std::max(right, p.x_px);
        top = std::min(top, p.y_px);
        bottom = std::max(bottom, p.y_px);
    }
    const float width =
        std::min(right, static_cast<float>(camera.width_px())) - std::max(left, 0.0F);
    const float height =
        std::min(bottom, static_cast<float>(camera.height_px())) - std::max(top, 0.0F);
    const float all = (right - left) * (bottom - top);
    return width > 0 && height > 0 && all > 0 ? width * height / all : 0;
}

float distance(Projected a, Projected b) { return std::hypot(a.x_px - b.x_px, a.y_px - b.y_px); }

float quad_area(const std::array<Projected, 4>& q) {
    return std::abs(signed_area(q[0], q[1], q[2]) + signed_area(q[0], q[2], q[3])) / 2;
}

std::optional<DemoPlateTruth> plate_truth(const StreetCamera& camera, const Actor& actor,
                                          int plate_pixels) {
    const PlannedVehicle& vehicle = *actor.vehicle;
    for (const PlateSide side : {PlateSide::front, PlateSide::rear}) {
        if (side == PlateSide::front && vehicle.look.kind == VehicleKind::motorcycle)
            continue;
        std::array<Projected, 4> corners{};
        const auto local = plate_corners(vehicle.look.kind, side, vehicle.plate.size());
        for (std::size_t i = 0; i < 4; ++i)
            corners[i] = camera.project(actor.pose(local[i]));
        // Top left, top right, bottom right runs clockwise on the screen when the plate's face is
        // seen.
        if (std::any_of(corners.begin(), corners.end(),
                        [](const Projected& p) { return p.depth_m < kNearM; }) ||
            signed_area(corners[0], corners[1], corners[2]) <= 0)
            continue;
        const float visible =
            std::min(1.0F, static_cast<float>(plate_pixels) / std::max(1.0F, quad_area(corners)));
        if (plate_pixels == 0)
            return std::nullopt;
        DemoPlateTruth truth;
        truth.text = vehicle.plate.text;
        truth.region = region_code(vehicle.plate.region);
        for (std::size_t i = 0; i < 4; ++i)
            truth.corners[i] = {corners[i].x_px / static_cast<float>(camera.width_px()),
                                corners[i].y_px / static_cast<float>(camera.height_px())};
        truth.height_px = (distance(corners[0], corners[3]) + distance(corners[1], corners[2])) / 2;
        truth.visible = visible;
        return truth;
    }
    return std::nullopt;
}

} // namespace

TruthCounter::TruthCounter(int width_px, int height_px) : width_{width_px}, height_{height_px} {
    clear();
}

void TruthCounter::clear() {
    const auto pixels = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
    owner_.assign(pixels, 0);
    last_touched_.assign(pixels, 0);
    plate_.assign(pixels, 0);
    covered_.clear();
    current_ = 0;
}

void TruthCounter::begin(int id) { current_ = id; }

void TruthCounter::touch(std::size_t pixel, bool seen, Part part) {
    if (last_touched_[pixel] != current_) {
        last_touched_[pixel] = current_;
        ++covered_[current_];
    }
    if (seen) {
        owner_[pixel] = current_;
        plate_[pixel] = part == Part::plate_front || part == Part::plate_rear ? 1 : 0;
    }
}

std::unordered_map<int, TruthCounter::Seen> TruthCounter::visible_pixels() const {
    std::unordered_map<int, Seen> out;
    for (int y = 0; y < height_; ++y)
        for (int x = 0; x < width_; ++x) {
            const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                           static_cast<std::size_t>(x);
            if (owner_[i] == 0)
                continue;
            Seen& seen = out[owner_[i]];
            if (seen.pixels == 0)
                seen.box = {x, y, x + 1, y + 1};
            seen.box = {std::min(seen.box.left, x), seen.box.top, std::max(seen.box.right, x + 1),
                        y + 1};
            ++seen.pixels;
            seen.plate_pixels += plate_[i];
        }
    return out;
}

DemoObjectTruth TruthCounter::object(const StreetCamera& camera, const Actor& actor,
                                     const Seen& seen) const {
    DemoObjectTruth truth;
    truth.id = actor.id;
    truth.label = actor.vehicle != nullptr ? label_name(actor.vehicle->look.kind) : "person";
    truth.kind = actor.vehicle != nullptr ? kind_name(actor.vehicle->look.kind) : "person";
    const auto w = static_cast<float>(width_);
    const auto h = static_cast<float>(height_);
    truth.box = {static_cast<float>(seen.box.left) / w, static_cast<float>(seen.box.top) / h,
                 static_cast<float>(seen.box.right - seen.box.left) / w,
                 static_cast<float>(seen.box.bottom - seen.box.top) / h};
    truth.visible = static_cast<float>(seen.pixels) /
                    static_cast<float>(std::max(1, covered_.at(actor.id))) *
                    share_in_picture(camera, actor);
    if (actor.vehicle != nullptr)
        truth.plate = plate_truth(camera, actor, seen.plate_pixels);
    return truth;
}

DemoFrameTruth TruthCounter::truth(const StreetCamera& camera,
                                   const std::vector<Actor>& actors) const {
    DemoFrameTruth frame;
    const auto visible = visible_pixels();
    for (const Actor& actor : actors)
        if (const auto seen = visible.find(actor.id); seen != visible.end())
            frame.objects.push_back(object(camera, actor, seen->second));
    std::sort(frame.objects.begin(), frame.objects.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    return frame;
}

} // namespace vedette::media::demo
