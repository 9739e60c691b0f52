#include "app/commands/eval_gate/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

/// Of one gate, over one clip or all.
struct Row {
    double length_s = 0;
    double processor_s = 0;
    std::uint64_t pictures = 0;
    std::uint64_t looks = 0;
    pipeline::GateReport report;
    std::size_t found = 0;
    GateLoss loss;
};

Row row_of(const GateClip& clip, std::size_t run) {
    const GateRun& one = clip.runs.at(run);
    return {.length_s = clip.length.count(),
            .processor_s = one.processor.count(),
            .pictures = one.pictures,
            .looks = one.looks,
            .report = one.report,
            .found = one.sightings.size(),
            .loss = loss_against(clip.runs.front().sightings, one.sightings)};
}

void add(Row& sum, const Row& row) {
    sum.length_s += row.length_s;
    sum.processor_s += row.processor_s;
    sum.pictures += row.pictures;
    sum.looks += row.looks;
    sum.report.packets += row.report.packets;
    sum.report.decoded += row.report.decoded;
    sum.report.probed += row.report.probed;
    for (const pipeline::WakeReason reason : pipeline::kAllWakeReasons)
        sum.report.of(reason) += row.report.of(reason);
    sum.found += row.found;
    sum.loss.of += row.loss.of;
    sum.loss.missed += row.loss.missed;
    sum.loss.extra += row.loss.extra;
    sum.loss.plates_of += row.loss.plates_of;
    sum.loss.plates_missed += row.loss.plates_missed;
    sum.loss.delays_s.insert(sum.loss.delays_s.end(), row.loss.delays_s.begin(),
                             row.loss.delays_s.end());
}

Row sum_of(const std::vector<GateClip>& clips, std::size_t run) {
    Row sum;
    for (const GateClip& clip : clips)
        add(sum, row_of(clip, run));
    return sum;
}

double worst(const std::vector<double>& delays_s) {
    return delays_s.empty() ? 0 : *std::max_element(delays_s.begin(), delays_s.end());
}

/// Of the packets that came, those that were decoded.
double decoded_share(const pipeline::GateReport& report) {
    return report.packets == 0 ? 1
                               : static_cast<double>(report.decoded + report.probed) /
                                     static_cast<double>(report.packets);
}

std::string fixed(double value, int digits) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << value;
    return out.str();
}

std::string wakes_text(const pipeline::GateReport& report) {
    std::string text;
    for (const pipeline::WakeReason reason : pipeline::kAllWakeReasons)
        if (report.of(reason) > 0)
            text += (text.empty() ? "" : ", ") + std::string{to_string(reason)} + " " +
                    std::to_string(report.of(reason));
    return text;
}

void write_row(const std::string& name, int width, const std::string& gate, const Row& row,
               std::ostream& out) {
    out << std::left << std::setw(width) << name << std::setw(8) << gate << std::right
        << std::setw(8) << fixed(row.length_s, 1) << std::setw(8) << fixed(row.processor_s, 2)
        << std::setw(8) << fixed(100 * decoded_share(row.report), 1) << std::setw(8) << row.looks
        << std::setw(7) << row.found << std::setw(8) << row.loss.missed << std::setw(7)
        << row.loss.extra << std::setw(8) << fixed(worst(row.loss.delays_s), 2) << std::setw(8)
        << (std::to_string(row.loss.plates_of - row.loss.plates_missed) + "/" +
            std::to_string(row.loss.plates_of))
        << "  " << wakes_text(row.report) << '\n';
}

Json json_of(const Row& row) {
    Json wakes = Json::object();
    for (const pipeline::WakeReason reason : pipeline::kAllWakeReasons)
        wakes[std::string{to_string(reason)}] = row.report.of(reason);
    Json missed = Json::array();
    for (const domain::Event& event : row.loss.missed_ones)
        missed.push_back(
            {{"label", event.label},
             {"media_offset_s", std::chrono::duration<double>(event.media_offset).count()},
             {"seen_for_s",
              std::chrono::duration<double>(event.last_seen - event.first_seen).count()},
             {"height", event.box.height}});
    return {{"length_s", row.length_s},
            {"processor_s", row.processor_s},
            {"pictures_decoded", row.pictures},
            {"looks", row.looks},
            {"packets", row.report.packets},
            {"packets_decoded", row.report.decoded + row.report.probed},
            {"wakes", std::move(wakes)},
            {"sightings", row.found},
            {"of", row.loss.of},
            {"missed", row.loss.missed},
            {"extra", row.loss.extra},
            {"plates_of", row.loss.plates_of},
            {"plates_missed", row.loss.plates_missed},
            {"largest_delay_s", worst(row.loss.delays_s)},
            {"missed_ones", std::move(missed)}};
}

} // namespace

void write_table(const std::vector<GateClip>& clips, std::ostream& out) {
    std::size_t longest = std::string_view{"clip"}.size();
    for (const GateClip& clip : clips)
        longest = std::max(longest, clip.name.size());
    const int width = static_cast<int>(longest) + 2;
    out << std::left << std::setw(width) << "clip" << std::setw(8) << "gate" << std::right
        << std::setw(8) << "length" << std::setw(8) << "CPU s" << std::setw(8) << "dec. %"
        << std::setw(8) << "looks" << std::setw(7) << "found" << std::setw(8) << "missed"
        << std::setw(7) << "extra" << std::setw(8) << "delay" << std::setw(8) << "plates"
        << "  wakes\n";
    for (const GateClip& clip : clips)
        for (std::size_t run = 0; run < clip.runs.size(); ++run)
            write_row(clip.name, width, clip.runs[run].gate, row_of(clip, run), out);
    if (clips.size() < 2)
        return;
    for (std::size_t run = 0; run < clips.front().runs.size(); ++run)
        write_row("all", width, clips.front().runs[run].gate, sum_of(clips, run), out);
}

void write_json(const std::vector<GateClip>& clips, std::ostream& out) {
    Json all = Json::array();
    for (const GateClip& clip : clips) {
        Json gates = Json::object();
        for (std::size_t run = 0; run < clip.runs.size(); ++run)
            gates[clip.runs[run].gate] = json_of(row_of(clip, run));
        all.push_back({{"name", clip.name}, {"gates", std::move(gates)}});
    }
    Json total = Json::object();
    for (std::size_t run = 0; !clips.empty() && run < clips.front().runs.size(); ++run)
        total[clips.front().runs[run].gate] = json_of(sum_of(clips, run));
    const Json report{{"clips", std::move(all)}, {"total", std::move(total)}};
    out << report.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace vedette::app
