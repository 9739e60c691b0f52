#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vedette::media::h264 {

/// Reads a unit of H.264 bit by bit (ITU-T H.264 7.3.1 and 9.1), without the bytes that keep start
/// codes out of it. Beyond the end there are zeros, and broken() says so.
///
/// Thread-compatible.
class BitReader {
public:
    /// \param unit  with its header
    /// \param most  bytes that are looked at
    explicit BitReader(std::span<const std::uint8_t> unit, std::size_t most = 1024) {
        int zeros = 0;
        bytes_.reserve(unit.size() < most ? unit.size() : most);
        for (std::size_t i = 1; i < unit.size() && bytes_.size() < most; ++i) {
            const bool is_guard = zeros >= 2 && unit[i] == 3;
            zeros = unit[i] == 0 ? zeros + 1 : 0;
            if (!is_guard)
                bytes_.push_back(unit[i]);
        }
    }

    bool flag() noexcept { return bits(1) != 0; }

    /// \pre count <= 32
    std::uint32_t bits(int count) noexcept {
        std::uint32_t value = 0;
        for (; count > 0; --count) {
            const std::size_t byte = at_ / 8;
            const bool inside = byte < bytes_.size();
            broken_ = broken_ || !inside;
            const std::uint32_t bit = inside ? bytes_[byte] >> (7 - at_ % 8) & 1U : 0U;
            value = value << 1U | bit;
            ++at_;
        }
        return value;
    }

    /// ue(v)
    std::uint32_t number() noexcept {
        int zeros = 0;
        while (!broken_ && zeros < 32 && !flag())
            ++zeros;
        if (broken_ || zeros == 32) {
            broken_ = true;
            return 0;
        }
        return (std::uint32_t{1} << zeros) - 1 + bits(zeros);
    }

    /// se(v)
    std::int32_t whole_number() noexcept {
        const std::uint32_t code = number();
        const auto half = static_cast<std::int32_t>(code / 2 + code % 2);
        return code % 2 == 1 ? half : -half;
    }

    /// What was read is not what was written.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t at_ = 0;
    bool broken_ = false;
};

} // namespace vedette::media::h264
