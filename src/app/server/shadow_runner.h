#pragma once

#include <memory>
#include <vector>

#include "app/lifecycle/shadow_tally.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/pipeline/look_observer.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/plate_finder.h"

namespace vedette::app {

/// A shadow model, loaded: one of the two for its task.
struct ShadowModel {
    std::string task; ///< object, plate or ocr
    domain::ModelUse live;
    domain::ModelUse shadow;
    std::unique_ptr<vision::Detector> detector;  ///< of objects
    std::unique_ptr<vision::PlateFinder> finder; ///< of plates and texts: with the shadow in it
};

/// Lets shadow models look at pictures that the live ones have looked at, and counts how far they
/// agree. What they find goes nowhere else.
///
/// It never keeps the live models waiting: one thread of its own, which lets others go first, works
/// on one picture at a time, for a share of one core over the long run (pipeline::LoadCap); what
/// comes meanwhile is passed over and counted. So at most one picture is held.
///
/// Thread-safe.
class ShadowRunner final : public pipeline::LookObserver {
public:
    struct Parts {
        double share = 0.1; ///< 0..1 of one core, all shadows together
        Clock const* clock = nullptr;
        Log* log = nullptr;
        Metrics* metrics = nullptr;
    };
    /// \param parts  borrowed
    explicit ShadowRunner(const Parts& parts);
    /// Finishes the picture in work.
    ~ShadowRunner() override;

    /// From now on these are the shadows. A tally of before goes on where it is of the same two.
    void watch(std::vector<ShadowModel> models, const std::vector<ShadowTally>& before);
    [[nodiscard]] std::vector<ShadowTally> tallies() const;
    /// Returns once no picture is in work.
    void wait_idle() const;

    [[nodiscard]] bool wants_detections() const override;
    void detected(const domain::CameraId& camera, const imaging::Frame& frame,
                  std::span<const domain::Detection> detections) override;
    [[nodiscard]] bool wants_plates() const override;
    void plates_found(const domain::CameraId& camera, const imaging::Frame& frame,
                      const vision::PlateSearch& search,
                      const vision::PlateFindings& findings) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::app
