#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::media {

/// The head of an answer of RTSP or HTTP, as far as it says why something is refused.
struct Reply {
    std::string protocol; ///< "RTSP" or "HTTP"
    int status = 0;
    std::string reason;
    std::string server;
    std::string realm;    ///< what one logs in to
    std::string location; ///< where to go instead
    std::string content_type;
    std::string body; ///< as far as it has come

    /// Whether the description of an RTSP stream (SDP) names pictures.
    [[nodiscard]] bool announces_video() const;
};

/// \return nothing for what is no answer of either. Texts are cut to a line without control
/// characters: strangers wrote them
[[nodiscard]] std::optional<Reply> parse_reply(std::string_view bytes);

/// What came, for people: the first line of it, at most 120 bytes, as UTF-8 if it is some and
/// without what shows nothing or turns the text around it.
[[nodiscard]] std::string printable(std::string_view bytes);

} // namespace vedette::media
