#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::recording {

/// Reading boxes of MP4 files that may be damaged anywhere.
///
/// Source: ISO/IEC 14496-12:2015, 4.2 (boxes).

constexpr std::uint32_t mp4_type(std::string_view name) {
    std::uint32_t out = 0;
    for (const char c : name)
        out = out << 8U | static_cast<unsigned char>(c);
    return out;
}

/// Big-endian numbers from bytes in memory. Reading beyond the end gives 0 and is remembered.
class Mp4Reader {
public:
    explicit Mp4Reader(std::span<const std::byte> bytes) : left_{bytes} {}

    std::uint64_t number(std::size_t bytes);
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    void skip(std::size_t bytes);
    [[nodiscard]] std::span<const std::byte> rest() const { return left_; }
    [[nodiscard]] bool was_short() const { return short_; }

private:
    std::span<const std::byte> left_;
    bool short_ = false;
};

struct Mp4Box {
    std::uint32_t type = 0;
    std::span<const std::byte> body;
    std::span<const std::byte> whole; ///< with its header
};

/// The boxes in a box, up to the first that does not fit.
[[nodiscard]] std::vector<Mp4Box> boxes_in(std::span<const std::byte> bytes);
/// The body of the first box at this path.
[[nodiscard]] std::optional<std::span<const std::byte>>
find_box(std::span<const std::byte> in, std::initializer_list<std::string_view> path);

/// Big-endian.
void put_number(std::string& out, std::uint64_t number, std::size_t bytes);
/// The same over what is there. \pre at has so many bytes
void write_number(std::span<std::byte> at, std::uint64_t number, std::size_t bytes);

} // namespace vedette::recording
