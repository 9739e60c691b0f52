#include "vedette/domain/trace.h"

namespace vedette::domain {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

} // namespace

std::optional<TraceId> TraceId::from_hex(std::string_view text) noexcept {
    Bytes bytes{};
    if (text.size() != 2 * bytes.size())
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = kDigits.find(text[i]);
        if (digit == std::string_view::npos)
            return std::nullopt;
        bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] * 16U + digit);
    }
    const TraceId id{bytes};
    return id.is_set() ? std::optional{id} : std::nullopt;
}

std::string TraceId::to_hex() const {
    std::string text;
    if (!is_set())
        return text;
    text.reserve(2 * bytes_.size());
    for (const std::uint8_t byte : bytes_) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

} // namespace vedette::domain
