#include "http/reactor.h"

#include <cstdio>
#include <exception>
#include <utility>
#include <vector>

#include "vedette/base/worker.h"

namespace vedette::api::http {
namespace {

/// How exactly time limits are kept.
constexpr std::chrono::milliseconds kTick{100};

std::string http_date(std::chrono::sys_seconds time) {
    constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss<std::chrono::seconds> clock{time - day};
    std::array<char, 40> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        kDays.at(std::chrono::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
        kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

} // namespace

Reactor::Reactor(const Clock& clock, Log& log)
    : clock_{clock}, log_{log}, thread_{[this] { run(); }} {}

void Reactor::end() {
    if (!thread_.joinable())
        return;
    abort_all();
    asio::post(context_, [this] { context_.stop(); });
    thread_.join();
}

void Reactor::run() {
    name_this_thread("api io");
    tick();
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& error) { // of one connection; the others go on
            log_.error("a connection failed", {{"what", error.what()}});
        }
    }
}

void Reactor::tick() {
    const SteadyTime now = clock_.steady_now();
    const std::vector<std::shared_ptr<Session>> all(sessions_.begin(), sessions_.end());
    for (const auto& session : all)
        session->check(now);
    timer_.expires_after(kTick);
    timer_.async_wait([this](error_code error) {
        if (!error)
            tick();
    });
}

void Reactor::add(std::shared_ptr<Session> session) {
    {
        std::scoped_lock lock{mutex_};
        ++count_;
    }
    Session& added = **sessions_.insert(std::move(session)).first;
    if (finishing_)
        added.finish();
}

void Reactor::remove(const std::shared_ptr<Session>& session) {
    if (sessions_.erase(session) == 0)
        return;
    {
        std::scoped_lock lock{mutex_};
        --count_;
    }
    fewer_.notify_all();
}

const std::string& Reactor::date() {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.wall_now());
    if (date_.empty() || now != date_of_) {
        date_of_ = now;
        date_ = http_date(now);
    }
    return date_;
}

void Reactor::finish_all() {
    asio::post(context_, [this] {
        finishing_ = true;
        const std::vector<std::shared_ptr<Session>> all(sessions_.begin(), sessions_.end());
        for (const auto& session : all)
            session->finish();
    });
}

void Reactor::abort_all() {
    asio::post(context_, [this] {
        const std::vector<std::shared_ptr<Session>> all(sessions_.begin(), sessions_.end());
        for (const auto& session : all)
            session->abort();
    });
}

bool Reactor::wait_until_empty(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock{mutex_};
    return fewer_.wait_until(lock, until, [this] { return count_ == 0; });
}

} // namespace vedette::api::http
