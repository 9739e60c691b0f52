#include "app/server/housekeeper.h"

#include <chrono>
#include <utility>

#include "vedette/base/worker.h"

namespace vedette::app {
namespace {

constexpr std::chrono::seconds kSizesEvery{1};
constexpr std::chrono::minutes kAgesEvery{1};
constexpr std::chrono::minutes kCountAgain{10}; ///< after a failure

SizeRule sizes_of(const RetentionOptions& options) {
    return {.pictures = options.pictures.max_size.bytes, .store = options.store_size.bytes};
}

} // namespace

Housekeeper::Housekeeper(const RetentionOptions& options, Parts parts)
    : parts_{std::move(parts)}, rule_{sizes_of(options)}, thread_{
                                                              [this](const std::stop_token& stop) {
                                                                  live(stop);
                                                              }} {}

Housekeeper::~Housekeeper() = default;

void Housekeeper::change(const RetentionOptions& options) {
    parts_.retention->change(options);
    {
        const std::scoped_lock lock{mutex_};
        rule_ = sizes_of(options);
        has_changed_ = true;
    }
    changed_.notify_all();
}

void Housekeeper::live(const std::stop_token& stop) {
    name_this_thread("keep");
    while (!stop.stop_requested()) {
        look_after(stop);
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, stop, kSizesEvery, [this] { return has_changed_; });
    }
}

void Housekeeper::look_after(const std::stop_token& stop) {
    const SteadyTime now = parts_.clock->steady_now();
    const auto [changed, rule] = [this] {
        const std::scoped_lock lock{mutex_};
        return std::pair{std::exchange(has_changed_, false), rule_};
    }();
    if (!counted_ && (counted_at_ == SteadyTime{} || now - counted_at_ >= kCountAgain)) {
        counted_at_ = now;
        const Status counted = parts_.take_stock(stop);
        counted_ = counted.has_value();
        tell(counting_, counted);
    }
    if (changed || now - enforced_at_ >= kAgesEvery) {
        enforced_at_ = now;
        tell(ages_, parts_.retention->enforce(stop));
    }
    tell(sizes_, parts_.sizes->enforce(rule, stop));
}

void Housekeeper::tell(Duty& duty, const Status& done) const {
    const bool cancelled = !done && done.error().code() == ErrorCode::cancelled;
    const bool failed = !done && !cancelled;
    if (failed && !duty.failing)
        parts_.messages->warn(duty.name, {{"reason", done.error().message()}});
    duty.failing = failed;
}

} // namespace vedette::app
