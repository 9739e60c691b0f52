// Whatever a camera answers is refused or read; what is read stays within its bounds, and no
// address in it carries a user or leads a search to another machine than the one that answered.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "discovery/onvif_answers.h"
#include "discovery/soap.h"
#include "discovery/ws_discovery.h"
#include "discovery/xml_tree.h"
#include "vedette/net/url.h"

namespace {

using vedette::media::XmlNode;

std::size_t depth_of(const XmlNode& node) {
    std::size_t deepest = 0;
    for (const XmlNode& child : node.children)
        deepest = std::max(deepest, depth_of(child));
    return deepest + 1;
}

void check_root(const XmlNode& root) {
    if (depth_of(root) > vedette::media::XmlLimits{}.depth + 1)
        std::abort();
    (void)vedette::media::soap_fault(root);
    (void)vedette::media::is_login_fault(root);
    (void)vedette::media::services_in(root);
    (void)vedette::media::utc_in(root);
    if (vedette::media::profiles_in(root).size() > 32)
        std::abort();
    const std::string uri = vedette::media::uri_in(root, "10.0.0.5");
    const auto url = vedette::net::parse_url(uri);
    if (!uri.empty() && (!url || url->user))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    for (const auto& device : vedette::media::parse_probe_matches(bytes, "1-2-3", "192.0.2.9")) {
        const auto url = vedette::net::parse_url(device.address);
        if (!url || url->host != "192.0.2.9" || url->user)
            std::abort();
    }
    const auto root = vedette::media::parse_xml(bytes);
    if (!root)
        return 0;
    check_root(*root);
    for (const XmlNode& child : root->children)
        check_root(child);
    return 0;
}
