#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// How far a place's clocks are from UTC at any moment. Read once; then nothing of the machine is
/// asked.
///
/// Thread-safe: nothing changes once made. Cheap to copy.
class TimeZone {
public:
    /// UTC
    TimeZone();

    /// \param name  "UTC", "+02:00", or one of the system's, "Europe/Berlin"
    /// \return invalid_argument if there is no such zone.
    static Result<TimeZone> find(const std::string& name,
                                 const std::filesystem::path& folder = "/usr/share/zoneinfo");

    /// From the bytes of a TZif file (RFC 8536), versions 2 and later. Beyond its last transition
    /// the rule at its end holds. \return data_loss if it is none.
    static Result<TimeZone> parse(std::string_view bytes, std::string name);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Local time less UTC.
    [[nodiscard]] std::chrono::seconds offset_at(WallTime time) const noexcept;
    /// What clocks there show, as if it were UTC.
    [[nodiscard]] WallTime local(WallTime time) const noexcept { return time + offset_at(time); }

private:
    struct Data;
    explicit TimeZone(std::string name, std::shared_ptr<const Data> data);
    std::string name_;
    std::shared_ptr<const Data> data_;
};

} // namespace vedette::analysis
