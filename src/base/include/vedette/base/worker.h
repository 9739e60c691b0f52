#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "vedette/base/bounded_queue.h"

namespace vedette {

/// Names the calling thread for debuggers and `top`; cut to 15 characters.
void name_this_thread(const std::string& name) noexcept;

/// When there are more threads than processors, the calling one, and those that it starts from now
/// on, get about a tenth of what others get. There is no way back.
void let_others_go_first() noexcept;

/// What the calling thread has had of the processors since it began; the same value where the
/// system cannot tell.
[[nodiscard]] std::chrono::nanoseconds processor_time_of_this_thread() noexcept;

/// One thread, one inbox. Everything `handle` touches belongs to that thread and needs no lock.
///
/// Thread-safe, except finish(), which belongs to the owner. Destroying it refuses new messages,
/// handles what is in the inbox, then joins. `handle` must not throw, and must not wait for its own
/// worker: neither finish() nor, under WhenFull::block, post() to itself.
template <class Message>
class Worker {
public:
    Worker(std::string name, std::size_t inbox_capacity, WhenFull when_full,
           std::function<void(Message)> handle)
        : name_{std::move(name)}, handle_{std::move(handle)}, inbox_{inbox_capacity, when_full},
          thread_{[this](std::stop_token stop) { run(std::move(stop)); }} {}

    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() { inbox_.close(); }

    /// \return false if the message was not taken, see BoundedQueue::push.
    [[nodiscard]] bool post(Message message) {
        return inbox_.push(std::move(message), thread_.get_stop_token());
    }

    /// Handles what is in the inbox, then ends; waits for that. Later posts are refused.
    void finish() {
        inbox_.close();
        if (thread_.joinable())
            thread_.join();
    }

    [[nodiscard]] std::size_t waiting() const { return inbox_.size(); }
    [[nodiscard]] std::uint64_t dropped() const { return inbox_.dropped(); }

private:
    void run(std::stop_token stop) {
        name_this_thread(name_);
        while (auto message = inbox_.pop(stop)) // drains, then ends
            handle_(std::move(*message));
    }

    const std::string name_;
    const std::function<void(Message)> handle_;
    BoundedQueue<Message> inbox_;
    std::jthread thread_; // last member: stopped and joined first
};

} // namespace vedette
