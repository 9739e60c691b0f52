// vedette_api_demo [--port N] [--every MILLISECONDS] [--events N]: the server over painted cameras
// and made-up events, for tests that need a whole server, for measuring it, and to look at the
// page. Prints its address; ends when its standard input ends or on SIGTERM.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>
#include <optional>
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <thread>
#include <unistd.h>

#include "testing/demo_scene.h"
#include "testing/sample_cases.h"
#include "testing/sample_recordings.h"
#include "vedette/api/server.h"
#include "vedette/events/event_json.h"
#include "vedette/imaging/jpeg.h"
#include "vedette/observability/log_options.h"
#include "vedette/observability/make_log.h"
#include "vedette/observability/prometheus_metrics.h"
#include "vedette/ports/testing/memory_event_log.h"
#include "vedette/ports/testing/memory_event_store.h"
#include "vedette/ports/testing/memory_following_store.h"
#include "vedette/ports/testing/memory_object_store.h"

namespace {

using namespace vedette;
using std::chrono::milliseconds;

struct Wanted {
    int port = 0;
    int every_ms = 0; ///< a new event so often; 0: none
    int events = 120; ///< from before the start
};

Result<std::vector<std::byte>> jpeg_of(const imaging::Image& image) {
    VEDETTE_TRY(const auto bytes, imaging::encode_jpeg(image.view(), 82));
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    return std::vector<std::byte>(first, first + bytes.size());
}

class PaintedCameras final : public ports::CameraDirectory {
public:
    explicit PaintedCameras(const Clock& clock) : clock_{clock}, start_{clock.wall_now()} {}

    std::vector<ports::CameraStatus> cameras() const override {
        auto yard = status("yard", ports::CameraState::offline);
        yard.last_picture.reset(); // it has never given one
        yard.problem = "no answer from rtsp://10.0.0.12/main: connection timed out; the next try "
                       "is in 8 s";
        return {status("gate", ports::CameraState::online),
                status("drive", ports::CameraState::online), yard};
    }
    Result<ports::CameraStatus> camera(const domain::CameraId& id) const override {
        for (auto& one : cameras())
            if (one.id == id)
                return one;
        return Error{ErrorCode::not_found, "there is no camera '" + id.value() + "'"};
    }
    Result<ports::LivePicture> latest_picture(const domain::CameraId& id,
                                              int longest_side_px) const override {
        VEDETTE_TRY(const auto known, camera(id));
        if (known.state != ports::CameraState::online)
            return Error{ErrorCode::unavailable,
                         "camera '" + id.value() + "' has no picture: " + known.problem};
        const WallTime now = clock_.wall_now();
        const int width = std::min(longest_side_px, known.width_px);
        const auto since = std::chrono::duration_cast<milliseconds>(now - start_);
        const auto picture = scene_of(id).at(since, width);
        VEDETTE_TRY(auto jpeg, jpeg_of(picture.image));
        return ports::LivePicture{.jpeg = std::move(jpeg),
                                  .width_px = width,
                                  .height_px = picture.image.height_px(),
                                  .at = now,
                                  .boxes = picture.boxes};
    }
    static api::demo::Scene scene_of(const domain::CameraId& id) {
        return api::demo::Scene{id.value() == "gate" ? 2 : 5};
    }

private:
    ports::CameraStatus status(const std::string& id, ports::CameraState state) const {
        ports::CameraStatus one;
        one.id = domain::CameraId{id};
        one.state = state;
        one.source = "rtsp://10.0.0.10/" + id;
        one.since = start_;
        one.funnel = {{"published", 112}, {"no_plate_found", 8}, {"too_brief", 31}};
        one.inputs = {{.roles = {"detect", "live"},
                       .state = state,
                       .since = start_,
                       .source = one.source,
                       .problem = "",
                       .last_packet = std::nullopt,
                       .fallback_reason = ""},
                      {.roles = {"record", "audio"},
                       .state = ports::CameraState::online,
                       .since = start_,
                       .source = one.source + "-low",
                       .problem = "",
                       .last_packet = clock_.wall_now(),
                       .reconnects = 5,
                       .breaks = 2,
                       .has_fallback = true,
                       .on_fallback = true,
                       .fallback_reason = "no answer"}};
        if (state != ports::CameraState::online)
            return one;
        one.last_picture = clock_.wall_now();
        one.width_px = 1280;
        one.height_px = 720;
        one.frames_per_second = 25;
        one.looks_per_second = 5;
        one.frames =
            25 * static_cast<std::uint64_t>((clock_.wall_now() - start_).count() / 1000000);
        return one;
    }

    const Clock& clock_;
    const WallTime start_;
};

domain::Event event_of(int number, WallTime at) {
    domain::Event event;
    const bool person = number % 7 == 3;
    const bool unsure = number % 11 == 5;
    event.camera = domain::CameraId{number % 3 == 0 ? "drive" : "gate"};
    event.track = domain::TrackId{number};
    event.id =
        domain::make_event_id("home", event.camera, "20261121T100000Z", event.track, "sighting", 0);
    event.verdict = unsure ? domain::Verdict::plate_unreadable : domain::Verdict::published;
    event.label = person ? "person" : number % 5 == 4 ? "truck" : "car";
    event.score = 0.71F + static_cast<float>(number % 25) / 100;
    event.first_seen = at;
    event.best_seen = event.last_seen = at + std::chrono::seconds{2};
    event.box = {0.3F, 0.4F, 0.3F, 0.3F};
    event.detections = 9;
    event.snapshot = event.camera.value() + "/" + std::to_string(number % 24) + ".jpg";
    event.source = "rtsp://10.0.0.10/" + event.camera.value();
    if (person)
        return event;
    const std::string text = api::demo::plate_of(number % 40);
    event.plate = domain::PlateText{.observed = text,
                                    .normalized = text,
                                    .resolved = text,
                                    .confidence = unsure ? 0.41F : 0.97F,
                                    .character_confidence = std::vector(text.size(), 0.98F),
                                    .regions = {{"gb", 0.9F}},
                                    .reads = 6};
    return event;
}

/// A few snapshots that the events share.
Status paint_snapshots(ports::ObjectStore& objects) {
    for (const char* camera : {"gate", "drive"})
        for (int i = 0; i < 24; ++i) {
            const auto scene = PaintedCameras::scene_of(domain::CameraId{camera});
            VEDETTE_TRY(const auto jpeg, jpeg_of(scene.at(milliseconds{1700 * i}, 480).image));
            VEDETTE_CHECK_OK(
                objects.put(std::string{camera} + "/" + std::to_string(i) + ".jpg", jpeg));
        }
    return {};
}

void add_event(ports::EventStore& store, ports::EventLog& log, const domain::Event& event) {
    const ports::Envelope envelope{.id = event.id,
                                   .kind = "sighting",
                                   .camera = event.camera,
                                   .at = event.first_seen,
                                   .payload = events::to_json(event)};
    const auto position = log.append({&envelope, 1});
    if (position)
        (void)store.apply("store", *position, {&event, 1});
}

std::optional<Wanted> read_arguments(int argc, char** argv) {
    Wanted wanted;
    std::map<std::string_view, int*> known{
        {"--port", &wanted.port}, {"--every", &wanted.every_ms}, {"--events", &wanted.events}};
    for (int i = 1; i < argc; i += 2) {
        const auto found = known.find(argv[i]);
        if (found == known.end() || i + 1 == argc)
            return std::nullopt;
        const std::string_view text = argv[i + 1];
        if (std::from_chars(text.data(), text.data() + text.size(), *found->second).ec !=
            std::errc{})
            return std::nullopt;
    }
    return wanted;
}

/// Adds events until standard input ends or a signal comes.
void run(const Wanted& wanted, ports::EventStore& store, ports::EventLog& log, const Clock& clock) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    const int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    int number = wanted.events;
    for (;;) {
        pollfd both[2] = {{STDIN_FILENO, POLLIN, 0}, {signal_fd, POLLIN, 0}};
        const int ready = ::poll(both, 2, wanted.every_ms > 0 ? wanted.every_ms : -1);
        char byte = 0;
        const bool input_ended = (both[0].revents != 0) && ::read(STDIN_FILENO, &byte, 1) <= 0;
        if (input_ended || both[1].revents != 0)
            break;
        if (ready == 0)
            add_event(store, log, event_of(number++, clock.wall_now()));
    }
    ::close(signal_fd);
}

api::FollowingParts following_parts(std::shared_ptr<ports::FollowingStore> cases) {
    return {
        .store = [cases = std::move(cases)]() -> Result<std::shared_ptr<ports::FollowingStore>> {
            return cases;
        },
        .places = []() -> Result<std::vector<analysis::Place>> {
            return api::demo::sample_places();
        },
        .evidence = api::demo::sample_evidence,
        .mobiles =
            [] {
                return std::string{
                    R"({"mobiles":[{"name":"van","subject":"mobile:van","source":"api",)"
                    R"("cameras":["rear"],"connected":true,"clock_offset_s":0.0,"fixes":2,)"
                    R"("kept":1,"bad":0,"without":0,"last":{"time":"2026-11-21T10:15:00.000Z",)"
                    R"("lat":52.5,"lon":13.4,"accuracy":4.0}}]})"};
            },
        .track = [](const std::string& name,
                    const std::vector<analysis::TrackFix>& fixes) -> Result<api::TrackTaken> {
            if (name == "bus")
                return Error{ErrorCode::already_exists, "its receiver says where 'bus' is"};
            if (name != "van")
                return Error{ErrorCode::not_found, "there is no '" + name + "'"};
            return api::TrackTaken{fixes.size(), 0};
        }};
}

std::vector<recording::TierStatus> demo_tiers(api::demo::SampleRecordings& recordings) {
    return {{.number = 1,
             .id = {},
             .name = "/srv/recordings",
             .here = true,
             .problem = {},
             .space = recordings.files().space().value_or(recording::RecordingFiles::Space{})}};
}

Result<ports::RecordingTrigger> demo_trigger(api::demo::SampleRecordings& recordings,
                                             const api::TriggerOrder& order) {
    if (order.camera.value() != "gate")
        return Error{ErrorCode::not_found, "camera '" + order.camera.value() + "' is not recorded"};
    using std::chrono::seconds;
    const WallTime now = SystemClock{}.wall_now();
    ports::RecordingTrigger trigger{.id = 0,
                                    .camera = order.camera,
                                    .at = now,
                                    .from = now - order.before.value_or(seconds{5}),
                                    .to = now + order.after.value_or(seconds{5}),
                                    .reason = order.reason,
                                    .keep = order.keep};
    VEDETTE_TRY(trigger.id, recordings.index().add_trigger(trigger));
    return trigger;
}

api::RecordingParts recording_parts(api::demo::SampleRecordings& recordings, Log& log) {
    return {
        .files = &recordings.files(),
        .index = &recordings.index(),
        .log = &log,
        .forecast = []() -> Result<recording::RecordingForecast> {
            return recording::RecordingForecast{
                .bytes_per_day = 4.3e9,
                .days = 11.6,
                .cameras = {{domain::CameraId{"gate"}, 4.3e9, 1.1e9}},
                .tiers = {{.room_bytes = 50e9, .bytes_per_day = 4.3e9, .days = 11.6}}};
        },
        .status =
            [] {
                return std::vector<recording::RecordingStatus>{
                    {.camera = domain::CameraId{"gate"}, .recording = true, .problem = ""}};
            },
        .tiers = [&recordings] { return demo_tiers(recordings); },
        .plan =
            [&recordings](std::chrono::seconds ahead) {
                const auto tiers = demo_tiers(recordings);
                return recording::plan_tiers(recordings.index(), recording::rooms_of({{}}, tiers),
                                             SystemClock{}.wall_now(), ahead);
            },
        .trigger = [&recordings](
                       const api::TriggerOrder& order) { return demo_trigger(recordings, order); }};
}

/// Ten thousand connections need as many descriptors.
void raise_descriptor_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

/// Nobody travels with anybody here.
constexpr const char* kNoConvoy =
    R"({"plate":"AB1","from":"2026-11-21T10:15:00Z","to":"2026-11-22T10:15:00Z","passes":0,)"
    R"("sessions":0,"around":0,"candidates":0,"traffic":0,"chance_llr":0,"companions":[],)"
    R"("groups":[],"limits":[]})";

int main(int argc, char** argv) {
    const auto wanted = read_arguments(argc, argv);
    if (!wanted) {
        std::cerr << "usage: vedette_api_demo [--port N] [--every MILLISECONDS] [--events N]\n";
        return 2;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr); // before any thread
    raise_descriptor_limit();
    const SystemClock clock;
    const auto messages = observability::make_log({}, clock);
    observability::PrometheusMetrics metrics{1024};
    ports::testing::MemoryEventStore store;
    ports::testing::MemoryEventLog log;
    ports::testing::MemoryObjectStore objects{clock};
    const PaintedCameras cameras{clock};
    if (const Status painted = paint_snapshots(objects); !painted)
        return std::cerr << painted.error().message() << '\n', 1;
    const auto cases = std::make_shared<ports::testing::MemoryFollowingStore>();
    if (const Status kept = api::demo::keep_sample_cases(*cases); !kept)
        return std::cerr << kept.error().message() << '\n', 1;
    const auto recordings = api::demo::SampleRecordings::paint(clock, **messages);
    if (!recordings)
        return std::cerr << recordings.error().message() << '\n', 1;
    for (int i = 0; i < wanted->events; ++i)
        add_event(store, log,
                  event_of(i, clock.wall_now() - std::chrono::seconds{90} * (wanted->events - i)));
    api::ApiOptions options;
    options.port = static_cast<std::uint16_t>(wanted->port);
    const auto server = api::ApiServer::start(
        options,
        {.store = store,
         .log = log,
         .objects = objects,
         .cameras = cameras,
         .metrics = [&] { return metrics.expose(); },
         .stats = [] { return std::string{R"({"cameras":3,"demo":true})"}; },
         .checks =
             [] {
                 return std::vector<api::ReadyCheck>{{"cameras", true, "2 of 3 online"}};
             },
         .reload = []() -> Result<std::vector<std::string>> { return std::vector<std::string>{}; },
         .convoy = [](const api::ConvoyQuestion&) -> Result<std::string> {
             return std::string{kNoConvoy};
         },
         .patterns = [](const api::PatternsQuestion&) -> Result<std::string> {
             return std::string{
                 R"({"plate":"AB1","passes":0,"complete":true,"carried":0,"patterns":[]})"};
         },
         .watch_lists = [] { return std::string{R"({"watchlists":[]})"}; },
         .watch_check = [](const std::string&) -> Result<std::string> {
             return std::string{R"({"plate":"AB1","matches":[],"suppressed":0})"};
         },
         .following = following_parts(cases),
         .recordings = recording_parts(**recordings, **messages),
         .version = "demo"},
        **messages, metrics, clock);
    if (!server)
        return std::cerr << server.error().message() << '\n', 1;
    std::cout << "http://127.0.0.1:" << (*server)->port() << std::endl;
    run(*wanted, store, log, clock);
    return 0;
}
