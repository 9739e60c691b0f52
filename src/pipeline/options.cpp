#include "vedette/pipeline/options.h"

#include <algorithm>

namespace vedette::pipeline {

const LabelFilter& ObjectOptions::filter_for(const std::string& label) const {
    static const LabelFilter kDefault;
    const auto found = filters.find(label);
    return found == filters.end() ? kDefault : found->second;
}

bool ObjectOptions::tracks(const std::string& label) const {
    return std::find(track.begin(), track.end(), label) != track.end();
}

} // namespace vedette::pipeline
