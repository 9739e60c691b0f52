#pragma once

#include <optional>

#include "tamper/known_view.h"
#include "tamper/view_measure.h"
#include "vedette/vision/tamper.h"

namespace vedette::vision {

/// What one picture shows against what is known of the scene.
struct Judged {
    std::optional<TamperKind> wrong;
    bool certain = true;            ///< moved: the view was found again elsewhere
    std::optional<float> placement; ///< Placement::all, where it was in doubt
    bool searched = false;
    bool lost = false;           ///< moved: next to nothing is where it was
    bool sees_place = false;     ///< so much is seen that `moved` could be told
    bool sees_sharpness = false; ///< likewise `blurred`
    TamperReading reading;
};

/// What is wrong already, or suspected to be.
struct Presumed {
    std::optional<TamperKind> kind{};
    /// Moved: the view was found elsewhere or it was told, so it is wrong until it is in place.
    bool elsewhere = false;
};

/// Whether to look for the view elsewhere, which takes as long as some tens of looks.
enum class Search { no = 1, yes };

/// Judges single pictures; what lasts is for others to say.
///
/// Thread-compatible; no state.
class TamperJudge {
public:
    explicit TamperJudge(const TamperOptions& options);

    /// \param now  it takes more for that to be over than to begin
    [[nodiscard]] Judged judge(const ViewMeasure& seen, const KnownView& known, const Presumed& now,
                               Search search) const;
    /// So low that the view should be looked for elsewhere.
    [[nodiscard]] static bool is_misplaced(const Judged& judged);
    /// Whether so much can be seen that the scene is to be learned from it.
    [[nodiscard]] static bool sees_enough(const ViewMeasure& seen, const KnownView& known);

private:
    [[nodiscard]] std::optional<TamperKind> emptiness(const ViewMeasure& seen,
                                                      const KnownView& known, Judged& judged,
                                                      const Presumed& now) const;
    [[nodiscard]] bool is_blurred(const ViewMeasure& seen, const KnownView& known, Judged& judged,
                                  bool already) const;
    [[nodiscard]] bool is_moved(const ViewMeasure& seen, const KnownView& known, Judged& judged,
                                const Presumed& now, Search search) const;
    enum class Found { nowhere = 1, nearby, elsewhere };
    [[nodiscard]] Found find(const ViewMeasure& seen, const KnownView& known, Judged& judged) const;
    [[nodiscard]] bool is_allowed(TamperKind kind) const;

    const TamperOptions options_;
    const float least_detail_;
    const float least_sharpness_;
    const float least_placement_;
    const float least_shift_; ///< share of the width, of the corner that goes farthest
};

} // namespace vedette::vision
