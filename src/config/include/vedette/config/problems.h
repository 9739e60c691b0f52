#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::config {

/// Everything wrong that was found in one configuration, in the order it was found, so that a
/// person can mend it in one go. Each message has the form `file.yaml:12: detect.fps: why`.
///
/// Thread-compatible.
class Problems {
public:
    void add(Error error) { errors_.push_back(std::move(error)); }
    [[nodiscard]] bool empty() const noexcept { return errors_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return errors_.size(); }
    [[nodiscard]] const std::vector<Error>& all() const noexcept { return errors_; }

    /// One line: the first problem, and how many more there are.
    /// \pre !empty()
    [[nodiscard]] Error summary() const;

private:
    std::vector<Error> errors_;
};

} // namespace vedette::config
