#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

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
    CLI::App* made = parent.add_subcommand(name)->group(heading);
    made->require_subcommand(1);
    return *made;
}

/// What `--help` says of a group of commands: their names.
std::string names_in(const CLI::App& group) {
    std::string names;
    for (const CLI::App* one : group.get_subcommands(nullptr))
        names += (names.empty() ? "" : " | ") + one->get_name();
    return names;
}

/// The headings in the order in which a newcomer needs them; others come last.
std::size_t rank_of(const std::string& heading) {
    constexpr std::array<std::string_view, 5> kHeadings{"Watch", "Read", "Measure", "Configure",
                                                        "Look after"};
    return static_cast<std::size_t>(std::find(kHeadings.begin(), kHeadings.end(), heading) -
                                    kHeadings.begin());
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
    std::vector<std::pair<std::string, std::unique_ptr<Command>>> commands;
    for (const std::string& name : registry.names()) {
        VEDETTE_TRY(auto command, registry.create(name));
        commands.emplace_back(name, std::move(command));
    }
    std::stable_sort(commands.begin(), commands.end(), [](const auto& a, const auto& b) {
        return rank_of(a.second->group()) < rank_of(b.second->group());
    });
    std::vector<Entry> entries;
    for (auto& [name, command] : commands) {
        CLI::App& options = place_for(root, name, *command);
        command->declare(options);
        entries.push_back({std::move(command), &options});
    }
    for (CLI::App* group : root.get_subcommands(nullptr))
        if (!group->get_subcommands(nullptr).empty())
            group->description(names_in(*group));
    return entries;
}

/// The command that the first words name, as far as they name one.
struct Named {
    const CLI::App* app;
    std::string words = "vedette"; ///< as typed
    std::string parent = {};       ///< the same without the last
    std::string unknown = {};      ///< the word that names none, if one was expected
    bool more_expected = false;    ///< it is a group, and no word followed
};

Named named_by(const CLI::App& root, int argc, const char* const* argv) {
    Named named{&root};
    for (int i = 1; i < argc && !named.app->get_subcommands(nullptr).empty(); ++i) {
        const std::string word = argv[i];
        if (word.starts_with('-'))
            return named;
        const auto found = named.app->get_subcommands(
            [&](const CLI::App* one) { return one->get_name() == word; });
        if (found.empty()) {
            named.unknown = word;
            return named;
        }
        named.app = found.front();
        named.parent = std::exchange(named.words, named.words + " " + word);
    }
    named.more_expected = !named.app->get_subcommands(nullptr).empty();
    return named;
}

/// One line for a mistake in the arguments; the help where nothing was asked for.
int report_bad_usage(const CLI::ParseError& error, const Named& named, Environment& environment) {
    if (named.more_expected)
        environment.err << named.app->help(named.parent);
    else if (!named.unknown.empty())
        environment.err << "vedette: there is no command '" << named.unknown
                        << "'; there are: " << names_in(*named.app) << '\n';
    else
        environment.err << "vedette: " << error.what() << "; see `" << named.words << " --help`\n";
    return static_cast<int>(ExitCode::bad_usage);
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
    root.get_formatter()->label("SUBCOMMAND", "COMMAND");
    root.footer("`vedette COMMAND --help` tells more of each.");
    auto entries = declare_all(root, registry);
    if (!entries)
        return report(entries.error(), environment);
    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& parse_error) {
        if (parse_error.get_exit_code() == 0) // --help, --version
            return root.exit(parse_error, environment.out, environment.err);
        return report_bad_usage(parse_error, named_by(root, argc, argv), environment);
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
