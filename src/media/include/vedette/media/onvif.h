#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/base/secret.h"
#include "vedette/media/probe.h"
#include "vedette/net/stream.h"

/// Finding IP cameras and asking them what they have, by ONVIF (www.onvif.org: Core and Media
/// specification, WS-Discovery 2005/04, WS-Security UsernameToken 1.0).
namespace vedette::media {

/// A device that answered a search.
struct OnvifDevice {
    std::string address;  ///< URL of its device service, at the host that answered
    std::string endpoint; ///< its own lasting name, mostly urn:uuid:…
    std::string name;     ///< what it says in its scopes, as the next two; may be empty
    std::string hardware;
    std::string place;
};

struct OnvifSearch {
    std::vector<std::string> interfaces{}; ///< names; empty: all that are up, but loopback
    std::chrono::milliseconds timeout{3'000};
    std::uint16_t port = 3702; ///< that of WS-Discovery
    std::stop_token stop{};
};

/// Asks on the wire who is there (multicast to 239.255.255.250, IPv4), and collects the
/// answers until the time is over. At most 512 devices, each once.
///
/// Thread-safe; blocks. \return not_found for an interface that there is not; unavailable if none
/// can be used, or sending failed on all
[[nodiscard]] Result<std::vector<OnvifDevice>> search_onvif(const OnvifSearch& search,
                                                            const Clock& clock);

/// One way in which a camera offers its pictures.
struct OnvifProfile {
    std::string token;
    std::string name;
    std::string codec; ///< "H264", "H265", "JPEG", …; as it says
    int width_px = 0;
    int height_px = 0;
    double frame_rate = 0; ///< its limit; 0: not known, as all below
    int key_frame_distance = 0;
    int kbit_per_s = 0;
    std::string audio_codec;
    std::string stream_uri;   ///< without user and password
    std::string snapshot_uri; ///< the same; empty: none
};

struct OnvifCamera {
    std::string address; ///< URL that answered
    std::string host;
    std::string manufacturer;
    std::string model;
    std::string firmware;
    std::string serial;
    std::optional<std::chrono::seconds> clock_error; ///< its clock minus ours
    std::vector<OnvifProfile> profiles;              ///< the largest picture first
    std::vector<Finding> findings;                   ///< what went wrong, and what will surprise
};

struct OnvifQuestion {
    std::string address; ///< host, host:port, or the URL of the device service
    std::string user{};
    Secret<std::string> password{};
    net::TlsOptions tls{};
    std::chrono::milliseconds timeout{5'000}; ///< of each question
    std::stop_token stop{};
};

/// Asks a camera what it is and what it offers. A host without a port is tried at the usual ones.
/// The password goes out as a digest alone.
///
/// Thread-safe; blocks. \return never an error: what went wrong is among the findings
[[nodiscard]] OnvifCamera ask_onvif(const OnvifQuestion& question, const Clock& clock);

} // namespace vedette::media
