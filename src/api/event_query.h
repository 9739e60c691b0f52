#pragma once

#include <optional>
#include <string>
#include <variant>

#include "live_queue.h"
#include "message.h"
#include "vedette/ports/event_store.h"

namespace vedette::api {

/// What a route gives besides what its parameters say.
struct EventScope {
    enum class Plate { none = 1, parameter, path } plate = Plate::none;
    std::string plate_text{};            ///< of Plate::path
    std::optional<std::string> camera{}; ///< of the path; then there is no such parameter
};

/// The query that a request asks for, or the answer that names the parameter that is wrong.
[[nodiscard]] std::variant<ports::EventQuery, Response> event_query(const Request& request,
                                                                    const EventScope& scope);

/// What a WebSocket's request wants to hear.
[[nodiscard]] std::variant<LiveFilter, Response> live_filter(const Request& request);

/// The same request for the page that `cursor` stands for: a path with its query.
[[nodiscard]] std::string link_to_page(const Request& request, const std::string& cursor);

} // namespace vedette::api
