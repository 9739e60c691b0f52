#include <nlohmann/json.hpp>

#include "files/csv.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {
namespace {

void append_numbers(std::string& out, const std::vector<float>& numbers, char between) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0)
            out += between;
        out += shortest(numbers[i]);
    }
}

/// A JSON text: as it is where that is allowed, which is nearly always.
void append_text(std::string& out, std::string_view name, std::string_view text) {
    out += '"';
    out += name;
    out += "\":";
    bool plain = true;
    for (const char c : text)
        plain = plain && c >= 0x20 && c != '"' && c != '\\';
    if (plain)
        ((out += '"') += text) += '"';
    else
        out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

std::string pass_csv_header() {
    return "id,plate,camera,time,confidence,lat,lon,character_confidence";
}

std::string pass_to_csv(const Pass& pass) {
    std::string out = csv_cell(pass.id.value());
    (out += ',') += csv_cell(pass.plate);
    (out += ',') += csv_cell(pass.camera.value());
    (out += ',') += format_pass_time(pass.at);
    (out += ',') += shortest(pass.confidence);
    out += ',';
    if (pass.position)
        out += shortest(pass.position->latitude_deg);
    out += ',';
    if (pass.position)
        out += shortest(pass.position->longitude_deg);
    out += ',';
    append_numbers(out, pass.character_confidence, ' ');
    return out;
}

std::string pass_to_json(const Pass& pass) {
    std::string out = "{";
    append_text(out, "id", pass.id.value());
    append_text(out += ',', "plate", pass.plate);
    append_text(out += ',', "camera", pass.camera.value());
    append_text(out += ',', "time", format_pass_time(pass.at));
    (out += ",\"confidence\":") += shortest(pass.confidence);
    if (!pass.character_confidence.empty()) {
        out += ",\"character_confidence\":[";
        append_numbers(out, pass.character_confidence, ',');
        out += ']';
    }
    if (pass.position) {
        (out += ",\"lat\":") += shortest(pass.position->latitude_deg);
        (out += ",\"lon\":") += shortest(pass.position->longitude_deg);
    }
    return out += '}';
}

} // namespace vedette::analysis
