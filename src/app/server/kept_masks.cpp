#include "app/server/kept_masks.h"

#include <utility>

namespace vedette::app {

/// A damaged file tells nothing: all of them.
std::vector<std::string> KeptMasks::changed_by(const PrivacyMasks& configured) const {
    const auto known = known_masks(folder_);
    std::vector<std::string> out;
    for (const auto& [camera, mask] : configured)
        if (!known || mask != mask_of(*known, camera))
            out.push_back(camera);
    return out;
}

Status KeptMasks::take(const PrivacyMasks& configured) {
    PrivacyMasks wanted = masks_.with([](const PrivacyMasks& now) { return now; });
    for (const auto& [camera, mask] : configured)
        wanted[camera] = mask; // the others are known here even if the file is damaged by now
    VEDETTE_TRY(auto all, remember_masks(folder_, wanted, log_));
    masks_.with([&](PrivacyMasks& now) { now = std::move(all); });
    return {};
}

imaging::PictureMask KeptMasks::of(const std::string& camera) const {
    return masks_.with([&](const PrivacyMasks& now) { return mask_of(now, camera); });
}

} // namespace vedette::app
