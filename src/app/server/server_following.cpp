#include "app/server/server_following.h"

#include <filesystem>
#include <string>
#include <utility>

#include "app/data/places.h"
#include "app/server/follower_probe.h"
#include "app/server/late_cameras.h"
#include "app/server/read_lookup.h"
#include "app/version.h"

namespace vedette::app {

ServerFollowing::ServerFollowing(DataFolder folder, const Parts& parts)
    : folder_{std::move(folder)}, parts_{parts}, source_{folder_}, mobiles_{
                                                                       {.events = parts.events,
                                                                        .metrics = parts.metrics,
                                                                        .messages = parts.messages,
                                                                        .clock = parts.clock}} {
    [[maybe_unused]] const FollowerProbe shown_also_while_off{parts.metrics};
}

Status ServerFollowing::become(const FollowingSettings& wanted) {
    VEDETTE_CHECK_OK(open_cases(wanted.enabled));
    if (wanted.enabled) // for the map of a case
        VEDETTE_CHECK_OK(remember_places(folder_, wanted.places));
    FollowingSettings settings = wanted;
    settings.carried = remember_carried_cameras(folder_, wanted, parts_.messages);
    carried_.with([&](CarriedCameras& all) { all = settings.carried; });
    mobiles_.become(wanted.enabled ? wanted.mobiles : std::vector<MobileNode>{});
    const auto running = follower_.with([](const auto& one) { return one; });
    if (!wanted.enabled) {
        replace_follower(nullptr);
    } else if (running) {
        running->change(settings);
    } else {
        VEDETTE_TRY(auto started, Follower::start(settings, follower_parts()));
        replace_follower(std::move(started));
    }
    return {};
}

/// Also where nobody looks for followers any more: what is there is brought up to date.
Status ServerFollowing::open_cases(bool needed) {
    const auto file = folder_.following();
    std::error_code ignored; // then it is made, if it is needed
    if (cases_ || (!needed && !std::filesystem::exists(file, ignored)))
        return {};
    auto opened = storage::FollowingDb::open(file);
    if (opened)
        cases_ = *std::move(opened);
    else if (needed)
        return std::move(opened).error();
    else
        parts_.messages.warn("cases of following can't be opened",
                             {{"reason", opened.error().message()}});
    return {};
}

void ServerFollowing::replace_follower(std::shared_ptr<Follower> next) {
    follower_.with([&](auto& one) { one.swap(next); });
} // the one before saves what it knows here

FollowerWork::Parts ServerFollowing::follower_parts() {
    return {.events = parts_.events,
            .cases = *cases_,
            .metrics = parts_.metrics,
            .messages = parts_.messages,
            .clock = parts_.clock,
            .versions = {.grammar = std::string{"of Vedette "} + kVersion,
                         .program = kVersion,
                         .models = {}},
            .lookup = look_up_reads(parts_.store),
            .settle_lookup =
                [this](ports::LogPosition position) {
                    if (!parts_.feeder.wait_for(position, kLookupPatience))
                        parts_.messages.warn("a case has no pictures yet: the store is behind");
                },
            .settled = parts_.settled};
}

CarriedCameras ServerFollowing::carried() const {
    return carried_.with([](const CarriedCameras& all) { return all; });
}

std::optional<ports::LogPosition> ServerFollowing::handled() const {
    const auto now = follower_.with([](const auto& one) { return one; });
    return now ? std::optional{now->saved()} : std::nullopt;
}

api::FollowingParts ServerFollowing::answers() { return with_mobiles(source_.parts(), mobiles_); }

} // namespace vedette::app
