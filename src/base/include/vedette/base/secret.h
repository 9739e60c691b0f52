#pragma once

#include <ostream>
#include <utility>

namespace vedette {

/// A value that cannot be printed, formatted or logged by accident: it has to be revealed where it
/// is used. Comparing takes a time that depends on the values; check a password with crypto
/// instead.
template <class T>
class Secret {
public:
    Secret() = default;
    explicit Secret(T value) : value_{std::move(value)} {}
    [[nodiscard]] const T& reveal() const noexcept { return value_; }
    friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;
    friend bool operator==(const Secret&, const Secret&) = default;

private:
    T value_{};
};

} // namespace vedette
