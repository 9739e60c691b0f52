#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// Answers what it is told to.
class Scripted final : public Command {
public:
    Scripted(std::string group, Result<ExitCode> answer)
        : group_{std::move(group)}, answer_{std::move(answer)} {}
    [[nodiscard]] std::string group() const override { return group_; }
    [[nodiscard]] std::string summary() const override { return "Do as told"; }
    void declare(CLI::App& options) override {
        options.add_option("WHAT", what_, "What to do")->required();
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        environment.out << "did " << what_ << '\n';
        return answer_;
    }

private:
    std::string group_;
    Result<ExitCode> answer_;
    std::string what_;
};

class CommandLine : public ::testing::Test {
protected:
    void add(const std::string& name, Result<ExitCode> answer, const std::string& group = "Watch") {
        ASSERT_TRUE(commands.add(name, [=]() -> Result<std::unique_ptr<Command>> {
            return std::make_unique<Scripted>(group, answer);
        }));
    }
    int run(std::vector<const char*> arguments) {
        arguments.insert(arguments.begin(), "vedette");
        Environment environment = machine.environment();
        return run_command_line(static_cast<int>(arguments.size()), arguments.data(), commands,
                                environment);
    }
    [[nodiscard]] std::string err() const { return machine.err.str(); }

    CommandRegistry commands;
    testing::TestEnvironment machine;
};

TEST_F(CommandLine, TurnsAnswersIntoExitCodesAndOneLine) {
    add("fine", ExitCode::ok);
    add("partly", ExitCode::failed);
    add("bad-use", Error{ErrorCode::invalid_argument, "no such region"});
    add("bad-luck", Error{ErrorCode::not_found, "no such file"});
    EXPECT_EQ(run({"fine", "it"}), 0);
    EXPECT_EQ(machine.out.str(), "did it\n");
    EXPECT_EQ(run({"partly", "it"}), 1);
    EXPECT_THAT(err(), IsEmpty());
    EXPECT_EQ(run({"bad-use", "it"}), 2);
    EXPECT_EQ(run({"bad-luck", "it"}), 1);
    EXPECT_EQ(err(), "vedette: no such region\nvedette: no such file\n");
}

TEST_F(CommandLine, SaysThatNothingWasLostWhenItIsStopped) {
    add("long", Error{ErrorCode::cancelled, "stopped"});
    EXPECT_EQ(run({"long", "it"}), 1);
    EXPECT_EQ(err(), "vedette: stopped; what was written is complete up to here\n");
}

TEST_F(CommandLine, FailsWhenItsOutputCannotBeWritten) {
    add("fine", ExitCode::ok);
    machine.out.setstate(std::ios::badbit);
    EXPECT_EQ(run({"fine", "it"}), 1);
    EXPECT_THAT(err(), HasSubstr("standard output"));
}

TEST_F(CommandLine, NamesTheCommandsWhenOneIsNotKnown) {
    add("process", ExitCode::ok);
    add("eval plates", ExitCode::ok);
    add("eval tracks", ExitCode::ok);
    EXPECT_EQ(run({"proces", "x"}), 2);
    EXPECT_EQ(err(), "vedette: there is no command 'proces'; there are: eval | process\n");
    machine.err.str({});
    EXPECT_EQ(run({"eval", "plate", "x"}), 2);
    EXPECT_EQ(err(), "vedette: there is no command 'plate'; there are: plates | tracks\n");
}

TEST_F(CommandLine, NamesTheHelpOfTheCommandThatWasMisused) {
    add("eval plates", ExitCode::ok);
    EXPECT_EQ(run({"eval", "plates"}), 2);
    EXPECT_EQ(err(), "vedette: WHAT is required; see `vedette eval plates --help`\n");
    machine.err.str({});
    EXPECT_EQ(run({"eval", "plates", "x", "--sideways"}), 2);
    EXPECT_THAT(err(), HasSubstr("--sideways"));
}

TEST_F(CommandLine, ShowsTheHelpWhenNothingIsAskedFor) {
    add("config check", ExitCode::ok, "Configure");
    add("process", ExitCode::ok, "Watch");
    EXPECT_EQ(run({}), 2);
    EXPECT_THAT(err(), HasSubstr("Usage: vedette"));
    EXPECT_LT(err().find("Watch:"), err().find("Configure:"));
    machine.err.str({});
    EXPECT_EQ(run({"config"}), 2);
    EXPECT_THAT(err(), HasSubstr("check"));
}

TEST_F(CommandLine, PrintsHelpAndVersionAsResults) {
    add("config check", ExitCode::ok);
    add("config doc", ExitCode::ok);
    EXPECT_EQ(run({"--help"}), 0);
    EXPECT_THAT(machine.out.str(), HasSubstr("check | doc"));
    machine.out.str({});
    EXPECT_EQ(run({"--version"}), 0);
    EXPECT_THAT(machine.out.str(), StartsWith("vedette "));
    EXPECT_THAT(err(), IsEmpty());
}

} // namespace
} // namespace vedette::app
