#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"
#include "vedette/ports/pass_index.h"
#include "vedette/storage/pass_view.h"

namespace vedette::app {

/// What a command that asks about one plate is told: which one, where it was kept, and when.
class PlateQuestion {
public:
    /// \param about  of PLATE, for --help
    void declare(CLI::App& options, const std::string& about);

    struct Opened {
        std::string plate; ///< normalized
        ports::TimeSpan span;
        std::unique_ptr<storage::PassView> index;
        std::set<domain::CameraId> carried; ///< by cars
    };
    /// The last thirty days where nothing else is asked for.
    /// \return invalid_argument naming the option; what opening the data folder fails with.
    [[nodiscard]] Result<Opened> open(WallTime now) const;

private:
    std::string plate_;
    std::filesystem::path data_;
    std::string from_;
    std::string to_;
};

} // namespace vedette::app
