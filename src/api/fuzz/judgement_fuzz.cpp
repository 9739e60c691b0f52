// Any body of a judgement is refused with a problem, or gives one that a case can take.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "judgement.h"
#include "vedette/analysis/case.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vedette;
    using namespace vedette::api;
    Request request;
    request.content_type = "application/json";
    request.body.assign(reinterpret_cast<const char*>(data), size);
    const auto read = judgement_in(request);
    if (const auto* refused = std::get_if<Response>(&read)) {
        if (refused->status != 400 ||
            refused->body.bytes().find("\"code\":\"invalid_argument\"") == std::string_view::npos)
            std::abort();
        return 0;
    }
    const auto& judgement = std::get<JudgementBody>(read);
    analysis::Case about;
    about.id = analysis::case_id("A", "B");
    about.subject = "A";
    about.vehicle = "B";
    const auto judged =
        analysis::change_case(about, analysis::CaseStep::confirm, {}, judgement.who, judgement.why);
    if (!judged)
        std::abort();
    const auto again = analysis::case_from_json(analysis::case_to_json(*judged));
    if (!again || again->history.back().why != judgement.why)
        std::abort();
    return 0;
}
