#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/following_options.h"
#include "vedette/base/result.h"
#include "vedette/net/patience.h"

namespace vedette::app {

/// Cuts bytes into lines. One that is longer than 64 KiB is cut as well: what reads lines refuses
/// its parts. Thread-compatible.
class LineCutter {
public:
    void add(std::string_view bytes);
    /// \return nothing until there is a whole one
    std::optional<std::string> take();

private:
    std::string bytes_;
};

/// What a GPS receiver says, a line at a time. Thread-compatible.
class GpsLines {
public:
    virtual ~GpsLines() = default;
    /// \return nothing if the patience was over before there was one, or a stop was requested;
    ///   unavailable once nothing more can come: then it is to be opened anew
    virtual Result<std::optional<std::string>> next(const net::Patience& patience) = 0;
    /// Whether a long silence means that something is wrong: not so of a file that somebody writes.
    [[nodiscard]] virtual bool never_rests() const noexcept = 0;
};

/// Connects to the gpsd, or opens the device or file, that the node names. A file that is none is
/// read from its end on: what is in it was long ago.
/// \pre the node's source is gpsd or nmea
/// \return not_found, permission_denied, unavailable, deadline_exceeded, cancelled; says what to do
Result<std::unique_ptr<GpsLines>> open_gps(const MobileNode& node, const net::Patience& patience);

} // namespace vedette::app
