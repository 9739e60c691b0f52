// Whatever a server answers, what is taken from it for people is short and has no control
// characters in it, and reading it again says the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probe/reply.h"
#include "vedette/media/vendors.h"

namespace {

bool is_shown_safely(const std::string& text) {
    return text.size() <= 120 && std::all_of(text.begin(), text.end(),
                                             [](unsigned char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (!is_shown_safely(vedette::media::printable(bytes)))
        std::abort();
    const auto reply = vedette::media::parse_reply(bytes);
    if (!reply)
        return 0;
    for (const auto& text :
         {reply->reason, reply->server, reply->realm, reply->location, reply->content_type})
        if (!is_shown_safely(text))
            std::abort();
    if (reply->body.size() > size || (reply->protocol != "RTSP" && reply->protocol != "HTTP"))
        std::abort();
    (void)reply->announces_video();
    (void)vedette::media::vendor_called(reply->server + reply->realm);
    return 0;
}
