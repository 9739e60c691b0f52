#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::domain {

/// Ties together everything that comes of one picture: log lines, events, later spans. Sixteen
/// bytes that are not all zero, as the `trace-id` of W3C Trace Context
/// (https://www.w3.org/TR/trace-context/), so that a collector for OpenTelemetry takes it as it is.
/// A default one means "none".
class TraceId {
public:
    using Bytes = std::array<std::uint8_t, 16>;

    constexpr TraceId() = default;
    constexpr explicit TraceId(const Bytes& bytes) noexcept : bytes_{bytes} {}
    /// \return nothing for anything but 32 lower-case hexadecimal digits that are not all 0.
    static std::optional<TraceId> from_hex(std::string_view text) noexcept;

    /// 32 lower-case hexadecimal digits; empty if there is none.
    [[nodiscard]] std::string to_hex() const;
    [[nodiscard]] constexpr bool is_set() const noexcept { return bytes_ != Bytes{}; }
    [[nodiscard]] constexpr const Bytes& bytes() const noexcept { return bytes_; }

    friend bool operator==(const TraceId&, const TraceId&) = default;

private:
    Bytes bytes_{};
};

} // namespace vedette::domain
