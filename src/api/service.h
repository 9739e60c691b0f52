#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "byte_range.h"
#include "message.h"
#include "router.h"
#include "vedette/api/server.h"

namespace vedette::api {

/// Everything the server knows of HTTP's meaning: which request may come in, which route it is,
/// what the answer is. Sockets, bytes and threads are none of its business.
///
/// Thread-safe.
class Service {
public:
    /// \param routes  see make_routes()
    /// \param log  borrowed; must outlive the service.
    Service(std::vector<Route> routes, std::vector<std::string> hosts, Log& log);

    /// A request that a handler is to answer.
    struct Task {
        const Route* route = nullptr; ///< borrowed from the service
        Request request;
    };
    using Plan = std::variant<Response, Task>;

    /// Refuses a stranger's request, takes the target apart, finds the route. Does not wait.
    [[nodiscard]] Plan plan(const RawRequest& raw) const;

    /// Asks the handler; what it throws becomes a 500.
    [[nodiscard]] Response run(const Task& task) const;

    /// Turns the answer into a 304 if the client has it already, into a 206 if it wants a part;
    /// adds what every answer carries.
    static void finish(Response& response, const Conditions& conditions);

    /// A body could not be sent to its end: the client notices, the log tells why.
    void tell_broken_stream(const Route* route, const Error& error) const;

    [[nodiscard]] const Router& router() const noexcept { return router_; }

private:
    const Router router_;
    const std::vector<std::string> hosts_;
    Log& log_;
};

} // namespace vedette::api
