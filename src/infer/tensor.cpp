#include "vedette/infer/tensor.h"

#include <limits>

#include "vedette/base/assert.h"

namespace vedette::infer {

std::size_t size_bytes(ElementType type) noexcept {
    switch (type) {
    case ElementType::f32:
    case ElementType::i32: return 4;
    case ElementType::u8: return 1;
    case ElementType::i64: return 8;
    }
    return 0;
}

std::string_view to_string(ElementType type) noexcept {
    switch (type) {
    case ElementType::f32: return "f32";
    case ElementType::u8: return "u8";
    case ElementType::i32: return "i32";
    case ElementType::i64: return "i64";
    }
    return "?";
}

std::size_t element_count(const Shape& shape) noexcept {
    constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max() / 8; // of the widest type
    std::size_t count = 1;
    for (const std::int64_t length : shape) {
        if (length <= 0)
            return 0;
        const auto factor = static_cast<std::size_t>(length);
        if (count > kMost / factor)
            return 0;
        count *= factor;
    }
    return count;
}

std::string to_string(const Shape& shape) {
    if (shape.empty())
        return "scalar";
    std::string out;
    for (const std::int64_t length : shape) {
        out += out.empty() ? "" : "x";
        out += length < 0 ? "?" : std::to_string(length);
    }
    return out;
}

std::span<const float> TensorView::floats() const {
    VEDETTE_ASSERT(type == ElementType::f32);
    return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

} // namespace vedette::infer
