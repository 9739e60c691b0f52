#pragma once

#include <stop_token>
#include <thread>

#include "app/reload_requests.h"

namespace vedette::app {

/// Waits for SIGINT, SIGTERM and SIGHUP on a thread of its own. The first asks to stop, the second
/// ends the process at once; SIGHUP goes to a command that expects it, and is one of them
/// otherwise, unless it was ignored at the start (`nohup`).
///
/// One in a process, made before any thread of ours: they are to leave these signals to it. Those
/// that libraries start before main() (OpenBLAS does) have them all the same, so none is left to
/// end the process by what the system does on its own.
class Signals {
public:
    /// \param reloads  borrowed; must outlive it
    explicit Signals(ReloadRequests& reloads);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    [[nodiscard]] std::stop_token token() const { return asked_.get_token(); }

private:
    void wait(int out, const std::stop_token& over);
    void came(int signal);

    ReloadRequests& reloads_;
    const bool hangup_ignored_;
    std::stop_source asked_;
    std::jthread waiter_;
};

} // namespace vedette::app
