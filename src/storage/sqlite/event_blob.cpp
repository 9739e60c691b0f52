#include "sqlite/event_blob.h"

#include <bit>
#include <utility>

#include "sqlite/bytes.h"

namespace vedette::storage {
namespace {

using domain::Event;
using domain::NormBox;
using domain::NormQuad;
using domain::PlateText;

constexpr std::uint8_t kForm = 1;

constexpr std::uint64_t kHasPlate = 1;
constexpr std::uint64_t kHasCorners = 2;
constexpr std::uint64_t kIsStationary = 4;
constexpr std::uint64_t kHasTrace = 8;

// ---- writing ----

void put(ByteWriter& to, float value) { to.fixed(std::bit_cast<std::uint32_t>(value), 4); }
void put(ByteWriter& to, int value) { to.fixed(static_cast<std::uint32_t>(value), 4); }
void put(ByteWriter& to, std::int64_t value) { to.fixed(static_cast<std::uint64_t>(value), 8); }
void put(ByteWriter& to, WallTime time) { put(to, std::int64_t{time.time_since_epoch().count()}); }

void put(ByteWriter& to, const NormBox& box) {
    for (const float side : {box.left, box.top, box.width, box.height})
        put(to, side);
}

void put(ByteWriter& to, const NormQuad& quad) {
    for (const auto& point : quad) {
        put(to, point.x);
        put(to, point.y);
    }
}

void put(ByteWriter& to, const PlateText& plate) {
    to.text(plate.observed);
    to.text(plate.normalized);
    to.text(plate.resolved);
    put(to, plate.confidence);
    to.length(plate.character_confidence.size());
    for (const float confidence : plate.character_confidence)
        put(to, confidence);
    to.length(plate.regions.size());
    for (const auto& candidate : plate.regions) {
        to.text(candidate.region);
        put(to, candidate.score);
    }
    put(to, plate.reads);
}

// ---- reading ----

float take_float(ByteReader& from) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(from.fixed(4)));
}
int take_int(ByteReader& from) {
    return static_cast<int>(static_cast<std::uint32_t>(from.fixed(4)));
}
std::int64_t take_number(ByteReader& from) { return static_cast<std::int64_t>(from.fixed(8)); }
WallTime take_time(ByteReader& from) {
    return WallTime{std::chrono::microseconds{take_number(from)}};
}
std::string take_text(ByteReader& from) { return std::string{from.text()}; }

NormBox take_box(ByteReader& from) {
    NormBox box;
    box.left = take_float(from);
    box.top = take_float(from);
    box.width = take_float(from);
    box.height = take_float(from);
    return box;
}

NormQuad take_quad(ByteReader& from) {
    NormQuad quad{};
    for (auto& point : quad) {
        point.x = take_float(from);
        point.y = take_float(from);
    }
    return quad;
}

PlateText take_plate(ByteReader& from) {
    PlateText plate;
    plate.observed = take_text(from);
    plate.normalized = take_text(from);
    plate.resolved = take_text(from);
    plate.confidence = take_float(from);
    for (std::size_t left = from.count(); left > 0 && !from.failed(); --left)
        plate.character_confidence.push_back(take_float(from));
    for (std::size_t left = from.count(); left > 0 && !from.failed(); --left) {
        std::string region = take_text(from);
        plate.regions.push_back({std::move(region), take_float(from)});
    }
    plate.reads = take_int(from);
    return plate;
}

domain::TraceId take_trace(ByteReader& from) {
    domain::TraceId::Bytes bytes{};
    for (std::uint8_t& byte : bytes)
        byte = static_cast<std::uint8_t>(from.fixed(1));
    return domain::TraceId{bytes};
}

Event take_event(ByteReader& from, std::uint64_t flags) {
    Event event;
    event.stationary = (flags & kIsStationary) != 0;
    event.id = domain::EventId{take_text(from)};
    event.camera = domain::CameraId{take_text(from)};
    event.track = domain::TrackId{take_number(from)};
    event.verdict = domain::verdict_from(from.text()).value_or(domain::Verdict{});
    event.label = take_text(from);
    event.score = take_float(from);
    event.first_seen = take_time(from);
    event.last_seen = take_time(from);
    event.best_seen = take_time(from);
    event.media_offset = StreamClock::duration{take_number(from)};
    event.box = take_box(from);
    if ((flags & kHasPlate) != 0)
        event.plate = take_plate(from);
    if ((flags & kHasCorners) != 0)
        event.plate_corners = take_quad(from);
    event.detections = take_int(from);
    event.travelled = take_float(from);
    event.snapshot = take_text(from);
    event.plate_snapshot = take_text(from);
    event.source = take_text(from);
    for (std::size_t left = from.count(); left > 0 && !from.failed(); --left) {
        std::string task = take_text(from);
        event.models.push_back({std::move(task), take_text(from)});
    }
    if ((flags & kHasTrace) != 0)
        event.trace = take_trace(from);
    return event;
}

} // namespace

std::string to_blob(const Event& event) {
    ByteWriter to;
    to.fixed(kForm, 1);
    to.fixed((event.plate ? kHasPlate : 0) | (event.plate_corners ? kHasCorners : 0) |
                 (event.stationary ? kIsStationary : 0) | (event.trace.is_set() ? kHasTrace : 0),
             1);
    to.text(event.id.value());
    to.text(event.camera.value());
    put(to, event.track.value());
    to.text(domain::to_string(event.verdict));
    to.text(event.label);
    put(to, event.score);
    put(to, event.first_seen);
    put(to, event.last_seen);
    put(to, event.best_seen);
    put(to, std::int64_t{event.media_offset.count()});
    put(to, event.box);
    if (event.plate)
        put(to, *event.plate);
    if (event.plate_corners)
        put(to, *event.plate_corners);
    put(to, event.detections);
    put(to, event.travelled);
    to.text(event.snapshot);
    to.text(event.plate_snapshot);
    to.text(event.source);
    to.length(event.models.size());
    for (const auto& use : event.models) {
        to.text(use.task);
        to.text(use.id);
    }
    if (event.trace.is_set())
        for (const std::uint8_t byte : event.trace.bytes())
            to.fixed(byte, 1);
    return std::move(to).take();
}

Result<Event> from_blob(std::string_view blob) {
    ByteReader from{blob};
    const std::uint64_t form = from.fixed(1);
    const std::uint64_t flags = from.fixed(1);
    Event event = take_event(from, flags);
    if (form != kForm || from.failed() || !from.at_end() || event.verdict == domain::Verdict{})
        return Error{ErrorCode::data_loss,
                     "store: a stored event is damaged: run `vedette doctor` on it"};
    return event;
}

} // namespace vedette::storage
