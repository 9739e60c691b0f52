#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "demo/vec.h"

namespace vedette::media::demo {

/// What a surface is made of; the shader of the thing that owns the mesh decides how it looks.
enum class Part : std::uint8_t {
    body = 1, ///< painted shell with windows, lamps and lines drawn on by position
    cargo,    ///< the box of a lorry
    trim,     ///< black plastic, tyres' arches, underbody
    wheel,
    metal,
    plate_front,
    plate_rear,
    skin,
    hair,
    shirt,
    trousers,
    shoes,
    helmet,
    ground,
    wall,
    trunk,
    leaves,
    lamp,
};

struct Vertex {
    Vec3 at;
    Vec3 normal;
    Vec2 uv; ///< plates: 0..1; wheels: (radius / rim radius, angle); else unused
};

struct Triangle {
    std::uint32_t a = 0, b = 0, c = 0; ///< counter-clockwise seen from outside
    Part part = Part::body;
    std::uint16_t tag =
        0; ///< what the owner wants to know about the part: which wall, which person
};

/// Triangles in metres. Object space of vehicles and people: x forward, y left, z up, origin on the
/// ground.
struct Mesh {
    std::vector<Vertex> vertices;
    std::vector<Triangle> triangles;

    std::uint32_t add(Vertex vertex);
    void add_quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d, Part part,
                  std::uint16_t tag = 0);
};

/// Four corners counter-clockwise seen from outside; uv (0,1) (1,1) (1,0) (0,0).
void add_flat(Mesh& mesh, Vec3 a, Vec3 b, Vec3 c, Vec3 d, Part part, std::uint16_t tag = 0);
void add_box(Mesh& mesh, Vec3 low, Vec3 high, Part part, std::uint16_t tag = 0);
void add_ellipsoid(Mesh& mesh, Vec3 centre, Vec3 radii, Part part, int segments = 10,
                   std::uint16_t tag = 0);
/// A limb: round, from `a` to `b`, with its own radius at each end, both ends closed by half
/// spheres.
void add_limb(Mesh& mesh, Vec3 a, float radius_a, Vec3 b, float radius_b, Part part,
              int segments = 8, std::uint16_t tag = 0);
/// A wheel standing upright, rolling along x. Both discs have uv (distance from the hub / radius,
/// angle).
void add_wheel(Mesh& mesh, Vec3 hub, float radius, float width, int segments = 24);

/// Rings of equal length become a smooth closed tube; the first and the last ring are closed by
/// caps that bulge by the given lengths along the ring's axis (x).
struct Caps {
    float front_bulge = 0;
    float rear_bulge = 0;
};
void add_loft(Mesh& mesh, std::span<const std::vector<Vec3>> rings, Part part, Caps caps);

/// Recomputes normals of the vertices from `first` on as the area-weighted mean of their triangles.
void smooth_normals(Mesh& mesh, std::size_t first_vertex, std::size_t first_triangle);

} // namespace vedette::media::demo
