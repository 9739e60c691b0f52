#include "app/commands/discover/probe_report.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

namespace vedette::app {
namespace {

using media::Finding;
using media::InputReport;
using Json = nlohmann::ordered_json;

std::string_view word_for(Finding::Weight weight) {
    switch (weight) {
    case Finding::Weight::problem: return "problem";
    case Finding::Weight::warning: return "warning";
    case Finding::Weight::note: return "note";
    }
    return "?";
}

std::string number(double value, int digits) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << value;
    return out.str();
}

double seconds(std::chrono::microseconds time) {
    return std::chrono::duration<double>(time).count();
}

std::string video_line(const InputReport& report) {
    const auto& m = report.measures;
    std::string line = report.codec;
    if (!report.profile.empty())
        line += " (" + report.profile + ")";
    line += ", " + std::to_string(report.width_px) + "x" + std::to_string(report.height_px);
    if (m.frame_rate)
        line += ", " + number(*m.frame_rate, 1) + " pictures per second";
    if (report.declared_frame_rate > 0)
        line += " (declares " + number(report.declared_frame_rate, 1) + ")";
    if (m.key_frame_interval)
        line += ", a key frame every " + number(seconds(*m.key_frame_interval), 1) + " s (" +
                std::to_string(*m.key_frame_distance) + " pictures)";
    if (m.bits_per_second)
        line += ", " + number(*m.bits_per_second / 1e6, 2) + " Mbit/s";
    return line;
}

std::string sound_line(const InputReport& report) {
    if (report.audio_codec.empty())
        return "no sound";
    std::string line = "sound: " + report.audio_codec;
    if (report.audio_rate_hz > 0)
        line += ", " + std::to_string(report.audio_rate_hz) + " Hz";
    if (report.audio_channels > 0)
        line += ", " + std::to_string(report.audio_channels) +
                (report.audio_channels == 1 ? " channel" : " channels");
    return line;
}

std::string way_line(const InputReport& report) {
    std::string line = report.transport.empty() ? "" : "over " + report.transport + ", ";
    line += "open after " + std::to_string(report.open_time.count()) + " ms";
    if (report.first_picture)
        line += ", first picture after " + std::to_string(report.first_picture->count()) + " ms";
    if (!report.decoder.empty())
        line += ", decoded by " + report.decoder;
    return line;
}

void put_stream(const InputReport& report, Json& json) {
    const auto& m = report.measures;
    Json video{{"codec", report.codec},
               {"profile", report.profile},
               {"pixel_format", report.pixel_format},
               {"width_px", report.width_px},
               {"height_px", report.height_px},
               {"rotation_deg", report.rotation_deg},
               {"declared_frame_rate", report.declared_frame_rate}};
    if (m.frame_rate)
        video["frame_rate"] = *m.frame_rate;
    if (m.arrival_rate)
        video["arrival_rate"] = *m.arrival_rate;
    if (m.bits_per_second)
        video["bits_per_second"] = *m.bits_per_second;
    if (m.key_frame_interval) {
        video["key_frame_interval_s"] = seconds(*m.key_frame_interval);
        video["key_frame_distance"] = *m.key_frame_distance;
    }
    video["pictures"] = m.packets;
    video["key_frames"] = m.key_frames;
    video["b_frames"] = m.reordered;
    video["variable_rate"] = m.variable_rate;
    video["time_jumps"] = m.time_jumps;
    json["video"] = std::move(video);
    if (!report.audio_codec.empty())
        json["audio"] = {{"codec", report.audio_codec},
                         {"rate_hz", report.audio_rate_hz},
                         {"channels", report.audio_channels},
                         {"packets", m.audio_packets}};
}

} // namespace

void print_findings(const std::vector<Finding>& findings, std::ostream& out) {
    for (const Finding& one : findings) {
        out << "    " << word_for(one.weight) << ": " << one.text << '\n';
        if (!one.advice.empty())
            out << "        -> " << one.advice << '\n';
    }
}

Json findings_json(const std::vector<Finding>& findings) {
    auto list = Json::array();
    for (const Finding& one : findings)
        list.push_back({{"weight", word_for(one.weight)},
                        {"id", one.id},
                        {"text", one.text},
                        {"advice", one.advice}});
    return list;
}

void print_input(const InputReport& report, std::ostream& out) {
    out << report.name << '\n';
    if (report.opened)
        for (const std::string& line : {video_line(report), sound_line(report), way_line(report)})
            out << "    " << line << '\n';
    print_findings(report.findings, out);
    if (report.works())
        out << "    works\n";
}

Json input_json(const InputReport& report) {
    Json json{{"input", report.name}, {"works", report.works()}, {"opened", report.opened}};
    if (report.opened) {
        json["live"] = report.live;
        json["container"] = report.container;
        json["transport"] = report.transport;
        put_stream(report, json);
        json["decoder"] = report.decoder;
    }
    json["open_ms"] = report.open_time.count();
    if (report.first_packet)
        json["first_packet_ms"] = report.first_packet->count();
    if (report.first_picture)
        json["first_picture_ms"] = report.first_picture->count();
    json["findings"] = findings_json(report.findings);
    return json;
}

} // namespace vedette::app
