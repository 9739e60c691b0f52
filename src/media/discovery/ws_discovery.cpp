#include "discovery/ws_discovery.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <random>
#include <set>
#include <sstream>
#include <sys/socket.h>
#include <system_error>

#include "discovery/xml_tree.h"
#include "probe/reply.h"
#include "vedette/base/unique_fd.h"
#include "vedette/net/url.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;

constexpr const char* kGroup = "239.255.255.250";
constexpr std::size_t kMostDevices = 512;
constexpr std::size_t kMostInterfaces = 64;
constexpr std::size_t kMostBytes = 65'536;
constexpr std::chrono::milliseconds kLookForStop{100};
/// Datagrams get lost: the question is asked again.
constexpr std::chrono::milliseconds kAskAgain{500};
constexpr int kTimesAsked = 2;
constexpr XmlLimits kAnswer{.bytes = kMostBytes, .depth = 20, .elements = 2'000};
/// Cameras answer to the first, some only to the second.
constexpr std::array kTypes{
    DeviceType{"NetworkVideoTransmitter", "http://www.onvif.org/ver10/network/wsdl"},
    DeviceType{"Device", "http://www.onvif.org/ver10/device/wsdl"}};

struct FreeInterfaces {
    void operator()(ifaddrs* list) const noexcept { ::freeifaddrs(list); }
};

struct Interface {
    std::string name;
    in_addr address{};
};

/// Those with an IPv4 address that can be used; loopback only if it is asked for by name.
Result<std::vector<Interface>> usable_interfaces(const std::vector<std::string>& wanted) {
    ifaddrs* raw = nullptr;
    if (::getifaddrs(&raw) != 0)
        return Error{ErrorCode::unavailable, "the network interfaces can't be listed: " +
                                                 std::generic_category().message(errno)};
    const std::unique_ptr<ifaddrs, FreeInterfaces> list{raw};
    std::vector<Interface> out;
    std::set<std::string> there;
    for (const ifaddrs* one = list.get(); one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET)
            continue;
        there.insert(one->ifa_name);
        const bool asked_for =
            std::find(wanted.begin(), wanted.end(), one->ifa_name) != wanted.end();
        const bool fit = (one->ifa_flags & IFF_LOOPBACK) == 0 &&
                         (one->ifa_flags & IFF_MULTICAST) != 0 && wanted.empty();
        if ((one->ifa_flags & IFF_UP) == 0 || !(asked_for || fit) || out.size() >= kMostInterfaces)
            continue;
        sockaddr_in address{};
        std::memcpy(&address, one->ifa_addr, sizeof address);
        out.push_back({one->ifa_name, address.sin_addr});
    }
    std::string known;
    for (const std::string& name : there)
        (known += ' ') += name;
    for (const std::string& name : wanted)
        if (!there.contains(name))
            return Error{ErrorCode::not_found, "there is no network interface '" + name +
                                                   "' with an IPv4 address; there are:" + known};
    if (out.empty())
        return Error{ErrorCode::unavailable,
                     "no network interface is up that could carry the question"};
    return out;
}

/// A version 4 UUID.
std::string fresh_id() {
    std::random_device random;
    std::ostringstream out;
    out << std::hex;
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            out << '-';
        const unsigned digit = random() & 15U;
        out << (i == 12 ? 4U : i == 16 ? (digit & 3U) | 8U : digit);
    }
    return out.str();
}

UniqueFd open_socket(const Interface& interface) {
    UniqueFd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr = interface.address;
    const unsigned char hops = 1; // this network alone
    if (!socket.is_open() ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
        ::setsockopt(socket.get(), IPPROTO_IP, IP_MULTICAST_IF, &interface.address,
                     sizeof interface.address) != 0 ||
        ::setsockopt(socket.get(), IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) != 0)
        return UniqueFd{};
    return socket;
}

bool send_to_group(int socket, std::uint16_t port, const std::string& message) {
    sockaddr_in group{};
    group.sin_family = AF_INET;
    group.sin_port = htons(port);
    ::inet_pton(AF_INET, kGroup, &group.sin_addr);
    return ::sendto(socket, message.data(), message.size(), 0,
                    reinterpret_cast<const sockaddr*>(&group),
                    sizeof group) == static_cast<ssize_t>(message.size());
}

class Search {
public:
    Search(const std::vector<Interface>& interfaces, std::uint16_t port, const Clock& clock)
        : id_{fresh_id()}, port_{port}, clock_{clock} {
        for (const Interface& one : interfaces)
            if (UniqueFd socket = open_socket(one); socket.is_open())
                sockets_.push_back(std::move(socket));
    }

    bool ask() {
        bool sent = false;
        for (const UniqueFd& socket : sockets_)
            for (const DeviceType& type : kTypes)
                sent = send_to_group(socket.get(), port_, probe_message(id_, type)) || sent;
        return sent;
    }
    void listen(std::chrono::milliseconds time, const std::stop_token& stop) {
        const SteadyTime until = clock_.steady_now() + time;
        while (!stop.stop_requested() && clock_.steady_now() < until) {
            std::vector<pollfd> all;
            for (const UniqueFd& socket : sockets_)
                all.push_back({socket.get(), POLLIN, 0});
            if (::poll(all.data(), all.size(), static_cast<int>(kLookForStop.count())) <= 0)
                continue;
            for (const pollfd& one : all)
                if (one.revents != 0)
                    receive(one.fd);
        }
    }
    [[nodiscard]] std::vector<OnvifDevice> found() && { return std::move(found_); }

private:
    void receive(int socket) {
        std::vector<char> bytes(kMostBytes);
        sockaddr_in sender{};
        socklen_t length = sizeof sender;
        const auto got = ::recvfrom(socket, bytes.data(), bytes.size(), 0,
                                    reinterpret_cast<sockaddr*>(&sender), &length);
        if (got <= 0)
            return;
        std::array<char, INET_ADDRSTRLEN> address{};
        ::inet_ntop(AF_INET, &sender.sin_addr, address.data(), address.size());
        for (OnvifDevice& device : parse_probe_matches(
                 {bytes.data(), static_cast<std::size_t>(got)}, id_, address.data()))
            add(std::move(device));
    }
    void add(OnvifDevice device) {
        if (found_.size() < kMostDevices && known_.insert(device.address).second)
            found_.push_back(std::move(device));
    }

    const std::string id_;
    const std::uint16_t port_;
    const Clock& clock_;
    std::vector<UniqueFd> sockets_;
    std::vector<OnvifDevice> found_;
    std::set<std::string> known_;
};

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in{text};
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(std::move(word));
    return words;
}

void read_scopes(const std::string& scopes, OnvifDevice& device) {
    for (const std::string& scope : words_of(scopes))
        for (const auto& [key, member] : {std::pair{"/name/", &OnvifDevice::name},
                                          {"/hardware/", &OnvifDevice::hardware},
                                          {"/location/", &OnvifDevice::place}}) {
            const auto at = scope.find(std::string{"onvif.org"} + key);
            if (at != std::string::npos && (device.*member).empty())
                device.*member = printable(net::percent_decoded(std::string_view{scope}.substr(
                    at + std::strlen("onvif.org") + std::strlen(key))));
        }
}

/// Of the addresses that it names, the one at the host that answered; if there is none, the first
/// one at that host: what a device says of other machines is not believed.
std::string own_address(const std::string& addresses, std::string_view sender) {
    std::string other;
    for (const std::string& text : words_of(addresses)) {
        auto url = net::parse_url(text);
        if (!url || (url->scheme != "http" && url->scheme != "https"))
            continue;
        if (url->host == sender)
            return url->without_user();
        url->host = sender;
        if (other.empty())
            other = url->without_user();
    }
    return other;
}

} // namespace

std::string probe_message(std::string_view id, const DeviceType& type) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                      "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" "
                      "xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
                      "xmlns:p=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><e:Header>"
                      "<w:MessageID>urn:uuid:";
    out.append(id).append(
        "</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
        "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action>"
        "</e:Header><e:Body><p:Probe><p:Types xmlns:d=\"");
    out.append(type.space).append("\">d:").append(type.name);
    return out.append("</p:Types></p:Probe></e:Body></e:Envelope>");
}

std::vector<OnvifDevice> parse_probe_matches(std::string_view xml, std::string_view id,
                                             std::string_view sender) {
    const auto envelope = parse_xml(xml, kAnswer);
    if (!envelope)
        return {};
    const std::string answers = envelope->text_at({"Header", "RelatesTo"});
    const XmlNode* matches = envelope->at({"Body", "ProbeMatches"});
    if (matches == nullptr || (!answers.empty() && answers.find(id) == std::string::npos))
        return {};
    std::vector<OnvifDevice> out;
    for (const XmlNode& match : matches->children) {
        OnvifDevice device;
        device.address = own_address(match.text_at({"XAddrs"}), sender);
        device.endpoint = printable(match.text_at({"EndpointReference", "Address"}));
        read_scopes(match.text_at({"Scopes"}), device);
        if (!device.address.empty())
            out.push_back(std::move(device));
    }
    return out;
}

Result<std::vector<OnvifDevice>> search_onvif(const OnvifSearch& search, const Clock& clock) {
    VEDETTE_TRY(const auto interfaces, usable_interfaces(search.interfaces));
    Search running{interfaces, search.port, clock};
    auto left = search.timeout;
    for (int time = 0; time < kTimesAsked && left.count() > 0; ++time) {
        if (!running.ask() && time == 0)
            return Error{ErrorCode::unavailable,
                         "the question who is there could not be sent on any interface; a "
                         "firewall may forbid multicast"};
        const bool last = time + 1 == kTimesAsked;
        const auto now = last ? left : std::min(left, kAskAgain);
        running.listen(now, search.stop);
        left -= now;
    }
    return std::move(running).found();
}

} // namespace vedette::media
