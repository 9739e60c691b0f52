#include "vedette/config/vocabulary.h"

#include <array>

#include "vocabulary/sections.h"
#include "vocabulary/terms.h"

namespace vedette::config {
namespace {

using namespace terms; // NOLINT(google-build-using-namespace): words made for this folder alone

Schema location() {
    return object("Where it stands.", {must("lat", number(-90, 90), "Degrees north"),
                                       must("lon", number(-180, 180), "Degrees east"),
                                       key("bearing", number(0, 360),
                                           "Degrees clockwise from north that it looks to")});
}

Schema input_tls() {
    return object("How the camera has to prove who it is.",
                  {key("verify", flag(), "Check its certificate", "true"),
                   key("ca_file", text(), "PEM file of who signed it, or of itself"),
                   key("server_name", text(), "The name that it must be for")});
}

Schema input_device() {
    return object("What a USB camera is asked for.",
                  {key("format", text(), "mjpeg, h264, yuyv422, …"),
                   key("width", integer(16, 16'384), "Pixels"),
                   key("height", integer(16, 16'384), "Pixels"),
                   key("fps", number(0.1, 1000), "Pictures per second"),
                   key("controls", named(text()), "Values by the controls' names")});
}

Schema input_fallback() {
    return object("What stands in for an input that keeps failing.",
                  {must("path", secret(), "URL, file or device"),
                   key("after", integer(1, 1000), "Failures in a row", "3"),
                   key("try_again", duration(), "Until the input itself is tried again", "1m")});
}

Schema input() {
    return object(
        "One stream of the camera.",
        {must("path", secret(), "URL, file or device; user and password may come from secrets"),
         key("roles", list(choice({"detect", "record", "audio"})), "What it is used for",
             "[detect]"),
         key("loop", flag(), "Files: from the beginning again at their end", "true"),
         key("transport", choice({"auto", "tcp", "udp"}), "RTSP", "auto"),
         key("tls", input_tls(), "Encrypted connections"),
         key("picture_interval", duration(), "Still pictures: how often one is fetched", "1s"),
         key("device", input_device(), "USB cameras"),
         key("fallback", input_fallback(), "While it keeps failing")});
}

Schema zone() {
    return object(
        "A part of the picture.",
        {must("coordinates", text(), "Corners x,y,x,y,… as shares of the picture"),
         key("inertia", integer(1, 1000), "Pictures in a row before something is inside", "3"),
         key("loitering_time", seconds(), "Presence that counts as loitering"),
         key("objects", list(text()), "Labels that count; empty: all")});
}

Schema line() {
    return object("A line that is crossed.",
                  {must("from", text(), "x,y"), must("to", text(), "x,y"),
                   key("direction", choice({"both", "left", "right"}), "", "both")});
}

Schema masks() {
    return object("Parts of the picture that are left out.",
                  {key("privacy", list(text()), "Burnt in before anything is stored"),
                   key("motion", list(text()), "Movement here does not count")});
}

/// The sections that a camera may have of its own.
std::vector<Property> overridable() {
    return {detect(),    motion(), tamper(), objects(),         record(),
            snapshots(), review(), lpr(),    face_recognition()};
}

Schema camera() {
    Schema schema = object(
        "One camera. The sections detect, motion, tamper, objects, record, snapshots, review, lpr "
        "and face_recognition may stand here too; what they say goes before the global ones.",
        {key("enabled", flag(), "", "true"),
         key("type", choice({"general", "lpr"}), "lpr: a camera made for plates", "general"),
         key("priority", integer(1, 1000), "Weight against other cameras when time is short", "1"),
         key("location", location(), "Where it stands"),
         key("mobile", text(), "Name from `following.mobile`: the car that carries it"),
         must("inputs", list(input()), "Its streams"),
         key("hwaccel", choice({"auto", "cuda", "vaapi", "qsv", "v4l2m2m", "opencl", "none"}),
             "Who decodes", "auto"),
         key("stall_timeout", duration(), "Silence after which it counts as away", "20s"),
         key("retry_interval", duration(), "Between two attempts to reach it", "10s"),
         key("settle_time", duration(), "Pictures after a connection that are not trusted", "1s"),
         key("zones", named(zone()), "Parts of the picture, by your own names"),
         key("lines", named(line()), "Lines that are crossed, by your own names"),
         key("masks", masks(), "Parts of the picture that are left out")});
    schema.find("inputs")->schema.min = 1;
    for (Property& section : overridable())
        schema.put(std::move(section));
    return schema;
}

Schema everything() {
    Schema root = object("", {key("version", integer(1, 1), "Of this form of configuration", "1")});
    constexpr std::array kBefore{server, database, storage, detectors, detector_fallback,
                                 infer,  models,   limits};
    constexpr std::array kAfter{watchlists, following, incidents, alerts,    notifications, events,
                                auth,       audit,     privacy,   telemetry, logger,        sites};
    for (const auto section : kBefore)
        root.put(section());
    for (Property& section : overridable())
        root.put(std::move(section));
    for (const auto section : kAfter)
        root.put(section());
    root.put(key("cameras", named(camera()), "The cameras, by your own names"));
    root.put(profiles());
    root.put(camera_groups());
    return root;
}

/// Puts the sections that are used into `schema`, and marks what is left as being for later.
void settle(Schema& schema, const std::vector<Property>& used) {
    for (Property& property : schema.properties)
        if (property.use == Property::Use::optional)
            property.use = Property::Use::later;
    for (const Property& property : used)
        schema.put(property);
}

} // namespace

Schema vocabulary(const std::vector<Property>& used) { return vocabulary(used, {}); }

Schema vocabulary(const std::vector<Property>& used, const std::vector<Property>& used_of_camera) {
    Schema own = camera();
    std::vector<Property> of_camera = used_of_camera;
    for (const Property& property : used)
        if (own.find(property.key) != nullptr)
            of_camera.push_back(property);
    settle(own, of_camera);
    Schema root = everything();
    settle(root, used);
    Schema profile = *root.find("profiles")->schema.item;
    for (const Property& property : used)
        if (profile.find(property.key) != nullptr)
            profile.put(property);
    root.find("profiles")->schema = named(std::move(profile));
    Property& version = *root.find("version");
    version.use = Property::Use::optional;
    Property& cameras = *root.find("cameras");
    cameras.use = Property::Use::optional;
    cameras.schema = named(std::move(own));
    return root;
}

} // namespace vedette::config
