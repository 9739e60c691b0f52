#include "vocabulary/sections.h"
#include "vocabulary/terms.h"

namespace vedette::config::terms {

Property detect() {
    const Schema stationary = object("Things at rest.", {key("interval", integer(1, 10'000)),
                                                         key("threshold", integer(1, 10'000))});
    const Schema packet =
        object("Of `gate: packet`.", {key("stay_awake", duration()), key("probe_every", duration()),
                                      key("look_every", duration()), key("max_bytes", size()),
                                      key("max_time", duration())});
    return key("detect",
               object("How often pictures are looked at.",
                      {key("enabled", flag()),
                       key("width", integer(16, 16'384), "Of the analysed picture"),
                       key("height", integer(16, 16'384), "Of the analysed picture"),
                       key("fps", number(0.1, 60)), key("min_initialized", integer(1, 1000)),
                       key("max_disappeared", integer(1, 100'000)),
                       key("max_frame_age", duration()), key("require_motion", flag()),
                       key("gate", choice({"off", "motion", "packet"}), "What is decoded at all"),
                       key("packet", packet, "Of `gate: packet`"),
                       key("stationary", stationary, "Things at rest")}),
               "How often pictures are looked at");
}

Property motion() {
    return key("motion",
               object("What counts as movement.",
                      {key("threshold", integer(1, 255)), key("contour_area", integer(1, 10'000)),
                       key("frame_alpha", score()), key("lightning_threshold", score())}),
               "What counts as movement");
}

Property tamper() {
    return key("tamper",
               object("Tells when a camera can't see what it was set up to see.",
                      {key("enabled", flag()), key("black", flag()), key("uniform", flag()),
                       key("blurred", flag()), key("moved", flag()), key("sensitivity", score()),
                       key("min_duration", duration()), key("settle", duration()),
                       key("accept_after", duration())}),
               "Covered, blurred and turned cameras");
}

Property objects() {
    const Schema filter = object(
        "What a detection must be like to count.",
        {key("min_area", integer(0, 1e9)), key("min_score", score()), key("threshold", score())});
    return key("objects",
               object("What is followed.", {key("track", list(text()), "Labels"),
                                            key("filters", by_label(filter), "By label")}),
               "What is followed");
}

Property record() {
    const Schema days =
        object("Of recordings without an event.", {key("days", number(0, 36'500), "", "0")});
    const Schema retain = object(
        "How long.", {key("days", number(0, 36'500), "", "10"),
                      key("mode", choice({"all", "motion", "active_objects"}), "", "motion")});
    const Schema around =
        object("Around what happened.", {key("pre_capture", seconds(), "Kept from before", "5s"),
                                         key("post_capture", seconds(), "Kept from after", "5s"),
                                         key("retain", retain, "How long")});
    const Schema encode =
        object("Encoded again before it is recorded.",
               {key("enabled", flag(), "", "false"),
                key("codec", choice({"h264", "hevc", "av1"}), "What is recorded", "h264"),
                key("encoder", text(), "auto, software, or a name", "auto"),
                key("quality", choice({"low", "medium", "high", "best"}), "", "medium"),
                key("max_kbps", integer(50, 90'000), "Limit of the bit rate"),
                key("max_fps", number(0.1, 1000), "Pictures a second that are kept"),
                key("max_height", integer(64, 16'384), "Lines of larger pictures")});
    return key(
        "record",
        object("What is recorded.",
               {key("enabled", flag(), "", "true"),
                key("segment", duration(), "Length of one file", "10s"),
                key("encode", encode, "Encode it again before it is recorded"),
                key("previews", flag(), "Small pictures of every ten seconds", "true"),
                key("fail_open", flag(), "Keep everything while the analysis is down", "true"),
                key("continuous", days, "Everything"), key("motion", days, "What moves"),
                key("alerts", around, "Around alerts"),
                key("detections", around, "Around detections")}),
        "What is recorded");
}

Property snapshots() {
    const Schema retain = object("Days that they are kept.",
                                 {key("default", number(0, 36'500), "Days", "10"),
                                  key("objects", by_label(number(0, 36'500)), "Days, by label"),
                                  key("max_size", size(), "Of all pictures together", "20GB")});
    return key("snapshots",
               object("Pictures of what was seen.",
                      {key("enabled", flag()), key("quality", integer(1, 100)),
                       key("retain", retain, "How long they are kept")}),
               "Pictures of what was seen");
}

Property review() {
    const auto items = [](const char* about, const char* cutoff) {
        return object(about, {key("labels", list(text()), "Empty: all"),
                              key("cutoff_time", seconds(), "Silence that ends one", cutoff)});
    };
    return key(
        "review",
        object("What a person is asked to look at.",
               {key("alerts", items("What matters.", "40s"), "What matters"),
                key("detections", items("What else was seen.", "30s"), "What else was seen")}),
        "What a person is asked to look at");
}

Property lpr() {
    const Schema fusion = object("The reads of one pass become one text.",
                                 {key("method", choice({"per_character"})),
                                  key("max_reads", integer(1, 1000)), key("keep_reads", flag())});
    return key("lpr",
               object("Licence plates.",
                      {key("enabled", flag()), key("detection_threshold", score()),
                       key("min_area", integer(0, 1e9)), key("recognition_threshold", score()),
                       key("min_plate_length", integer(1, 16)), key("regions", list(text())),
                       key("fusion", fusion), key("match_distance", integer(0, 4)),
                       key("dedupe_window", duration())}),
               "Licence plates");
}

Property face_recognition() {
    const Schema retain =
        object("How long pictures of faces are kept.",
               {key("known", duration(), "", "7d"), key("unknown", duration(), "", "8h")});
    return key(
        "face_recognition",
        object("Faces.",
               {key("enabled", flag(), "", "false"), key("detection_threshold", score(), "", "0.7"),
                key("unknown_score", score(), "", "0.8"),
                key("recognition_threshold", score(), "", "0.9"),
                key("min_area", integer(0, 1e9), "Pixels", "750"),
                key("save_unknown_faces", flag(), "", "true"), key("retain", retain, "How long")}),
        "Faces");
}

} // namespace vedette::config::terms
