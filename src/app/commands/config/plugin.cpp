#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/command.h"
#include "app/configuration.h"
#include "app/configuration_advice.h"
#include "app/configuration_check.h"
#include "app/configuration_page.h"
#include "vedette/config/document.h"

namespace vedette::app {
namespace {

/// `config check FILE`: every problem of a file on a line of its own.
class CheckCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Configure"; }
    [[nodiscard]] std::string summary() const override {
        return "Find every mistake in a configuration file";
    }
    void declare(CLI::App& options) override {
        options.add_option("FILE", file_, "Configuration file")->required();
        options.add_flag(
            "--no-secrets", no_secrets_,
            "Do not look up ${env:…} and ${file:…}: check away from the machine that has them");
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        config::DocumentOptions options;
        if (no_secrets_)
            options.use = config::SecretUse::withhold;
        config::Problems problems;
        Found found;
        if (const auto document = config::Document::load(file_, options, problems)) {
            check_configuration(document->root(), problems);
            found.unused = config::unused(configuration_schema(), document->root());
            if (problems.empty())
                advise(document->root(), found.advice);
        }
        json_ ? report_json(problems, found, environment) : report(problems, found, environment);
        return problems.empty() ? ExitCode::ok : ExitCode::failed;
    }

private:
    /// Beside mistakes.
    struct Found {
        config::Problems advice;
        std::vector<config::Node> unused;
    };

    void report_json(const config::Problems& problems, const Found& found,
                     Environment& environment) const {
        auto list = nlohmann::ordered_json::array();
        for (const Error& error : problems.all())
            list.push_back({{"code", to_string(error.code())}, {"message", error.message()}});
        auto idle = nlohmann::ordered_json::array();
        for (const config::Node& node : found.unused)
            idle.push_back({{"key", node.path()}, {"line", node.line()}});
        auto advice = nlohmann::ordered_json::array();
        for (const Error& one : found.advice.all())
            advice.push_back({{"message", one.message()}});
        const nlohmann::ordered_json all{{"file", file_.string()},
                                         {"ok", problems.empty()},
                                         {"problems", list},
                                         {"warnings", advice},
                                         {"unused", idle}};
        environment.out << all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                        << '\n';
    }

    void report(const config::Problems& problems, const Found& found,
                Environment& environment) const {
        for (const Error& error : problems.all())
            environment.err << error.message() << '\n';
        if (!problems.empty()) {
            environment.err << "vedette: " << problems.size()
                            << (problems.size() == 1 ? " problem in " : " problems in ")
                            << file_.string() << '\n';
            return;
        }
        environment.out << file_.string() << ": ok"
                        << (no_secrets_ ? "; secrets were not looked up" : "") << '\n';
        for (const Error& one : found.advice.all())
            environment.out << one.message() << '\n';
        for (const config::Node& node : found.unused)
            environment.out << node.file() << ':' << node.line() << ": " << node.path()
                            << ": is accepted, but this version does nothing with it yet\n";
    }

    std::filesystem::path file_;
    bool no_secrets_ = false;
    bool json_ = false;
};

/// Prints what a function of no arguments gives.
class PrintCommand final : public Command {
public:
    PrintCommand(std::string summary, std::string (*text)())
        : summary_{std::move(summary)}, text_{text} {}
    [[nodiscard]] std::string group() const override { return "Configure"; }
    [[nodiscard]] std::string summary() const override { return summary_; }
    void declare(CLI::App&) override {}
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        environment.out << text_();
        return ExitCode::ok;
    }

private:
    std::string summary_;
    std::string (*text_)();
};

CommandRegistry::Factory printing(std::string summary, std::string (*text)()) {
    return [summary = std::move(summary), text]() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<PrintCommand>(summary, text);
    };
}

} // namespace

Status register_config(CommandRegistry& registry);
Status register_config(CommandRegistry& registry) {
    VEDETTE_CHECK_OK(registry.add("config check", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<CheckCommand>();
    }));
    VEDETTE_CHECK_OK(
        registry.add("config doc", printing("Print every key with its default, as Markdown",
                                            configuration_page)));
    return registry.add("config schema",
                        printing("Print a JSON Schema for editors", configuration_json_schema));
}

} // namespace vedette::app
