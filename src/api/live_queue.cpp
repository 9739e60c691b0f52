#include "live_queue.h"

#include <algorithm>
#include <utility>

namespace vedette::api {
namespace {

bool holds(const std::vector<std::string>& list, const std::string& wanted) {
    return list.empty() || std::find(list.begin(), list.end(), wanted) != list.end();
}

} // namespace

bool LiveFilter::wants(const LiveMessage& message) const {
    return holds(cameras, message.camera) && holds(kinds, message.kind);
}

LiveQueue::LiveQueue(Capacity capacity, LiveFilter filter, std::function<void()> wake)
    : capacity_{capacity}, filter_{std::move(filter)}, wake_{std::move(wake)} {}

void LiveQueue::offer(const std::shared_ptr<const LiveMessage>& message) {
    if (filter_.wants(*message) && put(message))
        wake_();
}

/// \return whether the client sleeps and is to be woken.
bool LiveQueue::put(const std::shared_ptr<const LiveMessage>& message) {
    std::scoped_lock lock{mutex_};
    while (!messages_.empty() && (messages_.size() >= capacity_.messages ||
                                  bytes_ + message->text.size() > capacity_.bytes))
        drop_oldest();
    messages_.push_back(message);
    bytes_ += message->text.size();
    return std::exchange(asleep_, false);
}

void LiveQueue::drop_oldest() {
    bytes_ -= messages_.front()->text.size();
    messages_.pop_front();
    ++untold_;
    ++lost_;
}

std::shared_ptr<const LiveMessage> LiveQueue::take() {
    std::scoped_lock lock{mutex_};
    if (const auto missed = std::exchange(untold_, 0); missed > 0)
        return std::make_shared<const LiveMessage>(
            LiveMessage{{}, {}, "{\"lost\":" + std::to_string(missed) + "}"});
    if (messages_.empty()) {
        asleep_ = true;
        return nullptr;
    }
    auto message = std::move(messages_.front());
    messages_.pop_front();
    bytes_ -= message->text.size();
    return message;
}

std::uint64_t LiveQueue::lost() const {
    std::scoped_lock lock{mutex_};
    return lost_;
}

std::size_t LiveQueue::waiting() const {
    std::scoped_lock lock{mutex_};
    return messages_.size();
}

} // namespace vedette::api
