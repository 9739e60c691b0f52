#include "following/pass_state.h"

namespace vedette::analysis {

std::uint64_t state_checksum(std::string_view bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
    return hash;
}

void save_pass(const Pass& pass, StateWriter& out) {
    out.put(pass.id.value());
    out.put(pass.camera.value());
    out.put(static_cast<std::int64_t>(pass.at.time_since_epoch().count()));
    out.put(pass.plate);
    out.put(pass.confidence);
    out.put(static_cast<std::uint64_t>(pass.character_confidence.size()));
    for (const float confidence : pass.character_confidence)
        out.put(confidence);
    out.put(static_cast<std::uint8_t>(pass.position.has_value()));
    if (pass.position) {
        out.put(pass.position->latitude_deg);
        out.put(pass.position->longitude_deg);
    }
}

Pass load_pass(StateReader& in) {
    const domain::EventId id{in.text()};
    const domain::CameraId camera{in.text()};
    Pass pass{.id = id,
              .camera = camera,
              .at = {},
              .plate = {},
              .character_confidence = {},
              .position = {}};
    pass.at = WallTime{std::chrono::microseconds{in.get<std::int64_t>()}};
    pass.plate = in.text();
    pass.confidence = in.get<float>();
    pass.character_confidence.resize(in.count(4));
    for (float& confidence : pass.character_confidence)
        confidence = in.get<float>();
    if (in.get<std::uint8_t>() != 0) {
        const auto latitude = in.get<double>();
        pass.position = GeoPoint{latitude, in.get<double>()};
    }
    return pass;
}

} // namespace vedette::analysis
