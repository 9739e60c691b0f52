#include "vocabulary/sections.h"
#include "vocabulary/terms.h"

namespace vedette::config::terms {

Property watchlists() {
    const Schema one =
        object("Plates that mean something.",
               {key("kind", choice({"known", "watch", "ignore"})),
                key("match", choice({"exact", "strict", "balanced", "broad"}), "", "exact"),
                key("plates", list(text()), "? is any one character, * any number of them")});
    return key("watchlists", named(one), "Lists of plates, by your own names");
}

Property following() {
    return key(
        "following",
        object("Who keeps turning up behind whom.",
               {key("enabled", flag(), "", "false"),
                key("subjects", list(text()), "Names of watch lists"),
                key("persons", list(text()), "Names of watch lists, each of one person"),
                key("mobile",
                    named(object("A car that carries cameras.",
                                 {key("source", choice({"gpsd", "nmea", "api"}), "", "gpsd"),
                                  key("address", text(), "gpsd", "127.0.0.1:2947"),
                                  key("path", text(), "NMEA"),
                                  key("baud", integer(1200, 921'600), "NMEA", "9600")})),
                    "Cars that carry cameras"),
                key("window", duration(), "Habit and evidence horizon", "30d"),
                key("session_gap", duration(), "Silence that ends a journey", "30m"),
                key("min_detections", integer(1, 1e6), "", "5"),
                key("min_distinct_places", integer(1, 1e6), "", "3"),
                key("min_sessions", integer(1, 1e6), "", "2"),
                key("max_lag", duration(), "", "120s"),
                key("alert_llr", number(0, 1000), "Log-likelihood ratio that raises a case", "6"),
                key("ignore", list(text()), "Names of watch lists")}),
        "Who keeps turning up behind whom");
}

Property incidents() {
    const Schema rule = object("When something becomes an incident.",
                               {must("name", text()), must("when", any(), "All of these must hold"),
                                key("risk", choice({"low", "medium", "high", "critical"}))});
    return key("incidents",
               object("What is worth a person's attention.", {key("rules", list(rule))}),
               "What is worth a person's attention");
}

Property alerts() {
    const Schema rule =
        object("Who is told of what.",
               {must("name", text()), must("when", any(), "All of these must hold"),
                key("channels", list(text()), "Names from `notifications.channels`"),
                key("cooldown", duration(), "Silence after one", "60s"),
                key("quiet_hours", list(text()), "", "[]")});
    return key("alerts", object("Who is told of what.", {key("rules", list(rule))}),
               "Who is told of what");
}

Property notifications() {
    const Schema channel =
        object("One way to reach people.",
               {must("type", choice({"webpush", "webhook", "email", "mqtt", "ntfy", "telegram"})),
                key("url", secret()), key("sign", choice({"hmac-sha256"})),
                key("key", secret(), "For the signature")});
    const Schema retry =
        object("When sending fails.",
               {key("max_attempts", integer(1, 100), "", "8"),
                key("backoff", choice({"exponential", "constant"}), "", "exponential")});
    return key(
        "notifications",
        object("How people are reached.", {key("channels", named(channel), "By your own names"),
                                           key("retry", retry, "When sending fails")}),
        "How people are reached");
}

Property events() {
    const Schema log =
        object("The log on this machine; always on.",
               {key("retain", duration(), "", "7d"), key("max_size", size(), "", "10GB")});
    const Schema mqtt =
        object("To an MQTT broker.",
               {key("enabled", flag(), "", "false"), key("host", text()),
                key("port", integer(1, 65'535), "", "1883"), key("username", secret()),
                key("password", secret()), key("topic_prefix", text(), "", "vedette"),
                key("qos", integer(0, 2), "", "1")});
    const Schema kafka =
        object("To Kafka.",
               {key("enabled", flag(), "", "false"), key("brokers", list(text())),
                key("topic", text(), "", "alpr.events.plates"),
                key("compression", choice({"none", "gzip", "snappy", "lz4", "zstd"}), "", "gzip"),
                key("acks", choice({"0", "1", "all"}), "", "all")});
    return key("events",
               object("Where events go.",
                      {key("log", log, "On this machine"), key("mqtt", mqtt, "To an MQTT broker"),
                       key("kafka", kafka, "To Kafka")}),
               "Where events go");
}

Property sites() {
    return key("sites",
               named(object("Cameras at one place.", {key("cameras", list(text()), "Names")})),
               "Places, by your own names");
}

Property profiles() {
    const Schema one =
        object("Other values for some time of the day.",
               {must("when", text(), "Such as sunset..sunrise or 22:00..06:00"), detect(), motion(),
                objects(), record(), snapshots(), review(), lpr(), face_recognition()});
    return key("profiles", named(one), "Other values for some time of the day, by your own names");
}

Property camera_groups() {
    return key("camera_groups",
               named(object("Shown together.", {key("cameras", list(text()), "Names")})),
               "Cameras that are shown together, by your own names");
}

} // namespace vedette::config::terms
