#include "cases/fields.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {

Fields::Fields(const nlohmann::json& value, std::string where)
    : object_{value}, where_{std::move(where)} {
    if (!value.is_object())
        error_ = Error{ErrorCode::invalid_argument, where_ + " must be an object"};
}

const nlohmann::json* Fields::find(const char* name) {
    const nlohmann::json* found = optional(name);
    if (found == nullptr)
        fail(name, "must be there");
    return found;
}

const nlohmann::json* Fields::optional(const char* name) {
    if (!object_.is_object())
        return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::string Fields::text(const char* name, std::size_t max_bytes) {
    const nlohmann::json* value = find(name);
    if (value == nullptr)
        return {};
    if (value->is_string() && value->get_ref<const std::string&>().size() <= max_bytes)
        return value->get<std::string>();
    fail(name, "must be a text of at most " + std::to_string(max_bytes) + " bytes");
    return {};
}

std::string Fields::optional_text(const char* name, std::size_t max_bytes) {
    return optional(name) == nullptr ? std::string{} : text(name, max_bytes);
}

double Fields::number(const char* name, double low, double high) {
    const nlohmann::json* value = find(name);
    if (value == nullptr)
        return low > 0 ? low : 0;
    if (value->is_number()) {
        const auto number = value->get<double>();
        if (std::isfinite(number) && number >= low && number <= high)
            return number;
    }
    fail(name, "must be a finite number in range");
    return 0;
}

std::uint64_t Fields::whole(const char* name, std::uint64_t max) {
    const nlohmann::json* value = find(name);
    if (value == nullptr)
        return 0;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= max)
        return value->get<std::uint64_t>();
    fail(name, "must be a whole number from 0 to " + std::to_string(max));
    return 0;
}

bool Fields::flag(const char* name) {
    const nlohmann::json* value = find(name);
    if (value == nullptr)
        return false;
    if (value->is_boolean())
        return value->get<bool>();
    fail(name, "must be true or false");
    return false;
}

WallTime Fields::time(const char* name) {
    const auto parsed = parse_pass_time(text(name));
    if (parsed)
        return *parsed;
    fail(name, parsed.error().message());
    return {};
}

const nlohmann::json& Fields::object(const char* name) {
    const nlohmann::json* value = find(name);
    if (value != nullptr && value->is_object())
        return *value;
    fail(name, "must be an object");
    return object_;
}

const nlohmann::json& Fields::list(const char* name, std::size_t max) {
    const nlohmann::json* value = find(name);
    if (value != nullptr && value->is_array() && value->size() <= max)
        return *value;
    fail(name, "must be a list of at most " + std::to_string(max));
    return object_;
}

void Fields::fail(std::string_view name, std::string_view must) {
    if (!error_)
        error_ = Error{ErrorCode::invalid_argument,
                       where_ + "." + std::string{name} + " " + std::string{must}};
}

void Fields::check(const Status& status) {
    if (!status && !error_)
        error_ = status.error();
}

Status Fields::status() const {
    if (error_)
        return *error_;
    return {};
}

Result<nlohmann::json> parse_form_1(std::string_view text, const char* what) {
    auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded())
        return Error{ErrorCode::invalid_argument, std::string{what} + " is no JSON"};
    Fields fields{json, what};
    if (fields.whole("schema") != 1)
        fields.fail("schema", "must be 1: a newer program wrote this");
    VEDETTE_CHECK_OK(fields.status());
    return json;
}

} // namespace vedette::analysis
