#include "recent_plates.h"

namespace vedette::pipeline {

bool RecentPlates::seen_again(const std::string& text, WallTime at) {
    // Far ahead lies what was seen before the clock was set back.
    std::erase_if(last_seen_, [&](const auto& entry) {
        return entry.second + window_ < at || at + window_ < entry.second;
    });
    const auto [entry, is_new] = last_seen_.try_emplace(text, at);
    entry->second = at;
    return !is_new;
}

} // namespace vedette::pipeline
