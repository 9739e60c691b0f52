#include "vedette/config/vocabulary.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "vedette/config/document.h"

namespace vedette::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<Error> check(std::string_view yaml, SecretUse use = SecretUse::withhold) {
    static const Schema schema = vocabulary({});
    Problems problems;
    DocumentOptions options{.use = use};
    if (const auto document = Document::parse(yaml, "c.yaml", options, problems))
        validate(schema, document->root(), problems);
    return problems.all();
}

std::string first(const std::vector<Error>& errors) {
    return errors.empty() ? "accepted" : errors.front().message();
}

class ReferenceFile : public ::testing::Test {
protected:
    void SetUp() override {
        const char* const shared = std::getenv("VEDETTE_SHARED");
        const std::filesystem::path folder =
            shared != nullptr ? std::filesystem::path{shared}
                              : std::filesystem::path{VEDETTE_SOURCE_DIR} / ".." / "shared";
        std::ifstream file{folder / "config.reference.yaml"};
        if (!file)
            GTEST_SKIP() << "no config.reference.yaml in " << folder << "; set VEDETTE_SHARED";
        for (std::string line; std::getline(file, line);)
            lines.push_back(line);
    }
    [[nodiscard]] std::string text() const {
        std::string out;
        for (const std::string& line : lines)
            out += line + "\n";
        return out;
    }
    std::vector<std::string> lines;
};

/// Where a key of this line begins and ends: a word before ": " or ":" at the end, outside quotes
/// and comments.
struct Key {
    std::size_t begin;
    std::size_t end;
};
std::vector<Key> keys_of(const std::string& line) {
    std::vector<Key> out;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        quoted = quoted != (line[i] == '"');
        if (!quoted && line[i] == '#' && (i == 0 || line[i - 1] == ' '))
            break;
        if (quoted || line[i] != ':' || (i + 1 < line.size() && line[i + 1] != ' '))
            continue;
        std::size_t begin = i;
        while (begin > 0 &&
               (std::isalnum(static_cast<unsigned char>(line[begin - 1])) != 0 ||
                line[begin - 1] == '_' || line[begin - 1] == '.' || line[begin - 1] == '-'))
            --begin;
        if (begin < i)
            out.push_back({begin, i});
    }
    return out;
}

/// The user's own names, and keys whose maps are not looked into yet.
bool is_free(const std::string& line, const std::string& key) {
    const std::vector<std::string> names{"gpu0",  "cpu",     "family", "neighbours", "wanted",
                                         "phone", "ops",     "viewer", "operator",   "home",
                                         "gate",  "drive",   "street", "lane",       "in",
                                         "night", "outside", "car",    "person"};
    if (line.find("when: {") != std::string::npos && key != "when")
        return true;
    const bool is_name = std::find(names.begin(), names.end(), key) != names.end();
    return is_name && !(key == "cpu" && line.find("80%") != std::string::npos) &&
           !(key == "gate" && line.find("motion") != std::string::npos);
}

TEST_F(ReferenceFile, IsAcceptedAsItIs) { EXPECT_EQ(first(check(text())), "accepted"); }

/// One key of the file that is misspelt on purpose.
struct Misspelling {
    std::size_t line; // from 0
    std::string word; // as it is in the file now
    bool hides_others;
};

/// Nothing, or a map in braces, stands behind a key that has others below it.
bool has_keys_below(const std::string& line, const Key& key) {
    const auto value = line.find_first_not_of(' ', key.end + 1);
    return value == std::string::npos || line[value] == '#' || line[value] == '{' ||
           line[value] == '&';
}

std::vector<Misspelling> all_misspellings(const std::vector<std::string>& lines) {
    std::vector<Misspelling> out;
    for (std::size_t number = 0; number < lines.size(); ++number)
        for (const Key& key : keys_of(lines[number])) {
            const std::string word = lines[number].substr(key.begin, key.end - key.begin);
            if (!is_free(lines[number], word))
                out.push_back({number, word + "x", has_keys_below(lines[number], key)});
        }
    return out;
}

void misspell(std::string& line, const std::string& wrong) {
    const std::string right = wrong.substr(0, wrong.size() - 1);
    for (const Key& key : keys_of(line))
        if (line.substr(key.begin, key.end - key.begin) == right)
            return static_cast<void>(line.insert(key.end, "x"));
}

bool is_named(const std::vector<Error>& errors, const Misspelling& one) {
    const std::string where = "c.yaml:" + std::to_string(one.line + 1) + ": ";
    return std::any_of(errors.begin(), errors.end(), [&](const Error& error) {
        return error.message().starts_with(where) &&
               error.message().find(one.word + ": is not a known key") != std::string::npos;
    });
}

TEST_F(ReferenceFile, NamesTheLineOfEveryMisspeltKey) {
    const std::vector<std::string> right = lines;
    const auto misspellings = all_misspellings(right);
    EXPECT_GT(misspellings.size(), 200U) << "the keys of the file were not found";
    // All that hide nothing at once; what is below a misspelt key is not looked at.
    for (const Misspelling& one : misspellings)
        if (!one.hides_others)
            misspell(lines[one.line], one.word);
    const auto errors = check(text());
    for (const Misspelling& one : misspellings)
        EXPECT_TRUE(one.hides_others || is_named(errors, one)) << lines[one.line];
    for (const Misspelling& one : misspellings) {
        if (!one.hides_others)
            continue;
        lines = right;
        misspell(lines[one.line], one.word);
        EXPECT_TRUE(is_named(check(text()), one)) << lines[one.line];
    }
}

TEST(Vocabulary, SuggestsTheNearestKeyInEverySection) {
    EXPECT_EQ(first(check("storage:\n  min_fre: 5%\n")),
              "c.yaml:2: storage.min_fre: is not a known key; did you mean 'min_free'?");
    EXPECT_EQ(first(check("cameras:\n  gate:\n    inptus: []\n    inputs: [{path: x}]\n")),
              "c.yaml:3: cameras.gate.inptus: is not a known key; did you mean 'inputs'?");
}

TEST(Vocabulary, ChecksSectionsThatAreNotUsedYet) {
    EXPECT_EQ(
        first(check("record: { segment: 10 }")),
        "c.yaml:1: record.segment: must be a duration (such as 500ms, 30s, 5m, 24h, 7d), not '10'");
    EXPECT_EQ(first(check("record: { alerts: { pre_capture: 5 } }")), "accepted");
}

TEST(Vocabulary, DoesNotLookUpSecretsOfWhatIsNotUsedYet) {
    const char* const yaml =
        "storage: { offsite: { access_key: \"${file:/nowhere/key}\" } }\n"
        "cameras: { gate: { inputs: [ { path: \"rtsp://${env:VEDETTE_NOT_SET}@x\" } ] } }\n";
    EXPECT_THAT(first(check(yaml, SecretUse::resolve)),
                StartsWith("c.yaml:2: cameras.gate.inputs[0].path: ${env:VEDETTE_NOT_SET}: the "
                           "environment variable"));
    EXPECT_EQ(first(check(yaml, SecretUse::withhold)), "accepted");
}

TEST(Vocabulary, AsksACameraForItsInputs) {
    EXPECT_THAT(first(check("cameras: { gate: { type: lpr } }")),
                HasSubstr("cameras.gate.inputs: is missing"));
    EXPECT_THAT(first(check("cameras: { gate: { inputs: [] } }")),
                HasSubstr("at least 1 entry, not 0"));
    EXPECT_THAT(first(check("cameras: { \"a/b\": { inputs: [{path: x}] } }")),
                HasSubstr("is not a good name"));
}

TEST(Vocabulary, RefusesACameraThatIsThereTwice) {
    const auto errors =
        check("cameras:\n  gate: { inputs: [{path: a}] }\n  gate: { inputs: [{path: b}] }\n");
    EXPECT_EQ(
        first(errors),
        "c.yaml:3: cameras.gate: is already there on line 2; remove or rename one of the two");
}

TEST(Vocabulary, NamesWhatIsAcceptedAndNotUsed) {
    const Schema mine{.kind = Schema::Kind::object,
                      .properties = {{.key = "fps", .schema = {.kind = Schema::Kind::number}}}};
    const Schema schema = vocabulary({{.key = "detect", .schema = mine}});
    const auto document = Document::parse("record: { segment: 10s }\n"
                                          "detect: { fps: 3 }\n"
                                          "review:\n"
                                          "nonsense: 1\n"
                                          "cameras:\n"
                                          "  gate:\n"
                                          "    inputs: [{ path: x }]\n"
                                          "    detect: { fps: 4 }\n"
                                          "    priority: 3\n",
                                          "c.yaml");
    ASSERT_TRUE(document);
    std::vector<std::string> found;
    for (const Node& node : unused(schema, document->root()))
        found.push_back(std::to_string(node.line()) + " " + node.path());
    EXPECT_THAT(found, ElementsAre("1 record", "9 cameras.gate.priority"));
}

TEST(Vocabulary, TakesUsedSectionsInThePlaceOfItsOwn) {
    const Schema mine{.kind = Schema::Kind::object,
                      .properties = {{.key = "new_key", .schema = {.kind = Schema::Kind::flag}}}};
    const Schema schema = vocabulary({{.key = "detect", .schema = mine}});
    EXPECT_EQ(schema.find("detect")->use, Property::Use::optional);
    EXPECT_EQ(schema.find("record")->use, Property::Use::later);
    EXPECT_NE(schema.find("detect")->schema.find("new_key"), nullptr);
    const Schema& camera = *schema.find("cameras")->schema.item;
    EXPECT_NE(camera.find("detect")->schema.find("new_key"), nullptr);
    EXPECT_EQ(camera.find("zones")->use, Property::Use::later);
    EXPECT_EQ(camera.find("inputs")->use, Property::Use::required);
}

} // namespace
} // namespace vedette::config
