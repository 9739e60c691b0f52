#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <sstream>

#include "app/version.h"

namespace vedette::app {
namespace {

struct Entry {
    std::unique_ptr<Command> command;
    CLI::App* options = nullptr;
};

CLI::App& group_of_commands(CLI::App& parent, const std::string& name, const std::string& heading) {
    const auto existing =
        parent.get_subcommands([&](const CLI::App* one) { return one->get_name() == name; });
    if (!existing.empty())
        return *existing.front();
    CLI::App* made =
        parent.add_subcommand(name, "Several; see `vedette " + name + " --help`")->group(heading);
    made->require_subcommand(1);
    return *made;
}

/// "eval plates" hangs below "eval", which is made when it is first needed.
CLI::App& place_for(CLI::App& root, const std::string& full_name, const Command& command) {
    CLI::App* at = &root;
    std::istringstream words{full_name};
    std::string word;
    std::string next;
    words >> word;
    while (words >> next) {
        at = &group_of_commands(*at, word, command.group());
        word = next;
    }
    return *at->add_subcommand(word, command.summary())->group(command.group());
}

Result<std::vector<Entry>> declare_all(CLI::App& root, const CommandRegistry& registry) {
    std::vector<Entry> entries;
    for (const std::string& name : registry.names()) {
        VEDETTE_TRY(auto command, registry.create(name));
        CLI::App& options = place_for(root, name, *command);
        command->declare(options);
        entries.push_back({std::move(command), &options});
    }
    return entries;
}

int report(const Error& error, Environment& environment) {
    if (error.code() == ErrorCode::cancelled)
        environment.err << "vedette: stopped; what was written is complete up to here\n";
    else
        environment.err << "vedette: " << error.message() << '\n';
    return static_cast<int>(error.code() == ErrorCode::invalid_argument ? ExitCode::bad_usage
                                                                        : ExitCode::failed);
}

} // namespace

int run_command_line(int argc, const char* const* argv, const CommandRegistry& registry,
                     Environment& environment) {
    CLI::App root{
        "Vedette watches cameras: it finds and follows vehicles and people and reads plates.",
        "vedette"};
    root.set_version_flag("--version", std::string{"vedette "} + kVersion);
    root.require_subcommand(1);
    auto entries = declare_all(root, registry);
    if (!entries)
        return report(entries.error(), environment);
    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& parse_error) {
        const int code = root.exit(parse_error, environment.out, environment.err);
        return code == 0 ? 0 : static_cast<int>(ExitCode::bad_usage);
    }
    for (Entry& entry : *entries) {
        if (!entry.options->parsed())
            continue;
        auto answer = entry.command->run(environment);
        environment.out.flush();
        if (!answer)
            return report(answer.error(), environment);
        if (!environment.out)
            return report({ErrorCode::resource_exhausted,
                           "standard output could not be written; is the disk full?"},
                          environment);
        return static_cast<int>(*answer);
    }
    return static_cast<int>(ExitCode::bad_usage);
}

} // namespace vedette::app
