#include "app/commands/doctor/checks.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DoctorChecks : public ::testing::Test {
protected:
    static auto about(Check::State state, const std::string& topic, const std::string& finding) {
        return AllOf(Field(&Check::state, state), Field(&Check::topic, topic),
                     Field(&Check::finding, HasSubstr(finding)));
    }

    testing::TestEnvironment machine;
};

TEST_F(DoctorChecks, TellTheProcessorAndTheMemory) {
    const auto checks = check_machine();
    EXPECT_THAT(checks, Contains(about(Check::State::ok, "processor", " cores")));
    EXPECT_THAT(checks, Contains(AllOf(Field(&Check::topic, "memory"),
                                       Field(&Check::finding, HasSubstr("MiB available")))));
}

TEST_F(DoctorChecks, FailWhereNoEngineIsThereAndSayWhatToDo) {
    const Registries none;
    const Environment whole = machine.environment();
    const Environment bare{whole.out,   whole.err, false,         false, whole.stop, whole.reloads,
                           whole.clock, whole.log, whole.metrics, none,  whole.paths};
    const auto checks = check_engines(bare);
    EXPECT_THAT(checks, Contains(about(Check::State::fail, "engines", "none works")));
    EXPECT_THAT(checks, Contains(about(Check::State::warn, "engine openvino", "not in this")));
    for (const Check& check : checks)
        EXPECT_THAT(check.advice, Not(IsEmpty())) << check.topic;
}

TEST_F(DoctorChecks, FindTheEngineThatIsAlwaysThere) {
    EXPECT_THAT(check_engines(machine.environment()),
                Contains(about(Check::State::ok, "engine opencv cpu", "works")));
}

TEST_F(DoctorChecks, NameTheDecodersAndEveryAccelerator) {
    const auto checks = check_decoders();
    EXPECT_THAT(checks, Contains(about(Check::State::ok, "video decoders", "h264")));
    for (const Check& check : checks)
        EXPECT_THAT(check.finding, Not(IsEmpty())) << check.topic;
}

TEST_F(DoctorChecks, FailOnAModelsFolderThatCannotBeRead) {
    EXPECT_THAT(check_models(machine.environment()),
                Contains(about(Check::State::fail, "models", machine.paths.models.string())));
    machine.folder.write("models/x.model.yaml", "versoin: 1\n");
    EXPECT_THAT(check_models(machine.environment()),
                Contains(about(Check::State::fail, "models", "x.model.yaml:1")));
}

TEST_F(DoctorChecks, WarnOfAModelWhoseFileIsMissingAndOfATaskWithoutAny) {
    machine.folder.write("models/x.model.yaml",
                         "id: x\ntitle: X\ntask: plate\nlicence: MIT\norigin: nobody\n"
                         "decoder: cascade\nlabels: [plate]\n"
                         "extra_files: { cascade: { file: no-such-cascade.xml } }\n");
    const auto checks = check_models(machine.environment());
    EXPECT_THAT(checks,
                Contains(about(Check::State::warn, "model x@1 (plate)", "no-such-cascade.xml")));
    EXPECT_THAT(checks, Contains(about(Check::State::warn, "model for objects", "no manifest in")));
}

TEST_F(DoctorChecks, TellTheCacheAndWarnWhereItCannotBe) {
    EXPECT_THAT(check_cache(machine.environment()),
                Contains(AllOf(Field(&Check::topic, "cache"),
                               Field(&Check::finding, HasSubstr("MiB free")))));
    machine.folder.write("file", "in the way");
    machine.paths.cache = machine.folder.path() / "file" / "cache";
    EXPECT_THAT(check_cache(machine.environment()),
                Contains(about(Check::State::warn, "cache", "cannot be written")));
}

} // namespace
} // namespace vedette::app
