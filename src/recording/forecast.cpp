#include "vedette/recording/forecast.h"

#include <algorithm>

#include "worth.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr double kDay_s = 86'400;

/// Of its last day, as far as that is recorded.
Result<CameraForecast> forecast_of(const ports::RecordingIndex& index,
                                   const ports::RecordingExtent& camera) {
    std::uint64_t bytes = 0;
    std::uint64_t event_bytes = 0;
    std::chrono::duration<double> recorded{};
    ports::RecordingQuery query{
        .camera = camera.camera, .from = camera.newest - std::chrono::hours{24}, .limit = kPage};
    for (;;) {
        VEDETTE_TRY(const auto page, index.list(query));
        for (const ports::RecordedSegment& row : page) {
            bytes += row.bytes;
            event_bytes += ports::is_of_event(row.activity) ? row.bytes : 0;
            recorded += row.end - row.start;
        }
        if (page.size() < kPage)
            break;
        query.after = ports::place_of(page.back());
    }
    const double per_day = recorded.count() > 0 ? kDay_s / recorded.count() : 0;
    return CameraForecast{camera.camera, static_cast<double>(bytes) * per_day,
                          static_cast<double>(event_bytes) * per_day};
}

double room_on(const TierRoom& tier, std::uint64_t bytes) {
    if (!tier.space)
        return 0;
    double room = static_cast<double>(bytes) + static_cast<double>(tier.space->free_bytes) -
                  static_cast<double>(floor_of(tier.rules, *tier.space));
    if (tier.rules.max_bytes > 0)
        room = std::min(room, static_cast<double>(tier.rules.max_bytes));
    return std::max(0.0, room);
}

/// What comes to a tier of what a camera sends: the first one gets all, another one what it takes
/// of that which is still there when it comes of age.
void add_inflow(const TierRoom& tier, bool is_first, const CameraForecast& camera,
                TierForecast& out) {
    const Ages ages = ages_on(tier.rules, rule_for(tier.rules, camera.camera.value()));
    const auto lives = [&](Worth worth) {
        return is_first || ages[static_cast<std::size_t>(worth)] > tier.moves.after;
    };
    const double continuous = camera.bytes_per_day - camera.event_bytes_per_day;
    if (is_first || (tier.moves.continuous && lives(Worth::motion)))
        out.bytes_per_day += continuous;
    if (is_first || (tier.moves.events && lives(Worth::alert))) {
        out.bytes_per_day += camera.event_bytes_per_day;
        out.event_bytes_per_day += camera.event_bytes_per_day;
    }
}

} // namespace

Result<RecordingForecast> forecast(const ports::RecordingIndex& index,
                                   std::span<const TierRoom> tiers) {
    RecordingForecast out;
    VEDETTE_TRY(const auto cameras, index.extents());
    for (const ports::RecordingExtent& camera : cameras) {
        VEDETTE_TRY(auto one, forecast_of(index, camera));
        out.bytes_per_day += one.bytes_per_day;
        out.cameras.push_back(std::move(one));
    }
    VEDETTE_TRY(const auto extents, index.tier_extents());
    double room = 0;
    for (const TierRoom& tier : tiers) {
        TierForecast one{.tier = tier.tier, .number = tier.number};
        for (const ports::TierExtent& extent : extents)
            one.bytes += extent.tier == tier.tier ? extent.bytes : 0;
        for (const CameraForecast& camera : out.cameras)
            add_inflow(tier, &tier == &tiers.front(), camera, one);
        one.room_bytes = room_on(tier, one.bytes);
        one.days = one.bytes_per_day > 0 ? one.room_bytes / one.bytes_per_day : 0;
        room += one.room_bytes;
        out.tiers.push_back(std::move(one));
    }
    out.days = out.bytes_per_day > 0 ? room / out.bytes_per_day : 0;
    return out;
}

} // namespace vedette::recording
