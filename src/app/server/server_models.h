#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/data/data_folder.h"
#include "app/environment.h"
#include "app/lifecycle/model_register.h"
#include "app/model_set.h"
#include "app/server/shadow_runner.h"
#include "vedette/pipeline/live_node.h"

namespace vedette::app {

/// The models of a running server, and what the register of its data folder says of them.
///
/// Thread-compatible.
class ServerModels {
public:
    /// Loads them; a live one that can't be used is passed over, with a warning.
    /// \param wanted       what the configuration says
    /// \param environment  borrowed
    /// \return errors of load_model_set()
    static Result<ServerModels> load(const ModelSetOptions& wanted, const DataFolder& data,
                                     const Environment& environment);

    [[nodiscard]] const ModelSet& set() const noexcept { return *set_; }
    /// They are kept for as long as the owner is.
    [[nodiscard]] pipeline::LiveModels in_use() const;

    /// Whether these are tallies of the shadows that the register names, and of no other.
    [[nodiscard]] bool are_of_shadows(const std::vector<ShadowTally>& tallies) const;
    /// The shadows that the register names, loaded, each with what it needs beside itself. One that
    /// can't be loaded is left out, with a warning: nobody depends on it.
    [[nodiscard]] std::vector<ShadowModel> shadows() const;

    /// Whether the register is another file than when it was last read; asks the disk for that
    /// alone.
    [[nodiscard]] bool is_outdated() const;
    /// Loads what is live now beside what is used, if that is something else, and lets the node
    /// exchange them between two pictures.
    /// \return what changed, for people; errors of the register, of the models, and of
    ///   LiveNode::exchange_models(): then the former ones go on, and it is worth trying again only
    ///   once something changed
    [[nodiscard]] Result<std::vector<std::string>> renew(pipeline::LiveNode& node);

private:
    /// Of a file: another one has another.
    struct Stamp {
        std::uint64_t file = 0;
        std::int64_t changed_ns = 0;
        std::int64_t bytes = -1; ///< -1: it is not there
        friend bool operator==(const Stamp&, const Stamp&) = default;
    };
    [[nodiscard]] static Stamp stamp_of(const std::filesystem::path& file);

    ServerModels(ModelSetOptions wanted, DataFolder data, const Environment& environment)
        : wanted_{std::move(wanted)}, data_{std::move(data)}, environment_{&environment} {}
    /// With the models that they are watched beside.
    [[nodiscard]] std::vector<std::pair<domain::ModelUse, StagedModel>> named_shadows() const;
    [[nodiscard]] Result<ShadowModel> shadow_of(const domain::ModelUse& live,
                                                const StagedModel& staged) const;
    [[nodiscard]] Result<bool> is_as_wanted(const ModelSetOptions& options) const;

    ModelSetOptions wanted_;
    DataFolder data_;
    const Environment* environment_;
    Stamp read_; ///< of the register
    std::shared_ptr<ModelSet> set_;
};

} // namespace vedette::app
