#include "app/server/follower.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "vedette/base/guarded.h"
#include "vedette/events/subscriber.h"

namespace vedette::app {
namespace {

constexpr std::size_t kBatch = 512;
/// How often the clock is looked at while no events come.
constexpr std::chrono::milliseconds kLookEvery{250};

} // namespace

struct Follower::Impl {
    Impl(std::unique_ptr<FollowerWork> work_in, Log& messages_in)
        : work{std::move(work_in)}, messages{messages_in}, saved{work->saved().value()} {}

    ~Impl() {
        subscriber.reset();
        if (const Status done = work->save(); !done)
            tell(done.error());
    }

    Status handle(std::span<const ports::LoggedEvent> batch) {
        VEDETTE_CHECK_OK(take_wanted());
        VEDETTE_CHECK_OK(work->handle(batch));
        saved = work->saved().value();
        return {};
    }

    /// What fails is told once and tried again.
    void look() {
        Status done = take_wanted();
        if (done)
            done = work->look();
        saved = work->saved().value();
        if (done)
            failing = false;
        else if (!std::exchange(failing, true))
            tell(done.error());
    }

    Status take_wanted() {
        const auto settings = wanted.with([](const auto& now) { return now; });
        if (!settings)
            return {};
        VEDETTE_CHECK_OK(work->change(*settings));
        wanted.with([&](auto& now) {
            if (now == settings) // else there is a newer one
                now.reset();
        });
        return {};
    }

    void tell(const Error& error) {
        messages.error("following can't go on and tries again", {{"reason", error.message()}});
    }

    const std::unique_ptr<FollowerWork> work; ///< the subscriber's thread
    Log& messages;
    std::atomic<std::uint64_t> saved;
    bool failing = false; ///< the subscriber's thread
    Guarded<std::shared_ptr<const FollowingSettings>> wanted{nullptr};
    std::unique_ptr<events::Subscriber> subscriber;
};

Follower::Follower(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Follower::~Follower() = default;

Result<std::unique_ptr<Follower>> Follower::start(const FollowingSettings& settings,
                                                  FollowerWork::Parts parts) {
    const events::Subscriber::Needs needs{parts.events, parts.messages, parts.metrics};
    VEDETTE_TRY(auto work, FollowerWork::open(settings, std::move(parts)));
    auto impl = std::make_unique<Impl>(std::move(work), needs.log);
    Impl& kept = *impl;
    impl->subscriber = std::make_unique<events::Subscriber>(
        events::SubscriberOptions{
            .name = "following", .batch = kBatch, .backoff = {}, .idle = kLookEvery},
        needs, kept.work->position(),
        [&kept](std::span<const ports::LoggedEvent> batch) { return kept.handle(batch); },
        [&kept] { kept.look(); });
    return std::unique_ptr<Follower>{new Follower{std::move(impl)}};
}

void Follower::change(FollowingSettings settings) {
    auto fresh = std::make_shared<const FollowingSettings>(std::move(settings));
    impl_->wanted.with([&](auto& now) { now = std::move(fresh); });
}

ports::LogPosition Follower::saved() const { return ports::LogPosition{impl_->saved.load()}; }

bool Follower::wait_for(ports::LogPosition position, std::chrono::milliseconds patience) const {
    return impl_->subscriber->wait_for(position, patience);
}

} // namespace vedette::app
