#pragma once

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>

#include "http/asio.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"

namespace vedette::api::http {

/// One open connection. Its reactor's thread is the only one that calls it.
class Session {
public:
    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session() = default;
    /// Called some ten times a second: gives up what took too long.
    virtual void check(SteadyTime now) = 0;
    /// The server stops: ends after what is under way.
    virtual void finish() = 0;
    /// Ends now.
    virtual void abort() = 0;
};

/// One thread with its connections, which therefore need no locks.
///
/// Thread-safe where it says so; everything else belongs to the thread.
class Reactor {
public:
    Reactor(const Clock& clock, Log& log);
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    ~Reactor() { end(); }

    /// Closes the connections that are left and ends the thread; belongs to the owner. What is
    /// posted afterwards is not done any more.
    void end();

    /// Thread-safe.
    [[nodiscard]] asio::io_context& context() noexcept { return context_; }
    [[nodiscard]] const Clock& clock() const noexcept { return clock_; }

    void add(std::shared_ptr<Session> session);
    /// To be called by a session that has ended.
    void remove(const std::shared_ptr<Session>& session);
    /// Where a connection reads into before it knows how much there is.
    [[nodiscard]] asio::mutable_buffer scratch() { return asio::buffer(scratch_); }
    /// "Sat, 21 Nov 2026 10:15:00 GMT", of this second.
    [[nodiscard]] const std::string& date();

    /// Thread-safe: asks every session to finish(), those that come later as well.
    void finish_all();
    /// Thread-safe: asks every session to abort().
    void abort_all();
    /// Thread-safe. \return whether no session was left before the patience was over.
    [[nodiscard]] bool wait_until_empty(std::chrono::steady_clock::time_point until);

private:
    void run();
    void tick();

    const Clock& clock_;
    Log& log_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    asio::steady_timer timer_{context_};
    std::unordered_set<std::shared_ptr<Session>> sessions_;
    bool finishing_ = false;
    std::array<char, std::size_t{64} << 10U> scratch_{};
    std::chrono::sys_seconds date_of_{};
    std::string date_;
    std::mutex mutex_; // protects count_
    std::condition_variable fewer_;
    std::size_t count_ = 0;
    std::jthread thread_; // last member: joined first
};

} // namespace vedette::api::http
