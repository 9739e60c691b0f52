#include "app/server/retention.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "app/server/bare_sightings.h"

namespace vedette::app {
namespace {

using Age = RetentionOptions::Age;
using Pictures = pipeline::SnapshotOptions::Retain;

constexpr std::size_t kForgetAtOnce = 1000;
constexpr int kMostRounds = 200; ///< of kForgetAtOnce, at one time
constexpr std::chrono::hours kSlice{6};
constexpr int kMostSlices = 200; ///< of kSlice, at one time

Age days(double count) {
    return std::chrono::duration_cast<Age>(
        std::chrono::duration<double, std::chrono::days::period>{count});
}

Age age_of(const Pictures& pictures, const std::string& label) {
    const auto own = pictures.objects.find(label);
    return days(own == pictures.objects.end() ? pictures.default_days : own->second);
}

/// Every age that some picture may reach.
std::set<Age> all_ages(const RetentionOptions& options) {
    std::set<Age> ages;
    const auto add = [&ages](const Pictures& pictures) {
        ages.insert(days(pictures.default_days));
        for (const auto& [label, count] : pictures.objects)
            ages.insert(days(count));
    };
    add(options.pictures);
    for (const auto& [camera, pictures] : options.pictures_of)
        add(pictures);
    ages.erase(ages.lower_bound(options.sightings), ages.end()); // those go with their sightings
    return ages;
}

} // namespace

Age RetentionOptions::picture_age(const domain::Event& event) const {
    const auto own = pictures_of.find(event.camera.value());
    const Age age = age_of(own == pictures_of.end() ? pictures : own->second, event.label);
    return std::min(age, sightings);
}

Retention::Retention(RetentionOptions options, Parts parts)
    : parts_{std::move(parts)}, time_{parts_.newest, *parts_.clock, *parts_.messages},
      wanted_{options}, enforced_{std::move(options)} {}

void Retention::change(RetentionOptions options) {
    wanted_.with([&](RetentionOptions& wanted) { wanted = std::move(options); });
}

Status Retention::enforce(std::stop_token stop) {
    stop_ = std::move(stop);
    const RetentionOptions options =
        wanted_.with([](const RetentionOptions& wanted) { return wanted; });
    if (options != enforced_)
        looked_through_.clear();
    enforced_ = options;
    if (parts_.held) {
        VEDETTE_TRY(held_, parts_.held());
    }
    const WallTime now = time_.now();
    VEDETTE_CHECK_OK(forget_pictures(options, now));
    VEDETTE_CHECK_OK(forget_sightings(now - options.sightings));
    return forget_log(options, now);
}

Status Retention::forget_pictures(const RetentionOptions& options, WallTime now) {
    for (const Age age : all_ages(options))
        VEDETTE_CHECK_OK(forget_pictures_at(age, options, now));
    return {};
}

/// Goes through the time in which sightings reached `age` since the last call; after a start,
/// through all of it.
Status Retention::forget_pictures_at(Age age, const RetentionOptions& options, WallTime now) {
    VEDETTE_TRY(const auto extent, parts_.store->extent());
    if (!extent.oldest)
        return {};
    WallTime& done = looked_through_[age];
    done = std::max(done, *extent.oldest);
    for (int slice = 0; slice < kMostSlices && done < now - age && !stop_.stop_requested();
         ++slice) {
        const WallTime next = std::min(done + kSlice, now - age);
        VEDETTE_CHECK_OK(forget_pictures_between(done, next, age, options));
        done = next;
    }
    return {};
}

Status Retention::forget_pictures_between(WallTime from, WallTime to, Age age,
                                          const RetentionOptions& options) {
    ports::EventQuery query;
    query.from = from;
    query.to = to;
    query.with_discarded = true;
    query.limit = 500;
    do {
        VEDETTE_TRY(auto page, parts_.store->search(query));
        std::vector<domain::Event> of_that_age;
        for (auto& found : page.events)
            if (options.picture_age(found.event) == age && !held_.contains(found.event.snapshot))
                of_that_age.push_back(std::move(found.event));
        VEDETTE_TRY([[maybe_unused]] const std::size_t removed,
                    remove_pictures_of(std::move(of_that_age), *parts_.store, *parts_.pictures));
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return {};
}

Status Retention::forget_sightings(WallTime before) {
    for (int round = 0; round < kMostRounds && !stop_.stop_requested(); ++round) {
        VEDETTE_TRY(const auto extent, parts_.store->extent());
        if (!extent.oldest || *extent.oldest >= before)
            return {};
        VEDETTE_TRY(const auto orphans, parts_.store->forget(before, kForgetAtOnce));
        for (const std::string& key : orphans)
            if (!held_.contains(key))
                VEDETTE_CHECK_OK(parts_.pictures->remove(key));
    }
    return {};
}

/// Only what the store has, and would still have after a power cut, and what nobody else needs.
Status Retention::forget_log(const RetentionOptions& options, WallTime now) {
    VEDETTE_CHECK_OK(parts_.make_durable());
    VEDETTE_TRY(auto handled, parts_.store->position(parts_.subscriber));
    if (const auto others = parts_.others_handled ? parts_.others_handled() : std::nullopt)
        handled = std::min(handled, *others);
    events::RetentionRule rule{.older_than = now - options.log, .handled = handled};
    if (options.log_size.bytes > 0)
        rule.max_bytes = options.log_size.bytes;
    VEDETTE_TRY(const auto report, parts_.retain_log(rule));
    if (report.events > 0)
        parts_.messages->info("old events left the log", {{"events", report.events}});
    return {};
}

} // namespace vedette::app
