#pragma once

#include <string>
#include <string_view>

#include "http/asio.h"
#include "message.h"

namespace vedette::api::http {

enum class AfterAnswer { close = 1, keep };

/// The bytes before the body.
/// \param is_http_1_0  such a client is told that the connection stays
[[nodiscard]] std::string response_head(const Response& response, std::string_view date,
                                        AfterAnswer after, bool is_http_1_0);

/// What to tell a client whose bytes are no request.
/// \param has_line  whether the request line was complete
[[nodiscard]] Response parse_problem(const error_code& error, bool has_line);

} // namespace vedette::api::http
