#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// Reads members of one JSON object. The first problem is kept, later reads then give defaults, so
/// that a reader is a list of members and one look at the end.
class Fields {
public:
    /// \param value  borrowed; \param where  stands for it in errors: "evidence.sessions[2]"
    Fields(const nlohmann::json& value, std::string where);

    std::string text(const char* name, std::size_t max_bytes = kLongestText);
    /// Empty if it is not there.
    std::string optional_text(const char* name, std::size_t max_bytes = kLongestText);
    double number(const char* name, double low = std::numeric_limits<double>::lowest(),
                  double high = std::numeric_limits<double>::max());
    std::uint64_t whole(const char* name,
                        std::uint64_t max = std::numeric_limits<std::uint32_t>::max());
    std::uint32_t count(const char* name) { return static_cast<std::uint32_t>(whole(name)); }
    bool flag(const char* name);
    WallTime time(const char* name);
    /// After a failure what these two give is not to be used: ask status() first.
    const nlohmann::json& object(const char* name);
    /// An array of at most `max` items.
    const nlohmann::json& list(const char* name, std::size_t max);
    /// Nothing if it is not there, or null.
    const nlohmann::json* optional(const char* name);

    void fail(std::string_view name, std::string_view must);
    void check(const Status& status);
    [[nodiscard]] Status status() const;
    [[nodiscard]] const std::string& where() const noexcept { return where_; }

    static constexpr std::size_t kLongestText = 1'024;

private:
    const nlohmann::json* find(const char* name);

    const nlohmann::json& object_;
    const std::string where_;
    std::optional<Error> error_;
};

/// \return invalid_argument, naming `what`, for text that is no JSON object or says another form
///   than 1 in its member "schema".
Result<nlohmann::json> parse_form_1(std::string_view text, const char* what);

} // namespace vedette::analysis
