#pragma once

#include <string>
#include <string_view>

#include "message.h"
#include "vedette/base/result.h"

namespace vedette::api {

/// Why a request was not answered as wished, for a person and for a program.
struct Problem {
    int status = 500;
    std::string_view code{}; ///< "invalid_argument", …: what a program decides by
    std::string detail{};    ///< what happened, to what, what to do
    std::string parameter{}; ///< the one that is wrong; empty if it is none
};

/// As application/problem+json (RFC 9457).
[[nodiscard]] Response to_response(const Problem& problem);

/// \param parameter  the one that an invalid_argument is about
[[nodiscard]] Response problem_response(const Error& error, std::string parameter = {});
[[nodiscard]] int http_status(ErrorCode code) noexcept;

} // namespace vedette::api
