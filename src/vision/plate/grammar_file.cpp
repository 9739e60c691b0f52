#include "plate/grammar_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <yaml-cpp/yaml.h>

#include "vedette/base/utf8.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{256} << 10U;

/// Reads the tree of one file; every error names file and line.
class Parser {
public:
    explicit Parser(const std::string& name) : name_{name} {}

    Result<RegionGrammar> region(const YAML::Node& root) {
        if (!root.IsMap())
            return wrong(root, "a grammar is a map with 'region', 'name' and 'forms'");
        VEDETTE_CHECK_OK(known_keys(root, kRegionKeys));
        RegionGrammar out;
        VEDETTE_TRY(out.region, text(root, root["region"], "region"));
        VEDETTE_TRY(out.name, text(root, root["name"], "name"));
        VEDETTE_TRY(out.groups, strings(root["groups"], "groups"));
        VEDETTE_TRY(out.weight, weight(root["weight"]));
        VEDETTE_TRY(const PatternNames names, pattern_names(root));
        VEDETTE_CHECK_OK(forms(root, names, out));
        VEDETTE_TRY(out.match, strings(root["match"], "match"));
        VEDETTE_TRY(out.reject, strings(root["reject"], "reject"));
        VEDETTE_CHECK_OK(examples(root, out));
        return out;
    }

    [[nodiscard]] Error wrong(const YAML::Mark& mark, const std::string& what) const {
        const std::string line = mark.is_null() ? "" : ":" + std::to_string(mark.line + 1);
        return Error{ErrorCode::invalid_argument, name_ + line + ": " + what};
    }

private:
    static constexpr std::array kRegionKeys{"region", "name",  "groups", "weight", "letters",
                                            "digits", "lists", "forms",  "match",  "reject"};
    static constexpr std::array kFormKeys{"pattern", "patterns", "weight",
                                          "since",   "until",    "note"};

    [[nodiscard]] Error wrong(const YAML::Node& node, const std::string& what) const {
        return wrong(node.Mark(), what);
    }

    template <std::size_t N>
    Status known_keys(const YAML::Node& map, const std::array<const char*, N>& keys) const {
        for (const auto& entry : map) {
            const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
            if (std::find(keys.begin(), keys.end(), key) == keys.end())
                return wrong(entry.first, "unknown key '" + key + "'");
        }
        return {};
    }

    Result<std::string> text(const YAML::Node& parent, const YAML::Node& node,
                             const char* key) const {
        if (!node || !node.IsScalar() || node.Scalar().empty())
            return wrong(parent, std::string{"'"} + key + "' must be a text");
        return node.Scalar();
    }

    Result<std::vector<std::string>> strings(const YAML::Node& node, const char* key) const {
        std::vector<std::string> out;
        if (!node)
            return out;
        if (!node.IsSequence())
            return wrong(node, std::string{"'"} + key + "' must be a list");
        for (const YAML::Node& item : node) {
            if (!item.IsScalar() || item.Scalar().empty())
                return wrong(item, std::string{"'"} + key + "' must hold texts only");
            out.push_back(item.Scalar());
        }
        return out;
    }

    Result<double> weight(const YAML::Node& node) const {
        if (!node)
            return 1.0;
        double value = 0;
        if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !(value > 0) ||
            !(value <= 1e6))
            return wrong(node, "'weight' must be a number above 0");
        return value;
    }

    Result<PatternNames> pattern_names(const YAML::Node& root) const {
        PatternNames names;
        if (root["letters"]) {
            VEDETTE_TRY(names.letters, text(root, root["letters"], "letters"));
        }
        if (root["digits"]) {
            VEDETTE_TRY(names.digits, text(root, root["digits"], "digits"));
        }
        const YAML::Node& lists = root["lists"];
        if (!lists)
            return names;
        if (!lists.IsMap())
            return wrong(lists, "'lists' must be a map of names to lists");
        for (const auto& entry : lists) {
            if (!entry.first.IsScalar())
                return wrong(entry.first, "the name of a list must be a text");
            VEDETTE_TRY(names.lists[entry.first.Scalar()], strings(entry.second, "lists"));
        }
        return names;
    }

    Status forms(const YAML::Node& root, const PatternNames& names, RegionGrammar& out) const {
        const YAML::Node& list = root["forms"];
        if (!list || !list.IsSequence() || list.size() == 0)
            return wrong(root, "'forms' must be a list with at least one form");
        for (const YAML::Node& node : list) {
            if (!node.IsMap())
                return wrong(node, "a form is a map with 'pattern'");
            VEDETTE_CHECK_OK(known_keys(node, kFormKeys));
            VEDETTE_TRY(const double share, weight(node["weight"]));
            VEDETTE_TRY(std::vector<std::string> patterns, strings(node["patterns"], "patterns"));
            if (node["pattern"]) {
                VEDETTE_TRY(std::string pattern, text(node, node["pattern"], "pattern"));
                patterns.push_back(std::move(pattern));
            }
            if (patterns.empty())
                return wrong(node, "a form needs 'pattern' or 'patterns'");
            for (const std::string& pattern : patterns) {
                auto form = compile_form(pattern, names);
                if (!form)
                    return wrong(node, form.error().message());
                form->weight = share / static_cast<double>(patterns.size());
                out.forms.push_back(*std::move(form));
            }
        }
        const double total =
            std::accumulate(out.forms.begin(), out.forms.end(), 0.0,
                            [](double sum, const Form& form) { return sum + form.weight; });
        for (Form& form : out.forms)
            form.weight /= total;
        return {};
    }

    Status examples(const YAML::Node& root, RegionGrammar& out) const {
        if (out.match.empty())
            return wrong(root, "'match' must give at least one example");
        const auto fits = [&out](const std::string& plate) {
            const std::u32string signs = decode_utf8(plate);
            return std::any_of(out.forms.begin(), out.forms.end(), [&signs](const Form& form) {
                return text_probability(form, signs) > 0;
            });
        };
        for (std::string& example : out.match) {
            example = normalize_plate(example);
            if (!fits(example))
                return wrong(root["match"], "the example " + example + " fits none of the forms");
        }
        for (std::string& example : out.reject) {
            example = normalize_plate(example);
            if (fits(example))
                return wrong(root["reject"],
                             "the counter-example " + example + " fits one of the forms");
        }
        return {};
    }

    const std::string& name_;
};

} // namespace

Result<RegionGrammar> parse_grammar(std::string_view yaml, const std::string& name) {
    Parser parser{name};
    if (yaml.size() > kMaxFileBytes)
        return Error{ErrorCode::invalid_argument, name + ": larger than 256 KiB; split it"};
    try {
        return parser.region(YAML::Load(std::string{yaml}));
    } catch (const YAML::Exception& error) { // yaml-cpp reports broken text only so
        return parser.wrong(error.mark, error.msg);
    }
}

} // namespace vedette::vision
