#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace vedette::analysis {

/// Numbers and texts one after another, little endian on every machine that we run on.
class StateWriter {
public:
    template <class T>
    requires std::is_arithmetic_v<T>
    void put(T value) {
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        bytes_.append(bytes, sizeof(T));
    }
    void put(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        bytes_.append(text);
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

/// The inverse. After the first read past the end everything is zero and ok() is false.
class StateReader {
public:
    explicit StateReader(std::string_view bytes) : left_{bytes} {}

    template <class T>
    requires std::is_arithmetic_v<T>
    [[nodiscard]] T get() {
        T value{};
        if (left_.size() < sizeof(T)) {
            fail();
            return value;
        }
        std::memcpy(&value, left_.data(), sizeof(T));
        left_.remove_prefix(sizeof(T));
        return value;
    }
    [[nodiscard]] std::string text() {
        const auto size = get<std::uint32_t>();
        if (left_.size() < size) {
            fail();
            return {};
        }
        std::string value{left_.substr(0, size)};
        left_.remove_prefix(size);
        return value;
    }
    /// How many entries of at least `bytes_each` follow: never more than there can be.
    [[nodiscard]] std::size_t count(std::size_t bytes_each) {
        const auto count = get<std::uint64_t>();
        if (count > left_.size() / bytes_each) {
            fail();
            return 0;
        }
        return static_cast<std::size_t>(count);
    }
    void fail() {
        ok_ = false;
        left_ = {};
    }
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }
    /// What was not read yet; borrowed from what it was made of.
    [[nodiscard]] std::string_view left() const noexcept { return left_; }

private:
    std::string_view left_;
    bool ok_ = true;
};

} // namespace vedette::analysis
