#include "vedette/config/document.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace vedette::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Node parse(std::string_view yaml) {
    const auto document = Document::parse(yaml, "f.yaml");
    EXPECT_TRUE(document) << document.error().message();
    return document ? document->root() : Node{};
}

std::string refusal(std::string_view yaml) {
    const auto document = Document::parse(yaml, "f.yaml");
    return document ? "accepted" : document.error().message();
}

TEST(Document, TakesNothingAsAnEmptyMap) {
    for (const std::string_view yaml : {"", "\n\n", "# only a comment\n", "---\n", "{}", "~"}) {
        const Node root = parse(yaml);
        EXPECT_TRUE(root.members().empty()) << yaml;
        EXPECT_EQ(*root.int_or("x", 7), 7);
        EXPECT_FALSE(root["x"]["y"].present());
    }
}

TEST(Document, KnowsPathAndLineOfEachValue) {
    const Node root = parse("a:\n  b: 1\n\n  c:\n    - x\n    - y: 2\nd: { e: 3 }\n");
    EXPECT_EQ(root["a"]["b"].line(), 2);
    EXPECT_EQ(root["a"]["c"].line(), 4);
    const auto items = root["a"]["c"].items();
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].line(), 5);
    EXPECT_EQ(items[1]["y"].line(), 6);
    EXPECT_EQ(items[1]["y"].path(), "a.c[1].y");
    EXPECT_EQ(root["d"]["e"].invalid("is wrong").message(), "f.yaml:7: d.e: is wrong");
    EXPECT_EQ(root["a"].invalid("none", "is missing").message(), "f.yaml:1: a.none: is missing");
}

TEST(Document, KeepsTheOrderOfAMap) {
    std::vector<std::string> keys;
    for (const auto& member : parse("z: 1\na: 2\nm: 3").members())
        keys.push_back(member.key);
    EXPECT_THAT(keys, ElementsAre("z", "a", "m"));
}

TEST(Document, KeepsTextAsItIsWritten) {
    const Node root =
        parse("plate: 1E5\nquoted: \"a\\tb\"\nlong: >\n  two\n  words\nfree: a:b\nnum: 007\n");
    EXPECT_EQ(*root["plate"].as_string(), "1E5");
    EXPECT_EQ(*root["quoted"].as_string(), "a\tb");
    EXPECT_EQ(*root["long"].as_string(), "two words\n");
    EXPECT_EQ(*root["free"].as_string(), "a:b");
    EXPECT_EQ(*root["num"].as_string(), "007");
}

TEST(Document, RefusesAKeyThatIsThereTwiceNamingBothLines) {
    Problems problems;
    const auto document = Document::parse(
        "a: 1\nb:\n  c: 1\n  d:\n    - { e: 1, e: 2 }\n  c: 2\na: 2\n", "f.yaml", {}, problems);
    EXPECT_FALSE(document);
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_THAT(problems.all()[0].message(),
                HasSubstr("f.yaml:5: b.d[0].e: is already there on line 5"));
    EXPECT_THAT(problems.all()[1].message(),
                HasSubstr("f.yaml:6: b.c: is already there on line 3"));
    EXPECT_THAT(problems.all()[2].message(), HasSubstr("f.yaml:7: a: is already there on line 1"));
}

TEST(Document, SaysWhereItIsNotYaml) {
    EXPECT_THAT(refusal("a: 1\n b: 2\n"), HasSubstr("f.yaml:2: not valid YAML: "));
    EXPECT_THAT(refusal("a: 1\nb: [1, 2\nc: 3\n"), HasSubstr("not valid YAML: "));
    EXPECT_THAT(refusal("a: \"open\nb: 2\n"),
                HasSubstr("a quote that was opened on a line before is not closed"));
    EXPECT_EQ(*parse("a: 1\n...\n")["a"].as_int(), 1);
    EXPECT_EQ(*parse("a: |\n  x\n  y")["a"].as_string(), "x\ny\n")
        << "as if the last line ended like the others";
    EXPECT_THAT(refusal("a: *nobody\n"),
                HasSubstr("f.yaml:1: not valid YAML: an alias (*name) without"));
    EXPECT_THAT(refusal("a:\n\tb: 1\n"),
                HasSubstr("f.yaml:2: a tab is used to indent; YAML allows only spaces"));
}

TEST(Document, MustBeAMap) {
    EXPECT_THAT(refusal("just text"), HasSubstr("f.yaml:1: must be a map of sections"));
    EXPECT_THAT(refusal("- a\n- b\n"), HasSubstr("f.yaml:1: must be a map of sections"));
}

TEST(Document, RefusesWhatAConfigurationDoesNotNeed) {
    EXPECT_THAT(refusal("a: !include other.yaml"),
                HasSubstr("f.yaml:1: the tag '!include' is not supported"));
    EXPECT_THAT(refusal("a: 1\n---\nb: 2\n"), HasSubstr("a second document starts here"));
    EXPECT_THAT(refusal("[1, 2]: x"), HasSubstr("cannot be a key"));
    EXPECT_THAT(refusal("a: &x 1\n*x : 2"), HasSubstr("cannot be a key"));
    EXPECT_THAT(refusal(": 1"), HasSubstr("a key is missing"));
    EXPECT_EQ(*parse("a: !!str 5")["a"].as_string(), "5");
}

TEST(Document, RefusesWhatIsNoText) {
    EXPECT_EQ(refusal(std::string("a: 1\nb: \0\n", 10)), "f.yaml:2: is not UTF-8 text");
    EXPECT_EQ(refusal("a: \xff\n"), "f.yaml:1: is not UTF-8 text");
    EXPECT_EQ(refusal("a: \xc3"), "f.yaml:1: is not UTF-8 text");
    EXPECT_EQ(*parse("a: grün ✓")["a"].as_string(), "grün ✓");
}

TEST(Document, FollowsAliasesAndMerges) {
    const Node root = parse("base: &b { fps: 5, width: 640 }\n"
                            "extra: &e { width: 1, height: 2 }\n"
                            "one: *b\n"
                            "two: { <<: *b, fps: 9 }\n"
                            "three: { <<: [*b, *e] }\n");
    EXPECT_EQ(*root["one"].int_or("fps", 0), 5);
    EXPECT_EQ(*root["two"].int_or("fps", 0), 9);
    EXPECT_EQ(*root["two"].int_or("width", 0), 640);
    EXPECT_EQ(root["two"].members().size(), 2U);
    EXPECT_EQ(*root["three"].int_or("width", 0), 640) << "the first of several wins";
    EXPECT_EQ(*root["three"].int_or("height", 0), 2);
    EXPECT_THAT(refusal("a: { <<: 5 }"), HasSubstr("<< must be followed by an alias of a map"));
    EXPECT_THAT(refusal("a: &a { b: *a }"), HasSubstr("an alias refers to what it is part of"));
}

TEST(Document, StaysSmallWhenAliasesMultiply) {
    std::string bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        const std::string before = "*l" + std::to_string(i - 1);
        bomb += "l" + std::to_string(i) + ": &l" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k)
            bomb += before + ", ";
        bomb += "]\n";
    }
    EXPECT_THAT(refusal(bomb), HasSubstr("more than 100000 values once aliases are followed"));
}

TEST(Document, StaysShallow) {
    EXPECT_THAT(refusal("a: " + std::string(200, '[') + std::string(200, ']')),
                HasSubstr("more than 64 levels"));
    std::string deep = "l0: &l0 [x]\n";
    for (int i = 1; i < 80; ++i)
        deep += "l" + std::to_string(i) + ": &l" + std::to_string(i) + " [*l" +
                std::to_string(i - 1) + "]\n";
    EXPECT_THAT(refusal(deep),
                HasSubstr("more than 64 levels of nesting once aliases are followed"));
}

TEST(Document, RefusesAFileThatIsTooLarge) {
    EXPECT_THAT(refusal("a: " + std::string(1024 * 1024, 'x')), HasSubstr("is larger than 1 MiB"));
}

class DocumentFile : public ::testing::Test {
protected:
    void SetUp() override {
        folder = std::filesystem::path{::testing::TempDir()} /
                 ("vedette-config-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::filesystem::path write(const std::string& name, const std::string& text) const {
        std::ofstream{folder / name} << text;
        return folder / name;
    }
    std::filesystem::path folder;
};

TEST_F(DocumentFile, IsReadAndNamedInErrors) {
    const auto file = write("v.yaml", "a: 1\n");
    const auto document = Document::load(file);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root()["a"].invalid("no").message(), file.string() + ":1: a: no");
}

TEST_F(DocumentFile, SaysWhatIsWrongWithTheFile) {
    EXPECT_EQ(Document::load(folder / "none.yaml").error().code(), ErrorCode::not_found);
    EXPECT_THAT(Document::load(folder / "none.yaml").error().message(),
                HasSubstr("none.yaml: there is no such file"));
    EXPECT_THAT(Document::load(folder).error().message(), HasSubstr("is not a regular file"));
}

TEST_F(DocumentFile, TakesSecretsFromFiles) {
    write("key", "hunter2\n");
    const auto document = Document::parse("a: ${file:" + (folder / "key").string() + "}", "f");
    EXPECT_EQ(document->root()["a"].as_secret()->reveal(), "hunter2");
    const auto missing = Document::parse("a: ${file:" + (folder / "no").string() + "}", "f");
    const auto secret = missing->root()["a"].as_secret();
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().code(), ErrorCode::not_found);
    EXPECT_THAT(secret.error().message(), HasSubstr("f:1: a: ${file:"));
    write("large", std::string(70'000, 'x'));
    const auto large = Document::parse("a: ${file:" + (folder / "large").string() + "}", "f");
    EXPECT_THAT(large->root()["a"].as_string().error().message(), HasSubstr("is over 64 KiB"));
}

TEST(Secrets, AreLookedUpWhenTheirValueIsRead) {
    DocumentOptions options;
    options.secrets.environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "USER")
            return "ann";
        if (name == "TRICK")
            return "${env:USER}";
        return std::nullopt;
    };
    const auto document =
        Document::parse("a: rtsp://${env:USER}:${env:USER}@x\nb: ${env:NONE}\nc: $${env:USER}\n"
                        "d: ${env:TRICK}\ne: ${vault:x}\nf: \"${env:\"\ng: ${env:A B}\nh: $USER",
                        "f", options);
    ASSERT_TRUE(document) << "a secret that nobody reads is nobody's problem";
    const Node root = document->root();
    EXPECT_EQ(*root["a"].as_string(), "rtsp://ann:ann@x");
    EXPECT_EQ(root["b"].as_string().error().code(), ErrorCode::not_found);
    EXPECT_EQ(*root["c"].as_string(), "${env:USER}");
    EXPECT_EQ(*root["d"].as_string(), "${env:USER}") << "what a secret holds is not looked into";
    EXPECT_THAT(root["e"].as_string().error().message(), HasSubstr("f:5: e: ${ starts a secret"));
    EXPECT_THAT(root["f"].as_string().error().message(), HasSubstr("has no closing }"));
    EXPECT_THAT(root["g"].as_string().error().message(), HasSubstr("${ starts a secret"));
    EXPECT_EQ(*root["h"].as_string(), "$USER");
}

TEST(Node, ReadsTypedValuesOrTheirFallback) {
    const Node root = parse("i: 3\nd: 2.5\nb: yes\ns: text\nt: 30s\nm: 10MB\n");
    EXPECT_EQ(*root.int_or("i", 0), 3);
    EXPECT_EQ(*root.double_or("d", 0), 2.5);
    EXPECT_TRUE(*root.bool_or("b", false));
    EXPECT_EQ(*root.string_or("s", ""), "text");
    EXPECT_EQ(*root.duration_or("t", std::chrono::seconds{0}), std::chrono::seconds{30});
    EXPECT_EQ(root.size_or("m", {})->bytes, 10'000'000U);
    EXPECT_EQ(*root.string_or("none", "x"), "x");
    EXPECT_EQ(root.int_or("s", 0).error().message(),
              "f.yaml:4: s: must be a whole number, not 'text'");
    EXPECT_EQ(root["i"]["below"].path(), "i.below");
}

TEST(Node, ShowsValuesShortAndHarmless) {
    const Node root = parse("a: \"x\\n\\x07y\"\nb: " + std::string(100, 'z') + "\nc: [1]\n");
    EXPECT_EQ(root["a"].quoted(), "'x\\x0a\\x07y'");
    EXPECT_EQ(root["b"].quoted(), "'" + std::string(40, 'z') + "…'");
    EXPECT_EQ(root["c"].quoted(), "a list");
}

} // namespace
} // namespace vedette::config
