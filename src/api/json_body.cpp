#include "json_body.h"

#include <algorithm>
#include <utility>

#include "problem.h"
#include "vedette/base/text.h"

namespace vedette::api {
namespace {

using Json = nlohmann::json;

bool is_json(std::string_view content_type) {
    std::string_view kind = content_type.substr(0, content_type.find(';'));
    while (kind.ends_with(' ') || kind.ends_with('\t'))
        kind.remove_suffix(1);
    return same_ignoring_case(kind, "application/json");
}

/// Lines of text: what a terminal would take for a command is none.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char sign) {
        return (sign >= 0x20 && sign != 0x7F) || sign == '\n' || sign == '\t';
    });
}

} // namespace

Response refused_member(const std::string& member, std::string why) {
    return to_response(
        {.status = 400, .code = "invalid_argument", .detail = std::move(why), .parameter = member});
}

std::optional<Response> problem_unless_json(const Request& request, std::string_view or_else) {
    if (is_json(request.content_type))
        return std::nullopt;
    return to_response({.status = 415,
                        .code = "unsupported_media_type",
                        .detail = "the body must be application/json: say so in Content-Type" +
                                  std::string{or_else},
                        .parameter = {}});
}

std::variant<Json, Response> json_object_in(const Request& request,
                                            std::initializer_list<std::string_view> members,
                                            const std::string& example) {
    if (request.body.empty())
        return Json::object();
    if (auto problem = problem_unless_json(request, ", or send none"))
        return *std::move(problem);
    Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
    if (!body.is_object())
        return refused_member("body", "the body must be a JSON object, for example " + example);
    std::string known;
    for (const std::string_view member : members)
        known += (known.empty() ? "" : ", ") + std::string{member};
    for (const auto& [name, value] : body.items())
        if (std::find(members.begin(), members.end(), name) == members.end())
            return refused_member(name.substr(0, 64),
                                  "the body may have " + known + ", nothing else");
    return body;
}

std::optional<Response> read_text(const Json& body, const char* name, std::size_t least,
                                  std::size_t most, std::string& into) {
    const auto member = body.find(name);
    if (member == body.end())
        return std::nullopt;
    if (!member->is_string())
        return refused_member(name, std::string{name} + " must be a text");
    into = member->get<std::string>();
    if (into.size() < least || into.size() > most)
        return refused_member(name, std::string{name} + " must have " + std::to_string(least) +
                                        " to " + std::to_string(most) + " bytes");
    if (!is_plain(into))
        return refused_member(name, std::string{name} + " holds a control character");
    return std::nullopt;
}

} // namespace vedette::api
