#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/environment.h"
#include "vedette/infer/manifest.h"
#include "vedette/vision/eval/plate_metrics.h"
#include "vedette/vision/eval/temperature.h"
#include "vedette/vision/plate_reader.h"

namespace vedette::app {

/// The manifest of a fixed-slot reader, changed so that it gives every symbol of every slot, at
/// temperature 1. \return invalid_argument for another decoder: their confidences are no product of
/// slots.
[[nodiscard]] Result<infer::Manifest> with_every_symbol(infer::Manifest manifest);

/// 0.05..20; what a manifest gives as decoder_options.temperature, 1 without.
[[nodiscard]] double temperature_of(const infer::Manifest& manifest);

struct TemperatureReport {
    std::string folder;
    std::string model;
    double before = 1; ///< what the manifest says
    vision::TemperatureSet set;
    long left_out = 0;                   ///< labels that the reader can't give
    std::vector<std::string> unreadable; ///< one line each: pictures that could not be opened
};

/// Reads every labelled plate once: crops as they are, of whole pictures the label's box with the
/// margin that the program takes, not straightened. Looks at environment.stop between pictures.
/// \param reader  with with_every_symbol(). \return the model's errors; not_found if nothing is
/// left to fit to.
[[nodiscard]] Result<TemperatureReport>
read_for_temperature(const std::vector<vision::PlatePicture>& pictures, vision::PlateReader& reader,
                     const Environment& environment);

void write_json(const TemperatureReport& report, std::ostream& to);
/// A table for people.
void write_table(const TemperatureReport& report, std::ostream& to);

} // namespace vedette::app
