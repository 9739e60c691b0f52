#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/analysis/track.h"
#include "vedette/base/result.h"

/// What GPS receivers say, understood: NMEA 0183 and gpsd's JSON. Pure; bytes come from elsewhere.
namespace vedette::analysis {

/// What became of what a receiver said.
struct TrackSourceCounts {
    std::uint64_t fixes = 0;
    std::uint64_t bad = 0;     ///< not understood: checksum, form, a number out of its range
    std::uint64_t without = 0; ///< the receiver says that it knows no position, or no time
    std::uint64_t other = 0;   ///< understood, and about something else
    friend bool operator==(const TrackSourceCounts&, const TrackSourceCounts&) = default;
};

/// Sentences of NMEA 0183, a line at a time: RMC gives a fix, the GGA before it says how good it
/// is, of the same moment or up to two seconds older. Others are passed over. A line without a
/// right checksum is bad: receivers are on cables, and one wrong digit is a kilometre.
///
/// Thread-compatible.
class NmeaReader {
public:
    /// \param line  without its end; longer than 1 KiB is bad
    /// \return nothing for a line that is no fix; counts() says why
    std::optional<TrackFix> take(std::string_view line);
    [[nodiscard]] const TrackSourceCounts& counts() const noexcept { return counts_; }

private:
    enum class Said { fix = 1, nothing, bad, no_position };
    Said take_sentence(std::string_view line, TrackFix& fix);
    Said take_rmc(std::string_view fields, TrackFix& fix) const;
    Said take_gga(std::string_view fields);

    TrackSourceCounts counts_;
    std::optional<std::chrono::microseconds> rated_at_; ///< of the last GGA, time of day
    double accuracy_m_ = 10;                            ///< that it said
};

/// Lines of gpsd's JSON protocol (gpsd_json(5)): TPV reports of mode 2 and 3 are fixes. Others are
/// passed over. Thread-compatible.
class GpsdReader {
public:
    /// As NmeaReader::take(); a line may have 64 KiB.
    std::optional<TrackFix> take(std::string_view line);
    [[nodiscard]] const TrackSourceCounts& counts() const noexcept { return counts_; }
    /// What gpsd complained of since its last report; empty: nothing.
    [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }
    /// To be sent once connected.
    static constexpr std::string_view kWatch = "?WATCH={\"enable\":true,\"json\":true};\n";

private:
    TrackSourceCounts counts_;
    std::string complaint_;
};

/// How far this machine's clock is ahead of GPS time.
///
/// A fix arrives some tenths of a second after its time, never before: the smallest difference of
/// the last minute is the clock's own. Up to kAgree they count as one clock, as nobody can tell a
/// slow receiver from a clock that is that far ahead. A time that is far from all that was said
/// before is a receiver's mistake, unless kMostOdd in a row say so: then a clock was set.
///
/// Thread-compatible.
class ClockOffset {
public:
    static constexpr std::chrono::milliseconds kAgree{2'000};
    static constexpr std::chrono::seconds kFar{30};
    static constexpr int kMostOdd = 5;

    /// \return the offset as it is now known, to be added to times of fixes; nothing if this fix's
    ///   time is to be left out
    std::optional<std::chrono::microseconds> take(WallTime fix_at, WallTime received_at);
    [[nodiscard]] std::chrono::microseconds now() const noexcept { return offset_; }

private:
    struct Seen {
        WallTime received_at;
        std::chrono::microseconds ahead;
    };
    std::deque<Seen> seen_; ///< of the last minute
    std::chrono::microseconds offset_{0};
    int odd_ = 0; ///< in a row
};

/// Which fixes are worth keeping: one at each start and stop, one every 25 m, one every 5 s while
/// it drives and one a minute while it stands. Thread-compatible.
class TrackThinner {
public:
    /// \return whether to keep it. Those that are not later than the last one are not.
    bool keeps(const TrackFix& fix);
    /// The clock went back: what comes now is earlier than what came before.
    void begin_again() noexcept { last_.reset(); }

private:
    std::optional<TrackFix> last_;
};

} // namespace vedette::analysis
