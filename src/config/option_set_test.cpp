#include "vedette/config/option_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/config/document.h"

namespace vedette::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

enum class Gate { off = 1, motion, packet };

struct Stationary {
    int interval = 50;
    milliseconds forget{1500};
};
struct Detect {
    bool enabled = true;
    double fps = 5;
    float overlap = 0.2F;
    unsigned char quality = 80;
    std::optional<int> max_disappeared;
    Gate gate = Gate::motion;
    seconds stall{20};
    ByteSize memory{2'048'000'000};
    Share cpu{0.8};
    std::vector<std::string> track{"person", "car"};
    Secret<std::string> key;
    Stationary stationary;
    std::map<std::string, Stationary> filters;
    int low = 1;
    int high = 2;
};

OptionSet<Stationary> stationary_options() {
    return OptionSet<Stationary>{"When something stands still."}
        .field("interval", &Stationary::interval, "Frames between two looks", {.min = 1})
        .field("forget", &Stationary::forget, "How long it may be unseen", {.min = 0.1, .max = 60});
}

OptionSet<Detect> detect_options() {
    return OptionSet<Detect>{"How pictures are searched."}
        .field("enabled", &Detect::enabled, "Whether at all")
        .field("fps", &Detect::fps, "Pictures per second", {.min = 0.1, .max = 60})
        .field("overlap", &Detect::overlap, "Least overlap")
        .field("quality", &Detect::quality, "Of a picture")
        .field("max_disappeared", &Detect::max_disappeared, "Frames", {.min = 1})
        .field(
            "gate", &Detect::gate, "What is decoded",
            choice<Gate>({{"off", Gate::off}, {"motion", Gate::motion}, {"packet", Gate::packet}}))
        .field("stall", &Detect::stall, "Silence", {.bare = BareNumber::seconds})
        .field("memory", &Detect::memory, "Memory", {.min = 64e6})
        .field("cpu", &Detect::cpu, "Processor", {.min = 0.05})
        .field("track", &Detect::track, "Labels", {.max = 3})
        .field("key", &Detect::key, "Key")
        .section("stationary", &Detect::stationary, "Standing still", stationary_options())
        .field("filters", &Detect::filters, "For each label", named(stationary_options().codec()))
        .field("low", &Detect::low, "Low")
        .field("high", &Detect::high, "High")
        .rule(
            "low", [](const Detect& d) { return d.low <= d.high; }, "must not be above `high`");
}

SecretSource no_secrets() {
    return {[](const std::string&) { return std::nullopt; },
            [](const std::filesystem::path& path) -> Result<std::string> {
                return Error{ErrorCode::not_found, "no " + path.string()};
            }};
}

Node node(std::string_view yaml, SecretSource secrets = no_secrets(),
          SecretUse use = SecretUse::resolve) {
    auto document = Document::parse(yaml, "v.yaml", {std::move(secrets), use});
    EXPECT_TRUE(document) << document.error().message();
    return document ? document->root() : Node{};
}

Detect read(std::string_view yaml) {
    auto value = detect_options().read(node(yaml));
    EXPECT_TRUE(value) << value.error().message();
    return value ? *value : Detect{};
}

std::string refusal(std::string_view yaml) {
    const auto value = detect_options().read(node(yaml));
    return value ? "accepted" : value.error().message();
}

TEST(OptionSet, KeepsTheDefaultsOfWhatIsNotWritten) {
    for (const std::string_view yaml : {"", "fps:", "{}", "stationary:", "filters: {}"}) {
        const Detect value = read(yaml);
        EXPECT_EQ(value.fps, 5) << yaml;
        EXPECT_EQ(value.stationary.interval, 50) << yaml;
        EXPECT_THAT(value.track, ElementsAre("person", "car")) << yaml;
    }
    EXPECT_EQ(detect_options().read(Node{})->fps, 5);
}

TEST(OptionSet, ReadsEveryKindOfValue) {
    const Detect value = read(R"(
enabled: no
fps: 2.5
overlap: 0.3
quality: 255
max_disappeared: 7
gate: off
stall: 1.5m
memory: 64MiB
cpu: 12.5%
track: [bus, "12"]
key: hush
stationary: { forget: 250ms }
filters: { car: { interval: 3 } }
)");
    EXPECT_FALSE(value.enabled);
    EXPECT_EQ(value.fps, 2.5);
    EXPECT_EQ(value.overlap, 0.3F);
    EXPECT_EQ(value.quality, 255);
    EXPECT_EQ(value.max_disappeared, 7);
    EXPECT_EQ(value.gate, Gate::off);
    EXPECT_EQ(value.stall, seconds{90});
    EXPECT_EQ(value.memory.bytes, 64U * 1024 * 1024);
    EXPECT_EQ(value.cpu.value, 0.125);
    EXPECT_THAT(value.track, ElementsAre("bus", "12"));
    EXPECT_EQ(value.key.reveal(), "hush");
    EXPECT_EQ(value.stationary.forget, milliseconds{250});
    EXPECT_EQ(value.stationary.interval, 50);
    EXPECT_EQ(value.filters.at("car").interval, 3);
    EXPECT_EQ(value.filters.at("car").forget, milliseconds{1500});
}

TEST(OptionSet, TakesABareNumberWhereItsUnitIsSaid) {
    EXPECT_EQ(read("stall: 5").stall, seconds{5});
    EXPECT_EQ(refusal("stationary: { forget: 5 }"),
              "v.yaml:1: stationary.forget: must be a duration between 100ms and 1m "
              "(such as 500ms, 30s, 5m, 24h, 7d), not '5'");
}

TEST(OptionSet, TakesAutoWhereNothingIsAValue) {
    EXPECT_EQ(read("max_disappeared: auto").max_disappeared, std::nullopt);
    EXPECT_EQ(refusal("fps: auto"),
              "v.yaml:1: fps: must be a number between 0.1 and 60, not 'auto'");
}

TEST(OptionSet, NamesKeyLineRangeAndValue) {
    EXPECT_EQ(refusal("\nfps: 99"), "v.yaml:2: fps: must be a number between 0.1 and 60, not '99'");
    EXPECT_EQ(refusal("cpu: 1%"),
              "v.yaml:1: cpu: must be a percentage at least 5% (such as 80%), not '1%'");
    EXPECT_EQ(refusal("memory: 1MB"),
              "v.yaml:1: memory: must be a size at least 64MB with its unit "
              "(such as 64KiB, 10MB, 200GB), not '1MB'");
    EXPECT_EQ(refusal("gate: pocket"), "v.yaml:1: gate: must be one of off, motion, packet, not "
                                       "'pocket'; did you mean 'packet'?");
    EXPECT_EQ(refusal("track: [a, b, c, d]"),
              "v.yaml:1: track: must be a list of at most 3 entries, not 4");
    EXPECT_EQ(refusal("track: car"),
              "v.yaml:1: track: must be a list of at most 3 entries, not 'car'");
    EXPECT_EQ(refusal("enabled: 1"), "v.yaml:1: enabled: must be true or false, not '1'");
    EXPECT_EQ(refusal("stationary: 4"), "v.yaml:1: stationary: must be a map, not '4'");
    EXPECT_EQ(refusal("fps: [1]"),
              "v.yaml:1: fps: must be a number between 0.1 and 60, not a list");
}

TEST(OptionSet, RefusesWhatTheTypeCannotHold) {
    EXPECT_THAT(refusal("quality: 256"), HasSubstr("v.yaml:1: quality: is larger than"));
    EXPECT_THAT(refusal("quality: -1"), HasSubstr("must be a whole number at least 0"));
    EXPECT_THAT(refusal("overlap: 1e39"), HasSubstr("v.yaml:1: overlap: is larger than"));
    EXPECT_THAT(refusal("low: 99999999999999999999"), HasSubstr("must be a whole number"));
    EXPECT_THAT(refusal("fps: .nan"), HasSubstr("must be a number"));
    EXPECT_THAT(refusal("fps: nan"), HasSubstr("must be a number"));
    EXPECT_THAT(refusal("fps: 1e999"), HasSubstr("must be a number"));
}

TEST(OptionSet, RefusesUnknownKeysWithTheNearestName) {
    EXPECT_EQ(refusal("fsp: 3"), "v.yaml:1: fsp: is not a known key; did you mean 'fps'?");
    EXPECT_EQ(refusal("stationary:\n  intervall: 3"),
              "v.yaml:2: stationary.intervall: is not a known key; did you mean 'interval'?");
    EXPECT_EQ(refusal("stationary: { colour: red }"),
              "v.yaml:1: stationary.colour: is not a known key; here may stand interval, forget");
}

TEST(OptionSet, FindsAllProblemsAtOnce) {
    Problems problems;
    (void)detect_options().read({node("fps: x\ngate: y\nfilters:\n  car: { interval: 0 }\n")},
                                problems);
    ASSERT_THAT(problems.all(), SizeIs(3));
    EXPECT_THAT(problems.all()[2].message(), HasSubstr("v.yaml:4: filters.car.interval: must be"));
    EXPECT_THAT(problems.summary().message(),
                HasSubstr("(and 2 more problems; `vedette config check` lists them)"));
}

TEST(OptionSet, LaysOneLayerOverAnother) {
    const Node global =
        node("fps: 3\nstationary: { interval: 7 }\nfilters: { car: { interval: 1 } }");
    const Node camera =
        node("fps: 10\nstationary: { forget: 1s }\nfilters: { car: { forget: 2s } }");
    const auto value = detect_options().read({global, Node{}, camera});
    ASSERT_TRUE(value);
    EXPECT_EQ(value->fps, 10);
    EXPECT_EQ(value->stationary.interval, 7);
    EXPECT_EQ(value->stationary.forget, seconds{1});
    EXPECT_EQ(value->filters.at("car").interval, 1);
    EXPECT_EQ(value->filters.at("car").forget, seconds{2});
}

TEST(OptionSet, BlamesTheLayerThatBrokeARule) {
    const Node global = node("high: 5");
    const Node camera = node("\n\nlow: 6");
    const auto value = detect_options().read({global, camera});
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().message(), "v.yaml:3: low: must not be above `high`");
    EXPECT_TRUE(detect_options().read({global, node("low: 5")}));
}

TEST(OptionSet, ReportsASecretThatIsNotThere) {
    EXPECT_EQ(refusal("key: ${env:KEY}"),
              "v.yaml:1: key: ${env:KEY}: the environment variable KEY is not set; set it where "
              "vedette is started");
    EXPECT_EQ(refusal("fps: ${file:/none}"), "v.yaml:1: fps: ${file:/none}: no /none");
}

TEST(OptionSet, NeverRepeatsASecret) {
    SecretSource source = no_secrets();
    source.environment = [](const std::string&) { return "hunter2"; };
    for (const char* yaml :
         {"fps: ${env:A}", "gate: ${env:A}", "enabled: x${env:A}", "memory: ${env:A}",
          "stall: ${env:A}", "cpu: ${env:A}", "stationary: ${env:A}"}) {
        const auto value = detect_options().read(node(yaml, source));
        ASSERT_FALSE(value) << yaml;
        EXPECT_THAT(value.error().message(), ::testing::Not(HasSubstr("hunter2")));
        EXPECT_THAT(value.error().message(), HasSubstr("the value of ${env:A}"));
    }
    EXPECT_EQ(detect_options().read(node("key: a${env:A}b", source))->key.reveal(), "ahunter2b");
}

TEST(OptionSet, DoesNotLookForTheSecretsOfWhatIsSwitchedOff) {
    EXPECT_TRUE(detect_options().read(node("enabled: false\nkey: ${env:KEY}")));
    EXPECT_TRUE(detect_options().read(
        node("key: ${env:KEY}\nfps: ${env:FPS}", no_secrets(), SecretUse::withhold)));
}

TEST(OptionSet, AcceptsWhatIsForLaterButChecksIt) {
    OptionSet<Stationary> set = stationary_options();
    set.later({.key = "colour", .schema = {.kind = Schema::Kind::integer}});
    EXPECT_TRUE(set.read(node("colour: 3")));
    EXPECT_TRUE(set.read(node("colour: ${env:NOT_LOOKED_UP}")));
    EXPECT_FALSE(set.read(node("colour: red")));
}

TEST(OptionSet, AsksForWhatMustBeThere) {
    OptionSet<Stationary> set = stationary_options();
    set.require("interval");
    EXPECT_EQ(set.read(node("\nforget: 1s")).error().message(),
              "v.yaml:2: interval: is missing; it must be a whole number at least 1");
    EXPECT_TRUE(set.read(node("interval: 1")));
}

TEST(OptionSet, ShowsItsDefaultsAsTheyWouldBeWritten) {
    const Schema schema = detect_options().schema();
    const auto shown = [&](const char* key) { return schema.find(key)->default_text; };
    EXPECT_EQ(shown("fps"), "5");
    EXPECT_EQ(shown("overlap"), "0.2");
    EXPECT_EQ(shown("max_disappeared"), "auto");
    EXPECT_EQ(shown("gate"), "motion");
    EXPECT_EQ(shown("stall"), "20s");
    EXPECT_EQ(shown("memory"), "2048MB");
    EXPECT_EQ(shown("cpu"), "80%");
    EXPECT_EQ(shown("track"), "[person, car]");
    EXPECT_EQ(shown("key"), "");
    EXPECT_EQ(schema.find("stationary")->schema.find("forget")->default_text, "1500ms");
}

} // namespace
} // namespace vedette::config
