#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// A camera at a road of a SUMO network.
struct SumoCamera {
    Place place;
    std::string edge;
    double position_m = 0; ///< from the begin of the edge
    double length_m = 0;   ///< of the edge
};

/// Cameras by name and by edge.
class SumoCameras {
public:
    static Result<SumoCameras> read(std::istream& in, const std::string& name);
    [[nodiscard]] const std::vector<SumoCamera>& all() const { return cameras_; }
    [[nodiscard]] std::optional<std::uint32_t> on_edge(std::string_view edge) const;
    [[nodiscard]] std::optional<std::uint32_t> named(std::string_view camera) const;

private:
    std::vector<SumoCamera> cameras_;
    std::map<std::string, std::uint32_t, std::less<>> by_edge_;
    std::map<std::string, std::uint32_t, std::less<>> by_name_;
};

} // namespace vedette::analysis
