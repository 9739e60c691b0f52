#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "message.h"

namespace vedette::api {

/// What a person says with a judgement, from the body of a request.
struct JudgementBody {
    std::string who = "api"; ///< for the history of the case
    std::string why;
    std::optional<std::uint64_t> revision; ///< of the case that was looked at
};

/// Takes no body at all, or a JSON object with some of "who", "why" and "revision".
/// \return or the answer to one that is something else: 415 for another media type, 400 naming the
/// member
[[nodiscard]] std::variant<JudgementBody, Response> judgement_in(const Request& request);

} // namespace vedette::api
