#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

/// Quantities as people write them in a configuration, and back.
///
/// Thread-safe: functions without state. Errors are invalid_argument and say only what was wanted,
/// for example "must be a duration such as 500ms, 30s, 5m, 24h or 7d", never what was written.
namespace vedette::config {

/// An amount of memory or disk.
struct ByteSize {
    std::uint64_t bytes = 0;
    friend auto operator<=>(const ByteSize&, const ByteSize&) = default;
};

/// A part of a whole, 0 (nothing) to 1 (all of it); written as a percentage.
struct Share {
    double value = 0;
    friend auto operator<=>(const Share&, const Share&) = default;
};

/// What a number without a unit means where a duration is wanted.
enum class BareNumber { refused = 1, seconds };

/// us, ms, s, m, h, d; a fraction is allowed: "1.5h". Up to 100 years, never negative.
Result<std::chrono::microseconds> parse_duration(std::string_view text,
                                                 BareNumber bare = BareNumber::refused);
/// B; kB, KB, MB, GB, TB are powers of 1000; KiB, MiB, GiB, TiB powers of 1024. A number without a
/// unit is refused, since "2048" has meant bytes to some and megabytes to others.
Result<ByteSize> parse_size(std::string_view text);
/// "5%" to 0.05; 0% to 100%. A bare number is refused.
Result<Share> parse_share(std::string_view text);
/// true, false, yes, no, on, off; in lower, upper or title case.
Result<bool> parse_bool(std::string_view text);
/// Decimal, with an optional sign.
Result<std::int64_t> parse_int(std::string_view text);
/// Decimal or scientific, finite.
Result<double> parse_double(std::string_view text);

/// In the largest unit that needs no fraction: "90s", "30m", "7d".
[[nodiscard]] std::string to_text(std::chrono::microseconds duration);
/// In the largest unit that needs no fraction, powers of 1000 first: "2048MB", "64KiB".
[[nodiscard]] std::string to_text(ByteSize size);
[[nodiscard]] std::string to_text(Share share);
/// Shortest text that reads back as the same number.
[[nodiscard]] std::string to_text(double number);

} // namespace vedette::config
