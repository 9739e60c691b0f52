#include "app/server/retention_options.h"

#include <algorithm>

#include "vedette/pipeline/option_sets.h"

namespace vedette::app {
namespace {

config::Property later(std::string key, std::string help, std::string default_text) {
    return {.key = std::move(key),
            .schema = {.kind = config::Schema::Kind::duration},
            .help = std::move(help),
            .default_text = std::move(default_text)};
}

} // namespace

config::OptionSet<EventLogOptions> event_log_option_set() {
    return config::OptionSet<EventLogOptions>{"The log on this machine; always on."}
        .field("retain", &EventLogOptions::retain,
               "Older events leave it; a file of it at a time, so some stay up to a day longer",
               {.min = 60})
        .field("max_size", &EventLogOptions::max_size,
               "Beyond this the oldest events leave it, also if nobody has handled them yet",
               {.min = 1e6});
}

config::OptionSet<StoreOptions> store_option_set() {
    return config::OptionSet<StoreOptions>{"Where events are stored."}.field(
        "max_size", &StoreOptions::max_size,
        "Of the SQLite file; before it is larger the oldest sightings leave it", {.min = 1e6});
}

config::OptionSet<PrivacyRetainOptions> privacy_retain_option_set() {
    return config::OptionSet<PrivacyRetainOptions>{"How long personal data is kept."}
        .field("plates", &PrivacyRetainOptions::plates,
               "Sightings, with their plates and the pictures that are left", {.min = 1})
        .later(later("faces", "", "7d"))
        .later(later("embeddings", "", "7d"));
}

RetentionOptions read_retention(const config::Node& root, config::Problems& problems) {
    const auto log = event_log_option_set().read({root["events"]["log"]}, problems);
    const auto privacy = privacy_retain_option_set().read({root["privacy"]["retain"]}, problems);
    const auto pictures = [&](const config::Node& own) {
        return pipeline::snapshot_option_set().read({root["snapshots"], own}, problems).retain;
    };
    const auto store = store_option_set().read({root["database"]}, problems);
    RetentionOptions options{.log = log.retain,
                             .log_size = log.max_size,
                             .store_size = store.max_size,
                             .sightings = privacy.plates,
                             .pictures = pictures({}),
                             .pictures_of = {}};
    for (const auto& camera : root["cameras"].members()) {
        if (const config::Node size = camera.value["snapshots"]["retain"]["max_size"];
            size.present())
            problems.add(size.invalid("counts for all cameras together: write it into the "
                                      "`snapshots` section above them"));
        if (const config::Node own = camera.value["snapshots"]; own["retain"].present())
            options.pictures_of[camera.key] = pictures(own);
    }
    return options;
}

events::DurableLogOptions log_options(const RetentionOptions& retention) {
    events::DurableLogOptions options;
    const auto age = std::chrono::duration_cast<std::chrono::minutes>(retention.log / 7);
    options.segment_age = std::clamp(age, std::chrono::minutes{1}, options.segment_age);
    if (retention.log_size.bytes > 0)
        options.segment_bytes = std::clamp(retention.log_size.bytes / 8, std::uint64_t{64} << 10U,
                                           options.segment_bytes);
    return options;
}

} // namespace vedette::app
