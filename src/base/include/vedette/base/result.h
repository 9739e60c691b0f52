#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace vedette {

/// Closed list: a caller decides by code, the message is for people.
enum class ErrorCode {
    invalid_argument = 1, ///< the caller's input is wrong; retrying cannot help
    not_found,
    already_exists,
    permission_denied,
    resource_exhausted, ///< queue, disk or quota is full; retry later
    unavailable,        ///< peer or device is away; retry with back-off
    deadline_exceeded,
    data_loss, ///< bytes are damaged or cut short
    cancelled, ///< stop was requested; not a fault, never logged as one
    internal,  ///< our bug
};

[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

/// Where in our code an error was made. clang 14 has no std::source_location with libstdc++ 12.
struct CodeLine {
    const char* file = "";
    std::uint32_t line = 0;
    static constexpr CodeLine here(const char* file = __builtin_FILE(),
                                   std::uint32_t line = __builtin_LINE()) noexcept {
        return {file, line};
    }
};

/// Why something could not be done. The message says what happened, to what, and what to do about
/// it.
class Error {
public:
    Error(ErrorCode code, std::string message, CodeLine where = CodeLine::here())
        : code_{code}, message_{std::move(message)}, where_{where} {}

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] CodeLine where() const noexcept { return where_; }

    /// The same error, told from one level further out: "open camera gate-2: <message>".
    [[nodiscard]] Error with_context(std::string_view doing) && {
        message_.insert(0, std::string{doing} + ": ");
        return std::move(*this);
    }

private:
    ErrorCode code_;
    std::string message_;
    CodeLine where_;
};

/// A value, or the reason why there is none. tl::expected alone may be dropped silently; this may
/// not.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
    // NOLINTNEXTLINE(google-explicit-constructor): `return error;` and `return value;` must read naturally
    Result(tl::expected<T, Error> base) : tl::expected<T, Error>{std::move(base)} {}
    // NOLINTNEXTLINE(google-explicit-constructor): as above
    Result(Error error) : tl::expected<T, Error>{tl::unexpect, std::move(error)} {}
};

using Status = Result<void>;

} // namespace vedette

#define VEDETTE_CONCAT_INNER(a, b) a##b
#define VEDETTE_CONCAT(a, b) VEDETTE_CONCAT_INNER(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses
/// VEDETTE_TRY(auto file, open(path)); declares `file`, or returns the error to our caller.
#define VEDETTE_TRY(decl, expr)                                                                    \
    auto VEDETTE_CONCAT(vedette_try_, __LINE__) = (expr);                                          \
    if (!VEDETTE_CONCAT(vedette_try_, __LINE__))                                                   \
        return std::move(VEDETTE_CONCAT(vedette_try_, __LINE__)).error();                          \
    decl = *std::move(VEDETTE_CONCAT(vedette_try_, __LINE__))
// NOLINTEND(bugprone-macro-parentheses)

/// The same for a Status.
#define VEDETTE_CHECK_OK(expr)                                                                     \
    if (auto vedette_status = (expr); !vedette_status)                                             \
    return std::move(vedette_status).error()
