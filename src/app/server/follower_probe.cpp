#include "app/server/follower_probe.h"

#include <vector>

namespace vedette::app {
namespace {

std::shared_ptr<Counter> passes(Metrics& metrics, const char* kind) {
    return metrics.counter("app_following_passes_total", "Reads that following was told of",
                           {{"kind", kind}});
}

std::shared_ptr<Counter> cases(Metrics& metrics, const char* kind) {
    return metrics.counter("app_following_cases_total", "Changes of cases of following",
                           {{"kind", kind}});
}

std::vector<double> seconds() {
    return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

void add(Counter& counter, std::uint64_t now, std::uint64_t before) {
    counter.add(static_cast<double>(now >= before ? now - before : now));
}

} // namespace

FollowerProbe::FollowerProbe(Metrics& metrics)
    : taken_{passes(metrics, "taken")}, repeated_{passes(metrics, "repeated")},
      late_{passes(metrics, "late")}, refused_{passes(metrics, "refused")},
      placeless_{passes(metrics, "placeless")}, opened_{cases(metrics, "opened")},
      updated_{cases(metrics, "updated")}, closed_{cases(metrics, "closed")},
      dropped_{cases(metrics, "dropped")}, counted_{metrics.counter(
                                               "app_following_together_total",
                                               "Events of following.simple_rule")},
      ignored_{metrics.counter("app_following_ignored_total",
                               "Alerts of vehicles that following.ignore names")},
      pauses_{metrics.counter("app_following_pauses_total",
                              "Times reads no longer waited: no traffic came, or no camera was "
                              "behind")},
      held_{metrics.gauge("app_following_held", "Reads that wait for earlier ones")},
      subjects_{metrics.gauge("app_following_subjects",
                              "Plates, persons and cars with cameras that may be followed")},
      vehicles_{metrics.gauge("app_following_vehicles", "Vehicles that following remembers")},
      passes_{metrics.gauge("app_following_passes", "Reads that following remembers")},
      candidates_{metrics.gauge("app_following_candidates",
                                "Pairs of a subject and a vehicle that was seen with it")},
      memory_{metrics.gauge("app_following_memory_bytes", "What following remembers, about")},
      state_bytes_{metrics.gauge("app_following_state_bytes",
                                 "What following last kept on disk, to go on after a restart")},
      batch_seconds_{metrics.histogram("app_following_batch_seconds",
                                       "Following, for one batch of events", seconds(), {})},
      save_seconds_{metrics.histogram("app_following_save_seconds",
                                      "Keeping on disk what following remembers", seconds(), {})} {}

void FollowerProbe::begin(const analysis::FollowingStream& stream) {
    before_ = stream.analysis().counts();
    placeless_before_ = stream.placeless();
}

void FollowerProbe::measured(const analysis::FollowingStream& stream) {
    const auto now = stream.analysis().counts();
    add(*taken_, now.passes, before_.passes);
    add(*repeated_, now.repeated, before_.repeated);
    add(*late_, now.late, before_.late);
    add(*refused_, now.refused, before_.refused);
    before_ = now;
    add(*placeless_, stream.placeless(), placeless_before_);
    placeless_before_ = stream.placeless();
    const auto size = stream.analysis().size();
    held_->set(static_cast<double>(stream.held() + size.waiting));
    subjects_->set(static_cast<double>(size.subjects));
    vehicles_->set(static_cast<double>(size.vehicles));
    passes_->set(static_cast<double>(size.passes));
    candidates_->set(static_cast<double>(size.candidates));
    memory_->set(static_cast<double>(size.bytes));
}

void FollowerProbe::saved(std::size_t bytes, double seconds) {
    state_bytes_->set(static_cast<double>(bytes));
    save_seconds_->observe(seconds);
}

} // namespace vedette::app
