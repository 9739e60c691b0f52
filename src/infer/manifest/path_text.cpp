#include "manifest/path_text.h"

namespace vedette::infer {
namespace {

constexpr std::string_view kOpen = "${env:";
constexpr std::string_view kOtherwise = ":-";

/// \param inside what stands between `${env:` and `}`
Result<std::string> value_of(std::string_view inside, const VariableSource& variables) {
    const auto split = inside.find(kOtherwise);
    const std::string name{inside.substr(0, split)};
    if (name.empty())
        return Error{ErrorCode::invalid_argument, "${env:} names no variable"};
    if (auto value = variables(name); value && !value->empty())
        return *std::move(value);
    if (split == std::string_view::npos)
        return Error{ErrorCode::invalid_argument,
                     "the environment variable " + name + " is not set; set it, or write ${env:" +
                         name + ":-path} to say what counts without it"};
    return std::string{inside.substr(split + kOtherwise.size())};
}

} // namespace

Result<std::string> expand_variables(std::string_view text, const VariableSource& variables) {
    std::string out;
    for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
        const auto end = text.find('}', at);
        if (!text.substr(at).starts_with(kOpen) || end == std::string_view::npos)
            return Error{
                ErrorCode::invalid_argument,
                "a path may hold ${env:NAME} or ${env:NAME:-otherwise}, nothing else with ${"};
        out += text.substr(0, at);
        VEDETTE_TRY(const std::string value,
                    value_of(text.substr(at + kOpen.size(), end - at - kOpen.size()), variables));
        out += value;
        text.remove_prefix(end + 1);
    }
    return out + std::string{text};
}

} // namespace vedette::infer
