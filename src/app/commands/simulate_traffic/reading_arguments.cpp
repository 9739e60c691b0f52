#include "app/commands/simulate_traffic/reading_arguments.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>

namespace vedette::app {

void ReadingArguments::declare(CLI::App& options) {
    const std::string group = "Cameras";
    options
        .add_option("--read-rate", reading_.read_rate,
                    "Share of passes that become a read, by day and dry, over all cameras")
        ->capture_default_str()
        ->group(group);
    options
        .add_option("--misread-rate", reading_.misread_rate,
                    "Share of reads with a wrong text, by day and dry")
        ->capture_default_str()
        ->group(group);
    options
        .add_option("--night-factor", reading_.night_factor, "Of the read rate, 22 to 6 o'clock")
        ->capture_default_str()
        ->group(group);
    options.add_option("--rain-factor", reading_.rain_factor, "Of the read rate, in rain")
        ->capture_default_str()
        ->group(group);
    options
        .add_option("--duplicate-rate", reading_.duplicate_rate, "Share of reads that come twice")
        ->capture_default_str()
        ->group(group);
    options
        .add_option("--clock-error-ms", clock_error_ms_,
                    "How far clocks are off, as one standard deviation over cameras")
        ->capture_default_str()
        ->group(group);
    options
        .add_option("--outage-share", reading_.outage_share,
                    "Of the time that a camera is away, 0 to 0.5")
        ->capture_default_str()
        ->group(group);
    options
        .add_option("--confusion", confusion_,
                    "Table of misreads as CSV: true,read,weight (default: what readers confuse)")
        ->group(group);
}

Result<analysis::ReadingOptions> ReadingArguments::load() const {
    analysis::ReadingOptions reading = reading_;
    reading.clock_error = std::chrono::milliseconds{clock_error_ms_};
    if (confusion_.empty())
        return reading;
    std::ifstream in{confusion_, std::ios::binary};
    if (!in)
        return Error{ErrorCode::not_found, "--confusion " + confusion_.string() +
                                               ": there is no such file, or it may "
                                               "not be read"};
    std::ostringstream text;
    text << in.rdbuf();
    reading.confusion_csv = text.str();
    if (reading.confusion_csv.empty())
        return Error{ErrorCode::invalid_argument,
                     "--confusion " + confusion_.string() + ": is empty"};
    return reading;
}

} // namespace vedette::app
