#include "app/commands/eval_plates/temperature.h"

#include <array>
#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "vedette/imaging/transform.h"
#include "vedette/media/picture.h"
#include "vedette/vision/plate_finder.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

/// The label's box as the program would cut it out.
imaging::PixelRect grown(const vision::PixelBox& box) {
    const vision::PlateFinderOptions options;
    const double x = box.width * static_cast<double>(options.crop_margin_x);
    const double y = box.height * static_cast<double>(options.crop_margin_y);
    const auto whole = [](double value) { return static_cast<int>(std::lround(value)); };
    return {whole(box.left - x), whole(box.top - y), whole(box.width + 2 * x),
            whole(box.height + 2 * y)};
}

Status add_plates(const vision::PlatePicture& truth, const imaging::ImageView& picture,
                  vision::PlateReader& reader, TemperatureReport& report) {
    for (const vision::PlateTruth& plate : truth.plates) {
        if (plate.text.empty())
            continue;
        imaging::Image cut;
        if (plate.box)
            cut = imaging::crop_bgr(picture, grown(*plate.box));
        const imaging::ImageView crop = plate.box ? cut.view() : picture;
        VEDETTE_TRY(const auto reads, reader.read({&crop, 1}));
        report.left_out += report.set.add(reads.front(), plate.text) ? 0 : 1;
    }
    return {};
}

Json calibration_json(const TemperatureReport& report, double temperature) {
    const auto calibration = report.set.calibration(temperature);
    return {{"temperature", temperature},
            {"negative_log_likelihood", report.set.negative_log_likelihood(temperature)},
            {"text",
             {{"expected_calibration_error", calibration.text.expected_calibration_error()},
              {"brier", calibration.text.brier()}}},
            {"signs",
             {{"expected_calibration_error", calibration.signs.expected_calibration_error()},
              {"brier", calibration.signs.brier()}}}};
}

} // namespace

Result<infer::Manifest> with_every_symbol(infer::Manifest manifest) {
    if (manifest.decoder != "fixed-slot")
        return Error{ErrorCode::invalid_argument,
                     "--fit-temperature: " + manifest.full_id() + " is a '" + manifest.decoder +
                         "' reader; only those of fixed slots have one confidence for each sign"};
    manifest.decoder_options["temperature"] = "1";
    manifest.decoder_options["least_probability"] = "0";
    return manifest;
}

double temperature_of(const infer::Manifest& manifest) {
    const auto found = manifest.decoder_options.find("temperature");
    return found == manifest.decoder_options.end() ? 1
                                                   : std::strtod(found->second.c_str(), nullptr);
}

Result<TemperatureReport> read_for_temperature(const std::vector<vision::PlatePicture>& pictures,
                                               vision::PlateReader& reader,
                                               const Environment& environment) {
    TemperatureReport out;
    for (const vision::PlatePicture& truth : pictures) {
        if (environment.stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped before every picture was read"};
        const auto picture = media::load_picture(truth.file);
        if (!picture) {
            out.unreadable.push_back(picture.error().message());
            continue;
        }
        if (auto added = add_plates(truth, picture->view(), reader, out); !added)
            return std::move(added).error().with_context(truth.file.string());
    }
    if (out.set.reads() == 0)
        return Error{ErrorCode::not_found,
                     "--fit-temperature: no plate with a text that the reader can give (" +
                         std::to_string(out.left_out) + " with another)"};
    return out;
}

void write_json(const TemperatureReport& report, std::ostream& to) {
    const Json out{{"folder", report.folder},
                   {"model", report.model},
                   {"plates", report.set.reads()},
                   {"left_out", report.left_out},
                   {"before", calibration_json(report, report.before)},
                   {"after", calibration_json(report, report.set.fit())},
                   {"unreadable", report.unreadable}};
    to << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void write_table(const TemperatureReport& report, std::ostream& to) {
    const double fitted = report.set.fit();
    to << report.folder << ": " << report.set.reads() << " plates";
    if (report.left_out > 0)
        to << ", " << report.left_out << " left out whose text the reader can't give";
    to << "\n  " << report.model << "\n  " << std::left << std::setw(34) << "temperature"
       << std::right << std::fixed << std::setprecision(3) << std::setw(8) << report.before
       << "  -> " << fitted << '\n';
    const auto before = report.set.calibration(report.before);
    const auto after = report.set.calibration(fitted);
    const auto row = [&to](const char* what, double was, double is) {
        to << "  " << std::left << std::setw(34) << what << std::right << std::setprecision(4)
           << std::setw(8) << was << "  -> " << is << '\n';
    };
    row("negative log-likelihood of a slot", report.set.negative_log_likelihood(report.before),
        report.set.negative_log_likelihood(fitted));
    row("text: calibration error", before.text.expected_calibration_error(),
        after.text.expected_calibration_error());
    row("text: Brier score", before.text.brier(), after.text.brier());
    row("each sign: calibration error", before.signs.expected_calibration_error(),
        after.signs.expected_calibration_error());
    row("each sign: Brier score", before.signs.brier(), after.signs.brier());
    to << "In the reader's manifest: decoder_options: { temperature: " << std::setprecision(2)
       << fitted << " }. Judge it on other plates than these.\n";
}

} // namespace vedette::app
