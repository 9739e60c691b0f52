#include "vedette/pipeline/live_node.h"

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "lane_look.h"
#include "live/decoding_share.h"
#include "live/live_camera.h"
#include "live/overload_watch.h"
#include "vedette/base/assert.h"
#include "vedette/base/bounded_queue.h"
#include "vedette/base/guarded.h"
#include "vedette/base/worker.h"

namespace vedette::pipeline {
namespace {

/// A camera has at most one picture and one ending here, so this is room for all.
constexpr std::size_t kAnalysisQueue = 1024;

/// A picture with what was found in it, on its way to the analysis thread.
struct Looked {
    std::shared_ptr<LiveCamera> camera;
    LiveFrame frame;
    std::vector<domain::Detection> detections;
    SteadyTime looked_at;                     ///< end of the look
    std::shared_ptr<const LiveModels> models; ///< by which it is analysed, too
};

/// An input is over.
struct Over {
    std::shared_ptr<CameraAnalyzer> analysis;
    std::promise<void> concluded;
};

} // namespace

struct LiveNode::Impl {
    using Message = std::variant<Looked, Over>;

    explicit Impl(Parts parts_in)
        : parts{std::move(parts_in)}, scheduler{*parts.clock},
          failures{parts.metrics->counter("pipeline_failures_total",
                                          "Pictures lost to an error of a detector, of the plate "
                                          "finder or of the sink")},
          overloaded{parts.metrics->gauge("pipeline_overloaded",
                                          "1 while the machine is too slow for its cameras")},
          decoding_share{parts.metrics->gauge("pipeline_decoding_share",
                                              "Part of each group of pictures that every camera "
                                              "has decoded at least; 1 while the machine keeps "
                                              "up")},
          looks_waiting{parts.metrics->gauge("pipeline_looks_waiting",
                                             "Pictures that wait for a look, one a camera at "
                                             "most")},
          analyses_waiting{parts.metrics->gauge("pipeline_analyses_waiting",
                                                "Pictures that were looked at and wait for their "
                                                "analysis")},
          inbox{kAnalysisQueue, WhenFull::block} {
        models.with([this](auto& now) {
            now = std::make_shared<const LiveModels>(
                with_a_lane({std::move(parts.lanes), parts.analysis.plates,
                             std::move(parts.analysis.models), std::move(parts.models_owner)}));
        });
        analysis_thread = std::jthread{[this] { analyse(); }};
        for (std::size_t lane = 0; lane < models_now()->lanes.size(); ++lane)
            lane_threads.emplace_back([this, lane] { detect(lane); });
    }

    /// From the source to the sink: every stage ends when the one before it has.
    ~Impl() {
        apply({});
        scheduler.close();
        lane_threads.clear();
        inbox.close();
    }

    // ---- detecting, on a thread for each lane ----

    void detect(std::size_t lane) {
        name_this_thread("detect");
        while (auto turn = scheduler.take({})) {
            const auto camera = camera_of(turn->slot);
            VEDETTE_ASSERT(camera != nullptr); // a camera is ended before it is forgotten
            auto by = models_now();
            auto found = look_at(by->lanes[lane], turn->frame, *parts.clock, camera->probe());
            if (!found) {
                failed("a picture could not be looked at", camera->options().camera.name,
                       turn->frame.trace, found.error());
                tell_unseen(*camera, turn->frame);
                scheduler.done(turn->slot);
                continue;
            }
            const auto told = for_observer(turn->frame, *found);
            if (!inbox.push(Looked{camera, std::move(turn->frame), *std::move(found),
                                   parts.clock->steady_now(), std::move(by)}))
                scheduler.done(turn->slot);
            if (told)
                parts.analysis.look_observer->detected(
                    domain::CameraId{camera->options().camera.name}, told->frame, told->detections);
        }
    }

    /// What the observer is told once the result is on its way.
    struct Told {
        imaging::Frame frame;
        std::vector<domain::Detection> detections;
    };
    [[nodiscard]] std::optional<Told>
    for_observer(const LiveFrame& picture, const std::vector<domain::Detection>& found) const {
        if (parts.analysis.look_observer == nullptr ||
            !parts.analysis.look_observer->wants_detections())
            return std::nullopt;
        return Told{*picture.frame, found};
    }

    // ---- tracking, reading, concluding, on the analysis thread ----

    void analyse() {
        name_this_thread("analyse");
        while (auto message = inbox.pop()) {
            analyses_waiting->set(static_cast<double>(inbox.size()));
            std::visit([this](auto& what) { handle(what); }, *message);
        }
    }

    void handle(Looked& looked) {
        CameraAnalyzer& analysis = *looked.frame.analysis;
        analysis.exchange_models(looked.models->used, looked.models->plates);
        const SteadyTime began = parts.clock->steady_now();
        if (const Status done =
                analysis.analyse(*looked.frame.frame, looked.frame.trace, looked.detections);
            !done) {
            failed("a picture could not be analysed", looked.camera->options().camera.name,
                   looked.frame.trace, done.error());
            tell_unseen(*looked.camera, looked.frame);
        }
        looked.camera->looked_at(looked.frame.frame, analysis);
        tell_activity(looked);
        const SteadyTime now = parts.clock->steady_now();
        looked.camera->probe().frame_done(began - looked.looked_at, now - began,
                                          now - looked.frame.came_at);
        const auto slot = looked.camera->slot();
        looked.frame = {}; // the picture's memory is free before the next one comes
        looked.models.reset();
        scheduler.done(slot);
        watch_load();
    }

    void tell_unseen(const LiveCamera& camera, const LiveFrame& frame) const {
        if (parts.on_unseen)
            parts.on_unseen(domain::CameraId{camera.options().camera.name},
                            frame.frame->captured_at);
    }

    void tell_activity(const Looked& looked) const {
        if (!parts.on_activity)
            return;
        CameraActivity activity{.at = looked.frame.frame->captured_at};
        for (const domain::NormBox& box : looked.frame.moving)
            activity.moving = std::min(1.0, activity.moving + double{box.area()});
        for (const LiveTrack& live : looked.frame.analysis->live_tracks())
            if (live.track.confirmed && !live.track.stationary) {
                activity.surest = std::max(activity.surest, double{live.track.score});
                double& of_label = activity.seen[live.track.label];
                of_label = std::max(of_label, double{live.track.score});
            }
        parts.on_activity(domain::CameraId{looked.camera->options().camera.name}, activity);
    }

    void handle(Over& over) {
        if (const Status done = over.analysis->finish(); !done)
            failed("tracks could not be concluded", "", {}, done.error());
        over.concluded.set_value();
    }

    /// Looks become fewer and never later; people are told.
    void watch_load() {
        const auto totals = scheduler.totals();
        looks_waiting->set(static_cast<double>(totals.waiting));
        decoding_share->set(decoding.smallest());
        const auto change = load.update(parts.clock->steady_now(), totals.taken, totals.dropped);
        if (!change)
            return;
        overloaded->set(change->overloaded ? 1 : 0);
        parts.log->warn(change->overloaded ? "too slow for the cameras: looking less often"
                                           : "fast enough for the cameras again",
                        {{"lost_share", change->lost}});
        parts.observer->load_changed(change->overloaded, change->lost);
    }

    void failed(std::string_view what, const std::string& camera, const domain::TraceId& trace,
                const Error& why) const {
        failures->add();
        parts.log->warn(what,
                        {{"camera", camera}, {"trace", trace.to_hex()}, {"reason", why.message()}});
    }

    // ---- what the cameras ask for ----

    [[nodiscard]] CameraServices services() {
        return {.scheduler = &scheduler,
                .decoding = &decoding,
                .open = parts.open,
                .open_for_trial = parts.open_for_trial,
                .analysis =
                    [this] {
                        AnalysisParts analysis = parts.analysis;
                        const auto now = models_now();
                        analysis.models = now->used;
                        analysis.plates = now->plates;
                        return analysis;
                    },
                .end_analysis =
                    [this](std::shared_ptr<CameraAnalyzer> analysis) {
                        Over over{std::move(analysis), {}};
                        auto concluded = over.concluded.get_future();
                        if (inbox.push(std::move(over)))
                            concluded.wait();
                    },
                .observer = parts.observer,
                .metrics = parts.metrics,
                .log = parts.log,
                .clock = parts.clock};
    }

    // ---- which models look ----

    [[nodiscard]] std::shared_ptr<const LiveModels> models_now() const {
        return models.with([](const auto& now) { return now; });
    }

    /// What moves is told also without a detector.
    static LiveModels with_a_lane(LiveModels given) {
        if (given.lanes.empty())
            given.lanes.emplace_back();
        return given;
    }

    [[nodiscard]] Status exchange_models(LiveModels given) {
        auto next = std::make_shared<const LiveModels>(with_a_lane(std::move(given)));
        return models.with([&next](std::shared_ptr<const LiveModels>& now) -> Status {
            const bool alike = std::equal(now->lanes.begin(), now->lanes.end(), next->lanes.begin(),
                                          next->lanes.end(),
                                          [](const DetectorLane& a, const DetectorLane& b) {
                                              return a.empty() == b.empty();
                                          }) &&
                               (now->plates == nullptr) == (next->plates == nullptr);
            if (!alike)
                return Error{ErrorCode::invalid_argument,
                             "other models find other kinds of things than those that look now: "
                             "that counts from the next start"};
            now.swap(next);
            return {};
        });
    }

    // ---- which cameras there are ----

    [[nodiscard]] std::shared_ptr<LiveCamera> camera_of(FrameScheduler::Slot slot) const {
        const std::scoped_lock lock{mutex};
        const auto found = by_slot.find(slot);
        return found == by_slot.end() ? nullptr : found->second;
    }

    [[nodiscard]] std::vector<std::shared_ptr<LiveCamera>> all() const {
        const std::scoped_lock lock{mutex};
        return in_order;
    }

    [[nodiscard]] Result<std::shared_ptr<LiveCamera>> named(const domain::CameraId& id) const {
        const std::scoped_lock lock{mutex};
        for (const auto& camera : in_order)
            if (camera->options().camera.name == id.value())
                return camera;
        return Error{ErrorCode::not_found, "there is no camera '" + id.value() + "'"};
    }

    void apply(std::vector<LiveCameraOptions> wanted) {
        std::vector<std::shared_ptr<LiveCamera>> keep;
        std::vector<std::shared_ptr<LiveCamera>> end;
        {
            const std::scoped_lock lock{mutex};
            for (const auto& camera : in_order)
                (is_wanted(*camera, wanted) ? keep : end).push_back(camera);
        }
        for (const auto& camera : end)
            camera->request_stop();
        for (const auto& camera : end)
            camera->join();
        std::vector<std::shared_ptr<LiveCamera>> next;
        std::vector<std::shared_ptr<LiveCamera>> fresh;
        for (LiveCameraOptions& one : wanted) {
            const auto kept = std::find_if(keep.begin(), keep.end(), [&one](const auto& camera) {
                return camera->options().camera.name == one.camera.name;
            });
            if (kept == keep.end())
                fresh.push_back(std::make_shared<LiveCamera>(std::move(one), services()));
            next.push_back(kept == keep.end() ? fresh.back() : *kept);
        }
        replace_all(std::move(next));
        for (const auto& camera : fresh)
            camera->start();
    }

    void replace_all(std::vector<std::shared_ptr<LiveCamera>> next) {
        const std::scoped_lock lock{mutex};
        in_order = std::move(next);
        by_slot.clear();
        for (const auto& camera : in_order)
            by_slot[camera->slot()] = camera;
    }

    static bool is_wanted(const LiveCamera& camera, const std::vector<LiveCameraOptions>& wanted) {
        return std::any_of(wanted.begin(), wanted.end(), [&camera](const LiveCameraOptions& one) {
            return one.camera.name == camera.options().camera.name &&
                   one.fingerprint == camera.options().fingerprint;
        });
    }

    Parts parts; ///< of its models only what they were at the start
    Guarded<std::shared_ptr<const LiveModels>> models;
    FrameScheduler scheduler;
    DecodingShare decoding;
    const std::shared_ptr<Counter> failures;
    const std::shared_ptr<Gauge> overloaded;
    const std::shared_ptr<Gauge> decoding_share;
    const std::shared_ptr<Gauge> looks_waiting;
    const std::shared_ptr<Gauge> analyses_waiting;
    OverloadWatch load;          // analysis thread
    BoundedQueue<Message> inbox; ///< of the analysis thread
    mutable std::mutex mutex;    ///< of the two below
    std::vector<std::shared_ptr<LiveCamera>> in_order;
    std::map<FrameScheduler::Slot, std::shared_ptr<LiveCamera>> by_slot;
    std::jthread analysis_thread;
    std::vector<std::jthread> lane_threads;
};

LiveNode::LiveNode(Parts parts) : impl_{std::make_unique<Impl>(std::move(parts))} {}

LiveNode::~LiveNode() = default;

void LiveNode::apply(std::vector<LiveCameraOptions> cameras) { impl_->apply(std::move(cameras)); }

Status LiveNode::exchange_models(LiveModels models) {
    return impl_->exchange_models(std::move(models));
}

std::vector<ports::CameraStatus> LiveNode::cameras() const {
    std::vector<ports::CameraStatus> out;
    for (const auto& camera : impl_->all())
        out.push_back(camera->status());
    return out;
}

Result<ports::CameraStatus> LiveNode::camera(const domain::CameraId& id) const {
    VEDETTE_TRY(const auto camera, impl_->named(id));
    return camera->status();
}

std::optional<WallTime> LiveNode::settled() const {
    WallTime until = impl_->parts.clock->wall_now();
    for (const auto& camera : impl_->all())
        until = std::min(until, camera->settled().value_or(until));
    return until;
}

Result<ports::LivePicture> LiveNode::latest_picture(const domain::CameraId& id,
                                                    int longest_side_px) const {
    VEDETTE_TRY(const auto camera, impl_->named(id));
    return camera->latest_picture(longest_side_px);
}

imaging::FramePtr LiveNode::latest_frame(const domain::CameraId& id) const {
    const auto camera = impl_->named(id);
    return camera ? (*camera)->latest_frame() : nullptr;
}

} // namespace vedette::pipeline
