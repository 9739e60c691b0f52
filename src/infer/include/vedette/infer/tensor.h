#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::infer {

enum class ElementType { f32 = 1, u8, i32, i64 };

[[nodiscard]] std::size_t size_bytes(ElementType type) noexcept;
[[nodiscard]] std::string_view to_string(ElementType type) noexcept;

/// Lengths of the dimensions, outermost first; -1 where the model leaves it open.
using Shape = std::vector<std::int64_t>;

/// \return the product of the lengths; 0 if one is open or the product overflows.
[[nodiscard]] std::size_t element_count(const Shape& shape) noexcept;
/// "1x3x416x416", "?" for an open one.
[[nodiscard]] std::string to_string(const Shape& shape);

struct TensorSpec {
    std::string name;
    ElementType type = ElementType::f32;
    Shape shape;
    friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

/// Numbers that somebody else owns, tightly packed, row-major.
struct TensorView {
    ElementType type = ElementType::f32;
    Shape shape;
    std::span<const std::byte> bytes;

    /// \pre type is f32
    [[nodiscard]] std::span<const float> floats() const;
};

} // namespace vedette::infer
