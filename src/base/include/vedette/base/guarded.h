#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace vedette {

/// Data that cannot be reached without its lock. Keep `use` short and call nobody else's interface
/// in it.
template <class T>
class Guarded {
public:
    Guarded() = default;
    explicit Guarded(T value) : value_{std::move(value)} {}

    template <class Use>
    decltype(auto) with(Use&& use) {
        std::scoped_lock lock{mutex_};
        return std::invoke(std::forward<Use>(use), value_);
    }
    template <class Use>
    decltype(auto) with(Use&& use) const {
        std::scoped_lock lock{mutex_};
        return std::invoke(std::forward<Use>(use), std::as_const(value_));
    }

private:
    mutable std::mutex mutex_;
    T value_{};
};

} // namespace vedette
