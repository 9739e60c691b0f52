#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/domain/ids.h"
#include "vedette/domain/plate.h"
#include "vedette/domain/trace.h"

namespace vedette::domain {

/// How a track ended: every confirmed or discarded track gets exactly one, so that the counts add
/// up.
enum class Verdict {
    published = 1,    ///< a sighting with a plate, or of a kind that carries none
    no_plate_found,   ///< sighting published; a vehicle on which no plate was ever found
    plate_too_small,  ///< sighting published; plates found, none large enough to read
    plate_unreadable, ///< sighting published; reads stayed below the recognition threshold
    plate_too_short,  ///< sighting published; the text has fewer characters than min_plate_length
    duplicate,        ///< not published: the same plate passed here within the dedupe window
    too_brief,        ///< not published: never seen often enough to be believed
    too_weak,         ///< not published: the best score stayed below the label's threshold
};

inline constexpr std::array kAllVerdicts{Verdict::published,       Verdict::no_plate_found,
                                         Verdict::plate_too_small, Verdict::plate_unreadable,
                                         Verdict::plate_too_short, Verdict::duplicate,
                                         Verdict::too_brief,       Verdict::too_weak};

[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;
/// \return nothing for an unknown name.
[[nodiscard]] std::optional<Verdict> verdict_from(std::string_view name) noexcept;
/// Whether a track with this verdict becomes a sighting.
[[nodiscard]] bool is_published(Verdict verdict) noexcept;

/// Which model gave a part of the result.
struct ModelUse {
    std::string task;     ///< "object", "plate", "ocr", "face"
    std::string id;       ///< "yolox-nano@1"
    std::string sha256{}; ///< of its weights, 64 hexadecimal digits; empty for one without
    friend bool operator==(const ModelUse&, const ModelUse&) = default;
};

/// The fused result of one pass of one thing at one camera, or the reason why there is none.
struct Event {
    EventId id;
    CameraId camera;
    TrackId track;
    Verdict verdict = Verdict::too_brief;
    std::string label; ///< "car", "person", …
    float score = 0;   ///< 0..1, best detection
    WallTime first_seen;
    WallTime last_seen;
    WallTime best_seen;                   ///< when the snapshot was taken
    StreamClock::duration media_offset{}; ///< of best_seen from the start of the input; for files
    NormBox box;                          ///< at best_seen
    std::optional<PlateText> plate;
    std::optional<NormQuad> plate_corners; ///< at best_seen of the plate
    bool stationary = false;
    int detections = 0;   ///< how many frames showed it
    float travelled = 0;  ///< picture diagonals along its path
    std::string snapshot; ///< path relative to the snapshot folder; empty if none
    std::string plate_snapshot;
    std::string source; ///< the input without credentials
    /// All that took part; of one task more than one if they were exchanged meanwhile, the last one
    /// last.
    std::vector<ModelUse> models;
    /// Of the picture that decided what the event says: the best view, of which best_seen, box and
    /// snapshot are. None where nothing gave pictures their traces.
    TraceId trace;
    friend bool operator==(const Event&, const Event&) = default;
};

/// The six parts joined by dots, so that a repeat of the same pass has the same id everywhere and a
/// person can read it: "home.gate.20261121T101500Z.42.sighting.0". Safe in URLs, file names and
/// topics: any other character of a part is written as "~" and two hex digits per byte.
[[nodiscard]] EventId make_event_id(std::string_view site, const CameraId& camera,
                                    std::string_view boot, TrackId track, std::string_view kind,
                                    std::uint32_t ordinal);

} // namespace vedette::domain
