#include "vocabulary/sections.h"
#include "vocabulary/terms.h"

namespace vedette::config::terms {

Property server() {
    const Schema tls = object("Encrypted connections.", {key("enabled", flag(), "", "false"),
                                                         key("certificate", text(), "PEM file"),
                                                         key("key", text(), "PEM file")});
    return key(
        "server",
        object("Where the program listens.",
               {key("listen", text(), "Address and port; loopback until an administrator exists",
                    "127.0.0.1:8080"),
                key("tls", tls, "Encrypted connections"),
                key("trusted_proxies", list(text()), "Addresses whose forwarding headers count",
                    "[]")}),
        "Where the program listens");
}

Property database() {
    return key("database",
               object("Where events are stored.",
                      {key("type", choice({"sqlite", "postgres", "timescale"}), "", "sqlite"),
                       key("path", text(), "Of the SQLite file", "/var/lib/vedette/vedette.db"),
                       key("max_size", size(), "Of the SQLite file", "10GB"),
                       key("url", secret(), "Of the PostgreSQL server")}),
               "Where events are stored");
}

Property storage() {
    const auto kept = [](const char* about) {
        return object(about, {key("max_age", duration(), "Older ones are deleted"),
                              key("max_size", size(), "Beyond this the oldest are deleted")});
    };
    const Schema tier =
        object("One place for recordings.",
               {must("path", text(), "Folder"), key("max_size", size(), "Of all recordings in it"),
                key("continuous", kept("Recordings without an event."), "Without an event"),
                key("events", kept("Recordings of events."), "Of events"),
                key("move_after", duration(), "Older ones come here from the tier before"),
                key("move_rate", size(), "What may come here in a second", "50MB")});
    const Schema offsite = object(
        "Evidence leaves while the incident is open.",
        {key("enabled", flag(), "", "false"), key("endpoint", text(), "URL of the S3 service"),
         key("bucket", text()), key("access_key", secret()), key("secret_key", secret())});
    const Schema encryption =
        object("Recordings that only this program can read.",
               {key("enabled", flag(), "", "false"),
                key("key", secret(), "32 bytes, from a file or the environment"),
                key("cipher", choice({"xchacha20-poly1305"}), "", "xchacha20-poly1305")});
    return key("storage",
               object("Where recordings are kept, and for how long.",
                      {key("tiers", list(tier), "The first must be local"),
                       key("min_free", share(), "Always left free, on each tier", "5%"),
                       key("offsite", offsite, "A copy elsewhere"),
                       key("encryption", encryption, "At rest")}),
               "Where recordings are kept");
}

Property detectors() {
    const Schema one = object("One engine for models.",
                              {must("type", choice({"tensorrt", "onnx", "openvino", "cpu"})),
                               key("device", integer(0, 64), "Number of the accelerator"),
                               key("threads", integer(1, 256), "Of one inference")});
    return key("detectors", named(one), "Engines for models, by your own names");
}

Property detector_fallback() {
    return key("detector_fallback", list(text()),
               "Names from `detectors`; when one fails the next is used");
}

Property infer() {
    return key("infer",
               object("How models compute.",
                      {key("precision", choice({"auto", "f32", "bf16", "f16", "int8"}),
                           "auto is what the device does best", "auto")}),
               "How models compute");
}

Property models() {
    const Schema one =
        object("One model.", {key("id", text(), "Name and version from the model's manifest"),
                              key("min_score", score(), "Weaker results are dropped")});
    return key(
        "models",
        object("Which model does which job.",
               {key("object", one, "Finds vehicles and people"), key("plate", one, "Finds plates"),
                key("ocr", one, "Reads plates"), key("face", one, "Recognises faces"),
                key("shadow_share", score(), "Share of one core for shadow models")}),
        "Which model does which job");
}

Property limits() {
    return key(
        "limits",
        object(
            "What the program may use of the machine.",
            {key("max_cameras", integer(1, 10'000), "", "20"),
             key("worker_threads", integer(1, 1024), "", "8"),
             key("memory", size(), "Beyond this cameras are looked at less often", "2048MB"),
             key("cpu", share(), "Beyond this cameras are looked at less often", "80%"),
             key("decode_sessions", automatic(integer(1, 1024)), "Of a hardware decoder", "auto")}),
        "What the program may use of the machine");
}

Property auth() {
    const Schema role = object(
        "What its members may do.",
        {key("cameras", list(text()), "Names, or \"*\" for all"),
         key("actions", list(text()), "live, playback, export, incidents, plate_search, …")});
    return key(
        "auth",
        object("Who may do what.",
               {key("enabled", flag(), "", "true"), key("session_length", duration(), "", "24h"),
                key("failed_login_rate_limit", text(), "", "1/second;5/minute;20/hour"),
                key("api_rate_limit", text(), "", "20/second"),
                key("roles", named(role), "By your own names")}),
        "Who may do what");
}

Property audit() {
    return key("audit",
               object("A record of who looked for whom.",
                      {key("enabled", flag(), "", "true"),
                       key("require_purpose", list(text()), "Actions that need a reason"),
                       key("retain", duration(), "", "365d")}),
               "A record of who looked for whom");
}

Property privacy() {
    const Schema retain =
        object("How long personal data is kept.",
               {key("plates", duration(), "", "30d"), key("faces", duration(), "", "7d"),
                key("embeddings", duration(), "", "7d")});
    return key(
        "privacy",
        object("Personal data.", {key("retain", retain, "How long it is kept"),
                                  key("blur_exports", list(choice({"face", "plate", "person"})),
                                      "Made unrecognisable in what leaves the program")}),
        "Personal data");
}

Property telemetry() {
    const Schema metrics =
        object("For Prometheus.",
               {key("enabled", flag(), "", "true"), key("file", text(), "Written when a job ends"),
                key("listen", text(), "Address and port", "127.0.0.1:9100")});
    const Schema tracing =
        object("For OpenTelemetry.",
               {key("enabled", flag(), "", "false"), key("otlp", text(), "URL of the collector")});
    return key("telemetry",
               object("How the program is doing.", {key("metrics", metrics, "For Prometheus"),
                                                    key("tracing", tracing, "For OpenTelemetry")}),
               "How the program is doing");
}

Property logger() {
    const Schema file =
        object("A log file.", {key("path", text()), key("max_size", size(), "", "10MB"),
                               key("keep", integer(1, 100), "", "5")});
    return key(
        "logger",
        object("What is logged, how and where.",
               {key("default", choice({"trace", "debug", "info", "warn", "error"}), "", "info"),
                key("format", choice({"text", "json"}), "", "text"), key("file", file, "Where")}),
        "What is logged, how and where");
}

} // namespace vedette::config::terms
