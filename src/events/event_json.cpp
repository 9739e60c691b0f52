#include "vedette/events/event_json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace vedette::events {
namespace {

using Json = nlohmann::ordered_json;
using domain::Event;
using domain::NormBox;
using domain::NormQuad;
using domain::PlateText;

// ---- writing ----

/// Six digits say more than any detector knows, and keep lines short.
double rounded(float value) { return std::round(static_cast<double>(value) * 1e6) / 1e6; }

Json box_json(const NormBox& box) {
    return Json::array(
        {rounded(box.left), rounded(box.top), rounded(box.width), rounded(box.height)});
}

Json quad_json(const NormQuad& quad) {
    Json out = Json::array();
    for (const auto& point : quad)
        out.push_back(Json::array({rounded(point.x), rounded(point.y)}));
    return out;
}

Json plate_json(const PlateText& plate, const std::optional<NormQuad>& corners,
                const std::string& snapshot) {
    Json characters = Json::array();
    for (const float confidence : plate.character_confidence)
        characters.push_back(rounded(confidence));
    Json regions = Json::array();
    for (const auto& candidate : plate.regions)
        regions.push_back(Json{{"region", candidate.region}, {"score", rounded(candidate.score)}});
    Json out{{"observed", plate.observed},
             {"normalized", plate.normalized},
             {"resolved", plate.resolved},
             {"confidence", rounded(plate.confidence)},
             {"character_confidence", std::move(characters)},
             {"regions", std::move(regions)},
             {"reads", plate.reads}};
    if (corners)
        out["corners"] = quad_json(*corners);
    if (!snapshot.empty())
        out["snapshot"] = snapshot;
    return out;
}

/// `models` is what there was before a task could have several, and hashes.
void add_models(const std::vector<domain::ModelUse>& uses, Json& out) {
    Json models = Json::object();
    Json used = Json::array();
    for (const domain::ModelUse& use : uses) {
        models[use.task] = use.id;
        Json one{{"task", use.task}, {"id", use.id}};
        if (!use.sha256.empty())
            one["sha256"] = use.sha256;
        used.push_back(std::move(one));
    }
    out["models"] = std::move(models);
    out["models_used"] = std::move(used);
}

/// A text below the threshold is shown as a candidate, so that nobody opens a gate for it by
/// accident.
bool plate_is_accepted(domain::Verdict verdict) {
    return verdict == domain::Verdict::published || verdict == domain::Verdict::duplicate;
}

// ---- reading ----

/// Nothing in an event is larger; and what is can't become a float.
bool is_sane_number(const Json& value) {
    constexpr double kLargest = 1e9;
    return value.is_number() && std::abs(value.get<double>()) <= kLargest;
}

/// Reads members of one object; the first problem is kept, later reads then give defaults.
class Reader {
public:
    explicit Reader(const Json& object) : object_{object} {}

    template <class T>
    T required(const char* name) {
        const auto found = object_.find(name);
        if (found == object_.end()) {
            fail(name, "is missing");
            return T{};
        }
        return convert<T>(name, *found);
    }
    template <class T>
    T optional(const char* name, T otherwise) {
        const auto found = object_.find(name);
        return found == object_.end() ? otherwise : convert<T>(name, *found);
    }
    const Json* child(const char* name) const {
        const auto found = object_.find(name);
        return found == object_.end() ? nullptr : &*found;
    }
    void fail(const std::string& name, const std::string& why) {
        if (!error_)
            error_ = Error{ErrorCode::invalid_argument, "event: '" + name + "' " + why};
    }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    float share(const char* name) {
        const auto value = required<double>(name);
        if (!(value >= 0 && value <= 1))
            fail(name, "must lie in 0..1");
        return static_cast<float>(value);
    }
    WallTime time(const char* name) {
        auto parsed = parse_time(required<std::string>(name));
        if (!parsed)
            fail(name, parsed.error().message());
        return parsed ? *parsed : WallTime{};
    }

private:
    template <class T>
    T convert(const char* name, const Json& value) {
        if constexpr (std::is_same_v<T, std::string>) {
            if (value.is_string())
                return value.get<std::string>();
            fail(name, "must be a text");
        } else if constexpr (std::is_same_v<T, bool>) {
            if (value.is_boolean())
                return value.get<bool>();
            fail(name, "must be true or false");
        } else if constexpr (std::is_integral_v<T>) {
            if (value.is_number_integer() && in_range<T>(value))
                return value.get<T>();
            fail(name, "must be a whole number in range");
        } else {
            if (is_sane_number(value))
                return static_cast<T>(value.get<double>());
            fail(name, "must be a number of sensible size");
        }
        return T{};
    }
    template <class T>
    static bool in_range(const Json& value) {
        if (value.is_number_unsigned())
            return value.get<std::uint64_t>() <=
                   static_cast<std::uint64_t>(std::numeric_limits<T>::max());
        const auto number = value.get<std::int64_t>();
        return number >= std::numeric_limits<T>::min() && number <= std::numeric_limits<T>::max();
    }

    const Json& object_;
    std::optional<Error> error_;
};

bool is_numbers(const Json& value, std::size_t count) {
    if (!value.is_array() || value.size() != count)
        return false;
    return std::all_of(value.begin(), value.end(), is_sane_number);
}

NormBox read_box(Reader& reader, const char* name) {
    const Json* value = reader.child(name);
    if (value == nullptr || !is_numbers(*value, 4)) {
        reader.fail(name, "must be [left, top, width, height]");
        return {};
    }
    return {(*value)[0].get<float>(), (*value)[1].get<float>(), (*value)[2].get<float>(),
            (*value)[3].get<float>()};
}

std::optional<NormQuad> read_quad(Reader& reader, const char* name) {
    const Json* value = reader.child(name);
    if (value == nullptr)
        return std::nullopt;
    NormQuad quad{};
    if (!value->is_array() || value->size() != quad.size()) {
        reader.fail(name, "must be four points");
        return std::nullopt;
    }
    for (std::size_t i = 0; i < quad.size(); ++i) {
        if (!is_numbers((*value)[i], 2)) {
            reader.fail(name, "must be four points [x, y]");
            return std::nullopt;
        }
        quad[i] = {(*value)[i][0].get<float>(), (*value)[i][1].get<float>()};
    }
    return quad;
}

void read_regions(Reader& reader, PlateText& plate) {
    const Json* regions = reader.child("regions");
    if (regions == nullptr || !regions->is_array())
        return reader.fail("regions", "must be a list");
    for (const Json& one : *regions) {
        Reader item{one};
        plate.regions.push_back({item.required<std::string>("region"), item.share("score")});
        if (item.error())
            return reader.fail("regions", "holds a broken entry: " + item.error()->message());
    }
}

void read_character_confidence(Reader& reader, PlateText& plate) {
    const Json* list = reader.child("character_confidence");
    if (list == nullptr || !list->is_array() || !is_numbers(*list, list->size()))
        return reader.fail("character_confidence", "must be a list of numbers");
    for (const Json& one : *list)
        plate.character_confidence.push_back(one.get<float>());
}

void read_plate(Reader& outer, const Json& object, Event& event) {
    Reader reader{object};
    PlateText plate;
    plate.observed = reader.required<std::string>("observed");
    plate.normalized = reader.required<std::string>("normalized");
    plate.resolved = reader.required<std::string>("resolved");
    plate.confidence = reader.share("confidence");
    plate.reads = reader.required<int>("reads");
    read_character_confidence(reader, plate);
    read_regions(reader, plate);
    event.plate_corners = read_quad(reader, "corners");
    event.plate_snapshot = reader.optional<std::string>("snapshot", "");
    event.plate = std::move(plate);
    if (reader.error())
        outer.fail("plate", reader.error()->message());
}

bool is_sha256(const std::string& text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char digit) {
               return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
           });
}

void read_models_used(Reader& reader, const Json& models, Event& event) {
    if (!models.is_array())
        return reader.fail("models_used", "must be a list");
    for (const Json& one : models) {
        if (!one.is_object())
            return reader.fail("models_used", "must hold objects");
        Reader item{one};
        domain::ModelUse use{item.required<std::string>("task"), item.required<std::string>("id"),
                             item.optional<std::string>("sha256", "")};
        if (!use.sha256.empty() && !is_sha256(use.sha256))
            item.fail("sha256", "must be 64 lower-case hexadecimal digits");
        if (item.error())
            return reader.fail("models_used", "holds a broken entry: " + item.error()->message());
        event.models.push_back(std::move(use));
    }
}

void read_models(Reader& reader, Event& event) {
    if (const Json* used = reader.child("models_used"); used != nullptr)
        return read_models_used(reader, *used, event);
    const Json* models = reader.child("models"); // before there were hashes
    if (models == nullptr)
        return;
    if (!models->is_object())
        return reader.fail("models", "must be an object");
    for (const auto& [task, id] : models->items()) {
        if (!id.is_string())
            return reader.fail("models", "must name each model by a text");
        event.models.push_back({task, id.get<std::string>()});
    }
}

void read_trace(Reader& reader, Event& event) {
    if (reader.child("trace_id") == nullptr)
        return;
    const auto trace = domain::TraceId::from_hex(reader.required<std::string>("trace_id"));
    if (!trace)
        return reader.fail("trace_id", "must be 32 lower-case hexadecimal digits, not all 0");
    event.trace = *trace;
}

Event read_event(Reader& reader) {
    Event event;
    if (reader.required<int>("schema") != kEventSchemaVersion)
        reader.fail("schema", "must be " + std::to_string(kEventSchemaVersion));
    event.id = domain::EventId{reader.required<std::string>("event_id")};
    event.camera = domain::CameraId{reader.required<std::string>("camera")};
    event.track = domain::TrackId{reader.required<std::int64_t>("track")};
    if (const auto verdict = domain::verdict_from(reader.required<std::string>("verdict")))
        event.verdict = *verdict;
    else
        reader.fail("verdict", "is none of the known ones");
    event.label = reader.required<std::string>("label");
    event.score = reader.share("score");
    event.first_seen = reader.time("first_seen");
    event.last_seen = reader.time("last_seen");
    event.best_seen = reader.time("best_seen");
    event.media_offset = StreamClock::duration{reader.required<std::int64_t>("media_offset_us")};
    event.box = read_box(reader, "box");
    event.stationary = reader.required<bool>("stationary");
    event.detections = reader.required<int>("detections");
    event.travelled = reader.required<float>("travelled");
    event.source = reader.optional<std::string>("source", "");
    event.snapshot = reader.optional<std::string>("snapshot", "");
    read_trace(reader, event);
    for (const char* name : {"plate", "plate_candidate"})
        if (const Json* plate = reader.child(name); plate != nullptr && !plate->is_null())
            read_plate(reader, *plate, event);
    read_models(reader, event);
    return event;
}

} // namespace

std::string to_json(const Event& event) {
    Json out{{"schema", kEventSchemaVersion},
             {"event_id", event.id.value()},
             {"type", domain::is_published(event.verdict) ? "sighting" : "discarded"},
             {"camera", event.camera.value()},
             {"track", event.track.value()},
             {"verdict", domain::to_string(event.verdict)},
             {"label", event.label},
             {"score", rounded(event.score)},
             {"first_seen", format_time(event.first_seen)},
             {"last_seen", format_time(event.last_seen)},
             {"best_seen", format_time(event.best_seen)},
             {"media_offset_us", event.media_offset.count()},
             {"box", box_json(event.box)},
             {"stationary", event.stationary},
             {"detections", event.detections},
             {"travelled", rounded(event.travelled)}};
    if (event.plate)
        out[plate_is_accepted(event.verdict) ? "plate" : "plate_candidate"] =
            plate_json(*event.plate, event.plate_corners, event.plate_snapshot);
    if (!event.snapshot.empty())
        out["snapshot"] = event.snapshot;
    if (!event.source.empty())
        out["source"] = event.source;
    if (!event.models.empty())
        add_models(event.models, out);
    if (event.trace.is_set())
        out["trace_id"] = event.trace.to_hex();
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Event> event_from_json(std::string_view json) {
    const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
    if (parsed.is_discarded())
        return Error{ErrorCode::invalid_argument, "event: not valid JSON"};
    if (!parsed.is_object())
        return Error{ErrorCode::invalid_argument, "event: must be a JSON object"};
    Reader reader{parsed};
    Event event = read_event(reader);
    if (reader.error())
        return *reader.error();
    return event;
}

} // namespace vedette::events
