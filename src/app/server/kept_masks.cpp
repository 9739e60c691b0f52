#include "app/server/kept_masks.h"

#include <utility>

namespace vedette::app {

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
