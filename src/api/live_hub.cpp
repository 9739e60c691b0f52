#include "live_hub.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <nlohmann/json.hpp>

#include "vedette/base/worker.h"
#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

constexpr std::size_t kBatch = 128;
constexpr std::chrono::milliseconds kPatience{1'000};

/// Waits a while, or until a stop is asked for.
void pause(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any nobody;
    std::unique_lock lock{mutex};
    nobody.wait_for(lock, stop, kPatience, [] { return false; });
}

} // namespace

std::string live_json(const ports::LoggedEvent& logged) {
    using Json = nlohmann::ordered_json;
    const ports::Envelope& event = logged.event;
    // A text: it may be larger than what JavaScript counts exactly.
    Json json{{"position", std::to_string(logged.position.value())},
              {"id", event.id.value()},
              {"kind", event.kind},
              {"camera", event.camera.value()},
              {"at", events::format_time(event.at)}};
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    text.pop_back(); // the brace: the payload is spliced in as it is
    const bool is_json = Json::accept(event.payload);
    text += ",\"event\":" + (is_json ? event.payload : std::string{"null"}) + "}";
    return text;
}

LiveHub::LiveHub(const ports::EventLog& log, Log& messages, std::size_t max_clients)
    : log_{log}, messages_{messages}, max_clients_{max_clients}, start_{log.extent().last},
      thread_{[this](const std::stop_token& stop) { follow(stop); }} {}

bool LiveHub::join(const std::shared_ptr<LiveQueue>& client) {
    std::scoped_lock lock{mutex_};
    std::erase_if(clients_, [](const auto& one) { return one.expired(); });
    if (clients_.size() >= max_clients_)
        return false;
    clients_.push_back(client);
    return true;
}

std::size_t LiveHub::clients() const {
    std::scoped_lock lock{mutex_};
    return static_cast<std::size_t>(std::count_if(clients_.begin(), clients_.end(),
                                                  [](const auto& one) { return !one.expired(); }));
}

std::size_t LiveHub::waiting() {
    std::size_t all = 0;
    for (const auto& client : listeners())
        all += client->waiting();
    return all;
}

std::vector<std::shared_ptr<LiveQueue>> LiveHub::listeners() {
    std::vector<std::shared_ptr<LiveQueue>> alive;
    std::scoped_lock lock{mutex_};
    alive.reserve(clients_.size());
    for (const auto& one : clients_)
        if (auto client = one.lock())
            alive.push_back(std::move(client));
    if (alive.size() != clients_.size())
        std::erase_if(clients_, [](const auto& one) { return one.expired(); });
    return alive;
}

/// \return the position to go on from.
ports::LogPosition LiveHub::deliver_after(ports::LogPosition position) {
    const auto clients = listeners();
    if (clients.empty())
        return std::max(position, log_.extent().last); // nobody missed anything
    const auto batch = log_.read(position, kBatch);
    if (!batch) {
        messages_.error("live events were lost: the event log cannot be read",
                        {{"after", position.value()}, {"error", batch.error().message()}});
        return std::max(position, log_.extent().last);
    }
    for (const auto& logged : *batch) {
        const auto message = std::make_shared<const LiveMessage>(
            LiveMessage{logged.event.camera.value(), logged.event.kind, live_json(logged)});
        for (const auto& client : clients)
            client->offer(message);
    }
    return batch->empty() ? position : batch->back().position;
}

void LiveHub::follow(const std::stop_token& stop) {
    name_this_thread("api live");
    for (auto position = start_; !stop.stop_requested();) {
        if (!log_.wait_beyond(position, kPatience, stop))
            continue;
        const auto next = deliver_after(position);
        if (next == position)
            pause(stop); // what it announced it does not give
        position = next;
    }
}

} // namespace vedette::api
