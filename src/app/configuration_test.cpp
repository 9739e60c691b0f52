#include "app/configuration.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/configuration_advice.h"
#include "app/configuration_check.h"
#include "app/configuration_page.h"
#include "vedette/config/document.h"

namespace vedette::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> problems_of(std::string_view yaml) {
    config::Problems problems;
    const config::DocumentOptions options{.use = config::SecretUse::withhold};
    if (const auto document = config::Document::parse(yaml, "c.yaml", options, problems))
        check_configuration(document->root(), problems);
    std::vector<std::string> out;
    for (const Error& error : problems.all())
        out.push_back(error.message());
    return out;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Configuration, AcceptsTheReferenceFile) {
    const char* const shared = std::getenv("VEDETTE_SHARED");
    const std::filesystem::path folder =
        shared != nullptr ? std::filesystem::path{shared}
                          : std::filesystem::path{VEDETTE_SOURCE_DIR} / ".." / "shared";
    if (!std::filesystem::exists(folder / "config.reference.yaml"))
        GTEST_SKIP() << "no config.reference.yaml in " << folder << "; set VEDETTE_SHARED";
    EXPECT_THAT(problems_of(content(folder / "config.reference.yaml")), IsEmpty());
}

TEST(Configuration, AcceptsNothing) { EXPECT_THAT(problems_of(""), IsEmpty()); }

TEST(Configuration, ChecksWhatCamerasOverride) {
    EXPECT_THAT(
        problems_of("cameras:\n  gate:\n    inputs: [{ path: x }]\n    detect: { fps: 0 }\n    "
                    "lpr: { enabeld: true }\n"),
        ElementsAre(
            HasSubstr("c.yaml:4: cameras.gate.detect.fps: must be a number between 0.1 and 60"),
            HasSubstr("c.yaml:5: cameras.gate.lpr.enabeld: is not a known key; did you mean "
                      "'enabled'?")));
}

TEST(Configuration, FindsNamesThatReferToNothing) {
    EXPECT_THAT(
        problems_of("detectors: { cpu: { type: cpu } }\ndetector_fallback: [cpu, gpu]\n"
                    "cameras: { gate: { inputs: [{ path: x }] } }\n"
                    "camera_groups: { outside: { cameras: [gate, dirve] } }\n"
                    "following: { subjects: [family] }\n"),
        ElementsAre("c.yaml:2: detector_fallback[1]: there is no 'gpu' in `detectors`",
                    "c.yaml:4: camera_groups.outside.cameras[1]: there is no 'dirve' in `cameras`",
                    "c.yaml:5: following.subjects[0]: there is no 'family' in `watchlists`"));
}

std::vector<std::string> advice_on(std::string_view yaml) {
    config::Problems advice;
    config::Problems problems;
    const config::DocumentOptions options{.use = config::SecretUse::withhold};
    if (const auto document = config::Document::parse(yaml, "c.yaml", options, problems))
        advise(document->root(), advice);
    EXPECT_TRUE(problems.empty());
    std::vector<std::string> out;
    for (const Error& one : advice.all())
        out.push_back(one.message());
    return out;
}

std::string with_masks(const std::string& masks) {
    return "cameras:\n  gate:\n    inputs: [{ path: x.mp4 }]\n    masks:\n" + masks;
}

TEST(Configuration, FindsPolygonsThatAreNone) {
    EXPECT_THAT(problems_of(with_masks("      privacy:\n"
                                       "        - \"0,0,0.2,0,0.2,0.3\"\n"
                                       "        - \"0,0,0.2,0\"\n"
                                       "        - \"0,0,0.2,0,0.2,1.3\"\n"
                                       "        - \"0,0,0.2,0,0.2,0.3,0.4\"\n"
                                       "        - \"0,0;0.2,0;0.2,0.3\"\n"
                                       "        - \"\"\n"
                                       "      motion: [ \"0,0,0.5,0,nan,1\" ]\n")),
                ElementsAre(HasSubstr("c.yaml:7: cameras.gate.masks.privacy[1]: must have three "
                                      "corners or more, and has 2"),
                            HasSubstr("c.yaml:8: cameras.gate.masks.privacy[2]: must be shares of "
                                      "the picture from 0 to 1; 1.3 is outside"),
                            HasSubstr("c.yaml:9: cameras.gate.masks.privacy[3]: must have an x and "
                                      "a y for each corner, and has 7 numbers"),
                            HasSubstr("c.yaml:10: cameras.gate.masks.privacy[4]: must be numbers "
                                      "x,y,x,y,… with commas between; '0;0.2' is none"),
                            HasSubstr("c.yaml:11: cameras.gate.masks.privacy[5]: must be numbers"),
                            HasSubstr("c.yaml:12: cameras.gate.masks.motion[0]: must be numbers")));
    EXPECT_THAT(problems_of(with_masks("      privacy: [ \" 0, 0 , 1,0, 1,1 \" ]\n")), IsEmpty());
}

TEST(Configuration, WarnsOfMasksThatRecordingsDoNotHave) {
    const std::string masked = with_masks("      privacy: [ \"0,0,1,0,1,1\" ]\n");
    EXPECT_THAT(advice_on(masked),
                ElementsAre(AllOf(HasSubstr("c.yaml:5: cameras.gate.masks.privacy: is not burnt "
                                            "into what is recorded"),
                                  HasSubstr("record: { enabled: false }"))));
    EXPECT_THAT(advice_on(masked + "    record: { enabled: false }\n"), IsEmpty());
    EXPECT_THAT(advice_on(masked + "    record: { encode: { enabled: true } }\n"), IsEmpty());
    EXPECT_THAT(advice_on("record: { enabled: false }\n" + masked), IsEmpty());
    EXPECT_THAT(advice_on(with_masks("      motion: [ \"0,0,1,0,1,1\" ]\n")), IsEmpty());
}

TEST(Configuration, IsTheReferencePageInTheDocumentation) {
    const std::filesystem::path page =
        std::filesystem::path{VEDETTE_SOURCE_DIR} / "docs/reference/configuration.md";
    if (std::getenv("VEDETTE_UPDATE_GOLDEN") != nullptr)
        std::ofstream{page, std::ios::binary} << configuration_page();
    EXPECT_EQ(content(page), configuration_page())
        << "the options changed: VEDETTE_UPDATE_GOLDEN=1 writes the page anew";
}

} // namespace
} // namespace vedette::app
