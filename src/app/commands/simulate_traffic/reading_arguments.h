#pragma once

#include <filesystem>

#include "vedette/analysis/traffic.h"
#include "vedette/base/result.h"

namespace CLI {
class App;
}

namespace vedette::app {

/// The options of how well cameras read, the same for all simulations.
class ReadingArguments {
public:
    void declare(CLI::App& options);
    /// \return not_found or invalid_argument for the table of confusions.
    [[nodiscard]] Result<analysis::ReadingOptions> load() const;

private:
    analysis::ReadingOptions reading_;
    std::int64_t clock_error_ms_ = analysis::ReadingOptions{}.clock_error.count();
    std::filesystem::path confusion_;
};

} // namespace vedette::app
