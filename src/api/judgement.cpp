#include "judgement.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "problem.h"
#include "vedette/analysis/case.h"

namespace vedette::api {
namespace {

using Json = nlohmann::json;

Response refused(const std::string& member, std::string why) {
    return to_response(
        {.status = 400, .code = "invalid_argument", .detail = std::move(why), .parameter = member});
}

bool is_json(std::string_view content_type) {
    std::string kind{content_type.substr(0, content_type.find(';'))};
    while (!kind.empty() && (kind.back() == ' ' || kind.back() == '\t'))
        kind.pop_back();
    std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char sign) {
        return static_cast<char>(sign >= 'A' && sign <= 'Z' ? sign + 32 : sign);
    });
    return kind == "application/json";
}

/// Lines of text: what a terminal would take for a command is none.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char sign) {
        return (sign >= 0x20 && sign != 0x7F) || sign == '\n' || sign == '\t';
    });
}

std::optional<Response> read_text(const Json& body, const char* name, std::size_t least,
                                  std::size_t most, std::string& into) {
    const auto member = body.find(name);
    if (member == body.end())
        return std::nullopt;
    if (!member->is_string())
        return refused(name, std::string{name} + " must be a text");
    into = member->get<std::string>();
    if (into.size() < least || into.size() > most)
        return refused(name, std::string{name} + " must have " + std::to_string(least) + " to " +
                                 std::to_string(most) + " bytes");
    if (!is_plain(into))
        return refused(name, std::string{name} + " holds a control character");
    return std::nullopt;
}

std::optional<Response> read_revision(const Json& body, std::optional<std::uint64_t>& into) {
    const auto member = body.find("revision");
    if (member == body.end())
        return std::nullopt;
    if (!member->is_number_unsigned())
        return refused("revision", "revision must be a whole number, as the case has it");
    into = member->get<std::uint64_t>();
    return std::nullopt;
}

} // namespace

std::variant<JudgementBody, Response> judgement_in(const Request& request) {
    JudgementBody out;
    if (request.body.empty())
        return out;
    if (!is_json(request.content_type))
        return to_response({.status = 415,
                            .code = "unsupported_media_type",
                            .detail = "the body must be application/json: say so in Content-Type, "
                                      "or send none",
                            .parameter = {}});
    const Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
    if (!body.is_object())
        return refused("body", "the body must be a JSON object, for example {\"why\":\"my "
                               "neighbour\"}");
    for (const auto& [name, value] : body.items())
        if (name != "who" && name != "why" && name != "revision")
            return refused(name.substr(0, 64), "the body may have who, why and revision, nothing "
                                               "else");
    if (auto problem = read_text(body, "who", 1, analysis::kMaxCaseWho, out.who))
        return *std::move(problem);
    if (auto problem = read_text(body, "why", 0, analysis::kMaxCaseWhy, out.why))
        return *std::move(problem);
    if (auto problem = read_revision(body, out.revision))
        return *std::move(problem);
    return out;
}

} // namespace vedette::api
