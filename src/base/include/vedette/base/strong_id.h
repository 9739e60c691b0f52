#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <utility>

namespace vedette {

/// An id that is its own type: a camera's id can't be passed where a track's is wanted.
template <class Tag, class Rep = std::int64_t>
class StrongId {
public:
    constexpr StrongId() = default;
    constexpr explicit StrongId(Rep value) noexcept : value_{std::move(value)} {}
    [[nodiscard]] constexpr const Rep& value() const noexcept { return value_; }
    friend constexpr auto operator<=>(const StrongId&, const StrongId&) noexcept = default;

private:
    Rep value_{};
};

} // namespace vedette

template <class Tag, class Rep>
struct std::hash<vedette::StrongId<Tag, Rep>> {
    std::size_t operator()(const vedette::StrongId<Tag, Rep>& id) const noexcept {
        return std::hash<Rep>{}(id.value());
    }
};
