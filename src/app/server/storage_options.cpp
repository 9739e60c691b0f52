#include "app/server/storage_options.h"

#include <utility>

#include "vedette/crypto/aead.h"

namespace vedette::app {
namespace {

config::OptionSet<EncryptionOptions> encryption_option_set() {
    return config::OptionSet<EncryptionOptions>{"Recordings that only this program can read."}
        .field("enabled", &EncryptionOptions::enabled, "Encrypt what is recorded from now on")
        .field("key", &EncryptionOptions::key,
               "64 hexadecimal digits, from a file or the environment; without it what was "
               "encrypted before cannot be read")
        .field("cipher", &EncryptionOptions::cipher, "There is one",
               config::choice<std::string>({{"xchacha20-poly1305", "xchacha20-poly1305"}}));
}

config::OptionSet<StorageTier> tier_option_set() {
    const auto kept = [](const char* about) {
        return config::OptionSet<StorageClass>{about}
            .field("max_age", &StorageClass::max_age,
                   "Older ones are deleted, unless the next tier takes them; 0s: as `record` says",
                   {.min = 0})
            .field("max_size", &StorageClass::max_size, "Beyond this the oldest are deleted");
    };
    return config::OptionSet<StorageTier>{
        "One place for recordings. Where `continuous` or `events` stands in one that is not the "
        "first, nothing else comes there."}
        .field("path", &StorageTier::path,
               "Folder; all but the first must hold a file `.vedette-tier`")
        .field("max_size", &StorageTier::max_size,
               "Of all recordings in it; beyond it the oldest are deleted", {.min = 1e6})
        .require("path")
        .section("continuous", &StorageTier::continuous, "Without an event",
                 kept("Recordings without an event."))
        .section("events", &StorageTier::events, "Of events", kept("Recordings of events."))
        .field("move_after", &StorageTier::move_after,
               "Older ones come here from the tier before; needed in all but the first",
               {.min = 0, .max = 86'400.0 * 36'500})
        .field("move_rate", &StorageTier::move_rate,
               "What may come here in a second; 0B: as fast as it goes");
}

/// The PATH of `${file:PATH}`; empty for a key that comes from elsewhere.
std::filesystem::path key_file_of(const config::Node& key) {
    constexpr std::string_view kBegin = "${file:";
    const auto text = key.withholding_secrets().as_string();
    if (!text || !text->starts_with(kBegin) || !text->ends_with('}'))
        return {};
    return text->substr(kBegin.size(), text->size() - kBegin.size() - 1);
}

void read_encryption(const config::Node& node, const EncryptionOptions& options,
                     RecordingsPlace& place, config::Problems& problems) {
    place.encrypt = options.enabled;
    const config::Node key = node["key"];
    if (options.enabled && !key.present())
        problems.add(node.invalid("key", "is needed: 64 hexadecimal digits in a file, which "
                                         "`openssl rand -hex 32` makes"));
    if (!key.present() || key.is_withheld())
        return;
    auto text = key.as_secret(); // also where it is off: what was encrypted before is read
    if (!text && options.enabled)
        problems.add(std::move(text).error());
    if (!text)
        return;
    if (auto usable = crypto::AeadKey::from_hex(text->reveal()); !usable)
        problems.add(key.invalid(usable.error().message()));
    place.key = *std::move(text);
    place.key_file = key_file_of(key);
}

recording::ClassLimits limits_of(const StorageClass& options) {
    recording::ClassLimits out{.max_bytes = options.max_size.bytes};
    if (options.max_age.count() > 0)
        out.max_age = std::chrono::duration_cast<std::chrono::seconds>(options.max_age);
    return out;
}

/// What comes to a tier, and whether the one before it waits with it.
recording::MoveRules moves_of(const config::Node& node, const StorageTier& options) {
    const bool continuous = node["continuous"].present();
    const bool events = node["events"].present();
    return {.after = std::chrono::duration_cast<std::chrono::seconds>(options.move_after),
            .continuous = continuous || !events,
            .events = events || !continuous,
            .bytes_per_second = static_cast<double>(options.move_rate.bytes)};
}

/// \return whether what comes to a tier stays there for some time
bool stays(const recording::ClassLimits& limits, const recording::MoveRules& moves) {
    return !limits.max_age || *limits.max_age > moves.after;
}

/// \pre the rules of the first tier say all that counts for every one
void read_tiers(const config::Node& list, const std::vector<StorageTier>& options,
                StorageSettings& out, config::Problems& problems) {
    const auto nodes = list.items();
    const recording::RetentionRules common = out.tiers.front().rules;
    for (std::size_t i = 0; i < options.size() && i < nodes.size(); ++i) {
        recording::TierRules tier{common, {}};
        tier.rules.max_bytes = options[i].max_size.bytes;
        tier.rules.continuous = limits_of(options[i].continuous);
        tier.rules.events = limits_of(options[i].events);
        if (i == 0) {
            out.place.folder = options[i].path;
            if (nodes[i]["move_after"].present())
                problems.add(nodes[i]["move_after"].invalid(
                    "means nothing in the first tier: everything is recorded there"));
            out.tiers.front() = std::move(tier);
            continue;
        }
        tier.moves = moves_of(nodes[i], options[i]);
        if (!nodes[i]["move_after"].present())
            problems.add(nodes[i].invalid("needs move_after: how old what comes here is"));
        for (const auto& [key, limits] : {std::pair{"continuous", &tier.rules.continuous},
                                          std::pair{"events", &tier.rules.events}})
            if (!stays(*limits, tier.moves))
                problems.add(nodes[i][key]["max_age"].invalid(
                    "must be more than move_after: what comes here would be deleted at once"));
        out.place.more.emplace_back(options[i].path);
        recording::RetentionRules& before = out.tiers.back().rules;
        before.continuous.moves_on = tier.moves.continuous;
        before.events.moves_on = tier.moves.events;
        out.tiers.push_back(std::move(tier));
    }
}

} // namespace

config::OptionSet<StorageOptions> storage_option_set() {
    using Kind = config::Schema::Kind;
    const auto later = [](std::string key, Kind kind, std::string help) {
        return config::Property{.key = std::move(key),
                                .schema = {.kind = kind},
                                .help = std::move(help),
                                .default_text = {}};
    };
    config::Property offsite = later("offsite", Kind::object, "A copy elsewhere");
    offsite.schema.put(later("enabled", Kind::flag, ""));
    for (const char* key : {"endpoint", "bucket"})
        offsite.schema.put(later(key, Kind::text, ""));
    for (const char* key : {"access_key", "secret_key"})
        offsite.schema.put(later(key, Kind::secret, ""));
    return config::OptionSet<StorageOptions>{"Where recordings are kept."}
        .field("tiers", &StorageOptions::tiers, "The first, which must be local, takes everything",
               config::list_of(tier_option_set().codec(), {.min = 1}))
        .field("min_free", &StorageOptions::min_free,
               "Share of the disk that is always left free: the oldest recordings go for it",
               {.min = 0, .max = 0.9})
        .section("encryption", &StorageOptions::encryption, "At rest", encryption_option_set())
        .later(std::move(offsite));
}

StorageSettings read_storage(const config::Node& node, recording::RetentionRules rules,
                             config::Problems& problems) {
    const auto options = storage_option_set().read({node}, problems);
    rules.min_free = options.min_free.value;
    StorageSettings out;
    out.tiers.push_back({std::move(rules), {}});
    read_encryption(node["encryption"], options.encryption, out.place, problems);
    read_tiers(node["tiers"], options.tiers, out, problems);
    return out;
}

} // namespace vedette::app
