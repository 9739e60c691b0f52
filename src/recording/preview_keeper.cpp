#include "vedette/recording/preview_keeper.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "vedette/base/guarded.h"
#include "vedette/recording/previews.h"

namespace vedette::recording {
namespace {

using std::chrono::minutes;

/// So long behind its end a minute is taken as it is, whatever of it is still being recorded.
constexpr minutes kLongestWait{12};
/// Missing strips that are made in one go: a machine that was switched on is not to be busy with
/// yesterday.
constexpr std::size_t kMostBackwards = 4;
/// What could not be read is tried again after that.
constexpr minutes kTryAgain{10};
/// Minutes of which pictures are kept while their recordings are not finished.
constexpr std::size_t kMostWaiting = 15;

WallTime minute_of(WallTime time) { return std::chrono::floor<minutes>(time); }

/// What is known of one camera.
struct Progress {
    WallTime next;      ///< minute, the first that was not over yet
    WallTime backwards; ///< the minutes from here on have strips, or have none for good
    WallTime oldest;    ///< no further back
    std::map<WallTime, PreviewTiles> tiles;
    /// Minutes of the last day of which something could not be read, and when that was.
    std::map<WallTime, WallTime> incomplete;
};

/// Of those, the ones that have waited long enough, the longest first; a few.
std::vector<WallTime> due_again(const std::map<WallTime, WallTime>& incomplete, WallTime now) {
    std::vector<std::pair<WallTime, WallTime>> due;
    for (const auto& [minute, tried] : incomplete)
        if (now - tried >= kTryAgain || now < tried) // then the clock was set back
            due.emplace_back(tried, minute);
    std::sort(due.begin(), due.end());
    std::vector<WallTime> out;
    for (std::size_t i = 0; i < std::min(due.size(), kMostBackwards); ++i)
        out.push_back(due[i].second);
    return out;
}

} // namespace

struct PreviewKeeper::Impl {
    explicit Impl(const Parts& parts_in)
        : parts{parts_in}, made{parts.metrics.counter("recording_previews_total",
                                                      "Preview strips that were made")},
          reused{parts.metrics.counter("recording_preview_pictures_total",
                                       "Pictures of preview strips", {{"from", "analysis"}})},
          decoded{parts.metrics.counter("recording_preview_pictures_total",
                                        "Pictures of preview strips", {{"from", "recording"}})} {}

    struct Wanted {
        std::map<std::string, imaging::PictureMask> cameras;
        std::set<std::string> forgotten;
    };

    Status work(WallTime now, const std::stop_token& stop) {
        const Wanted now_wanted = wanted.with([](Wanted& all) {
            Wanted out = all;
            all.forgotten.clear();
            return out;
        });
        Status first_problem = forget(now_wanted.forgotten);
        std::erase_if(cameras,
                      [&](const auto& one) { return !now_wanted.cameras.contains(one.first); });
        for (const auto& [name, mask] : now_wanted.cameras)
            take_picture(domain::CameraId{name}, now);
        for (const auto& [name, mask] : now_wanted.cameras) {
            if (stop.stop_requested())
                return first_problem;
            const domain::CameraId camera{name};
            Status done = go_on({camera, mask, now, stop, progress_of(camera, now)});
            if (!done && first_problem)
                first_problem = std::move(done);
        }
        return first_problem;
    }

    /// Also what was made with the mask of before since somebody asked for this.
    Status forget(const std::set<std::string>& forgotten) {
        Status first_problem;
        for (const std::string& camera : forgotten) {
            cameras.erase(camera);
            const auto removed = remove_all_strips(parts.files, domain::CameraId{camera});
            if (removed)
                continue;
            wanted.with([&](Wanted& all) { all.forgotten.insert(camera); }); // the next time
            if (first_problem)
                first_problem = removed.error();
        }
        return first_problem;
    }

    Progress& progress_of(const domain::CameraId& camera, WallTime now) {
        const WallTime minute = minute_of(now);
        return cameras
            .try_emplace(camera.value(), Progress{minute, minute, minute - kBackwards, {}, {}})
            .first->second;
    }

    /// The first one of each step that comes by.
    void take_picture(const domain::CameraId& camera, WallTime now) {
        Progress& progress = progress_of(camera, now);
        const imaging::FramePtr frame = parts.latest ? parts.latest(camera) : nullptr;
        if (!frame || frame->view.empty())
            return;
        const WallTime minute = minute_of(frame->captured_at);
        if (minute < progress.next || minute > minute_of(now))
            return;
        const auto step = static_cast<std::size_t>((frame->captured_at - minute) / kPreviewStep);
        imaging::Image& tile = progress.tiles[minute][step];
        if (tile.empty())
            tile = tile_of(frame->view);
        while (progress.tiles.size() > kMostWaiting)
            progress.tiles.erase(progress.tiles.begin());
    }

    /// What one camera's turn is about.
    struct Turn {
        const domain::CameraId camera;
        const imaging::PictureMask& mask;
        const WallTime now;
        const std::stop_token& stop;
        Progress& progress;
    };

    Status go_on(const Turn& turn) {
        VEDETTE_CHECK_OK(step_forward(turn));
        for (std::size_t i = 0; i < kMostBackwards && !turn.stop.stop_requested(); ++i) {
            VEDETTE_TRY(const bool more, step_back(turn));
            if (!more)
                break;
        }
        return try_again(turn);
    }

    /// The minutes that are over.
    Status step_forward(const Turn& turn) {
        Progress& progress = turn.progress;
        if (turn.now < progress.next) // the clock was set back
            progress.next = minute_of(turn.now);
        VEDETTE_TRY(const auto last, parts.index.last(turn.camera));
        while (progress.next + minutes{1} <= turn.now && !turn.stop.stop_requested()) {
            const WallTime over = progress.next + minutes{1};
            if ((!last || last->end < over) && turn.now - over < kLongestWait)
                break;
            const auto tiles = progress.tiles.find(progress.next);
            const bool has_some = tiles != progress.tiles.end();
            VEDETTE_CHECK_OK(make(turn, progress.next, has_some ? tiles->second : PreviewTiles{}));
            if (has_some)
                progress.tiles.erase(tiles);
            progress.next = over;
        }
        return {};
    }

    /// \return whether there is more to do there
    Result<bool> step_back(const Turn& turn) {
        Progress& progress = turn.progress;
        if (progress.backwards <= progress.oldest)
            return false;
        VEDETTE_TRY(const auto missing, newest_missing(turn.camera, progress));
        if (missing)
            VEDETTE_CHECK_OK(make(turn, *missing, {}));
        progress.backwards = missing.value_or(progress.oldest);
        return missing.has_value();
    }

    Status try_again(const Turn& turn) {
        std::map<WallTime, WallTime>& incomplete = turn.progress.incomplete;
        incomplete.erase(incomplete.begin(), incomplete.lower_bound(turn.now - kBackwards));
        for (const WallTime minute : due_again(incomplete, turn.now)) {
            if (turn.stop.stop_requested())
                break;
            VEDETTE_CHECK_OK(make(turn, minute, {}));
        }
        return {};
    }

    /// Of an hour at most: there may be a day of them.
    Result<std::optional<WallTime>> newest_missing(const domain::CameraId& camera,
                                                   const Progress& progress) const {
        for (WallTime to = progress.backwards; to > progress.oldest;) {
            const WallTime from = std::max(progress.oldest, to - std::chrono::hours{1});
            VEDETTE_TRY(const auto strips, strips_of(parts.files, camera, from, to));
            std::set<WallTime> there;
            for (const PreviewStrip& strip : strips)
                there.insert(strip.minute);
            VEDETTE_TRY(
                const auto rows,
                parts.index.list({.camera = camera, .from = from, .to = to, .limit = kPage}));
            for (WallTime minute = to - minutes{1}; minute >= from; minute -= minutes{1})
                if (!there.contains(minute) &&
                    std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
                        return row.start < minute + minutes{1} && row.end > minute;
                    }))
                    return std::optional{minute};
            to = from;
        }
        return std::optional<WallTime>{};
    }

    Status make(const Turn& turn, WallTime minute, PreviewTiles tiles) {
        const auto given = std::count_if(tiles.begin(), tiles.end(),
                                         [](const auto& tile) { return !tile.empty(); });
        VEDETTE_TRY(const MadeStrip out,
                    make_strip(parts.files, parts.index, turn.camera, minute, std::move(tiles),
                               turn.mask, parts.clock, parts.log));
        if (out.try_again)
            turn.progress.incomplete[minute] = turn.now;
        else
            turn.progress.incomplete.erase(minute);
        if (!out.strip)
            return {};
        const auto all = std::count(out.strip->has.begin(), out.strip->has.end(), true);
        made->add();
        reused->add(static_cast<double>(std::min(given, all)));
        decoded->add(static_cast<double>(all - std::min(given, all)));
        return {};
    }

    static constexpr std::size_t kPage = 5'000; ///< segments of an hour, of a second each

    const Parts parts;
    Guarded<Wanted> wanted;
    std::map<std::string, Progress> cameras; ///< of work() alone
    const std::shared_ptr<Counter> made;
    const std::shared_ptr<Counter> reused;
    const std::shared_ptr<Counter> decoded;
};

PreviewKeeper::PreviewKeeper(const Parts& parts) : impl_{std::make_unique<Impl>(parts)} {}
PreviewKeeper::~PreviewKeeper() = default;

void PreviewKeeper::apply(std::map<std::string, imaging::PictureMask> cameras) {
    impl_->wanted.with([&](Impl::Wanted& now) { now.cameras = std::move(cameras); });
}

void PreviewKeeper::forget(const std::string& camera) {
    impl_->wanted.with([&](Impl::Wanted& now) { now.forgotten.insert(camera); });
}

Status PreviewKeeper::work(WallTime now, const std::stop_token& stop) {
    return impl_->work(now, stop);
}

} // namespace vedette::recording
