#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vedette::infer {

/// Walks the fields of one protobuf message. (Encoding: protobuf.dev, "Encoding".)
///
/// Never reads outside the bytes given; damage ends the walk and is told by ok().
/// Thread-compatible.
class WireReader {
public:
    struct Field {
        std::uint32_t number = 0;
        bool is_number = false;           ///< a varint field
        std::uint64_t value = 0;          ///< of a varint field
        std::span<const std::byte> bytes; ///< of every other field
        std::span<const std::byte> whole; ///< as it was written, its number included

        [[nodiscard]] std::string_view text() const {
            return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        }
    };

    explicit WireReader(std::span<const std::byte> message) : rest_{message} {}

    /// The next field; nothing at the end and at the first damage.
    [[nodiscard]] std::optional<Field> next();
    /// The next varint, where the message is a packed list of them.
    [[nodiscard]] std::optional<std::uint64_t> number();
    /// false once a field was cut short or of an unknown kind.
    [[nodiscard]] bool ok() const noexcept { return ok_; }

private:
    std::optional<std::span<const std::byte>> take(std::uint64_t count);
    std::optional<Field> damaged();

    std::span<const std::byte> rest_;
    bool ok_ = true;
};

} // namespace vedette::infer
