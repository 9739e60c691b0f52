#include "vedette/recording/tier_keeper.h"

#include <algorithm>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

#include "mover.h"
#include "vedette/base/assert.h"
#include "vedette/base/guarded.h"
#include "worth.h"

namespace vedette::recording {
namespace {

constexpr std::chrono::hours kLookAgain{24}; ///< at all that is not moved yet
constexpr double kNearlyFull = 0.9;

struct Fullness {
    bool continuous = false; ///< there is hardly room for more of it
    bool events = false;
};

bool is_nearly(std::uint64_t bytes, std::uint64_t most) {
    return static_cast<double>(bytes) > kNearlyFull * static_cast<double>(most);
}

Fullness fullness_of(const std::string& tier, const RetentionRules& rules,
                     const RecordingFiles::Space& space,
                     const std::vector<ports::TierExtent>& extents) {
    std::uint64_t bytes = 0;
    std::uint64_t of_events = 0;
    for (const ports::TierExtent& one : extents) {
        bytes += one.tier == tier ? one.bytes : 0;
        of_events += one.tier == tier ? one.event_bytes : 0;
    }
    const std::uint64_t floor = std::min(floor_of(rules, space), space.total_bytes);
    const bool all = (rules.max_bytes > 0 && is_nearly(bytes, rules.max_bytes)) ||
                     is_nearly(space.total_bytes - space.free_bytes, space.total_bytes - floor);
    const auto is_full = [all](const ClassLimits& limits, std::uint64_t has) {
        return all || (limits.max_bytes > 0 && is_nearly(has, limits.max_bytes));
    };
    return {is_full(rules.continuous, bytes - of_events), is_full(rules.events, of_events)};
}

} // namespace

struct TierKeeper::Impl {
    struct Kept {
        Kept(std::shared_ptr<Tier> tier_in, int number, const Parts& parts)
            : tier{std::move(tier_in)}, mover{{parts.index, parts.log, parts.clock, parts.wait}} {
            const MetricLabels labels{{"tier", std::to_string(number)}};
            status.number = number;
            status.name = tier->name();
            status.problem = tier->why_away();
            is_here = parts.metrics.gauge("recording_tier_here",
                                          "1 while this one of storage.tiers can be used", labels);
            moved = parts.metrics.counter("recording_moved_segments_total",
                                          "Segments that came here from the tier before", labels);
            moved_bytes = parts.metrics.counter("recording_moved_bytes_total",
                                                "What came here from the tier before", labels);
            failures = parts.metrics.counter(
                "recording_move_failures_total",
                "Moves here that were given up for now, or looks that found it away", labels);
        }
        const std::shared_ptr<Tier> tier;
        Mover mover;
        std::string settled;                    ///< id; empty: not since it came
        std::unique_ptr<Janitor> janitor;       ///< of `settled`
        std::shared_ptr<const TierFiles> files; ///< that the janitor borrows
        TierStatus status;
        bool told = false; ///< it was looked at once
        std::shared_ptr<Gauge> is_here;
        std::shared_ptr<Counter> moved;
        std::shared_ptr<Counter> moved_bytes;
        std::shared_ptr<Counter> failures;
    };

    Impl(std::vector<TierRules> rules_in, const Parts& parts_in)
        : rules{std::move(rules_in)}, parts{parts_in} {
        VEDETTE_ASSERT(rules.size() == parts.files.others().size() + 1);
        int number = 1;
        for (const auto& tier : parts.files.others())
            kept.push_back(std::make_unique<Kept>(tier, ++number, parts));
        show();
    }

    /// Borrowed handles of the first one.
    [[nodiscard]] TierFiles first() const {
        const auto borrowed = [](RecordingFiles& files) {
            return std::shared_ptr<RecordingFiles>{&files, [](RecordingFiles*) {}};
        };
        return {"", borrowed(parts.first_stored), borrowed(parts.files.first())};
    }

    bool pass(WallTime now, const std::stop_token& stop) {
        if (!anew_at || now - *anew_at > kLookAgain || now < *anew_at) {
            anew_at = now;
            for (const auto& one : kept)
                one->mover.begin_anew();
        }
        bool more = false;
        for (std::size_t i = 0; i < kept.size() && !stop.stop_requested(); ++i) {
            const auto done = look_after(i, now, stop);
            more = more || done.value_or(false);
            tell_change(*kept[i], done ? "" : done.error().message());
            show();
        }
        return more;
    }

    /// \return whether more is to be moved there
    Result<bool> look_after(std::size_t i, WallTime now, const std::stop_token& stop) {
        Kept& one = *kept[i];
        one.tier->look();
        const auto here = one.tier->here();
        if (!here) {
            one.settled.clear();
            return Error{ErrorCode::unavailable, one.tier->why_away()};
        }
        VEDETTE_TRY(one.status.space, here->files->space());
        one.status.id = here->id;
        if (one.settled != here->id)
            VEDETTE_CHECK_OK(settle(i, here));
        VEDETTE_TRY([[maybe_unused]] const auto deleted, one.janitor->tidy(now));
        return move_to(i, *here, now, stop);
    }

    Status settle(std::size_t i, const std::shared_ptr<const TierFiles>& here) {
        Kept& one = *kept[i];
        std::vector<TierFiles> others{first()};
        for (std::size_t other = 0; other < kept.size(); ++other)
            if (const auto files = kept[other]->tier->here(); files && other != i)
                others.push_back(*files);
        for (const TierFiles& other : others)
            if (other.id == here->id)
                return Error{ErrorCode::invalid_argument,
                             one.tier->name() + " is the same place as another tier"};
        VEDETTE_TRY(const auto found,
                    settle_tier(*here, others, parts.index, parts.describe, parts.log));
        tell(found, one.tier->name(), parts.log);
        if (parts.settled)
            parts.settled(found);
        one.files = here;
        one.janitor = std::make_unique<Janitor>(
            rules[i + 1].rules,
            Janitor::Parts{*here->files, parts.index, parts.metrics, parts.log, parts.deleted},
            Janitor::Place{here->id, one.status.number});
        one.settled = here->id;
        return {};
    }

    Result<bool> move_to(std::size_t i, const TierFiles& here, WallTime now,
                         const std::stop_token& stop) {
        const auto before =
            i == 0 ? std::make_shared<const TierFiles>(first()) : kept[i - 1]->tier->here();
        if (!before)
            return false; // what is there comes later
        VEDETTE_TRY(const auto space, before->files->space());
        VEDETTE_TRY(const auto extents, parts.index.tier_extents());
        const Fullness full = fullness_of(before->id, rules[i].rules, space, extents);
        VEDETTE_TRY(const auto done,
                    kept[i]->mover.move_due({*before, *kept[i]->tier, rules[i + 1].moves,
                                             rules[i + 1].rules, full.continuous, full.events},
                                            now, stop));
        kept[i]->moved->add(static_cast<double>(done.segments));
        kept[i]->moved_bytes->add(static_cast<double>(done.bytes));
        if (done.segments > 0)
            parts.log.info("recordings were moved",
                           {{"to", here.id}, {"segments", done.segments}, {"bytes", done.bytes}});
        return done.more;
    }

    void tell_change(Kept& one, const std::string& problem) {
        const bool away = one.tier->here() == nullptr;
        one.is_here->set(away ? 0 : 1);
        if (!problem.empty())
            one.failures->add();
        if (!problem.empty() && (problem != one.status.problem || !one.told))
            parts.log.warn(away ? "a tier of the recordings is away; what would go there stays"
                                : "recordings cannot be moved for now",
                           {{"tier", one.tier->name()}, {"reason", problem}});
        if (problem.empty() && !one.status.problem.empty() && one.told)
            parts.log.info("a tier of the recordings is well again", {{"tier", one.tier->name()}});
        one.status.problem = problem;
        one.status.here = !away;
        if (away)
            one.status.space.reset();
        one.told = true;
    }

    void show() {
        std::vector<TierStatus> now;
        for (const auto& one : kept)
            now.push_back(one->status);
        shown.with([&](auto& all) { all = std::move(now); });
    }

    std::vector<TierRules> rules;
    const Parts parts;
    std::vector<std::unique_ptr<Kept>> kept;
    std::optional<WallTime> anew_at;
    mutable Guarded<std::vector<TierStatus>> shown;
};

std::vector<TierRoom> rooms_of(const std::vector<TierRules>& rules,
                               const std::vector<TierStatus>& tiers) {
    VEDETTE_ASSERT(rules.size() == tiers.size());
    std::vector<TierRoom> out;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const bool is_known = i == 0 || !tiers[i].id.empty();
        out.push_back({.tier = is_known ? tiers[i].id : "not known",
                       .number = tiers[i].number,
                       .rules = rules[i].rules,
                       .moves = rules[i].moves,
                       .space = is_known ? tiers[i].space : std::nullopt});
    }
    return out;
}

/// Among those that are served in turn the last: idle ones may wait for ever.
void let_others_use_the_disk_first() noexcept {
    constexpr int kThisThread = 1; // IOPRIO_WHO_PROCESS
    constexpr int kBestEffort = 2 << 13;
    constexpr int kLast = 7;
    (void)::syscall(SYS_ioprio_set, kThisThread, 0, kBestEffort | kLast); // else as everybody
}

TierKeeper::TierKeeper(std::vector<TierRules> rules, const Parts& parts)
    : impl_{std::make_unique<Impl>(std::move(rules), parts)} {}
TierKeeper::~TierKeeper() = default;

void TierKeeper::change(std::vector<TierRules> rules) {
    VEDETTE_ASSERT(rules.size() == impl_->rules.size());
    impl_->rules = std::move(rules);
    for (std::size_t i = 0; i < impl_->kept.size(); ++i) {
        impl_->kept[i]->mover.begin_anew();
        if (impl_->kept[i]->janitor)
            impl_->kept[i]->janitor->change(impl_->rules[i + 1].rules);
    }
}

bool TierKeeper::pass(WallTime now, const std::stop_token& stop) { return impl_->pass(now, stop); }

std::vector<TierStatus> TierKeeper::status() const {
    auto out = impl_->shown.with([](const auto& all) { return all; });
    for (std::size_t i = 0; i < out.size(); ++i)
        if (const auto& tier = *impl_->kept[i]->tier; out[i].here && !tier.here()) { // it hangs
            out[i].here = false;
            out[i].problem = tier.why_away();
            out[i].space.reset();
        }
    return out;
}

} // namespace vedette::recording
