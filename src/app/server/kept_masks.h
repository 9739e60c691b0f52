#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/data/data_folder.h"
#include "app/data/masks.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// The privacy masks that a server goes by, kept in its data folder for those who decode recordings
/// while none runs.
///
/// Thread-safe, take() apart, which has one caller at a time.
class KeptMasks {
public:
    /// \param log  borrowed
    KeptMasks(DataFolder folder, Log& log) : folder_{std::move(folder)}, log_{log} {}

    /// \return the cameras whose mask would be another one than before
    [[nodiscard]] std::vector<std::string> changed_by(const PrivacyMasks& configured) const;
    /// From now on these count, and those of cameras that are not configured any more.
    /// \return errors as remember_masks(), after which those before count
    Status take(const PrivacyMasks& configured);
    /// Empty if it has none.
    [[nodiscard]] imaging::PictureMask of(const std::string& camera) const;

private:
    const DataFolder folder_;
    Log& log_;
    Guarded<PrivacyMasks> masks_;
};

} // namespace vedette::app
