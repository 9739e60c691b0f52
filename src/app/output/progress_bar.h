#pragma once

#include <ostream>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/pipeline/processor.h"

namespace vedette::app {

/// One line on a terminal that says how far a run has come; nothing anywhere else.
///
/// Thread-compatible. `err` and `clock` are borrowed.
class ProgressBar {
public:
    ProgressBar(std::ostream& err, bool is_terminal, const Clock& clock, std::string name);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar() { clear(); }

    /// Draws at most ten times a second.
    void show(const pipeline::Progress& progress);
    /// Takes the line away, so that other output starts clean.
    void clear();

private:
    std::ostream& err_;
    const bool is_terminal_;
    const Clock& clock_;
    const std::string name_;
    const SteadyTime began_;
    SteadyTime drawn_{};
    bool visible_ = false;
};

} // namespace vedette::app
