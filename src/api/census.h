#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace vedette::api {

/// Counts who is connected, so that neither all together nor one address take more than their
/// share.
///
/// Thread-safe. Held by shared_ptr: a seat keeps it alive.
class Census : public std::enable_shared_from_this<Census> {
public:
    enum class Refusal { full = 1, address_full };

    /// A place that is given back when it is destroyed.
    class Seat {
    public:
        Seat(std::shared_ptr<Census> census, std::string address)
            : census_{std::move(census)}, address_{std::move(address)} {}
        Seat(Seat&&) noexcept = default;
        Seat& operator=(Seat&&) = delete;
        ~Seat() {
            if (census_)
                census_->leave(address_);
        }

    private:
        std::shared_ptr<Census> census_;
        std::string address_;
    };

    /// \param most_per_address  0: no limit
    /// \param changed  called with how many there are; must not call back
    Census(std::size_t most, std::size_t most_per_address, std::function<void(std::size_t)> changed)
        : most_{most}, most_per_address_{most_per_address}, changed_{std::move(changed)} {}

    /// A seat, or why there is none.
    [[nodiscard]] std::pair<std::optional<Seat>, Refusal> enter(const std::string& address) {
        std::scoped_lock lock{mutex_};
        if (all_ >= most_)
            return {std::nullopt, Refusal::full};
        const auto [found, is_new] = by_address_.try_emplace(address, 0);
        if (most_per_address_ != 0 && found->second >= most_per_address_)
            return {std::nullopt, Refusal::address_full};
        ++found->second;
        changed_(++all_);
        return {Seat{shared_from_this(), address}, Refusal::full};
    }

    [[nodiscard]] std::size_t all() const {
        std::scoped_lock lock{mutex_};
        return all_;
    }

private:
    void leave(const std::string& address) {
        std::scoped_lock lock{mutex_};
        changed_(--all_);
        if (const auto found = by_address_.find(address);
            found != by_address_.end() && --found->second == 0)
            by_address_.erase(found);
    }

    const std::size_t most_;
    const std::size_t most_per_address_;
    const std::function<void(std::size_t)> changed_;
    mutable std::mutex mutex_; // protects everything below
    std::size_t all_ = 0;
    std::unordered_map<std::string, std::size_t> by_address_;
};

} // namespace vedette::api
