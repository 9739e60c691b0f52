#include "response_cache.h"

#include <utility>

namespace vedette::api {

ResponseCache::Asked ResponseCache::ask(const std::string& key, SteadyTime now, Waiter waiter) {
    std::scoped_lock lock{mutex_};
    const auto [found, is_new] = entries_.try_emplace(key);
    Entry& entry = found->second;
    if (!is_new && entry.response && now < entry.fresh_until)
        return {Turn::answered, entry.response};
    const bool somebody_works = !is_new && !entry.response;
    if (entry.response) {
        bytes_ -= entry.response->body.bytes().size();
        entry.response.reset();
    }
    entry.waiters.push_back(std::move(waiter));
    return {somebody_works ? Turn::wait : Turn::work, std::nullopt};
}

void ResponseCache::fulfil(const std::string& key, SteadyTime now, SteadyTime fresh_until,
                           const Response& response) {
    const std::size_t size = response.body.bytes().size();
    std::vector<Waiter> waiters;
    {
        std::scoped_lock lock{mutex_};
        const auto found = entries_.find(key);
        if (found == entries_.end())
            return;
        waiters = std::exchange(found->second.waiters, {});
        entries_.erase(found);
        if (response.status == 200 && now < fresh_until && size <= max_bytes_ / 4) {
            if (entries_.size() >= max_entries_ || bytes_ + size > max_bytes_)
                forget_stale(now);
            if (entries_.size() >= max_entries_ || bytes_ + size > max_bytes_)
                forget_all_ready();
            entries_[key] = Entry{response, fresh_until, {}};
            bytes_ += size;
        }
    }
    for (const Waiter& waiter : waiters)
        waiter(response);
}

std::size_t ResponseCache::bytes() const {
    std::scoped_lock lock{mutex_};
    return bytes_;
}

void ResponseCache::forget_stale(SteadyTime now) {
    std::erase_if(entries_, [&](const auto& item) {
        const Entry& entry = item.second;
        const bool stale = entry.response && now >= entry.fresh_until;
        if (stale)
            bytes_ -= entry.response->body.bytes().size();
        return stale;
    });
}

void ResponseCache::forget_all_ready() {
    std::erase_if(entries_, [](const auto& item) { return item.second.response.has_value(); });
    bytes_ = 0;
}

} // namespace vedette::api
