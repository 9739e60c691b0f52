#include "vedette/ports/testing/sample_events.h"

#include <chrono>

namespace vedette::ports::testing {
namespace {

using domain::Event;

WallTime at(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }

} // namespace

Event sample_event(std::string id, std::int64_t at_us) {
    Event event;
    event.id = domain::EventId{std::move(id)};
    event.camera = domain::CameraId{"gate"};
    event.track = domain::TrackId{42};
    event.verdict = domain::Verdict::no_plate_found;
    event.label = "car";
    event.score = 0.75F;
    event.first_seen = at(at_us);
    event.last_seen = at(at_us + 2'000'000);
    event.best_seen = at(at_us + 1'000'000);
    event.media_offset = std::chrono::microseconds{12'345};
    event.box = {0.1F, 0.2F, 0.3F, 0.4F};
    event.stationary = true;
    event.detections = 17;
    event.travelled = 0.625F;
    event.snapshot = event.id.value() + ".jpg";
    event.source = "rtsp://camera/stream";
    event.models = {{"object", "yolox-nano@1"}, {"ocr", "plate-ocr@1"}};
    return event;
}

Event sample_sighting(std::string id, std::string_view plate, std::int64_t at_us) {
    Event event = sample_event(std::move(id), at_us);
    const std::string text{plate};
    event.verdict = domain::Verdict::published;
    event.plate = domain::PlateText{text, text, text, 0.9F, {}, {{"de", 0.8F}, {"gb", 0.1F}}, 5};
    event.plate->character_confidence.assign(text.size(), 0.95F);
    event.plate_corners = {{{0.1F, 0.1F}, {0.2F, 0.1F}, {0.2F, 0.2F}, {0.1F, 0.2F}}};
    event.plate_snapshot = event.id.value() + "-plate.jpg";
    event.trace = domain::TraceId{{1, 2, 3, 0xff}};
    return event;
}

std::string ChanceEvents::plate() {
    constexpr std::string_view kSigns = "AB0O18";
    std::string text;
    const auto signs = 3 + number(4);
    for (std::uint64_t i = 0; i < signs; ++i)
        text += kSigns[number(kSigns.size())];
    return one_in(12) ? "\xc3\x9c" + text : text;
}

Event ChanceEvents::event() {
    const std::string id = "home.gate.1." + std::to_string(number(400)) + ".sighting.0";
    const auto at_us = static_cast<std::int64_t>(number(60)) * 1'000'000 - 5'000'000;
    Event event = one_in(5) ? sample_event(id, at_us) : sample_sighting(id, plate(), at_us);
    event.camera = domain::CameraId{"camera-" + std::to_string(number(4))};
    event.label = one_in(3) ? "person" : one_in(5) ? "bus" : "car";
    if (one_in(4))
        event.verdict = domain::Verdict::duplicate;
    if (event.plate) {
        event.plate->confidence = static_cast<float>(number(5)) / 4.0F;
        if (one_in(3))
            event.plate->resolved = plate();
        if (one_in(20))
            event.plate->normalized.clear();
    }
    if (one_in(6))
        event.snapshot = "shared-" + std::to_string(number(5)) + ".jpg";
    return event;
}

std::string ChanceEvents::typed(PlateMatch match) {
    std::string text = plate();
    if (match == PlateMatch::prefix)
        text = text.substr(0, 2 + number(3)); // two bytes at least: the first sign may have two
    if (match != PlateMatch::wildcard)
        return text;
    for (char& sign : text)
        if (one_in(3))
            sign = one_in(2) ? '?' : '*';
    return text + "A*";
}

EventQuery ChanceEvents::query() {
    EventQuery query;
    if (!one_in(3)) {
        query.match = static_cast<PlateMatch>(1 + number(4));
        query.plate = typed(query.match);
        query.max_edits = static_cast<int>(number(3));
    }
    if (one_in(3))
        query.cameras = {domain::CameraId{"camera-1"}, domain::CameraId{"camera-9"}};
    if (one_in(4))
        query.cameras.emplace_back("camera-2");
    if (one_in(4))
        query.labels = {"person", "bus"};
    if (one_in(3))
        query.from = at(static_cast<std::int64_t>(number(20)) * 1'000'000);
    if (one_in(3))
        query.to = at(static_cast<std::int64_t>(25 + number(20)) * 1'000'000);
    if (one_in(4))
        query.min_confidence = static_cast<float>(number(5)) / 4.0F;
    query.with_discarded = one_in(2);
    query.limit = 1 + number(20);
    return query;
}

} // namespace vedette::ports::testing
