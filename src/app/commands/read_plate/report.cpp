#include "app/commands/read_plate/report.h"

#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRegionsShown = 3;

double rounded(float share) { return std::round(static_cast<double>(share) * 1e4) / 1e4; }

/// To a tenth of a pixel.
double tenths(float pixels) { return std::round(static_cast<double>(pixels) * 10) / 10; }

Json corners_json(const domain::NormQuad& corners, const PicturePlates& report) {
    Json out = Json::array();
    for (const domain::NormPoint& corner : corners)
        out.push_back({tenths(corner.x * static_cast<float>(report.width_px)),
                       tenths(corner.y * static_cast<float>(report.height_px))});
    return out;
}

Json characters_json(const domain::PlateText& text) {
    Json out = Json::array();
    for (const float confidence : text.character_confidence)
        out.push_back(rounded(confidence));
    return out;
}

Json plate_json(const ReadPlate& plate, const PicturePlates& report) {
    Json regions = Json::array();
    for (const domain::RegionCandidate& region : plate.text.regions)
        regions.push_back({{"region", region.region}, {"score", rounded(region.score)}});
    return {{"text", plate.text.resolved},
            {"observed", plate.text.observed},
            {"normalized", plate.text.normalized},
            {"resolved", plate.text.resolved},
            {"confidence", rounded(plate.text.confidence)},
            {"read_confidence", rounded(plate.read.confidence)},
            {"character_confidence", characters_json(plate.text)},
            {"detection_score", rounded(plate.read.detection_score)},
            {"height_px", tenths(plate.read.height_px)},
            {"corners", corners_json(plate.read.corners, report)},
            {"regions", std::move(regions)}};
}

std::string percent(float share) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(0) << share * 100 << " %";
    return out.str();
}

/// The least sure character is what a person wants to look at again.
std::string weakest_character(const domain::PlateText& text) {
    std::size_t weakest = 0;
    for (std::size_t i = 1; i < text.character_confidence.size(); ++i)
        if (text.character_confidence[i] < text.character_confidence[weakest])
            weakest = i;
    if (text.character_confidence.empty() || text.character_confidence[weakest] > 0.95F)
        return "";
    return ", unsure of sign " + std::to_string(weakest + 1) + " (" +
           percent(text.character_confidence[weakest]) + ")";
}

std::string regions_text(const domain::PlateText& text) {
    std::string out;
    for (std::size_t i = 0; i < std::min(text.regions.size(), kRegionsShown); ++i)
        out += (i == 0 ? "" : ", ") + text.regions[i].region + " " + percent(text.regions[i].score);
    return out.empty() ? "no known form" : out;
}

} // namespace

void write_json(const PicturePlates& report, std::ostream& to) {
    Json plates = Json::array();
    for (const ReadPlate& plate : report.plates)
        plates.push_back(plate_json(plate, report));
    const Json out{{"file", report.file},
                   {"width", report.width_px},
                   {"height", report.height_px},
                   {"plates", std::move(plates)},
                   {"too_small", report.too_small}};
    to << out.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

void write_text(const PicturePlates& report, std::ostream& to) {
    to << report.file << '\n';
    if (report.plates.empty())
        to << "  no plate that could be read\n";
    for (const ReadPlate& plate : report.plates) {
        to << "  " << std::left << std::setw(10) << plate.text.resolved << "  "
           << percent(plate.text.confidence) << weakest_character(plate.text);
        if (plate.text.resolved != plate.text.normalized)
            to << ", seen as " << plate.text.normalized;
        const domain::NormPoint& at = plate.read.corners.front();
        to << "\n              at " << std::lround(at.x * static_cast<float>(report.width_px))
           << ',' << std::lround(at.y * static_cast<float>(report.height_px)) << ", "
           << std::lround(plate.read.height_px) << " px high; " << regions_text(plate.text) << '\n';
    }
    if (report.too_small > 0)
        to << "  and " << report.too_small << " too small to read\n";
}

} // namespace vedette::app
