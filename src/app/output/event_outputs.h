#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>

#include "app/output/line_file.h"
#include "vedette/pipeline/event_sink.h"

namespace vedette::app {

/// Where the events of a run go. Everything is optional; together they are one EventSink.
struct EventOutputOptions {
    std::string json_lines{};          ///< a path, "-" for standard output, empty for none
    std::filesystem::path snapshots{}; ///< made if it is not there; empty for none
    bool with_discarded = false;       ///< also events that are no sightings
    bool for_people = true;            ///< a line per sighting on `out`
    int jpeg_quality = 80;
};

/// Snapshot first, then the line that names it: a line never speaks of a picture that is not there.
///
/// Thread-compatible. `out` is borrowed.
class EventOutputs final : public pipeline::EventSink {
public:
    static Result<EventOutputs> open(const EventOutputOptions& options, std::ostream& out);

    Status take(domain::Event event, const pipeline::EventPictures& pictures) override;
    /// Makes sure that what was written is on the disk.
    Status finish();
    /// Whether an event could not be written: nothing that comes later will be.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

private:
    EventOutputs(EventOutputOptions options, std::optional<LineFile> file, std::ostream& out);
    Status write(domain::Event& event, const pipeline::EventPictures& pictures);
    Status store_pictures(domain::Event& event, const pipeline::EventPictures& pictures) const;

    EventOutputOptions options_;
    std::optional<LineFile> file_;
    std::ostream* out_;
    bool broken_ = false;
};

/// "00:14.2  car         AB12CDE  98 %  gb", for a terminal.
[[nodiscard]] std::string describe_for_people(const domain::Event& event);
/// "1:02:03.4" or "02:03.4".
[[nodiscard]] std::string format_position(std::chrono::microseconds position);

} // namespace vedette::app
