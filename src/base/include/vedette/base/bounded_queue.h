#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "vedette/base/assert.h"

namespace vedette {

/// What push() does when the queue is full. There is no default: live frames drop the oldest,
/// events block.
enum class WhenFull { drop_oldest = 1, drop_newest, block };

/// First in, first out, between two stages; never more than `capacity` items.
///
/// Thread-safe: any number of producers and consumers.
template <class T>
class BoundedQueue {
public:
    /// \pre capacity > 0
    BoundedQueue(std::size_t capacity, WhenFull when_full)
        : capacity_{capacity}, when_full_{when_full} {
        VEDETTE_ASSERT(capacity > 0);
    }

    /// Blocks only under WhenFull::block.
    /// \return false if this item was not taken (queue closed, stop requested, or dropped as the
    /// newest).
    [[nodiscard]] bool push(T item, std::stop_token stop = {}) {
        {
            std::unique_lock lock{mutex_};
            if (when_full_ == WhenFull::block)
                not_full_.wait(lock, stop, [this] { return closed_ || items_.size() < capacity_; });
            if (closed_ || stop.stop_requested())
                return false;
            if (items_.size() >= capacity_) {
                ++dropped_;
                if (when_full_ == WhenFull::drop_newest)
                    return false;
                items_.pop_front();
            }
            items_.push_back(std::move(item));
        }
        not_empty_.notify_one();
        return true;
    }

    /// Waits for an item. After close() or a stop request gives what is left, then nothing.
    [[nodiscard]] std::optional<T> pop(std::stop_token stop = {}) {
        std::optional<T> item;
        {
            std::unique_lock lock{mutex_};
            not_empty_.wait(lock, stop, [this] { return closed_ || !items_.empty(); });
            if (items_.empty())
                return std::nullopt;
            item.emplace(std::move(items_.front()));
            items_.pop_front();
        }
        not_full_.notify_one();
        return item;
    }

    /// Does not wait.
    [[nodiscard]] std::optional<T> try_pop() {
        std::optional<T> item;
        {
            std::scoped_lock lock{mutex_};
            if (items_.empty())
                return std::nullopt;
            item.emplace(std::move(items_.front()));
            items_.pop_front();
        }
        not_full_.notify_one();
        return item;
    }

    /// Refuses new items from now on; what is inside can still be popped.
    void close() {
        {
            std::scoped_lock lock{mutex_};
            closed_ = true;
        }
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    [[nodiscard]] std::size_t size() const {
        std::scoped_lock lock{mutex_};
        return items_.size();
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// Items lost to a full queue since it was made.
    [[nodiscard]] std::uint64_t dropped() const {
        std::scoped_lock lock{mutex_};
        return dropped_;
    }

private:
    const std::size_t capacity_;
    const WhenFull when_full_;
    mutable std::mutex mutex_; // protects everything below
    std::condition_variable_any not_empty_;
    std::condition_variable_any not_full_;
    std::deque<T> items_;
    std::uint64_t dropped_ = 0;
    bool closed_ = false;
};

} // namespace vedette
