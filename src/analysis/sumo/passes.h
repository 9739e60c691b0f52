#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sumo/cameras.h"
#include "sumo/xml_stream.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// A vehicle of SUMO at a camera.
struct SumoPass {
    std::int64_t at_us = 0; ///< of SUMO's time
    std::uint32_t camera = 0;
    std::uint32_t trip = 0; ///< index into names
};

/// Finds passes in SUMO's outputs, whichever of the three forms a file has. Borrows the cameras.
class SumoPasses {
public:
    SumoPasses(const SumoCameras& cameras, std::size_t max_passes)
        : cameras_{cameras}, max_passes_{max_passes} {}

    Status read(std::istream& in, const std::string& name);
    /// In the order of time, then trip, then camera. To be asked once, at the end.
    std::vector<SumoPass> sorted();
    /// Of vehicles as SUMO calls them, by SumoPass::trip.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

private:
    enum class Form { none = 1, fcd, loops, routes };
    /// Where a vehicle was at the time step before.
    struct Last {
        std::uint32_t edge = 0;
        double position_m = 0;
        double at_s = 0;
    };

    Status element(std::string_view name, const XmlAttributes& attributes);
    Status root(std::string_view name);
    Status time_step(const XmlAttributes& attributes);
    Status fcd_vehicle(const XmlAttributes& attributes);
    Status loop(const XmlAttributes& attributes);
    Status route_vehicle(const XmlAttributes& attributes);
    Status route(const XmlAttributes& attributes);
    Status add(double at_s, std::uint32_t camera, std::uint32_t trip);
    std::uint32_t trip_of(std::string_view name);
    std::uint32_t edge_of(std::string_view name);
    Status crossed(const Last& last, const Last& now, std::uint32_t trip);

    const SumoCameras& cameras_;
    std::size_t max_passes_;
    Form form_ = Form::none;
    double time_s_ = 0;
    double depart_s_ = 0;    ///< of the vehicle whose route comes
    std::uint32_t trip_ = 0; ///< likewise
    bool in_vehicle_ = false;
    std::vector<SumoPass> passes_;
    std::vector<std::string> names_;
    std::unordered_map<std::string, std::uint32_t> trips_; ///< never walked
    std::vector<std::string> edge_names_;
    std::unordered_map<std::string, std::uint32_t> edges_; ///< never walked
    std::vector<std::optional<Last>> last_;                ///< by trip; of those on the road
};

} // namespace vedette::analysis
