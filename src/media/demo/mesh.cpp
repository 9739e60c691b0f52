#include "demo/mesh.h"

#include <array>

namespace vedette::media::demo {
namespace {

std::uint32_t count32(const std::vector<Vertex>& vertices) {
    return static_cast<std::uint32_t>(vertices.size());
}

/// Two directions that form a right-handed base with `axis`.
std::array<Vec3, 2> across(Vec3 axis) {
    const Vec3 helper = std::abs(axis.z) < 0.9F ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
    const Vec3 u = normalized(cross(helper, axis));
    return {u, cross(axis, u)};
}

} // namespace

std::uint32_t Mesh::add(Vertex vertex) {
    vertices.push_back(vertex);
    return count32(vertices) - 1;
}

// NOLINTNEXTLINE(readability-function-size): four corners, and what they are made of
void Mesh::add_quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d, Part part,
                    std::uint16_t tag) {
    triangles.push_back({a, b, c, part, tag});
    triangles.push_back({a, c, d, part, tag});
}

// NOLINTNEXTLINE(readability-function-size): four corners, and what they are made of
void add_flat(Mesh& mesh, Vec3 a, Vec3 b, Vec3 c, Vec3 d, Part part, std::uint16_t tag) {
    const Vec3 normal = normalized(cross(b - a, d - a));
    const auto first = mesh.add({a, normal, {0, 1}});
    mesh.add({b, normal, {1, 1}});
    mesh.add({c, normal, {1, 0}});
    mesh.add({d, normal, {0, 0}});
    mesh.add_quad(first, first + 1, first + 2, first + 3, part, tag);
}

void add_box(Mesh& mesh, Vec3 low, Vec3 high, Part part, std::uint16_t tag) {
    const Vec3 l = low;
    const Vec3 h = high;
    add_flat(mesh, {h.x, l.y, l.z}, {h.x, h.y, l.z}, {h.x, h.y, h.z}, {h.x, l.y, h.z}, part,
             tag); // +x
    add_flat(mesh, {l.x, h.y, l.z}, {l.x, l.y, l.z}, {l.x, l.y, h.z}, {l.x, h.y, h.z}, part,
             tag); // -x
    add_flat(mesh, {h.x, h.y, l.z}, {l.x, h.y, l.z}, {l.x, h.y, h.z}, {h.x, h.y, h.z}, part,
             tag); // +y
    add_flat(mesh, {l.x, l.y, l.z}, {h.x, l.y, l.z}, {h.x, l.y, h.z}, {l.x, l.y, h.z}, part,
             tag); // -y
    add_flat(mesh, {l.x, l.y, h.z}, {h.x, l.y, h.z}, {h.x, h.y, h.z}, {l.x, h.y, h.z}, part,
             tag); // +z
    add_flat(mesh, {l.x, h.y, l.z}, {h.x, h.y, l.z}, {h.x, l.y, l.z}, {l.x, l.y, l.z}, part,
             tag); // -z
}

// NOLINTNEXTLINE(readability-function-size): a shape is its measures; a struct would say them twice
void add_ellipsoid(Mesh& mesh, Vec3 centre, Vec3 radii, Part part, int segments,
                   std::uint16_t tag) {
    const int rows = segments / 2;
    const auto first = count32(mesh.vertices);
    for (int i = 0; i <= rows; ++i)
        for (int j = 0; j < segments; ++j) {
            const float up = kPi * (static_cast<float>(i) / static_cast<float>(rows) - 0.5F);
            const float round = 2 * kPi * static_cast<float>(j) / static_cast<float>(segments);
            const Vec3 unit{std::cos(up) * std::cos(round), std::cos(up) * std::sin(round),
                            std::sin(up)};
            const Vec3 normal = normalized({unit.x / radii.x, unit.y / radii.y, unit.z / radii.z});
            mesh.add({centre + unit * radii, normal, {}});
        }
    const auto n = static_cast<std::uint32_t>(segments);
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(rows); ++i)
        for (std::uint32_t j = 0; j < n; ++j) {
            const auto a = first + i * n + j;
            const auto b = first + i * n + (j + 1) % n;
            mesh.add_quad(a, b, b + n, a + n, part, tag);
        }
}

// NOLINTNEXTLINE(readability-function-size): a shape is its measures; a struct would say them twice
void add_limb(Mesh& mesh, Vec3 a, float radius_a, Vec3 b, float radius_b, Part part, int segments,
              std::uint16_t tag) {
    struct Ring {
        float along, radius,
            tilt; // position from a to b, radius, normal's component along the axis
        Vec3 centre;
    };
    const Vec3 axis = normalized(b - a);
    const std::array<Ring, 6> rings{{{0, 0.0F, -1, a - axis * radius_a},
                                     {0, radius_a * 0.75F, -0.66F, a - axis * (radius_a * 0.66F)},
                                     {0, radius_a, 0, a},
                                     {1, radius_b, 0, b},
                                     {1, radius_b * 0.75F, 0.66F, b + axis * (radius_b * 0.66F)},
                                     {1, 0.0F, 1, b + axis * radius_b}}};
    const auto [u, v] = across(axis);
    const auto first = count32(mesh.vertices);
    for (const Ring& ring : rings)
        for (int j = 0; j < segments; ++j) {
            const float round = 2 * kPi * static_cast<float>(j) / static_cast<float>(segments);
            const Vec3 out = u * std::cos(round) + v * std::sin(round);
            const float flat = std::sqrt(1 - ring.tilt * ring.tilt);
            mesh.add({ring.centre + out * ring.radius, out * flat + axis * ring.tilt, {}});
        }
    const auto n = static_cast<std::uint32_t>(segments);
    for (std::uint32_t i = 0; i + 1 < rings.size(); ++i)
        for (std::uint32_t j = 0; j < n; ++j) {
            const auto p = first + i * n + j;
            const auto q = first + i * n + (j + 1) % n;
            mesh.add_quad(p, q, q + n, p + n, part, tag);
        }
}

void add_wheel(Mesh& mesh, Vec3 hub, float radius, float width, int segments) {
    const auto n = static_cast<std::uint32_t>(segments);
    const auto angle_of = [segments](std::uint32_t j) {
        return 2 * kPi * static_cast<float>(j) / static_cast<float>(segments);
    };
    const auto tread = count32(mesh.vertices);
    for (const float side : {-0.5F, 0.5F})
        for (std::uint32_t j = 0; j < n; ++j) {
            const Vec3 out{std::cos(angle_of(j)), 0, std::sin(angle_of(j))};
            mesh.add({hub + out * radius + Vec3{0, side * width, 0}, out, {2, 0}});
        }
    for (std::uint32_t j = 0; j < n; ++j) {
        const auto k = (j + 1) % n;
        mesh.add_quad(tread + k, tread + j, tread + n + j, tread + n + k, Part::wheel);
    }
    for (const float side : {-0.5F, 0.5F}) {
        const Vec3 normal{0, side * 2, 0};
        const auto centre = mesh.add({hub + Vec3{0, side * width, 0}, normal, {0, 0}});
        for (std::uint32_t j = 0; j <= n; ++j) {
            const Vec3 out{std::cos(angle_of(j)), 0, std::sin(angle_of(j))};
            mesh.add({hub + out * radius + Vec3{0, side * width, 0}, normal, {out.x, out.z}});
        }
        for (std::uint32_t j = 1; j <= n; ++j) {
            if (side > 0)
                mesh.triangles.push_back({centre, centre + j + 1, centre + j, Part::wheel, 0});
            else
                mesh.triangles.push_back({centre, centre + j, centre + j + 1, Part::wheel, 0});
        }
    }
}

namespace {

/// Closes a ring by smaller and smaller copies of it that move outwards along x.
void add_cap(Mesh& mesh, const std::vector<Vec3>& ring, Part part, float bulge, bool front) {
    constexpr std::array<float, 5> kShrink{1.0F, 0.96F, 0.8F, 0.5F, 0.02F};
    Vec3 centre;
    for (const Vec3 p : ring)
        centre += p * (1.0F / static_cast<float>(ring.size()));
    const auto n = static_cast<std::uint32_t>(ring.size());
    const auto first = count32(mesh.vertices);
    for (const float s : kShrink)
        for (const Vec3 p : ring) {
            // Only the width decides the bulge: a bumper is round in plan, nearly straight upright.
            const float side = std::abs(p.y) > 1e-4F ? s : s * 0.2F;
            Vec3 q = mix(centre, p, s);
            q.x = p.x + (front ? bulge : -bulge) * (1 - side * side);
            mesh.add({q, {}, {}});
        }
    for (std::uint32_t k = 0; k + 1 < kShrink.size(); ++k)
        for (std::uint32_t j = 0; j < n; ++j) {
            const auto a = first + k * n + j;
            const auto b = first + k * n + (j + 1) % n;
            if (front)
                mesh.add_quad(a, b, b + n, a + n, part);
            else
                mesh.add_quad(b, a, a + n, b + n, part);
        }
}

} // namespace

void add_loft(Mesh& mesh, std::span<const std::vector<Vec3>> rings, Part part, Caps caps) {
    const auto n = static_cast<std::uint32_t>(rings.front().size());
    const auto first = count32(mesh.vertices);
    const auto first_triangle = mesh.triangles.size();
    for (const auto& ring : rings)
        for (const Vec3 p : ring)
            mesh.add({p, {}, {}});
    for (std::uint32_t i = 0; i + 1 < rings.size(); ++i)
        for (std::uint32_t j = 0; j < n; ++j) {
            const auto a = first + i * n + j;
            const auto b = first + i * n + (j + 1) % n;
            mesh.add_quad(a, a + n, b + n, b, part);
        }
    smooth_normals(mesh, first, first_triangle);
    const auto cap_vertex = mesh.vertices.size();
    const auto cap_triangle = mesh.triangles.size();
    add_cap(mesh, rings.front(), part, caps.front_bulge, true);
    add_cap(mesh, rings.back(), part, caps.rear_bulge, false);
    smooth_normals(mesh, cap_vertex, cap_triangle);
}

void smooth_normals(Mesh& mesh, std::size_t first_vertex, std::size_t first_triangle) {
    for (std::size_t i = first_triangle; i < mesh.triangles.size(); ++i) {
        const Triangle& t = mesh.triangles[i];
        const Vec3 a = mesh.vertices[t.a].at;
        const Vec3 face = cross(mesh.vertices[t.b].at - a, mesh.vertices[t.c].at - a);
        for (const auto v : {t.a, t.b, t.c})
            mesh.vertices[v].normal += face;
    }
    for (std::size_t i = first_vertex; i < mesh.vertices.size(); ++i)
        mesh.vertices[i].normal = normalized(mesh.vertices[i].normal);
}

} // namespace vedette::media::demo
