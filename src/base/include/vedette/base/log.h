#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace vedette {

/// `error` means a person must act.
enum class LogLevel { trace = 1, debug, info, warn, error };

/// One named value of a log event. Borrows its key and text for the length of the call.
struct LogField {
    using Value = std::variant<std::string_view, std::int64_t, double, bool>;
    std::string_view key;
    Value value;

    LogField(std::string_view k, std::string_view v) : key{k}, value{v} {}
    LogField(std::string_view k, const char* v) : key{k}, value{std::string_view{v}} {}
    LogField(std::string_view k, const std::string& v) : key{k}, value{std::string_view{v}} {}
    LogField(std::string_view k, bool v) : key{k}, value{v} {}
    template <class T>
    requires(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) LogField(std::string_view k, T v)
        : key{k}, value{to_value(v)} {}

private:
    template <class T>
    static Value to_value(T v) {
        if constexpr (std::is_integral_v<T> && std::is_unsigned_v<T>) // the largest, not a negative
            return static_cast<std::int64_t>(std::min<std::uint64_t>(v, INT64_MAX));
        else if constexpr (std::is_integral_v<T>)
            return static_cast<std::int64_t>(v);
        else
            return static_cast<double>(v);
    }
};

/// Where events that people may want to read go. `message` is a constant phrase; what varies is a
/// field.
///
/// Thread-safe.
class Log {
public:
    using Fields = std::initializer_list<LogField>;
    virtual ~Log() = default;
    virtual void write(LogLevel level, std::string_view message,
                       std::span<const LogField> fields) = 0;

    void debug(std::string_view message, Fields fields = {}) {
        write(LogLevel::debug, message, span(fields));
    }
    void info(std::string_view message, Fields fields = {}) {
        write(LogLevel::info, message, span(fields));
    }
    void warn(std::string_view message, Fields fields = {}) {
        write(LogLevel::warn, message, span(fields));
    }
    void error(std::string_view message, Fields fields = {}) {
        write(LogLevel::error, message, span(fields));
    }

private:
    static std::span<const LogField> span(Fields fields) { return {fields.begin(), fields.size()}; }
};

/// Says nothing to nobody.
class NullLog final : public Log {
public:
    void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

} // namespace vedette
