#include "vedette/config/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nearest.h"
#include "vedette/config/vocabulary.h"

namespace vedette::config {
namespace {

using ::testing::HasSubstr;

TEST(Nearest, FindsTheLikelyMisspelling) {
    const std::vector<std::string> known{"fps", "width", "height", "max_frame_age", "gate"};
    EXPECT_EQ(nearest("widht", known), "width");
    EXPECT_EQ(nearest("fsp", known), "fps");
    EXPECT_EQ(nearest("max_frameage", known), "max_frame_age");
    EXPECT_EQ(nearest("gates", known), "gate");
    EXPECT_EQ(nearest("colour", known), std::nullopt);
    EXPECT_EQ(nearest("", known), std::nullopt);
    EXPECT_EQ(nearest(std::string(10'000, 'a'), known), std::nullopt);
    EXPECT_EQ(nearest("x", {}), std::nullopt);
}

Schema small() {
    const auto item = std::make_shared<const Schema>(
        Schema{.kind = Schema::Kind::object,
               .about = "One thing.",
               .properties = {{.key = "path",
                               .schema = {.kind = Schema::Kind::secret},
                               .use = Property::Use::required}}});
    Schema root{.kind = Schema::Kind::object};
    root.put({.key = "fps",
              .schema = {.kind = Schema::Kind::number, .min = 0.1, .max = 60},
              .help = "Pictures | second",
              .default_text = "5"});
    root.put(
        {.key = "gate", .schema = {.kind = Schema::Kind::choice, .choices = {"off", "packet"}}});
    root.put(
        {.key = "age", .schema = {.kind = Schema::Kind::duration, .min = 1, .bare_seconds = true}});
    root.put({.key = "things",
              .schema = {.kind = Schema::Kind::map, .item = item},
              .use = Property::Use::later});
    root.put({.key = "sessions",
              .schema = {.kind = Schema::Kind::integer, .min = 1, .automatic = true}});
    return root;
}

TEST(Markdown, HasARowForEachKeyAndASectionForEachObject) {
    const std::string page = to_markdown(small(), "Configuration");
    EXPECT_THAT(page, HasSubstr("# Configuration\n"));
    EXPECT_THAT(page,
                HasSubstr("| `fps` | a number between 0.1 and 60 | `5` | Pictures \\| second |\n"));
    EXPECT_THAT(page, HasSubstr("| `gate` | one of off, packet |  |  |\n"));
    EXPECT_THAT(page, HasSubstr("| `age` | a duration or a number of seconds at least 1s |"));
    EXPECT_THAT(page, HasSubstr("see `things.NAME`"));
    EXPECT_THAT(page, HasSubstr("*(accepted; not used by this version)*"));
    EXPECT_THAT(page, HasSubstr("\n## `things.NAME`\n\nOne thing.\n"));
    EXPECT_THAT(page, HasSubstr("| `path` | a secret | must be given |"));
    EXPECT_THAT(page, HasSubstr("| `sessions` | a whole number at least 1, or auto |"));
}

TEST(JsonSchema, SaysTheSameToOtherPrograms) {
    const auto json = nlohmann::json::parse(to_json_schema(small(), "Configuration"));
    EXPECT_EQ(json["$schema"], "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(json["additionalProperties"], false);
    const auto& properties = json["properties"];
    EXPECT_EQ(properties["fps"]["anyOf"][0]["type"], "number");
    EXPECT_EQ(properties["fps"]["anyOf"][0]["maximum"], 60);
    EXPECT_THAT(properties["fps"]["description"], HasSubstr("Default: 5"));
    EXPECT_EQ(properties["gate"]["anyOf"][0]["enum"], nlohmann::json({"off", "packet", false}));
    const auto& thing = properties["things"]["additionalProperties"];
    EXPECT_EQ(thing["required"], nlohmann::json({"path"}));
    EXPECT_EQ(thing["additionalProperties"], false);
    EXPECT_TRUE(properties["things"]["propertyNames"].contains("pattern"));
}

TEST(JsonSchema, IsValidJsonForTheWholeVocabulary) {
    const auto json = nlohmann::json::parse(to_json_schema(vocabulary({}), "Vedette"));
    EXPECT_GT(json["properties"].size(), 25U);
    EXPECT_TRUE(
        json["properties"]["cameras"]["additionalProperties"]["properties"].contains("inputs"));
}

TEST(Describe, SpeaksOfCountsAndLengths) {
    EXPECT_EQ(describe({.kind = Schema::Kind::list, .min = 1}), "a list of at least 1 entry");
    EXPECT_EQ(describe({.kind = Schema::Kind::text, .min = 1, .max = 5}),
              "text of 1 to 5 characters");
    EXPECT_EQ(describe({.kind = Schema::Kind::size, .max = 10e6}), "a size at most 10MB");
    EXPECT_EQ(describe({.kind = Schema::Kind::share, .min = 0.05, .max = 1}),
              "a percentage between 5% and 100%");
}

} // namespace
} // namespace vedette::config
