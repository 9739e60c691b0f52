#include "app/server/size_limits.h"

#include <algorithm>
#include <utility>

#include "app/server/bare_sightings.h"

namespace vedette::app {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kPage = 500;      ///< sightings looked at together
constexpr std::size_t kPicturesOf = 25; ///< sightings in one transaction
constexpr std::size_t kForgetAtOnce = 500;
constexpr std::chrono::seconds kLongest{5}; ///< at one time
constexpr std::chrono::minutes kLookAgain{10};
constexpr microseconds kFirstStretch = std::chrono::hours{6};
constexpr microseconds kLongestStretch = std::chrono::days{365};

/// What must be free of the store before the oldest go: room for what comes until the next look,
/// and for pages that are half full.
std::uint64_t store_reserve(std::uint64_t most) {
    return std::min(most / 8, std::uint64_t{64} << 20U);
}

} // namespace

SizeLimits::SizeLimits(Parts parts)
    : parts_{std::move(parts)}, picture_bytes_{parts_.metrics->gauge("app_snapshots_bytes",
                                                                     "All snapshots together")},
      store_bytes_{parts_.metrics->gauge("app_store_bytes", "What the store's file uses")},
      pictures_removed_{parts_.metrics->counter(
          "app_snapshots_removed_for_space_total",
          "Snapshots removed because all took more than snapshots.retain.max_size")},
      sightings_removed_{parts_.metrics->counter(
          "app_sightings_removed_for_space_total",
          "Sightings removed because the store took more than database.max_size")},
      stretch_{kFirstStretch} {}

Status SizeLimits::enforce(const SizeRule& rule, const std::stop_token& stop) {
    VEDETTE_CHECK_OK(trim_pictures(rule.pictures, stop));
    return trim_store(rule.store, stop);
}

Status SizeLimits::trim_pictures(std::uint64_t most, const std::stop_token& stop) {
    const auto bytes = parts_.picture_bytes();
    picture_bytes_->set(static_cast<double>(bytes.value_or(0)));
    const SteadyTime now = parts_.clock->steady_now();
    if (!bytes || *bytes <= most || now < nothing_until_)
        return {};
    while (!stop.stop_requested() && parts_.clock->steady_now() - now < kLongest) {
        VEDETTE_TRY(auto stretch, oldest_behind(bare_until_));
        if (!stretch) {
            // Older ones may have come since, from a clock that was set back.
            bare_until_ = WallTime::min();
            nothing_until_ = now + kLookAgain;
            parts_.messages->warn("the pictures take more than snapshots.retain.max_size, and no "
                                  "sighting names those that are left",
                                  {{"bytes", parts_.picture_bytes().value_or(0)}});
            return {};
        }
        const WallTime end = stretch->end;
        VEDETTE_TRY(const bool enough,
                    remove_oldest_pictures(*std::move(stretch), most - most / 32));
        if (enough)
            return {};
        bare_until_ = end;
    }
    return {};
}

/// Halves or widens the stretch of time until it holds a page at most, and something.
Result<std::optional<SizeLimits::Stretch>> SizeLimits::oldest_behind(WallTime from) {
    VEDETTE_TRY(const auto extent, parts_.store->extent());
    if (!extent.oldest)
        return std::optional<Stretch>{};
    from = std::max(from, *extent.oldest);
    while (from <= *extent.newest) {
        ports::EventQuery query;
        query.from = from;
        query.to = from + stretch_;
        query.with_discarded = true;
        query.limit = kPage;
        VEDETTE_TRY(auto page, parts_.store->search(query));
        if (!page.next.empty() && stretch_ > microseconds{1}) {
            stretch_ /= 2;
            continue;
        }
        if (page.events.size() < kPage / 4)
            stretch_ = std::min(stretch_ * 2, kLongestStretch);
        if (!page.events.empty()) {
            Stretch found{{}, *query.to};
            for (auto one = page.events.rbegin(); one != page.events.rend(); ++one)
                found.sightings.push_back(std::move(one->event));
            return std::optional{std::move(found)};
        }
        from = *query.to;
    }
    return std::optional<Stretch>{};
}

/// \return whether all pictures take no more than `enough` now.
Result<bool> SizeLimits::remove_oldest_pictures(Stretch stretch, std::uint64_t enough) {
    auto& sightings = stretch.sightings;
    for (std::size_t done = 0; done < sightings.size(); done += kPicturesOf) {
        if (parts_.picture_bytes().value_or(0) <= enough)
            return true;
        const auto first = sightings.begin() + static_cast<std::ptrdiff_t>(done);
        const auto count = std::min(kPicturesOf, sightings.size() - done);
        VEDETTE_TRY(const std::size_t removed,
                    remove_pictures_of({first, first + static_cast<std::ptrdiff_t>(count)},
                                       *parts_.store, *parts_.pictures));
        pictures_removed_->add(static_cast<double>(removed));
    }
    return parts_.picture_bytes().value_or(0) <= enough;
}

Status SizeLimits::trim_store(std::uint64_t most, const std::stop_token& stop) {
    const SteadyTime begin = parts_.clock->steady_now();
    while (!stop.stop_requested() && parts_.clock->steady_now() - begin < kLongest) {
        VEDETTE_TRY(const auto extent, parts_.store->extent());
        store_bytes_->set(static_cast<double>(extent.bytes));
        if (extent.events == 0 || extent.bytes <= most - store_reserve(most))
            break;
        VEDETTE_TRY(const auto orphans, parts_.store->forget(WallTime::max(), kForgetAtOnce));
        for (const std::string& key : orphans)
            VEDETTE_CHECK_OK(parts_.pictures->remove(key));
        sightings_removed_->add(
            static_cast<double>(std::min<std::uint64_t>(extent.events, kForgetAtOnce)));
    }
    bool more = true;
    while (more && !stop.stop_requested() && parts_.clock->steady_now() - begin < kLongest) {
        VEDETTE_TRY(more, parts_.shrink_store(most));
    }
    return {};
}

} // namespace vedette::app
