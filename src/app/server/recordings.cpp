#include "app/server/recordings.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "app/server/trusted_time.h"
#include "vedette/base/guarded.h"
#include "vedette/base/worker.h"
#include "vedette/recording/capture.h"
#include "vedette/recording/settle.h"
#include "vedette/storage/recording_db.h"

namespace vedette::app {
namespace {

constexpr std::chrono::seconds kBetweenTidying{10};

void tell(const recording::Settlement& found, Log& log) {
    if (found.adopted + found.empty + found.deleted + found.without_file > 0)
        log.info("recordings were settled", {{"kept", found.adopted},
                                             {"cut_bytes", found.cut_bytes},
                                             {"empty", found.empty},
                                             {"deleted", found.deleted},
                                             {"without_file", found.without_file}});
    for (const std::string& file : found.damaged)
        log.warn("a recording is damaged", {{"file", file}});
    for (const std::string& file : found.unknown)
        log.warn("this is no recording of ours, and stays", {{"file", file}});
}

} // namespace

struct Recordings::Impl {
    Impl(const RecordingSettings& settings_in, const Parts& parts_in,
         std::unique_ptr<recording::RecordingFiles> files_in,
         std::unique_ptr<storage::RecordingDb> index_in)
        : parts{parts_in}, files{std::move(files_in)}, index{std::move(index_in)},
          recorder{std::make_unique<recording::Recorder>(
              recording::Recorder::Options{.segment = settings_in.segment},
              recording::Recorder::Parts{*files, *index, *parts.metrics, *parts.messages,
                                         *parts.clock})},
          settings{settings_in}, janitor{settings_in.rules,
                                         {*files, *index, *parts.metrics, *parts.messages}},
          time{newest(), *parts.clock, *parts.messages} {}

    /// Cameras stop, then what they sent is on the disk, then nobody deletes any more.
    ~Impl() {
        for (auto& [name, running] : captures)
            running.capture->end();
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
            std::unique_lock lock{waiting};
            wake.wait_for(lock, stop, kBetweenTidying, [&stop] { return stop.stop_requested(); });
        }
    }

    Status tidy_now() {
        const std::scoped_lock lock{tidying_mutex};
        VEDETTE_TRY([[maybe_unused]] const auto deleted, janitor.tidy(time.now()));
        return {};
    }

    void change(const recording::RetentionRules& rules) {
        const std::scoped_lock lock{tidying_mutex};
        janitor.change(rules);
    }

    [[nodiscard]] std::optional<CameraRecording> how(const std::string& camera) const {
        return settings.with([&](const RecordingSettings& now) -> std::optional<CameraRecording> {
            const auto found = now.cameras.find(camera);
            return found == now.cameras.end() ? std::nullopt : std::optional{found->second};
        });
    }

    /// What a capture is made of. Compared to notice a change.
    struct CaptureOptions {
        CameraRecording recorded;
        std::chrono::milliseconds stall_timeout{};
        std::chrono::milliseconds first_retry{};
        std::chrono::milliseconds longest_retry{};
        friend bool operator==(const CaptureOptions&, const CaptureOptions&) = default;
    };
    struct Running {
        CaptureOptions from;
        std::shared_ptr<recording::Capture> capture;
    };

    [[nodiscard]] static media::InputMonitor::Options
    monitor_options(const std::string& camera, const CaptureOptions& options) {
        media::InputMonitor::Options out{.camera = camera,
                                         .roles = {"record"},
                                         .location = options.recorded.location,
                                         .retry = {.first = options.first_retry,
                                                   .longest = options.longest_retry,
                                                   .jitter = 0.5},
                                         .fallback = options.recorded.fallback};
        if (options.recorded.audio)
            out.roles.emplace_back("audio");
        return out;
    }

    [[nodiscard]] Result<std::unique_ptr<media::Source>>
    open(const std::string& location, media::SourceOptions how, const std::stop_token& stop) const {
        how.stop = stop;
        VEDETTE_TRY(auto source, media::open_source(*parts.sources, location, how, *parts.clock,
                                                    *parts.messages));
        return media::at_real_speed(std::move(source), *parts.clock);
    }

    /// The input of its own that a camera is recorded from.
    void start_capture(const pipeline::LiveCameraOptions& camera, const CameraRecording& recorded) {
        const std::string& name = camera.camera.name;
        const CaptureOptions wanted{recorded, camera.source.read_timeout, camera.first_retry,
                                    camera.longest_retry};
        Running& running = captures[name];
        if (running.capture && running.from == wanted)
            return;
        media::SourceOptions source = camera.source;
        recorded.manner.put_into(source);
        source.audio = recorded.audio;
        source.loop = recorded.loop;
        if (running.capture)
            running.capture->end();
        running.from = wanted;
        running.capture = std::make_shared<recording::Capture>(
            recording::Capture::Options{.input = monitor_options(name, wanted),
                                        .once = !recorded.loop},
            media::InputMonitor::Parts{
                .metrics = parts.metrics,
                .log = parts.messages,
                .clock = parts.clock,
                .on_change =
                    [this, id = domain::CameraId{name}](const ports::InputStatus& input) {
                        if (parts.on_input)
                            parts.on_input(id, input);
                    },
                .open_for_trial =
                    [this, location = recorded.location, source](const std::stop_token& stop) {
                        return open(location, source, stop);
                    }},
            [this, name, source](media::InputMonitor& monitor, const std::stop_token& stop)
                -> Result<std::unique_ptr<media::Source>> {
                VEDETTE_TRY(auto opened, open(monitor.location(), source, stop));
                return media::tapped(monitor.watch(std::move(opened)),
                                     recorder->tap(domain::CameraId{name}));
            });
        shown.with([&](auto& all) { all[name] = running.capture; });
    }

    const Parts parts;
    const std::unique_ptr<recording::RecordingFiles> files;
    const std::unique_ptr<storage::RecordingDb> index;
    std::unique_ptr<recording::Recorder> recorder;
    Guarded<RecordingSettings> settings;
    std::map<std::string, Running> captures; ///< whoever calls apply()
    Guarded<std::map<std::string, std::shared_ptr<recording::Capture>>> shown; ///< the same
    std::mutex tidying_mutex;
    recording::Janitor janitor; ///< under tidying_mutex
    TrustedTime time;           ///< under tidying_mutex
    std::mutex waiting;
    std::condition_variable_any wake;
    std::jthread tidying; // last: stopped and joined first
};

Recordings::Recordings(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Recordings::~Recordings() = default;

Result<std::unique_ptr<Recordings>> Recordings::open(const RecordingSettings& settings,
                                                     const std::filesystem::path& folder,
                                                     const std::filesystem::path& index,
                                                     const Parts& parts) {
    if (settings.has_more_tiers)
        parts.messages->warn("only the first of storage.tiers is used by this version");
    VEDETTE_TRY(auto files, open_recordings(settings.place, folder, *parts.messages));
    auto rows = storage::RecordingDb::open(index);
    if (!rows && rows.error().code() == ErrorCode::data_loss)
        return Error{ErrorCode::data_loss,
                     rows.error().message() + "; put " + index.string() +
                         " aside: it is made again of the recordings at the next start"};
    if (!rows)
        return std::move(rows).error();
    return std::unique_ptr<Recordings>{new Recordings{
        std::make_unique<Impl>(settings, parts, std::move(files), *std::move(rows))}};
}

Status Recordings::settle() {
    VEDETTE_TRY(const auto found, recording::settle(
                                      *impl_->files, *impl_->index,
                                      [this](const std::string& file) {
                                          return recording::describe_recording(*impl_->files, file,
                                                                               *impl_->parts.clock);
                                      },
                                      *impl_->parts.messages));
    tell(found, *impl_->parts.messages);
    impl_->tidying = std::jthread{[this](const std::stop_token& stop) { impl_->tidy(stop); }};
    return {};
}

void Recordings::apply(const RecordingSettings& settings,
                       const std::vector<pipeline::LiveCameraOptions>& cameras) {
    impl_->settings.with([&](RecordingSettings& now) { now = settings; });
    impl_->change(settings.rules);
    std::map<std::string, Impl::Running> keep;
    for (const pipeline::LiveCameraOptions& camera : cameras)
        if (const auto how = impl_->how(camera.camera.name); how && !how->location.empty())
            if (auto running = impl_->captures.extract(camera.camera.name))
                keep.insert(std::move(running));
    impl_->shown.with([&keep](auto& all) {
        std::erase_if(all, [&keep](const auto& one) { return !keep.contains(one.first); });
    });
    for (auto& [name, running] : impl_->captures)
        running.capture->end();
    impl_->captures = std::move(keep);
    for (const pipeline::LiveCameraOptions& camera : cameras)
        if (const auto how = impl_->how(camera.camera.name); how && !how->location.empty())
            impl_->start_capture(camera, *how);
}

media::SourceOptions Recordings::fitted(media::SourceOptions how, const std::string& camera) const {
    const auto recorded = impl_->how(camera);
    how.audio = recorded && recorded->location.empty() && recorded->audio;
    return how;
}

std::unique_ptr<media::Source> Recordings::recorded(std::unique_ptr<media::Source> source,
                                                    const std::string& camera) {
    const auto how = impl_->how(camera);
    if (!how || !how->location.empty() || !source->info().parameters)
        return source;
    return media::tapped(std::move(source), impl_->recorder->tap(domain::CameraId{camera}));
}

void Recordings::note(const domain::CameraId& camera, const pipeline::CameraActivity& activity) {
    const auto how = impl_->how(camera.value());
    if (!how || (activity.moving <= 0 && activity.surest <= 0))
        return;
    impl_->recorder->note(camera, activity.at - how->before, activity.at + how->after,
                          {.motion = activity.moving, .object = activity.surest, .alert = 0});
}

std::optional<ports::InputStatus> Recordings::input_of(const std::string& camera) const {
    const auto capture = impl_->shown.with([&camera](const auto& all) {
        const auto found = all.find(camera);
        return found == all.end() ? nullptr : found->second;
    });
    return capture ? std::optional{capture->status()} : std::nullopt;
}

std::vector<recording::RecordingStatus> Recordings::status() const {
    return impl_->recorder->status();
}

Result<recording::RecordingForecast> Recordings::forecast() const {
    const auto rules = impl_->settings.with([](const RecordingSettings& now) { return now.rules; });
    return recording::forecast(*impl_->files, *impl_->index, rules);
}

api::RecordingParts Recordings::shown() const {
    return {.files = impl_->files.get(),
            .index = impl_->index.get(),
            .log = impl_->parts.messages,
            .forecast = [this] { return forecast(); },
            .status = [this] { return status(); }};
}

} // namespace vedette::app
