#include "app/output/event_outputs.h"

#include <array>
#include <cstdio>
#include <system_error>

#include "vedette/events/event_json.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::app {
namespace {

const char* why_without_plate(domain::Verdict verdict) {
    switch (verdict) { // no default: a new verdict must be worded here
    case domain::Verdict::plate_too_small: return "plate too small to read";
    case domain::Verdict::plate_unreadable: return "plate not read surely";
    case domain::Verdict::plate_too_short: return "plate too short";
    case domain::Verdict::published:
    case domain::Verdict::no_plate_found: return "";
    case domain::Verdict::duplicate: return "seen a moment ago";
    case domain::Verdict::too_brief: return "too brief";
    case domain::Verdict::too_weak: return "too uncertain";
    }
    return "";
}

std::string plate_for_people(const domain::Event& event) {
    if (event.verdict != domain::Verdict::published || !event.plate)
        return why_without_plate(event.verdict);
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "%-10s %3.0f %%", event.plate->resolved.c_str(),
                  static_cast<double>(event.plate->confidence) * 100);
    std::string out = text.data();
    if (!event.plate->regions.empty())
        out += "  " + event.plate->regions.front().region;
    return out;
}

} // namespace

std::string format_position(std::chrono::microseconds position) {
    const auto tenths = position.count() / 100'000;
    std::array<char, 48> text{};
    const auto hours = tenths / 36'000;
    const auto minutes = tenths / 600 % 60;
    const double seconds = static_cast<double>(tenths % 600) / 10;
    if (hours > 0)
        std::snprintf(text.data(), text.size(), "%ld:%02ld:%04.1f", static_cast<long>(hours),
                      static_cast<long>(minutes), seconds);
    else
        std::snprintf(text.data(), text.size(), "%02ld:%04.1f", static_cast<long>(minutes),
                      seconds);
    return text.data();
}

std::string describe_for_people(const domain::Event& event) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "%8s  %-12s %-10s %3.0f %%  ",
                  format_position(event.media_offset).c_str(), event.camera.value().c_str(),
                  event.label.c_str(), static_cast<double>(event.score) * 100);
    std::string line = text.data() + plate_for_people(event);
    if (event.stationary)
        line += line.back() == ' ' ? "at rest" : "  at rest";
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

EventOutputs::EventOutputs(EventOutputOptions options, std::optional<LineFile> file,
                           std::ostream& out)
    : options_{std::move(options)}, file_{std::move(file)}, out_{&out} {}

Result<EventOutputs> EventOutputs::open(const EventOutputOptions& options, std::ostream& out) {
    if (!options.snapshots.empty()) {
        std::error_code failed;
        std::filesystem::create_directories(options.snapshots, failed);
        if (failed)
            return file_error(failed.value(), "can't make the snapshot folder", options.snapshots);
    }
    std::optional<LineFile> file;
    if (!options.json_lines.empty() && options.json_lines != "-") {
        VEDETTE_TRY(auto opened, LineFile::create(options.json_lines));
        file.emplace(std::move(opened));
    }
    return EventOutputs{options, std::move(file), out};
}

Status EventOutputs::store_pictures(domain::Event& event,
                                    const pipeline::EventPictures& pictures) const {
    if (options_.snapshots.empty())
        return {};
    const auto store = [&](const imaging::Image& picture, const std::string& name,
                           std::string& stored) -> Status {
        if (picture.empty())
            return {};
        VEDETTE_CHECK_OK(
            imaging::write_jpeg(picture.view(), options_.jpeg_quality, options_.snapshots / name));
        stored = name;
        return {};
    };
    VEDETTE_CHECK_OK(store(pictures.object, event.id.value() + ".jpg", event.snapshot));
    return store(pictures.plate, event.id.value() + "-plate.jpg", event.plate_snapshot);
}

Status EventOutputs::take(domain::Event event, const pipeline::EventPictures& pictures) {
    if (!domain::is_published(event.verdict) && !options_.with_discarded)
        return {};
    Status written = write(event, pictures);
    broken_ = broken_ || !written;
    return written;
}

Status EventOutputs::write(domain::Event& event, const pipeline::EventPictures& pictures) {
    VEDETTE_CHECK_OK(store_pictures(event, pictures));
    if (file_)
        VEDETTE_CHECK_OK(file_->append(events::to_json(event)));
    if (options_.json_lines == "-")
        *out_ << events::to_json(event)
              << std::endl; // a reader at the other end of a pipe wants it now
    else if (options_.for_people && domain::is_published(event.verdict))
        *out_ << describe_for_people(event) << std::endl;
    if (!*out_)
        return Error{ErrorCode::resource_exhausted,
                     "standard output could not be written; is the disk full or the reader gone?"};
    return {};
}

Status EventOutputs::finish() { return file_ ? file_->sync() : Status{}; }

} // namespace vedette::app
