#pragma once

#include <functional>
#include <mutex>
#include <type_traits>
#include <utility>

namespace vedette {

/// Data that cannot be reached without its lock. Keep `use` short and call nobody else's interface
/// in it. What it returns is a value: a reference would be used after the lock is gone.
template <class T>
class Guarded {
public:
    Guarded() = default;
    explicit Guarded(T value) : value_{std::move(value)} {}

    template <class Use>
    decltype(auto) with(Use&& use) {
        static_assert(!std::is_reference_v<std::invoke_result_t<Use, T&>>,
                      "return a copy, not a reference to what the lock protects");
        std::scoped_lock lock{mutex_};
        return std::invoke(std::forward<Use>(use), value_);
    }
    template <class Use>
    decltype(auto) with(Use&& use) const {
        static_assert(!std::is_reference_v<std::invoke_result_t<Use, const T&>>,
                      "return a copy, not a reference to what the lock protects");
        std::scoped_lock lock{mutex_};
        return std::invoke(std::forward<Use>(use), std::as_const(value_));
    }

private:
    mutable std::mutex mutex_;
    T value_{};
};

} // namespace vedette
