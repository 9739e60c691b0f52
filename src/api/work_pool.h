#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "vedette/base/bounded_queue.h"
#include "vedette/base/worker.h"

namespace vedette::api {

/// A few threads for what waits: the store, files, pictures. A connection's thread never does.
///
/// Thread-safe. Destroying it finishes what is queued.
class WorkPool {
public:
    using Job = std::function<void()>;

    WorkPool(int threads, std::size_t capacity) : jobs_{capacity, WhenFull::drop_newest} {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this] { run(); });
    }
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;
    ~WorkPool() { jobs_.close(); }

    /// \return false if too much is waiting; then the job will not be done.
    [[nodiscard]] bool post(Job job) { return jobs_.push(std::move(job)); }
    [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }
    /// Jobs that were not taken since the start.
    [[nodiscard]] std::uint64_t refused() const { return jobs_.dropped(); }

private:
    void run() {
        name_this_thread("api work");
        while (auto job = jobs_.pop())
            (*job)();
    }

    BoundedQueue<Job> jobs_;
    std::vector<std::jthread> threads_; // last member: joined first
};

} // namespace vedette::api
