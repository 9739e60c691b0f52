#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// What a line says of a pass, as text: the same for all forms. Empty: the line does not say.
struct PassFields {
    std::string_view id, plate, camera, time, confidence, latitude, longitude;
    std::string_view character_confidence; ///< numbers between blanks, commas or semicolons
};

/// Makes passes of fields. Thread-compatible.
class PassMaker {
public:
    explicit PassMaker(std::optional<std::chrono::minutes> zone_if_none)
        : zone_if_none_{zone_if_none} {}
    /// \return invalid_argument naming the field, what it held and what was expected.
    Result<Pass> make(const PassFields& fields);

private:
    domain::EventId id_of(const Pass& pass);

    std::optional<std::chrono::minutes> zone_if_none_;
    std::unordered_map<std::string, std::uint32_t> equals_; ///< lately made ids, never walked
};

} // namespace vedette::analysis
