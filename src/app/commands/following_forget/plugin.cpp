#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/command.h"
#include "app/data/following_data.h"
#include "vedette/analysis/case.h"
#include "vedette/analysis/following_stream.h"

namespace vedette::app {
namespace {

/// `following forget PLATE`: as if following had never heard of it.
class FollowingForgetCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Remove every case of a plate, and what following remembers of it";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("PLATE", plate_,
                        "As subject or as vehicle, separators do not matter; or mobile:NAME, "
                        "person:LIST")
            ->required();
        declare_data_folder(options, folder_.root);
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Judged cases go, too. No server may run on the folder. Sightings and the "
                       "event log are not touched: they leave by their age, see "
                       "privacy.retain.plates and, for where a car was, events.log.retain.");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const std::string plate = analysis::subject_from(plate_);
        if (plate.empty())
            return Error{ErrorCode::invalid_argument,
                         "'" + plate_ + "' has no letter or digit: name a plate"};
        VEDETTE_TRY(const auto store, open_following(folder_));
        std::optional<DataLock> lock;
        if (folder_.is_used()) {
            VEDETTE_TRY(lock, DataLock::take(folder_));
        }
        VEDETTE_TRY(const auto gone, forget(plate, *store));
        if (json_)
            environment.out << nlohmann::ordered_json{{"cases", gone}}.dump() << '\n';
        else
            environment.out << "Forgotten, with " << gone << (gone == 1 ? " case\n" : " cases\n");
        return ExitCode::ok;
    }

private:
    /// What is remembered of others stays; where it cannot be read, all of it goes.
    static Result<std::uint64_t> forget(const std::string& plate, ports::FollowingStore& store) {
        VEDETTE_TRY(auto state, store.state());
        VEDETTE_TRY(auto pauses, store.pauses());
        VEDETTE_TRY(const auto gone, store.forget(plate));
        if (!state)
            return gone;
        auto stream = analysis::FollowingStream::restore(state->bytes, {}, {});
        if (!stream)
            return gone;
        stream->forget(plate);
        state->bytes = stream->save();
        VEDETTE_CHECK_OK(store.commit({.up_to = {},
                                       .cases = {},
                                       .announce = {},
                                       .state = std::move(state),
                                       .pauses = std::move(pauses)}));
        return gone;
    }

    DataFolder folder_;
    std::string plate_;
    bool json_ = false;
};

} // namespace

Status register_following_forget(CommandRegistry& registry);
Status register_following_forget(CommandRegistry& registry) {
    return registry.add("following forget", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<FollowingForgetCommand>();
    });
}

} // namespace vedette::app
