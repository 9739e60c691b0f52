#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/imaging/image_view.h"
#include "vedette/imaging/mask.h"

namespace vedette::vision {

/// What keeps a camera from seeing what it was set up to see.
enum class TamperKind {
    black = 1, ///< nothing but darkness, and it came at once
    uniform,   ///< covered or washed out: next to nothing is left of what it showed
    blurred,   ///< out of focus, sprayed, smeared: edges are where they were and soft
    moved,     ///< turned, pushed or zoomed: it shows something else, or the same elsewhere
};

inline constexpr std::array kAllTamperKinds{TamperKind::black, TamperKind::uniform,
                                            TamperKind::blurred, TamperKind::moved};

[[nodiscard]] std::string_view to_string(TamperKind kind) noexcept;

/// Values outside the ranges are brought inside.
struct TamperOptions {
    bool enabled = false; ///< for who makes a detector; one that was made looks
    bool black = true;
    bool uniform = true;
    bool blurred = true;
    bool moved = true;        ///< not for cameras that are turned on purpose
    float sensitivity = 0.5F; ///< 0..1; 1: even slight changes are told, 0: only gross ones
    /// So long before anything is told, 0 or more; twice as long for a view that was found nowhere,
    /// three times if the light changed as it came.
    std::chrono::milliseconds min_duration{15'000};
    std::chrono::milliseconds settle{
        10'000}; ///< nothing is judged so long after a start; 0 or more
    /// A view that stays moved or blurred this long, twice `min_duration` at least, is the scene
    /// from then on; 0: never.
    std::chrono::milliseconds accept_after{3'600'000};
};

/// How far a view lies from where it was, as shares of width and height; to the right and down.
struct ViewShift {
    float x = 0;
    float y = 0;
    float degrees = 0; ///< turned around its centre, clockwise
    float zoom = 1;    ///< larger than it was
};

/// Of one picture, beside what was learned.
struct TamperReading {
    float luminance = 0; ///< 0..255, mean
    float detail = 0;    ///< 0.., parts of the picture that show anything: 1 is as many as ever
    float sharpness = 0; ///< of edges: 1 is as ever or can't be told, 0 as soft as can be
    float agreement = 0; ///< 0.., learned structure that is where it was: 1 is as much as ever
    std::optional<ViewShift> shift; ///< where the view lies now, if it was found elsewhere
};

/// Something begins or is over.
struct TamperNews {
    TamperKind kind{};
    bool begins = false;
    SteadyTime since; ///< when it began
    /// An end: nobody put it right; this is the scene now.
    bool accepted = false;
    TamperReading reading; ///< of the picture with which it was settled
};

struct TamperState {
    bool learning = true;           ///< what the scene looks like is not known yet
    std::optional<TamperKind> kind; ///< what it suffers from
    SteadyTime since;               ///< of that
    TamperReading reading;          ///< of the newest picture that was judged; zeros while learning
};

/// Tells when a camera can't see what it saw: covered, sprayed, out of focus, turned. Looks at a
/// picture a second at most, reduced to 320x180; needs no colour, no model, no thread, no clock.
///
/// What it judges is the median of the last five pictures, in which rain, flashes and half of the
/// noise are gone. It learns the scene: where edges lie and which way they run, how sharp they are,
/// how much of the picture shows anything. That follows slowly, so that dusk, parked cars and
/// shadows become part of it, and stands still while something is wrong. What comes as slowly as
/// nightfall or fog is neither black nor uniform.
///
/// - Structure is compared by the *direction* of edges, which survives darkness, lamps and the
///   change to infrared: squared orientation correlation (Fitch, Kadyrov, Christmas, Kittler,
///   "Orientation correlation", BMVC 2002). Another street is as like the learned one in its place
///   as a little beside it, the learned one is not: that tells a view that has nothing in common
///   with it from one that fog, noise or a lorry hide in parts. Where the view went is the highest
///   peak of the correlation over shifts, turns and zooms.
/// - Sharpness is the energy of gradients on edges at a fine scale against that of a coarse one,
///   which does not depend on contrast (Zhuo and Sim, "Defocus map estimation from a single image",
///   Pattern Recognition 2011); of a scene against what was learned of it, as in Saglam and
///   Temizel, "Real-time adaptive camera tamper detection for video surveillance", AVSS 2009.
/// - Edges that are gone tell a covered lens (Lee, Lee, Lim, "Unified camera tamper detection based
///   on edge and object information", Sensors 2015); two memories of the scene, for day and night,
///   are of Ribnick, Atev, Masoud, Papanikolopoulos, Voyles, "Real-time detection of camera
///   tampering", AVSS 2006.
///
/// Thread-compatible; one per camera. Times must not go back; one that does is passed over.
class TamperDetector {
public:
    virtual ~TamperDetector() = default;

    /// Whether look() would look at a picture of this time.
    [[nodiscard]] virtual bool is_due(SteadyTime at) const = 0;
    /// \param picture  of any format and size; an empty one is passed over
    /// \return what begins or is over; mostly nothing. One thing is wrong at a time: when it turns
    /// into another kind, an end and a beginning.
    [[nodiscard]] virtual std::vector<TamperNews> look(const imaging::ImageView& picture,
                                                       SteadyTime at) = 0;
    /// The stream was opened anew: what comes is only judged after `settle`, against what was known
    /// before.
    virtual void interrupted() = 0;
    [[nodiscard]] virtual TamperState state() const = 0;
};

/// \param blind  parts of the picture that show nothing of the scene: masks, a printed clock
[[nodiscard]] std::unique_ptr<TamperDetector>
make_tamper_detector(const TamperOptions& options, const imaging::PictureMask& blind = {});

} // namespace vedette::vision
