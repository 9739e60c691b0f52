#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vedette::infer {

/// Appends the fields of one protobuf message. (Encoding: protobuf.dev, "Encoding".)
///
/// Thread-compatible.
class WireWriter {
public:
    void number(std::uint32_t field, std::uint64_t value);
    void bytes(std::uint32_t field, std::span<const std::byte> content);
    void text(std::uint32_t field, std::string_view content) {
        bytes(field, std::as_bytes(std::span{content}));
    }
    void message(std::uint32_t field, const WireWriter& content) { bytes(field, content.bytes_); }
    /// A field as WireReader gave it.
    void copy(std::span<const std::byte> whole);

    [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

private:
    void varint(std::uint64_t value);

    std::vector<std::byte> bytes_;
};

} // namespace vedette::infer
