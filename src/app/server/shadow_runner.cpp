#include "app/server/shadow_runner.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>

#include "vedette/base/worker.h"
#include "vedette/pipeline/load_cap.h"

namespace vedette::app {
namespace {

using pipeline::LoadCap;

/// Saved up while nothing moves, so that the first pictures of something new are looked at.
constexpr LoadCap::Seconds kMostSaved{1};
/// Of the live model's detections these are told: those that only keep tracks alive aren't.
constexpr float kLeastScore = 0.5F;

/// What the live models said of a picture.
struct Things {
    std::vector<domain::Detection> detections;
};
struct Plates {
    vision::PlateSearch search;
    vision::PlateFindings findings;
};

struct Picture {
    domain::CameraId camera;
    imaging::Frame frame;
    std::variant<Things, Plates> live;
};

bool is_about_plates(const ShadowModel& model) { return model.finder != nullptr; }

Result<Agreement> look(ShadowModel& model, const Picture& picture) {
    if (const auto* things = std::get_if<Things>(&picture.live)) {
        VEDETTE_TRY(const auto found, model.detector->detect({&picture.frame.view, 1}));
        return agreement_on_things(things->detections, found.front(), kLeastScore);
    }
    const auto& plates = std::get<Plates>(picture.live);
    VEDETTE_TRY(const auto found, model.finder->find(picture.frame.view, plates.search));
    if (model.task == "ocr")
        return agreement_on_texts(plates.findings.reads, found.reads);
    return agreement_on_things(plates.findings.plates, found.plates, plates.search.min_score);
}

} // namespace

struct ShadowRunner::Impl {
    using Models = std::vector<ShadowModel>;

    explicit Impl(const Parts& parts_in)
        : parts{parts_in}, cap{parts.share, kMostSaved}, looked{of(parts, "looked")},
          passed_over{of(parts, "passed_over")}, failed{of(parts, "failed")},
          thread{[this](const std::stop_token& stop) { run(stop); }} {}

    static std::shared_ptr<Counter> of(const Parts& parts, const char* kind) {
        return parts.metrics->counter(
            "app_shadow_pictures_total",
            "Pictures of live models that shadow models were given, or not", {{"kind", kind}});
    }

    /// Whether a picture of this kind would be taken now; if not, it is passed over.
    bool wants(bool plates) {
        const std::scoped_lock lock{mutex};
        const bool is_watched =
            models != nullptr && std::any_of(models->begin(), models->end(), [&](const auto& one) {
                return is_about_plates(one) == plates;
            });
        if (!is_watched)
            return false;
        if (!waiting && !in_work && cap.may_begin(parts.clock->steady_now()))
            return true;
        passed_over->add();
        for (ShadowTally& tally : tallies)
            tally.passed_over += (tally.task != "object") == plates ? 1 : 0;
        return false;
    }

    void take(Picture picture) {
        {
            const std::scoped_lock lock{mutex};
            if (waiting || in_work)
                return; // another lane was quicker
            waiting = std::move(picture);
        }
        changed.notify_all();
    }

    void run(const std::stop_token& stop) {
        name_this_thread("shadow");
        let_others_go_first();
        for (;;) {
            std::unique_lock lock{mutex};
            if (!changed.wait(lock, stop, [this] { return waiting.has_value(); }))
                return;
            const Picture picture = *std::exchange(waiting, std::nullopt);
            const std::shared_ptr<Models> by = models;
            in_work = true;
            lock.unlock();
            look_with_all(*by, picture);
            lock.lock();
            in_work = false;
            changed.notify_all();
        }
    }

    void look_with_all(Models& by, const Picture& picture) {
        const bool plates = std::holds_alternative<Plates>(picture.live);
        for (ShadowModel& model : by) {
            if (is_about_plates(model) != plates)
                continue;
            const SteadyTime began = parts.clock->steady_now();
            const auto agreement = look(model, picture);
            const LoadCap::Seconds took = parts.clock->steady_now() - began;
            const std::scoped_lock lock{mutex};
            cap.ran(took);
            (agreement ? looked : failed)->add();
            ShadowTally* tally = tally_of(model);
            if (tally == nullptr)
                continue; // others are watched by now
            if (agreement)
                tally->add(*agreement, picture.camera.value(), picture.frame.captured_at);
            else if (++tally->failures == 1)
                parts.log->warn(
                    "a shadow model failed; the live one goes on",
                    {{"model", model.shadow.id}, {"reason", agreement.error().message()}});
        }
    }

    ShadowTally* tally_of(const ShadowModel& model) {
        const auto found = std::find_if(tallies.begin(), tallies.end(), [&](const auto& one) {
            return one.task == model.task && one.is_of(model.live, model.shadow);
        });
        return found == tallies.end() ? nullptr : &*found;
    }

    const Parts parts;
    mutable std::mutex mutex; ///< of all below
    std::condition_variable_any changed;
    LoadCap cap;
    std::shared_ptr<Models> models; ///< used by the thread alone
    std::vector<ShadowTally> tallies;
    std::optional<Picture> waiting;
    bool in_work = false;
    const std::shared_ptr<Counter> looked;
    const std::shared_ptr<Counter> passed_over;
    const std::shared_ptr<Counter> failed;
    std::jthread thread; // last: ended first
};

ShadowRunner::ShadowRunner(const Parts& parts) : impl_{std::make_unique<Impl>(parts)} {}
ShadowRunner::~ShadowRunner() = default;

void ShadowRunner::watch(std::vector<ShadowModel> models, const std::vector<ShadowTally>& before) {
    std::vector<ShadowTally> tallies;
    for (const ShadowModel& model : models) {
        const auto known = std::find_if(before.begin(), before.end(), [&](const auto& one) {
            return one.task == model.task && one.is_of(model.live, model.shadow);
        });
        if (known != before.end()) {
            tallies.push_back(*known);
            continue;
        }
        ShadowTally& fresh = tallies.emplace_back();
        fresh.task = model.task;
        fresh.live = model.live;
        fresh.shadow = model.shadow;
        fresh.since = impl_->parts.clock->wall_now();
    }
    auto next = std::make_shared<Impl::Models>(std::move(models));
    const std::scoped_lock lock{impl_->mutex};
    impl_->models.swap(next);
    impl_->tallies = std::move(tallies);
    impl_->waiting.reset();
}

std::vector<ShadowTally> ShadowRunner::tallies() const {
    const std::scoped_lock lock{impl_->mutex};
    return impl_->tallies;
}

void ShadowRunner::wait_idle() const {
    std::unique_lock lock{impl_->mutex};
    impl_->changed.wait(lock, [this] { return !impl_->waiting && !impl_->in_work; });
}

bool ShadowRunner::wants_detections() const { return impl_->wants(false); }

void ShadowRunner::detected(const domain::CameraId& camera, const imaging::Frame& frame,
                            std::span<const domain::Detection> detections) {
    impl_->take({camera, frame, Things{{detections.begin(), detections.end()}}});
}

bool ShadowRunner::wants_plates() const { return impl_->wants(true); }

void ShadowRunner::plates_found(const domain::CameraId& camera, const imaging::Frame& frame,
                                const vision::PlateSearch& search,
                                const vision::PlateFindings& findings) {
    impl_->take({camera, frame, Plates{search, findings}});
}

} // namespace vedette::app
