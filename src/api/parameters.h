#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message.h"
#include "vedette/base/clock.h"

namespace vedette::api {

/// Reads the parameters of one request. The first mistake is kept and names its parameter; a
/// parameter that nobody asked for is one, too, so that a typing error does not widen a search.
///
/// Thread-compatible; borrows the query.
class Parameters {
public:
    explicit Parameters(std::span<const QueryParameter> query) : query_{query} {}

    [[nodiscard]] std::optional<std::string> text(std::string_view name);
    /// Given several times, or once with commas: every non-empty part of it.
    [[nodiscard]] std::vector<std::string> list(std::string_view name);
    [[nodiscard]] int integer(std::string_view name, int otherwise, int least, int most);
    [[nodiscard]] float share(std::string_view name, float otherwise); ///< 0..1
    /// A decimal number, as it is or with an exponent; nothing if it is not given.
    [[nodiscard]] std::optional<double> number(std::string_view name, double least, double most);
    [[nodiscard]] bool truth(std::string_view name, bool otherwise); ///< true or false
    /// RFC 3339 in UTC: 2026-11-21T10:15:00Z
    [[nodiscard]] std::optional<WallTime> time(std::string_view name);
    /// \return the value that stands beside the given name.
    template <class Value>
    [[nodiscard]] Value one_of(std::string_view name, Value otherwise,
                               std::span<const std::pair<std::string_view, Value>> choices) {
        const auto given = text(name);
        if (!given)
            return otherwise;
        std::string known;
        for (const auto& [choice, value] : choices) {
            if (choice == *given)
                return value;
            known += (known.empty() ? "" : ", ") + std::string{choice};
        }
        fail(name, "must be one of " + known + ", is '" + shown(*given) + "'");
        return otherwise;
    }
    void fail(std::string_view name, const std::string& why);

    /// After all were asked for. \return the answer to a bad request; nothing if all is well.
    [[nodiscard]] std::optional<Response> problem();

private:
    static std::string shown(const std::string& value);

    std::span<const QueryParameter> query_;
    std::vector<std::string_view> known_; // literals of our callers
    struct Mistake {
        std::string parameter;
        std::string detail;
    };
    std::optional<Mistake> mistake_;
};

} // namespace vedette::api
