// Any parameters are refused with a problem, or give a query that the store takes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "event_query.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vedette;
    using namespace vedette::api;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto target = parse_target("/events/search?" + std::string{text});
    if (!target)
        return 0;
    Request request;
    request.path = target->path;
    request.query = target->query;
    (void)live_filter(request);
    const auto read = event_query(request, {.plate = EventScope::Plate::parameter});
    if (const auto* refused = std::get_if<Response>(&read)) {
        if (refused->status != 400 ||
            refused->body.bytes().find("\"code\":\"invalid_argument\"") == std::string_view::npos)
            std::abort();
        return 0;
    }
    if (!ports::check_query(std::get<ports::EventQuery>(read)))
        std::abort();
    if (!parse_target(link_to_page(request, "a cursor&=%")))
        std::abort();
    return 0;
}
