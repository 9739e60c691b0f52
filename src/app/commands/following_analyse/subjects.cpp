#include "app/commands/following_analyse/subjects.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <utility>

#include "vedette/domain/plate_text.h"

namespace vedette::app {
namespace {

Error wrong(const std::string& option, const std::string& text, const std::string& expected) {
    return Error{ErrorCode::invalid_argument,
                 option + " '" + text + "' is not understood: write " + expected};
}

/// "name=a,b" -> name, {a, b}; an empty name if it is not written so.
std::pair<std::string, std::vector<std::string>> named_list(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
        return {};
    std::vector<std::string> items;
    std::string rest = text.substr(equals + 1);
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        if (comma > 0)
            items.push_back(rest.substr(0, comma));
        rest.erase(0, comma + 1);
    }
    if (items.empty())
        return {};
    return {text.substr(0, equals), std::move(items)};
}

} // namespace

void AnalysedSubjects::declare(CLI::App& options) {
    options.add_option("--subject", plates_, "Plate that may be followed; several are fine");
    options.add_option("--person", person_texts_,
                       "NAME=PLATE,PLATE: one who drives several cars, and may be followed in all");
    options.add_option("--mobile", mobile_texts_,
                       "NAME=CAMERA,CAMERA: a car that carries these cameras, and may be followed");
    options.add_option(
        "--track", track_texts_,
        "NAME=FILE, or FILE if there is one --mobile: where that car was; several are "
        "fine. NMEA, GPX, JSON of gpsd, or CSV with time,lat,lon,speed,course,accuracy. "
        "Not needed for sightings that have lat and lon");
    options
        .add_option("--clock-ahead", clock_ahead_s_,
                    "Seconds that the clock of the sightings is ahead of the track's")
        ->check(CLI::Range(-1e9, 1e9));
}

Status AnalysedSubjects::read() {
    if (plates_.empty() && person_texts_.empty() && mobile_texts_.empty())
        return Error{ErrorCode::invalid_argument,
                     "who may be followed? Name a --subject PLATE, a --person or a --mobile"};
    for (const std::string& text : person_texts_) {
        auto [name, plates] = named_list(text);
        if (name.empty())
            return wrong("--person", text, "NAME=PLATE,PLATE");
        for (const std::string& plate : plates)
            persons_[name].push_back(domain::normalize_plate(plate));
    }
    for (const std::string& text : mobile_texts_) {
        auto [name, cameras] = named_list(text);
        if (name.empty())
            return wrong("--mobile", text, "NAME=CAMERA,CAMERA");
        for (const std::string& camera : cameras) {
            mobiles_[name].cameras.emplace_back(camera);
            carrier_of_[camera] = name;
        }
    }
    return read_tracks();
}

/// \pre the cars are known
Status AnalysedSubjects::read_tracks() {
    for (const std::string& text : track_texts_) {
        const auto equals = text.find('=');
        const bool is_named =
            equals != std::string::npos && mobiles_.find(text.substr(0, equals)) != mobiles_.end();
        if (!is_named && mobiles_.size() != 1)
            return wrong("--track", text, "NAME=FILE, NAME being that of a --mobile");
        Mobile& mobile = is_named ? mobiles_[text.substr(0, equals)] : mobiles_.begin()->second;
        analysis::TrackReadReport report;
        VEDETTE_TRY(auto fixes,
                    analysis::read_track(is_named ? text.substr(equals + 1) : text, &report));
        bad_lines_ += report.bad;
        without_ += report.without;
        const std::chrono::microseconds ahead{std::llround(clock_ahead_s_ * 1e6)};
        for (analysis::TrackFix& fix : fixes) {
            fix.at += ahead;
            mobile.track.add(fix);
        }
    }
    return {};
}

Status AnalysedSubjects::add_to(analysis::FollowingAnalysis& following) const {
    for (const std::string& plate : plates_)
        VEDETTE_CHECK_OK(following.add_subject(domain::normalize_plate(plate)));
    for (const auto& [name, plates] : persons_)
        VEDETTE_CHECK_OK(following.add_person(name, plates));
    for (const auto& [name, mobile] : mobiles_)
        VEDETTE_CHECK_OK(following.add_mobile_subject(name, mobile.cameras));
    return {};
}

std::vector<std::string> AnalysedSubjects::plates_of(const std::string& subject) const {
    const auto person = persons_.find(subject);
    return person == persons_.end() ? std::vector{subject} : person->second;
}

bool AnalysedSubjects::is_plate(const std::string& subject) const {
    return !persons_.contains(subject) && !mobiles_.contains(subject);
}

bool AnalysedSubjects::place(analysis::Pass& pass) {
    if (pass.position || carrier_of_.empty())
        return true;
    const auto carrier = carrier_of_.find(pass.camera.value());
    if (carrier == carrier_of_.end())
        return true;
    const auto where = mobiles_.at(carrier->second).track.at(pass.at);
    if (where)
        pass.position = where->at;
    else
        ++placeless_;
    return where.has_value();
}

} // namespace vedette::app
