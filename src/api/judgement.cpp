#include "judgement.h"

#include <utility>

#include "json_body.h"
#include "vedette/analysis/case.h"

namespace vedette::api {
namespace {

using Json = nlohmann::json;

std::optional<Response> read_revision(const Json& body, std::optional<std::uint64_t>& into) {
    const auto member = body.find("revision");
    if (member == body.end())
        return std::nullopt;
    if (!member->is_number_unsigned())
        return refused_member("revision", "revision must be a whole number, as the case has it");
    into = member->get<std::uint64_t>();
    return std::nullopt;
}

} // namespace

std::variant<JudgementBody, Response> judgement_in(const Request& request) {
    auto read = json_object_in(request, {"who", "why", "revision"}, R"({"why":"my neighbour"})");
    if (auto* problem = std::get_if<Response>(&read))
        return std::move(*problem);
    const Json& body = std::get<Json>(read);
    JudgementBody out;
    if (auto problem = read_text(body, "who", 1, analysis::kMaxCaseWho, out.who))
        return *std::move(problem);
    if (auto problem = read_text(body, "why", 0, analysis::kMaxCaseWhy, out.why))
        return *std::move(problem);
    if (auto problem = read_revision(body, out.revision))
        return *std::move(problem);
    return out;
}

} // namespace vedette::api
