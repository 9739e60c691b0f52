#include "files/pass_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "files/csv.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/events/event_json.h"

namespace vedette::analysis {
namespace {

enum class Kind { text = 1, number, numbers };

struct Member {
    std::string_view name;
    Kind kind;
    std::string_view PassFields::*field;
};

constexpr std::array kMembers{
    Member{"id", Kind::text, &PassFields::id},
    Member{"plate", Kind::text, &PassFields::plate},
    Member{"camera", Kind::text, &PassFields::camera},
    Member{"time", Kind::text, &PassFields::time},
    Member{"confidence", Kind::number, &PassFields::confidence},
    Member{"lat", Kind::number, &PassFields::latitude},
    Member{"lon", Kind::number, &PassFields::longitude},
    Member{"character_confidence", Kind::numbers, &PassFields::character_confidence},
};

/// Reads an object whose texts have no escapes and which holds nothing nested but lists of numbers:
/// nearly every line of nearly every file. What it does not take goes to the full parser, which
/// also finds the words for what is wrong. (Ten times as fast: that is why there are two.)
class FlatObject {
public:
    explicit FlatObject(std::string_view line) : text_{line} {}

    bool read(PassFields& fields) {
        if (!take('{'))
            return false;
        skip_blanks();
        if (take('}'))
            return at_end();
        for (;;) {
            if (!read_member(fields))
                return false;
            if (take('}'))
                return at_end();
            if (!take(','))
                return false;
        }
    }

private:
    bool read_member(PassFields& fields) {
        std::string_view name;
        if (!take_text(name) || !take(':') || name == "schema")
            return false;
        Kind kind{};
        std::string_view value;
        if (!take_value(kind, value))
            return false;
        for (const Member& member : kMembers)
            if (member.name == name) {
                fields.*member.field = value;
                return member.kind == kind;
            }
        return true;
    }
    bool take_value(Kind& kind, std::string_view& value) {
        skip_blanks();
        if (text_.starts_with('"')) {
            kind = Kind::text;
            return take_text(value);
        }
        if (text_.starts_with('[')) {
            kind = Kind::numbers;
            text_.remove_prefix(1);
            return take_while("0123456789.eE+-, ", value) && take(']') && are_numbers(value);
        }
        kind = Kind::number;
        return take_while("0123456789.eE+-", value) && is_number(value);
    }
    static bool is_number(std::string_view text) {
        // JSON knows no "+1", ".5", "01" and "1.": they are for the full parser to refuse.
        const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
        const bool zero_first = digits.size() > 1 && digits[0] == '0' && digits[1] != '.' &&
                                digits[1] != 'e' && digits[1] != 'E';
        const std::size_t point = text.find('.');
        const bool bare_point = point != std::string_view::npos &&
                                (point + 1 == text.size() || !is_digit(text[point + 1]));
        return !digits.empty() && is_digit(digits[0]) && !zero_first && !bare_point &&
               number_from(text).has_value();
    }
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static bool are_numbers(std::string_view list) {
        if (trimmed(list).empty())
            return true;
        for (;;) {
            const std::size_t comma = list.find(',');
            if (!is_number(trimmed(list.substr(0, comma))))
                return false;
            if (comma == std::string_view::npos)
                return true;
            list.remove_prefix(comma + 1);
        }
    }
    bool take_while(std::string_view any_of, std::string_view& taken) {
        const std::size_t stop = text_.find_first_not_of(any_of);
        if (stop == std::string_view::npos)
            return false;
        taken = text_.substr(0, stop);
        text_.remove_prefix(stop);
        return true;
    }
    bool take_text(std::string_view& taken) {
        if (!take('"'))
            return false;
        std::size_t at = 0;
        while (at < text_.size() && text_[at] != '"') {
            const char c = text_[at++];
            if (c == '\\' || c < 0x20) // escapes, control characters, other than ASCII
                return false;
        }
        if (at == text_.size())
            return false;
        taken = text_.substr(0, at);
        text_.remove_prefix(at + 1);
        return true;
    }
    bool take(char c) {
        skip_blanks();
        if (!text_.starts_with(c))
            return false;
        text_.remove_prefix(1);
        return true;
    }
    void skip_blanks() {
        while (text_.starts_with(' ') || text_.starts_with('\t'))
            text_.remove_prefix(1);
    }
    bool at_end() {
        skip_blanks();
        return text_.empty();
    }

    std::string_view text_;
};

Error bad(const std::string& what) { return Error{ErrorCode::invalid_argument, what}; }

/// The text of a member; numbers as JSON writes them.
Result<std::string> text_of(const Member& member, const nlohmann::json& value) {
    switch (member.kind) { // no default: a new kind must be decided here
    case Kind::text:
        if (value.is_string())
            return value.get<std::string>();
        return bad("member '" + std::string{member.name} + "' must be a text");
    case Kind::number:
        if (value.is_number())
            return value.dump();
        return bad("member '" + std::string{member.name} + "' must be a number");
    case Kind::numbers: break;
    }
    std::string out;
    for (const auto& one : value) {
        if (!value.is_array() || !one.is_number())
            break;
        out += one.dump() + ' ';
    }
    if (value.is_array() && (value.empty() || value.back().is_number()))
        return out;
    return bad("member '" + std::string{member.name} + "' must be a list of numbers");
}

Result<std::optional<Pass>> pass_from_event(std::string_view line, PassMaker& maker) {
    VEDETTE_TRY(const auto event, events::event_from_json(line));
    if (event.verdict != domain::Verdict::published || !event.plate ||
        event.plate->resolved.empty())
        return std::optional<Pass>{};
    const std::string time = format_pass_time(event.best_seen);
    const std::string confidence = shortest(event.plate->confidence);
    std::string characters;
    for (const float one : event.plate->character_confidence)
        characters += shortest(one) + ' ';
    VEDETTE_TRY(auto pass, maker.make({.id = event.id.value(),
                                       .plate = event.plate->resolved,
                                       .camera = event.camera.value(),
                                       .time = time,
                                       .confidence = confidence,
                                       .latitude = {},
                                       .longitude = {},
                                       .character_confidence = characters}));
    return std::optional{std::move(pass)};
}

Result<std::optional<Pass>> pass_from_any(std::string_view line, PassMaker& maker) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded() || !json.is_object())
        return bad("not a JSON object: " + shown(line));
    if (json.contains("schema"))
        return pass_from_event(line, maker);
    PassFields fields;
    std::array<std::string, kMembers.size()> texts;
    for (std::size_t i = 0; i < kMembers.size(); ++i) {
        const auto found = json.find(std::string{kMembers[i].name});
        if (found == json.end() || found->is_null())
            continue;
        VEDETTE_TRY(texts[i], text_of(kMembers[i], *found));
        fields.*kMembers[i].field = texts[i];
    }
    VEDETTE_TRY(auto pass, maker.make(fields));
    return std::optional{std::move(pass)};
}

} // namespace

Result<std::optional<Pass>> pass_from_json(std::string_view line, PassMaker& maker) {
    PassFields fields;
    if (!FlatObject{line}.read(fields))
        return pass_from_any(line, maker);
    VEDETTE_TRY(auto pass, maker.make(fields));
    return std::optional{std::move(pass)};
}

} // namespace vedette::analysis
