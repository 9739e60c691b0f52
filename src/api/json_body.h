#pragma once

#include <cstddef>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "message.h"

namespace vedette::api {

/// The answer to a body in which a member is wrong.
[[nodiscard]] Response refused_member(const std::string& member, std::string why);

/// \return the answer (415) to a body that does not say it is JSON; nothing if it does
/// \param or_else  what else may be done, for people: ", or send none"
[[nodiscard]] std::optional<Response> problem_unless_json(const Request& request,
                                                          std::string_view or_else = {});

/// Takes no body at all, which is an empty object, or a JSON object with some of `members`.
/// \param example  of one, for people
/// \return or the answer to one that is something else: 415 for another media type, 400 naming the
///   member
[[nodiscard]] std::variant<nlohmann::json, Response>
json_object_in(const Request& request, std::initializer_list<std::string_view> members,
               const std::string& example);

/// Lines of text: what a terminal would take for a command is none. \return what is wrong with it
[[nodiscard]] std::optional<Response> read_text(const nlohmann::json& body, const char* name,
                                                std::size_t least, std::size_t most,
                                                std::string& into);

} // namespace vedette::api
