#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/imaging/image_view.h"
#include "vedette/imaging/mask.h"
#include "vedette/pipeline/live_node.h"
#include "vedette/pipeline/options.h"
#include "vedette/ports/camera_directory.h"
#include "vedette/vision/tamper.h"

namespace vedette::pipeline {

/// Looks at a live camera's pictures for whether it sees what it was set up to see, over all its
/// inputs, and tells the log, the meters and the node's observer. Once it is gone, nothing is
/// wrong.
///
/// look() and interrupted() on the camera's thread; now() on any.
class TamperWatch {
public:
    /// Borrowed; outlive it.
    struct Parts {
        Metrics* metrics = nullptr;
        Log* log = nullptr;
        CameraObserver* observer = nullptr;
        const Clock* clock = nullptr;
    };

    /// \param privacy  is black in every picture
    TamperWatch(const CameraOptions& camera, const imaging::PictureMask& privacy,
                const Parts& parts);
    TamperWatch(const TamperWatch&) = delete;
    TamperWatch& operator=(const TamperWatch&) = delete;
    ~TamperWatch();

    /// A picture of the camera, as it comes; most are passed over.
    void look(const imaging::ImageView& picture);
    /// The camera is opened (again).
    void interrupted();

    [[nodiscard]] ports::CameraTamper now() const;

private:
    void tell(const vision::TamperNews& news);
    void show(const vision::TamperState& state);
    [[nodiscard]] WallTime wall_of(SteadyTime at);

    const std::string camera_;
    const std::string site_;
    const Parts parts_;
    const std::unique_ptr<vision::TamperDetector> detector_; ///< null: nobody looks
    std::array<std::shared_ptr<Gauge>, vision::kAllTamperKinds.size()> gauges_;
    std::optional<std::pair<SteadyTime, WallTime>> dated_; ///< what wall_of() said last
    Guarded<ports::CameraTamper> shown_;
};

} // namespace vedette::pipeline
