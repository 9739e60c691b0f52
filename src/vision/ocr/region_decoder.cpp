#include "ocr/region_decoder.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "detect/output_shapes.h"
#include "ocr/text_decoder.h"

namespace vedette::vision {
namespace {

/// "eu, us" and "[eu, us]" are both eu and us.
std::vector<std::string> split(std::string_view list) {
    constexpr std::string_view kBlank = " \t\r\n[]\"'";
    std::vector<std::string> out;
    while (true) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view name = list.substr(0, comma);
        name.remove_prefix(std::min(name.find_first_not_of(kBlank), name.size()));
        name = name.substr(0, name.find_last_not_of(kBlank) + 1);
        out.emplace_back(name);
        if (comma == list.size())
            return out;
        list.remove_prefix(comma + 1);
    }
}

} // namespace

bool RegionDecoder::wanted(const infer::Manifest& manifest) {
    return manifest.decoder_options.contains("regions");
}

Result<RegionDecoder> RegionDecoder::create(const infer::Manifest& manifest,
                                            const infer::TensorSpec& output) {
    std::vector<std::string> regions = split(manifest.decoder_options.at("regions"));
    std::set<std::string> seen;
    for (const std::string& region : regions)
        if (region.empty() || !seen.insert(region).second)
            return Error{
                ErrorCode::invalid_argument,
                "decoder_options.regions " +
                    (region.empty() ? "has an empty name" : "names '" + region + "' twice") +
                    "; expected one name for each class, like [eu, us, br]"};
    if (output.type != infer::ElementType::f32 ||
        infer::element_count(crop_shape(output)) != regions.size())
        return misfit("regions", output,
                      std::to_string(regions.size()) + " 32-bit floats, one for each region");
    return RegionDecoder{std::move(regions)};
}

RegionDecoder::RegionDecoder(std::vector<std::string> regions)
    : regions_{std::move(regions)}, probabilities_(regions_.size()) {}

std::vector<domain::RegionCandidate> RegionDecoder::decode(std::span<const float> output) {
    to_probabilities(output, probabilities_);
    std::vector<domain::RegionCandidate> out;
    for (std::size_t i = 0; i < regions_.size(); ++i)
        if (probabilities_[i] >= kLeast)
            out.push_back({regions_[i], std::min(probabilities_[i], 1.0F)});
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    return out;
}

} // namespace vedette::vision
