#include "vedette/events/subscriber.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "vedette/base/assert.h"
#include "vedette/base/worker.h"

namespace vedette::events {
namespace {

using ports::LogPosition;
using std::chrono::milliseconds;

constexpr milliseconds kForLong = std::chrono::hours{1};

} // namespace

/// What a subscriber tells about itself.
class Subscriber::Probe {
public:
    Probe(Metrics& metrics, const std::string& name)
        : handled_{metrics.counter("events_subscriber_handled_total", "Events that were handled",
                                   {{"subscriber", name}})},
          retries_{metrics.counter("events_subscriber_retries_total",
                                   "Batches that failed and were tried again",
                                   {{"subscriber", name}})},
          lost_{metrics.counter("events_subscriber_lost_total",
                                "Events passed over because they are damaged on disk",
                                {{"subscriber", name}})},
          lag_{metrics.gauge("events_subscriber_lag_events", "Events that wait to be handled",
                             {{"subscriber", name}})} {}
    void handled(std::size_t events) { handled_->add(static_cast<double>(events)); }
    void retried() { retries_->add(); }
    void lost(std::uint64_t events) { lost_->add(static_cast<double>(events)); }
    void lags(std::uint64_t events) { lag_->set(static_cast<double>(events)); }

private:
    std::shared_ptr<Counter> handled_, retries_, lost_;
    std::shared_ptr<Gauge> lag_;
};

Subscriber::Subscriber(SubscriberOptions options, const Needs& needs, LogPosition start,
                       Handler handler, Idle idle)
    : options_{std::move(options)}, events_{needs.events}, log_{needs.log},
      handler_{std::move(handler)}, idle_{std::move(idle)}, probe_{std::make_unique<Probe>(
                                                                needs.metrics, options_.name)},
      backoff_{options_.backoff, std::hash<std::string>{}(options_.name)}, position_{start.value()},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {
    VEDETTE_ASSERT(options_.batch > 0);
}

Subscriber::~Subscriber() = default;

bool Subscriber::wait_for(LogPosition position, milliseconds patience) const {
    std::unique_lock lock{mutex_};
    return moved_.wait_for(lock, patience, [&] { return position_.load() >= position.value(); });
}

void Subscriber::run(const std::stop_token& stop) {
    name_this_thread(options_.name);
    if (const LogPosition last = events_.extent().last; position() > last) {
        log_.error("a subscriber stands behind the end of the event log: it goes on at the end",
                   {{"subscriber", options_.name},
                    {"position", position().value()},
                    {"last", last.value()}});
        moved_to(last);
    }
    const bool has_idle = idle_ && options_.idle > milliseconds{0};
    while (!stop.stop_requested()) {
        if (!events_.wait_beyond(position(), has_idle ? options_.idle : kForLong, stop)) {
            if (has_idle && !stop.stop_requested())
                idle_();
            continue;
        }
        if (stop.stop_requested())
            break;
        if (step())
            backoff_.reset();
        else if (!stop.stop_requested())
            pause(stop);
    }
}

bool Subscriber::step() {
    auto batch = events_.read(position(), options_.batch);
    if (!batch)
        return pass_damage(batch.error());
    if (batch->empty())
        return true;
    if (const Status done = handler_(*batch); !done) {
        probe_->retried();
        log_.warn("a subscriber failed and gets the same events again",
                  {{"subscriber", options_.name},
                   {"position", batch->front().position.value()},
                   {"events", batch->size()},
                   {"reason", done.error().message()}});
        return false;
    }
    probe_->handled(batch->size());
    moved_to(batch->back().position);
    return true;
}

bool Subscriber::pass_damage(const Error& error) {
    const LogPosition here = position();
    const LogPosition beyond =
        error.code() == ErrorCode::data_loss ? events_.beyond_damage(here) : here;
    log_.error(beyond > here ? "a subscriber passes over damaged events"
                             : "a subscriber cannot read the event log and tries again",
               {{"subscriber", options_.name}, {"reason", error.message()}});
    if (beyond == here)
        return false;
    probe_->lost(beyond.value() - here.value());
    moved_to(beyond);
    return true;
}

void Subscriber::moved_to(LogPosition position) {
    {
        const std::scoped_lock lock{mutex_};
        position_ = position.value();
    }
    moved_.notify_all();
    const std::uint64_t last = events_.extent().last.value();
    probe_->lags(last - std::min(last, position.value()));
}

void Subscriber::pause(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    // Nobody ends it early but a stop.
    moved_.wait_for(lock, stop, backoff_.next(), [] { return false; });
}

} // namespace vedette::events
