#include "app/server/server.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <set>

#include "app/configuration_advice.h"
#include "app/data/data_folder.h"
#include "app/data/held_pictures.h"
#include "app/data/pictures.h"
#include "app/output/event_outputs.h"
#include "app/output/watch_json.h"
#include "app/server/analysis_answers.h"
#include "app/server/camera_inputs.h"
#include "app/server/camera_news.h"
#include "app/server/event_recorder.h"
#include "app/server/housekeeper.h"
#include "app/server/late_cameras.h"
#include "app/server/memory_watch.h"
#include "app/server/recordings.h"
#include "app/server/reload.h"
#include "app/server/retention.h"
#include "app/server/retention_options.h"
#include "app/server/server_answers.h"
#include "app/server/server_following.h"
#include "app/server/server_models.h"
#include "app/server/server_probe.h"
#include "app/server/shadow_runner.h"
#include "app/server/store_feeder.h"
#include "app/server/watcher.h"
#include "app/version.h"
#include "vedette/events/durable_log.h"
#include "vedette/storage/folder_store.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::app {

struct Server::Impl {
    Impl(const ServerSettings& settings_in, const Environment& environment_in,
         observability::PrometheusMetrics& metrics_in,
         std::function<Result<ServerSettings>()> reload_in)
        : settings{settings_in}, environment{environment_in}, metrics{metrics_in},
          read_again{std::move(reload_in)}, cameras{starting(settings.cameras,
                                                             environment.clock.wall_now()),
                                                    [this](const std::string& camera) {
                                                        return recorded_input(camera);
                                                    }} {}

    /// Nobody asks any more, then what was seen is concluded, then it is durable.
    ~Impl() {
        if (api)
            api->stop();
        housekeeper.reset();
        cameras.become(nullptr);
        if (recordings)
            recordings->end_previews();
        node.reset();
        keep_shadows();
        recordings.reset();
        camera_news.reset();
        recorder.reset();
        watcher.reset();
        following.reset();
        feeder.reset();
    }

    Status open() {
        const DataFolder data{settings.data};
        VEDETTE_TRY(log, events::DurableLog::open(data.log(), log_options(settings.retention),
                                                  environment.log, metrics, environment.clock));
        VEDETTE_TRY(store, storage::SqliteStore::open(data.store()));
        probe.emplace(metrics, *store, settings.data, environment.clock);
        VEDETTE_TRY(pictures, storage::FolderStore::open(data.snapshots()));
        recorder = std::make_unique<EventRecorder>(
            EventRecorder::Options{
                .site = settings.site,
                .boot = std::to_string(environment.clock.wall_now().time_since_epoch().count()),
                .jpeg_quality = settings.analysis.job.camera.snapshots.quality},
            EventRecorder::Parts{.log = log.get(),
                                 .pictures = pictures.get(),
                                 .metrics = &metrics,
                                 .messages = &environment.log,
                                 .clock = &environment.clock,
                                 .on_sighting = [this](const domain::Event& event) {
                                     environment.out << describe_for_people(event) << std::endl;
                                 }});
        camera_news = std::make_unique<CameraNews>(
            CameraNews::Parts{.cameras = recorder.get(),
                              .inputs = [this](const InputNews& one) { recorder->input_news(one); },
                              .clock = &environment.clock});
        VEDETTE_TRY(recordings,
                    Recordings::open(settings.recordings, data,
                                     {.sources = &environment.registries.sources,
                                      .metrics = &metrics,
                                      .messages = &environment.log,
                                      .clock = &environment.clock,
                                      .on_input = [this](const domain::CameraId& camera,
                                                         const ports::InputStatus& input) {
                                          camera_news->input_changed(camera, input);
                                      }}));
        VEDETTE_TRY([[maybe_unused]] const auto changed, recordings->take_masks(settings.masks));
        tell(settings.advice, environment.log);
        VEDETTE_TRY(feeder, feed_store(*log, *store, metrics, environment.log));
        VEDETTE_TRY(auto lists, analysis::WatchIndex::make(settings.watch_lists));
        VEDETTE_TRY(watcher, Watcher::start(std::move(lists), data.position_of("watchlist"),
                                            {.events = *log,
                                             .metrics = metrics,
                                             .messages = environment.log,
                                             .clock = environment.clock}));
        following = std::make_unique<ServerFollowing>(
            data, ServerFollowing::Parts{
                      *log, *store, *feeder, metrics, environment.log, environment.clock,
                      [this, underway = recorder->sightings_underway()] {
                          const auto until =
                              cameras.settled(); // first: what is told later is later
                          return *underway > 0 ? std::nullopt : until;
                      }});
        VEDETTE_CHECK_OK(following->become(settings.following));
        memory.emplace(settings.analysis.job.limits.memory, memory_parts(), metrics,
                       environment.log);
        retention.emplace(settings.retention, retention_parts());
        sizes.emplace(size_parts());
        VEDETTE_TRY(api, api::ApiServer::start(settings.api, api_parts(), environment.log, metrics,
                                               environment.clock));
        housekeeper = std::make_unique<Housekeeper>(
            settings.retention,
            Housekeeper::Parts{
                .take_stock = [this](const std::stop_token& stop) { return take_stock(stop); },
                .retention = &*retention,
                .sizes = &*sizes,
                .messages = &environment.log,
                .clock = &environment.clock});
        return {};
    }

    [[nodiscard]] api::ApiParts api_parts() {
        return {.store = *store,
                .log = *log,
                .objects = *pictures,
                .cameras = cameras,
                .metrics = settings.analysis.telemetry.metrics.enabled
                               ? [this] { return measured(); }
                               : std::function<std::string()>{},
                .stats = [this] { return stats(); },
                .checks =
                    [this] {
                        const std::size_t waiting = recorder->waiting();
                        return std::vector<api::ReadyCheck>{
                            {"models", models_ready.load(), models_ready ? "" : "being loaded"},
                            recording_check(*recordings),
                            {"memory", !memory->is_short(),
                             memory->is_short() ? "more is in use than limits.memory allows" : ""},
                            {"recorder", waiting == 0,
                             waiting == 0 ? ""
                                          : std::to_string(waiting) + " events wait for the disk"}};
                    },
                .reload = [this] { return reload(); },
                .convoy =
                    [this](const api::ConvoyQuestion& question) {
                        return answer_convoy(*store, question, environment.clock.wall_now(),
                                             following->carried());
                    },
                .patterns =
                    [this](const api::PatternsQuestion& question) {
                        return answer_patterns(*store, question, environment.clock.wall_now(),
                                               following->carried());
                    },
                .watch_lists = [this] { return watch_lists_json(*watcher->lists()); },
                .watch_check =
                    [this](const std::string& plate) {
                        return answer_watch_check(*watcher->lists(), plate);
                    },
                .following = following->answers(),
                .recordings = recordings->shown(),
                .version = kVersion};
    }

    [[nodiscard]] std::optional<ports::InputStatus>
    recorded_input(const std::string& camera) const {
        return recordings ? recordings->input_of(camera) : std::nullopt;
    }

    [[nodiscard]] MemoryWatch::Parts memory_parts() {
        return {.in_use = observability::resident_bytes,
                .release =
                    [this] {
                        store->release_memory();
                        give_free_memory_back();
                    },
                .trim = give_free_memory_back,
                .spare = [this](bool spare) { recorder->spare_memory(spare); },
                .tell = [this](const MemoryWatch::News& news) { recorder->memory_changed(news); }};
    }

    [[nodiscard]] std::string measured() {
        probe->sample();
        return metrics.expose();
    }

    [[nodiscard]] Retention::Parts retention_parts() {
        return {
            .store = store.get(),
            .pictures = pictures.get(),
            .make_durable = [this] { return store->sync(); },
            .retain_log = [this](const events::RetentionRule& rule) { return log->retain(rule); },
            .subscriber = kStoreFeeder,
            .others_handled = [this] { return following->handled(); },
            .held = [this] { return pictures_of_cases(DataFolder{settings.data}.following()); },
            .messages = &environment.log,
            .clock = &environment.clock,
            .newest = newest_in(*log)};
    }

    [[nodiscard]] SizeLimits::Parts size_parts() {
        return {.store = store.get(),
                .pictures = pictures.get(),
                .picture_bytes = [this] { return pictures->bytes(); },
                .shrink_store = [this](std::uint64_t bytes) { return store->shrink(bytes); },
                .messages = &environment.log,
                .metrics = &metrics,
                .clock = &environment.clock};
    }

    /// A crash between a picture and its sighting leaves one that nobody names.
    Status take_stock(const std::stop_token& stop) {
        VEDETTE_TRY(const auto needed, NeededPictures::of(DataFolder{settings.data}));
        VEDETTE_TRY(const auto removed,
                    pictures->take_stock(
                        [&needed](const std::string& key) { return needed.contains(key); }, stop));
        if (removed > 0)
            environment.log.info("pictures that no sighting names were removed",
                                 {{"pictures", removed}});
        return {};
    }

    [[nodiscard]] std::string stats() const {
        return stats_json({*log, *store, *pictures, cameras}, recorder->waiting(),
                          environment.clock.steady_now() - began);
    }

    Status open_cameras() {
        VEDETTE_TRY(auto loaded, ServerModels::load(settings.analysis.models,
                                                    DataFolder{settings.data}, environment));
        models.emplace(std::move(loaded));
        shadow.emplace(ShadowRunner::Parts{.share = settings.analysis.models.shadow_share,
                                           .clock = &environment.clock,
                                           .log = &environment.log,
                                           .metrics = &metrics});
        watch_shadows();
        VEDETTE_TRY(auto known, grammars_for(models->set()));
        grammars.emplace(std::move(known));
        VEDETTE_CHECK_OK(recordings->settle());
        inputs.emplace(CameraInputs::Parts{environment.registries.sources, *recordings,
                                           environment.clock, environment.log});
        node = std::make_shared<pipeline::LiveNode>(node_parts());
        recordings->look_at(
            [live = std::weak_ptr{node}](const domain::CameraId& camera) -> imaging::FramePtr {
                const auto now = live.lock();
                return now ? now->latest_frame(camera) : nullptr;
            });
        const std::scoped_lock one_at_a_time{reloading};
        apply(settings.cameras);
        cameras.become(node);
        models_ready = true;
        return {};
    }

    [[nodiscard]] pipeline::LiveNode::Parts node_parts() {
        pipeline::LiveModels now = models->in_use();
        return {
            .open =
                [this](const pipeline::LiveCameraOptions& camera, media::InputMonitor& monitor,
                       const std::stop_token& stop) { return inputs->open(camera, monitor, stop); },
            .open_for_trial =
                [this](const pipeline::LiveCameraOptions& camera, const std::stop_token& stop) {
                    return inputs->open_for_trial(camera, stop);
                },
            .lanes = std::move(now.lanes),
            .analysis = {.site = settings.site,
                         .models = std::move(now.used),
                         .plates = now.plates,
                         .grammars = &*grammars,
                         .sink = recorder.get(),
                         .clock = &environment.clock,
                         .look_observer = &*shadow},
            .models_owner = std::move(now.owner),
            .observer = camera_news.get(),
            .on_activity =
                [this](const domain::CameraId& camera, const pipeline::CameraActivity& activity) {
                    recordings->note(camera, activity);
                },
            .on_unseen = [this](const domain::CameraId& camera,
                                WallTime at) { recordings->note_unseen(camera, at); },
            .metrics = &metrics,
            .log = &environment.log,
            .clock = &environment.clock};
    }

    void apply(std::vector<pipeline::LiveCameraOptions> wanted) {
        for (pipeline::LiveCameraOptions& camera : wanted)
            camera.camera = fitted_to(std::move(camera.camera), models->set(), false);
        std::set<std::string> names;
        for (const pipeline::LiveCameraOptions& camera : wanted)
            names.insert(camera.camera.name);
        camera_news->keep(names);
        recordings->apply(settings.recordings, wanted);
        node->apply(std::move(wanted));
    }

    /// Before anything else of a reload counts, so that one that fails leaves all as it was: the
    /// decoders of cameras and those of recordings must never go by different masks.
    /// \return the cameras whose mask is another one than before
    Result<std::vector<std::string>> take_what_may_fail(const ServerSettings& fresh) {
        const bool follows_otherwise = settings.following_written != fresh.following_written;
        if (follows_otherwise)
            VEDETTE_CHECK_OK(following->become(fresh.following));
        auto masked_anew = recordings->take_masks(fresh.masks);
        if (masked_anew || !follows_otherwise)
            return masked_anew;
        if (const Status back = following->become(settings.following); !back)
            environment.log.error("following goes by the configuration that was refused; reload it "
                                  "once it is right, or start the server anew",
                                  {{"reason", back.error().message()}});
        return masked_anew;
    }

    [[nodiscard]] Result<std::vector<std::string>> reload() {
        const std::scoped_lock one_at_a_time{reloading};
        if (!models_ready)
            return Error{ErrorCode::unavailable, "still starting; try again in a moment"};
        const auto fresh = read_again();
        if (!fresh) {
            environment.log.error("the configuration is refused; the server goes on as it was",
                                  {{"reason", fresh.error().message()}});
            return Error{ErrorCode::invalid_argument, fresh.error().message()};
        }
        VEDETTE_TRY(auto lists, analysis::WatchIndex::make(fresh->watch_lists));
        VEDETTE_TRY(const auto masked_anew, take_what_may_fail(*fresh));
        if (fresh->advice != settings.advice)
            tell(fresh->advice, environment.log);
        watcher->change(std::move(lists));
        auto changes = changes_between(settings, *fresh);
        take_over(settings, *fresh);
        housekeeper->change(fresh->retention);
        apply(fresh->cameras);
        recordings->make_previews_anew(masked_anew); // also those that were made meanwhile
        for (const std::string& change : changes)
            environment.log.info("configuration reloaded", {{"change", change}});
        for (std::string& change : renew_models())
            changes.push_back(std::move(change));
        return changes;
    }

    /// \return what changed; models that can't be used leave the former ones where they are
    std::vector<std::string> renew_models() {
        auto renewed = models->renew(*node);
        if (!renewed) {
            environment.log.error(
                "the models that are live now can't be used; the former ones go on",
                {{"reason", renewed.error().message()}});
            return {};
        }
        for (const std::string& change : *renewed)
            environment.log.info("models exchanged", {{"change", change}});
        watch_shadows();
        return *std::move(renewed);
    }

    /// Counting goes on where it was left, also by an earlier run.
    void watch_shadows() {
        auto before = shadow->tallies();
        if (models->are_of_shadows(before))
            return;
        if (before.empty())
            if (auto kept = load_shadow_tallies(DataFolder{settings.data}))
                before = *std::move(kept);
        shadow->watch(models->shadows(), before);
    }

    /// Once a minute, and at the end.
    void keep_shadows() {
        shadows_kept = environment.clock.steady_now();
        const auto tallies = shadow ? shadow->tallies() : std::vector<ShadowTally>{};
        if (tallies.empty())
            return;
        if (const Status kept = keep_shadow_tallies(DataFolder{settings.data}, tallies); !kept)
            environment.log.warn("what came of shadow models can't be kept",
                                 {{"reason", kept.error().message()}});
    }

    /// Somebody promoted one: `vedette models promote` needs to know no process for that.
    void watch_models() {
        const std::scoped_lock one_at_a_time{reloading};
        if (models_ready && models->is_outdated())
            (void)renew_models(); // it has told the log
        constexpr std::chrono::minutes kKeepEvery{1};
        if (models_ready && environment.clock.steady_now() - shadows_kept > kKeepEvery)
            keep_shadows();
    }

    void look_after() {
        recordings->watch(cameras.cameras());
        recorder->nudge();
        camera_news->look();
        memory->look(environment.clock.steady_now());
        watch_models();
    }

    ServerSettings settings;
    const Environment environment;
    observability::PrometheusMetrics& metrics;
    const std::function<Result<ServerSettings>()> read_again;
    const SteadyTime began = environment.clock.steady_now();
    LateCameras cameras;
    std::mutex reloading;
    std::atomic<bool> models_ready{false};
    std::unique_ptr<events::DurableLog> log;
    std::unique_ptr<storage::SqliteStore> store;
    std::optional<ServerProbe> probe;
    std::unique_ptr<storage::FolderStore> pictures;
    std::unique_ptr<EventRecorder> recorder;
    std::unique_ptr<CameraNews> camera_news;
    std::unique_ptr<Recordings> recordings;
    std::optional<CameraInputs> inputs;
    std::unique_ptr<events::Subscriber> feeder;
    std::unique_ptr<Watcher> watcher;
    std::unique_ptr<ServerFollowing> following;
    std::optional<MemoryWatch> memory;
    std::optional<Retention> retention;
    std::optional<SizeLimits> sizes;
    std::unique_ptr<Housekeeper> housekeeper;
    std::optional<ServerModels> models;
    std::optional<ShadowRunner> shadow;
    SteadyTime shadows_kept = environment.clock.steady_now();
    std::optional<vision::PlateGrammars> grammars;
    std::shared_ptr<pipeline::LiveNode> node;
    std::unique_ptr<api::ApiServer> api;
};

Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings,
                                              const Environment& environment,
                                              observability::PrometheusMetrics& metrics,
                                              std::function<Result<ServerSettings>()> reload) {
    keep_little_free_memory();
    auto impl = std::make_unique<Impl>(settings, environment, metrics, std::move(reload));
    VEDETTE_CHECK_OK(impl->open());
    return std::unique_ptr<Server>{new Server{std::move(impl)}};
}

Server::Server(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Server::~Server() = default;

Status Server::open_cameras() { return impl_->open_cameras(); }
Result<std::vector<std::string>> Server::reload() { return impl_->reload(); }
void Server::look_after() { impl_->look_after(); }

bool Server::all_over() const {
    const auto cameras = impl_->cameras.cameras();
    return std::all_of(cameras.begin(), cameras.end(), [](const ports::CameraStatus& camera) {
        return camera.state == ports::CameraState::ended;
    });
}

std::string Server::url() const {
    const std::string& address = impl_->settings.api.address;
    const bool ipv6 = address.find(':') != std::string::npos;
    return "http://" + (ipv6 ? "[" + address + "]" : address) + ":" +
           std::to_string(impl_->api->port()) + "/";
}

} // namespace vedette::app
