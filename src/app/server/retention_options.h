#pragma once

#include "app/server/retention.h"
#include "vedette/config/option_set.h"
#include "vedette/events/durable_log.h"

namespace vedette::app {

/// `events.log:` — the log on this machine.
struct EventLogOptions {
    std::chrono::microseconds retain{std::chrono::days{7}}; ///< age
    config::ByteSize max_size{10'000'000'000};              ///< of all its files
};

/// `privacy.retain:` — how long personal data is kept.
struct PrivacyRetainOptions {
    std::chrono::microseconds plates{std::chrono::days{30}}; ///< age of a sighting
};

/// `database:` — the store on this machine.
struct StoreOptions {
    config::ByteSize max_size{10'000'000'000}; ///< of its file
};

[[nodiscard]] config::OptionSet<StoreOptions> store_option_set();
[[nodiscard]] config::OptionSet<EventLogOptions> event_log_option_set();
[[nodiscard]] config::OptionSet<PrivacyRetainOptions> privacy_retain_option_set();

/// What a whole configuration says of retention.
[[nodiscard]] RetentionOptions read_retention(const config::Node& root, config::Problems& problems);

/// Files of the log that can leave one by one, long before these limits are reached.
[[nodiscard]] events::DurableLogOptions log_options(const RetentionOptions& retention);

} // namespace vedette::app
