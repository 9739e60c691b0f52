#include "mp4_boxes.h"

#include <algorithm>

namespace vedette::recording {

std::uint64_t Mp4Reader::number(std::size_t bytes) {
    if (left_.size() < bytes) {
        short_ = true;
        left_ = {};
        return 0;
    }
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        out = out << 8U | std::to_integer<std::uint64_t>(left_[i]);
    left_ = left_.subspan(bytes);
    return out;
}

void Mp4Reader::skip(std::size_t bytes) {
    short_ = short_ || left_.size() < bytes;
    left_ = left_.subspan(std::min(bytes, left_.size()));
}

std::vector<Mp4Box> boxes_in(std::span<const std::byte> bytes) {
    std::vector<Mp4Box> out;
    while (bytes.size() >= 8) {
        Mp4Reader head{bytes};
        std::uint64_t size = head.u32();
        const std::uint32_t type = head.u32();
        std::size_t header = 8;
        if (size == 1) {
            size = head.number(8);
            header = 16;
        }
        if (head.was_short() || size < header || size > bytes.size())
            return out;
        const auto whole = bytes.first(static_cast<std::size_t>(size));
        out.push_back({type, whole.subspan(header), whole});
        bytes = bytes.subspan(whole.size());
    }
    return out;
}

std::optional<std::span<const std::byte>> find_box(std::span<const std::byte> in,
                                                   std::initializer_list<std::string_view> path) {
    for (const std::string_view name : path) {
        const auto boxes = boxes_in(in);
        const auto found = std::find_if(boxes.begin(), boxes.end(), [&](const Mp4Box& box) {
            return box.type == mp4_type(name);
        });
        if (found == boxes.end())
            return std::nullopt;
        in = found->body;
    }
    return in;
}

void put_number(std::string& out, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;)
        out += static_cast<char>(number >> (8 * i) & 0xffU);
}

void write_number(std::span<std::byte> at, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
        at[i] = static_cast<std::byte>(number >> (8 * (bytes - 1 - i)) & 0xffU);
}

} // namespace vedette::recording
