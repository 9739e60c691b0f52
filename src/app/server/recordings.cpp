#include "app/server/recordings.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <utility>

#include "app/server/kept_masks.h"
#include "app/server/recorded_inputs.h"
#include "app/server/recording_previews.h"
#include "app/server/trusted_time.h"
#include "app/server/unwatched.h"
#include "vedette/base/guarded.h"
#include "vedette/base/worker.h"
#include "vedette/recording/settle.h"
#include "vedette/storage/recording_db.h"

namespace vedette::app {
namespace {

constexpr std::chrono::seconds kBetweenTidying{10};
constexpr std::chrono::seconds kBetweenWatching{5};

} // namespace

struct Recordings::Impl {
    Impl(const RecordingSettings& settings_in, const Parts& parts_in,
         std::unique_ptr<recording::TieredFiles> files_in,
         std::unique_ptr<recording::RecordingFiles> stored_in,
         std::unique_ptr<storage::RecordingDb> index_in, const DataFolder& data)
        : parts{parts_in}, folder{folder_of(settings_in.place, data.recordings()).string()},
          files{std::move(files_in)}, stored{std::move(stored_in)}, index{std::move(index_in)},
          masks{data, *parts.messages}, previews{RecordingPreviews::Parts{
                                            *files, *index, *parts.metrics, *parts.messages,
                                            *parts.clock}},
          recorder{std::make_unique<recording::Recorder>(
              recording::Recorder::Options{.segment = settings_in.segment},
              recording::Recorder::Parts{*files, *index, *parts.metrics, *parts.messages,
                                         *parts.clock})},
          settings{settings_in}, inputs{RecordedInputs::Parts{
                                     *parts.sources, *parts.metrics, *parts.messages, *parts.clock,
                                     parts.on_input,
                                     [this](const std::string& camera, const RecordedInput& input) {
                                         return tap_for(camera, input);
                                     }}},
          keeper{settings_in.tiers,
                 {*files, *stored, *index, *parts.metrics, *parts.messages, *parts.clock,
                  [this](const std::string& file) { return describe(file); },
                  [this](std::chrono::nanoseconds how_long, const std::stop_token& stop) {
                      wait(how_long, stop);
                  },
                  [this](const auto& rows) { previews.deleted(rows); },
                  [this](const recording::Settlement& found) {
                      if (found.deleted + found.without_file > 0)
                          previews.look_for_stale();
                  }}},
          janitor{settings_in.rules(),
                  {files->first(), *index, *parts.metrics, *parts.messages,
                   [this](const auto& rows) { previews.deleted(rows); }}},
          time{newest(), *parts.clock, *parts.messages} {}

    /// Cameras stop, then what they sent is on the disk, then nobody deletes any more.
    ~Impl() {
        moving.request_stop();
        inputs.end();
        recorder.reset();
    }

    [[nodiscard]] std::optional<WallTime> newest() const {
        std::optional<WallTime> out;
        const auto all = index->extents();
        for (const ports::RecordingExtent& one :
             all.value_or(std::vector<ports::RecordingExtent>{}))
            out = std::max(out.value_or(one.newest), one.newest);
        return out;
    }

    void tidy(const std::stop_token& stop) {
        name_this_thread("tidy");
        let_others_go_first();
        bool failing = false;
        while (!stop.stop_requested()) {
            const Status done = tidy_now();
            if (!done && !failing)
                parts.messages->error("old recordings cannot be deleted",
                                      {{"reason", done.error().message()}});
            failing = !done;
            wait(kBetweenTidying, stop);
        }
    }

    /// Other tiers may answer late or never: what is recorded, and deleted for it, waits for none.
    void move(const std::stop_token& stop) {
        name_this_thread("move");
        let_others_go_first();
        recording::let_others_use_the_disk_first();
        while (!stop.stop_requested()) {
            if (auto fresh = fresh_rules.with([](auto& rules) { return std::exchange(rules, {}); });
                !fresh.empty())
                keeper.change(std::move(fresh));
            if (!keeper.pass(trusted_now(), stop))
                wait(kBetweenTidying, stop);
        }
    }

    void wait(std::chrono::nanoseconds how_long, const std::stop_token& stop) {
        std::unique_lock lock{waiting};
        wake.wait_for(lock, stop, how_long, [&stop] { return stop.stop_requested(); });
    }

    [[nodiscard]] WallTime trusted_now() {
        const std::scoped_lock lock{tidying_mutex};
        return time.now();
    }

    [[nodiscard]] Result<media::StreamInfo> describe(const std::string& file) const {
        return recording::describe_recording(*files, file, *parts.clock);
    }

    Status tidy_now() {
        const std::scoped_lock lock{tidying_mutex};
        VEDETTE_TRY([[maybe_unused]] const auto deleted, janitor.tidy(time.now()));
        VEDETTE_TRY(const auto cameras, index->extents());
        for (const ports::RecordingExtent& camera : cameras) // of what is gone nobody asks
            VEDETTE_CHECK_OK(index->forget_triggers(camera.camera, camera.oldest));
        return {};
    }

    /// Which tiers there are is said at the start.
    void change(const std::vector<recording::TierRules>& tiers) {
        {
            const std::scoped_lock lock{tidying_mutex};
            janitor.change(tiers.front().rules);
        }
        if (tiers.size() == files->others().size() + 1)
            fresh_rules.with([&](auto& rules) { rules = tiers; });
    }

    /// \return those of the tiers that there are since the start
    [[nodiscard]] std::vector<recording::TierRules> tier_rules() const {
        auto rules = settings.with([](const RecordingSettings& now) { return now.tiers; });
        rules.resize(files->others().size() + 1);
        return rules;
    }

    [[nodiscard]] std::optional<CameraRecording> how(const std::string& camera) const {
        return settings.with([&](const RecordingSettings& now) -> std::optional<CameraRecording> {
            const auto found = now.cameras.find(camera);
            return found == now.cameras.end() ? std::nullopt : std::optional{found->second};
        });
    }

    /// What is to see the packets of a camera's input.
    [[nodiscard]] std::unique_ptr<media::PacketTap> tap_for(const std::string& camera,
                                                            const RecordedInput& input) {
        auto tap = recorder->tap(domain::CameraId{camera});
        if (!input.encode)
            return tap;
        return recording::encoded(std::move(tap), input.encode->options,
                                  {.encoders = encoders,
                                   .metrics = *parts.metrics,
                                   .log = *parts.messages,
                                   .clock = *parts.clock,
                                   .camera = domain::CameraId{camera},
                                   .mask = input.encode->mask,
                                   .hwaccel = input.encode->hwaccel});
    }

    const Parts parts;
    const std::string folder; ///< of the first tier, for people
    const std::unique_ptr<recording::TieredFiles> files;
    const std::unique_ptr<recording::RecordingFiles> stored; ///< of the first tier, as they lie
    const std::unique_ptr<storage::RecordingDb> index;
    KeptMasks masks;
    RecordingPreviews previews;
    const std::shared_ptr<media::EncoderChooser> encoders =
        std::make_shared<media::EncoderChooser>(media::libav_encoders(), *parts.messages);
    std::unique_ptr<recording::Recorder> recorder;
    Guarded<RecordingSettings> settings;
    RecordedInputs inputs;        ///< whoever calls apply(), but for status_of()
    recording::TierKeeper keeper; ///< the thread `move`, but for its status()
    Guarded<std::vector<recording::TierRules>> fresh_rules; ///< for it; empty: as before
    Unwatched unwatched;                                    ///< whoever calls watch()
    std::set<std::string> told_unwatched;                   ///< likewise
    std::optional<SteadyTime> watched_at;                   ///< likewise
    mutable std::mutex tidying_mutex;
    recording::Janitor janitor; ///< under tidying_mutex
    TrustedTime time;           ///< under tidying_mutex
    std::mutex waiting;
    std::condition_variable_any wake;
    std::jthread tidying; // the last two: stopped and joined first
    std::jthread moving;
};

Recordings::Recordings(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Recordings::~Recordings() = default;

Result<std::unique_ptr<Recordings>> Recordings::open(const RecordingSettings& settings,
                                                     const DataFolder& data, const Parts& parts) {
    for (const std::string& key : ages_without_effect(settings))
        parts.messages->warn("no recording becomes as old as this lets it: see `record`",
                             {{"key", key}});
    const std::filesystem::path folder = data.recordings();
    VEDETTE_TRY(auto files, open_recordings(settings.place, folder, *parts.clock, *parts.messages,
                                            TierUse::look_after));
    VEDETTE_TRY(auto stored, recording::open_recording_folder(folder_of(settings.place, folder)));
    auto rows = storage::RecordingDb::open(data.recording_index());
    if (!rows && rows.error().code() == ErrorCode::data_loss)
        return Error{ErrorCode::data_loss,
                     rows.error().message() + "; put " + data.recording_index().string() +
                         " aside: it is made again of the recordings at the next start"};
    if (!rows)
        return std::move(rows).error();
    return std::unique_ptr<Recordings>{new Recordings{std::make_unique<Impl>(
        settings, parts, std::move(files), std::move(stored), *std::move(rows), data)}};
}

Status Recordings::settle() {
    VEDETTE_TRY(const auto found,
                recording::settle(
                    impl_->files->first(), *impl_->index,
                    [this](const std::string& file) { return impl_->describe(file); },
                    *impl_->parts.messages));
    recording::tell(found, impl_->folder, *impl_->parts.messages);
    impl_->tidying = std::jthread{[this](const std::stop_token& stop) { impl_->tidy(stop); }};
    if (!impl_->files->others().empty())
        impl_->moving = std::jthread{[this](const std::stop_token& stop) { impl_->move(stop); }};
    impl_->previews.start();
    return {};
}

void Recordings::apply(const RecordingSettings& settings,
                       const std::vector<pipeline::LiveCameraOptions>& cameras) {
    impl_->settings.with([&](RecordingSettings& now) { now = settings; });
    impl_->change(settings.tiers);
    std::map<std::string, imaging::PictureMask> previewed;
    for (const pipeline::LiveCameraOptions& camera : cameras)
        if (const auto how = impl_->how(camera.camera.name); how && how->previews)
            previewed[camera.camera.name] = camera.decoder.mask;
    impl_->previews.apply(std::move(previewed));
    impl_->inputs.apply(cameras, settings.cameras);
}

Result<std::vector<std::string>> Recordings::take_masks(const PrivacyMasks& configured) {
    auto changed = impl_->masks.changed_by(configured);
    for (const std::string& camera : changed) // nobody is to see them any more when this returns
        VEDETTE_CHECK_OK(impl_->previews.forget(camera));
    VEDETTE_CHECK_OK(impl_->masks.take(configured));
    return changed;
}

void Recordings::make_previews_anew(const std::vector<std::string>& cameras) {
    for (const std::string& camera : cameras)
        impl_->previews.make_anew(camera);
}

void Recordings::look_at(std::function<imaging::FramePtr(const domain::CameraId&)> latest) {
    impl_->previews.look_at(std::move(latest));
}

void Recordings::end_previews() { impl_->previews.end(); }

media::SourceOptions Recordings::fitted(media::SourceOptions how, const std::string& camera) const {
    const auto recorded = impl_->how(camera);
    how.audio = recorded && recorded->input.location.empty() && recorded->input.audio;
    return how;
}

std::unique_ptr<media::Source> Recordings::recorded(std::unique_ptr<media::Source> source,
                                                    const std::string& camera) {
    const auto how = impl_->how(camera);
    if (!how || !how->input.location.empty() || !source->info().parameters)
        return source;
    return media::tapped(std::move(source), impl_->tap_for(camera, how->input));
}

void Recordings::note(const domain::CameraId& camera, const pipeline::CameraActivity& activity) {
    const auto how = impl_->how(camera.value());
    if (!how || (activity.moving <= 0 && activity.surest <= 0))
        return;
    recording::Recorder& recorder = *impl_->recorder;
    recorder.note(camera, activity.at - how->before, activity.at + how->after,
                  {.motion = activity.moving, .object = activity.surest, .alert = 0});
    if (activity.surest <= 0)
        return;
    recorder.note(camera, activity.at, activity.at, {.seen = activity.surest});
    double alert = 0;
    for (const auto& [label, score] : activity.seen)
        if (how->alert_labels.empty() ||
            std::find(how->alert_labels.begin(), how->alert_labels.end(), label) !=
                how->alert_labels.end())
            alert = std::max(alert, score);
    if (alert > 0)
        recorder.note(camera, activity.at - how->before_alert, activity.at + how->after_alert,
                      {.alert = alert});
}

void Recordings::note_unseen(const domain::CameraId& camera, WallTime at) {
    const auto how = impl_->how(camera.value());
    if (how && how->fail_open)
        impl_->recorder->note(camera, at - how->before, at + how->after, recording::kNotKnown);
}

void Recordings::watch(const std::vector<ports::CameraStatus>& cameras) {
    const SteadyTime now = impl_->parts.clock->steady_now();
    if (impl_->watched_at && now - *impl_->watched_at < kBetweenWatching)
        return;
    impl_->watched_at = now;
    const auto unwatched = impl_->unwatched.among(cameras);
    for (const recording::RecordingStatus& one : status()) {
        const std::string& name = one.camera.value();
        const auto how = impl_->how(name);
        const bool open = how && how->fail_open && one.recording && unwatched.contains(name);
        impl_->parts.metrics
            ->gauge("recording_unwatched",
                    "1 while a camera is recorded and not analysed, so that everything is kept",
                    {{"camera", name}})
            ->set(open ? 1 : 0);
        if (open)
            impl_->recorder->note(one.camera, impl_->parts.clock->wall_now() - 3 * kBetweenWatching,
                                  impl_->parts.clock->wall_now() + kBetweenWatching,
                                  recording::kNotKnown);
        if (open && impl_->told_unwatched.insert(name).second)
            impl_->parts.messages->warn("a camera is recorded and not analysed: everything is kept",
                                        {{"camera", name}});
        if (!open && impl_->told_unwatched.erase(name) > 0)
            impl_->parts.messages->info("a camera is analysed again", {{"camera", name}});
    }
}

/// First what is there already, to stay; then what is being recorded, and what is still to come.
Result<ports::RecordingTrigger> Recordings::trigger(const api::TriggerOrder& order) {
    const auto how = impl_->how(order.camera.value());
    if (!how)
        return Error{ErrorCode::not_found, "camera '" + order.camera.value() + "' is not recorded"};
    const WallTime now = impl_->parts.clock->wall_now();
    const auto or_else = [](const std::optional<std::chrono::seconds>& given,
                            std::chrono::microseconds otherwise) {
        return given ? std::chrono::microseconds{*given} : otherwise;
    };
    ports::RecordingTrigger trigger{
        .id = 0,
        .camera = order.camera,
        .at = now,
        .from = now - or_else(order.before, how->before_alert),
        .to = now + std::max<std::chrono::microseconds>(or_else(order.after, how->after_alert),
                                                        std::chrono::microseconds{1}),
        .reason = order.reason,
        .keep = order.keep};
    VEDETTE_TRY(trigger.id, impl_->index->add_trigger(trigger));
    VEDETTE_CHECK_OK(
        impl_->index->mark(trigger.camera, trigger.from, trigger.to, {.alert = 1, .seen = 1}));
    if (trigger.keep) {
        VEDETTE_TRY([[maybe_unused]] const auto kept,
                    impl_->index->keep_all(trigger.camera, trigger.from, trigger.to, true));
    }
    VEDETTE_CHECK_OK(impl_->recorder->trigger(trigger));
    impl_->parts.messages->info("a recording was triggered",
                                {{"camera", order.camera.value()}, {"reason", order.reason}});
    return trigger;
}

std::optional<ports::InputStatus> Recordings::input_of(const std::string& camera) const {
    return impl_->inputs.status_of(camera);
}

std::vector<recording::RecordingStatus> Recordings::status() const {
    return impl_->recorder->status();
}

std::vector<recording::TierStatus> Recordings::tiers() const {
    recording::TierStatus first{
        .number = 1, .id = {}, .name = impl_->folder, .here = true, .problem = {}};
    if (auto space = impl_->files->space())
        first.space = *space;
    else
        first.problem = space.error().message();
    std::vector<recording::TierStatus> out{std::move(first)};
    for (recording::TierStatus& one : impl_->keeper.status())
        out.push_back(std::move(one));
    return out;
}

Result<recording::RecordingForecast> Recordings::forecast() const {
    return recording::forecast(*impl_->index, rooms_of(impl_->tier_rules(), tiers()));
}

Result<std::vector<recording::TierPlan>> Recordings::plan(std::chrono::seconds ahead) const {
    return recording::plan_tiers(*impl_->index, rooms_of(impl_->tier_rules(), tiers()),
                                 impl_->parts.clock->wall_now(), ahead);
}

api::RecordingParts Recordings::shown() {
    return {.files = impl_->files.get(),
            .index = impl_->index.get(),
            .log = impl_->parts.messages,
            .mask = [this](const domain::CameraId& id) { return impl_->masks.of(id.value()); },
            .forecast = [this] { return forecast(); },
            .status = [this] { return status(); },
            .tiers = [this] { return tiers(); },
            .plan = [this](std::chrono::seconds ahead) { return plan(ahead); },
            .trigger = [this](const api::TriggerOrder& order) { return trigger(order); }};
}

} // namespace vedette::app
