#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vedette::storage {

/// Writes numbers and texts one after the other, as event_blob.h describes.
class ByteWriter {
public:
    /// The low `bytes` bytes, the lowest first.
    void fixed(std::uint64_t value, std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i)
            out_ += static_cast<char>(static_cast<unsigned char>((value >> (8 * i)) & 0xFFU));
    }
    /// LEB128: seven bits a byte.
    void length(std::uint64_t value) {
        for (; value >= 0x80U; value >>= 7U)
            out_ += static_cast<char>(static_cast<unsigned char>((value & 0x7FU) | 0x80U));
        out_ += static_cast<char>(value);
    }
    void text(std::string_view text) {
        length(text.size());
        out_ += text;
    }
    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    std::string out_;
};

/// Reads them again. The first thing that does not fit ends it: later reads give nothing.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_{bytes} {}

    std::uint64_t fixed(std::size_t bytes) {
        if (rest_.size() < bytes)
            return fail();
        std::uint64_t value = 0;
        for (std::size_t i = bytes; i-- > 0;)
            value = (value << 8U) | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(bytes);
        return value;
    }
    std::uint64_t length() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 63 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80U)
                return value;
        }
        return fail();
    }
    std::string_view text() {
        const std::uint64_t size = length();
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const std::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return text;
    }
    /// Of a list whose items take at least one byte each.
    std::size_t count() {
        const std::uint64_t items = length();
        return items <= rest_.size() ? items : fail();
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    std::uint64_t fail() {
        failed_ = true;
        rest_ = {};
        return 0;
    }
    std::string_view rest_;
    bool failed_ = false;
};

} // namespace vedette::storage
