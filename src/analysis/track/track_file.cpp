#include "vedette/analysis/track_file.h"

#include <algorithm>
#include <array>
#include <istream>

#include "files/csv.h"
#include "files/line_reader.h"
#include "files/open_file.h"
#include "sumo/xml_stream.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/track_source.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kMaxLineBytes = 64UL * 1024;
constexpr std::array<std::string_view, 3> kRequired{"time", "lat", "lon"};

/// Where fixes of a file are put.
class Taken {
public:
    explicit Taken(const std::string& name) : name_{name} {}
    Status put(const TrackFix& fix) {
        if (fixes_.size() >= kMaxTrackFixes)
            return Error{ErrorCode::resource_exhausted, name_ + ": more than " +
                                                            std::to_string(kMaxTrackFixes) +
                                                            " positions: split the file"};
        fixes_.push_back(fix);
        return {};
    }
    Result<std::vector<TrackFix>> in_order() {
        if (fixes_.empty())
            return Error{ErrorCode::invalid_argument,
                         name_ + ": no position with a time in it; expected are NMEA, the JSON of "
                                 "gpsd, GPX, or CSV with time,lat,lon"};
        const auto earlier = [](const TrackFix& a, const TrackFix& b) { return a.at < b.at; };
        std::stable_sort(fixes_.begin(), fixes_.end(), earlier);
        fixes_.erase(std::unique(fixes_.begin(), fixes_.end(),
                                 [](const TrackFix& a, const TrackFix& b) { return a.at == b.at; }),
                     fixes_.end());
        return std::move(fixes_);
    }

private:
    const std::string& name_;
    std::vector<TrackFix> fixes_;
};

/// Lines that a receiver wrote: what is damaged is left out and counted.
template <class Reader>
Result<TrackSourceCounts> read_lines(std::istream& in, const std::string& name, Taken& into) {
    LineReader lines{in, name, kMaxLineBytes};
    Reader reader;
    for (;;) {
        VEDETTE_TRY(const auto line, lines.next());
        if (!line)
            return reader.counts();
        if (const auto fix = reader.take(*line))
            VEDETTE_CHECK_OK(into.put(*fix));
    }
}

Status optional_number(const CsvReader& csv, std::span<const std::string_view> cells,
                       std::string_view column, double high, std::optional<double>& into) {
    const auto at = csv.column(column);
    if (!at || trimmed(cells[*at]).empty())
        return {};
    VEDETTE_TRY(const double number, number_in(column, cells[*at], -1e9, 1e9));
    if (number >= 0 && number <= high)
        into = number;
    return {};
}

Result<TrackFix> fix_in(const CsvReader& csv, std::span<const std::string_view> cells) {
    TrackFix fix;
    VEDETTE_TRY(fix.at, parse_pass_time(cells[*csv.column("time")]));
    VEDETTE_TRY(fix.position.latitude_deg, number_in("lat", cells[*csv.column("lat")], -90, 90));
    VEDETTE_TRY(fix.position.longitude_deg, number_in("lon", cells[*csv.column("lon")], -180, 180));
    VEDETTE_CHECK_OK(optional_number(csv, cells, "speed", 1'000, fix.speed_mps));
    VEDETTE_CHECK_OK(optional_number(csv, cells, "course", 360, fix.course_deg));
    std::optional<double> accuracy;
    VEDETTE_CHECK_OK(optional_number(csv, cells, "accuracy", 10'000, accuracy));
    fix.accuracy_m = accuracy.value_or(fix.accuracy_m);
    return fix;
}

Status read_csv(std::istream& in, const std::string& name, Taken& into) {
    LineReader lines{in, name, kMaxLineBytes};
    CsvReader csv{lines};
    VEDETTE_CHECK_OK(csv.read_header(kRequired));
    for (;;) {
        VEDETTE_TRY(const auto cells, csv.next());
        if (!cells)
            return {};
        const auto fix = fix_in(csv, *cells);
        if (!fix)
            return lines.bad(fix.error().message());
        VEDETTE_CHECK_OK(into.put(*fix));
    }
}

std::optional<double> number_up_to(double high, std::string_view text) {
    const auto number = number_from(trimmed(text));
    return number && *number >= 0 && *number <= high ? number : std::nullopt;
}

/// Track points of GPX 1.0 and 1.1. Those without a time say nothing here.
class GpxPoints {
public:
    explicit GpxPoints(Taken& into) : into_{into} {}
    Status begin(std::string_view name, const XmlAttributes& attributes) {
        if (name != "trkpt")
            return {};
        point_ = TrackFix{};
        has_time_ = false;
        VEDETTE_TRY(point_.position.latitude_deg, number_in("lat", attributes["lat"], -90, 90));
        VEDETTE_TRY(point_.position.longitude_deg, number_in("lon", attributes["lon"], -180, 180));
        inside_ = true;
        return {};
    }
    Status end(std::string_view name, std::string_view text) {
        if (!inside_)
            return {};
        if (name == "time") {
            VEDETTE_TRY(point_.at, parse_pass_time(trimmed(text)));
            has_time_ = true;
        } else if (name == "speed") {
            point_.speed_mps = number_up_to(1'000, text);
        } else if (name == "course") {
            point_.course_deg = number_up_to(360, text);
        } else if (name == "trkpt") {
            inside_ = false;
            without_ += has_time_ ? 0 : 1;
            return has_time_ ? into_.put(point_) : Status{};
        }
        return {};
    }
    [[nodiscard]] std::uint64_t without() const { return without_; }

private:
    Taken& into_;
    TrackFix point_;
    bool inside_ = false;
    bool has_time_ = false;
    std::uint64_t without_ = 0;
};

Result<TrackSourceCounts> read_gpx(std::istream& in, const std::string& name, Taken& into) {
    GpxPoints points{into};
    VEDETTE_CHECK_OK(read_xml(
        in, name,
        [&](std::string_view element, const XmlAttributes& attributes) {
            return points.begin(element, attributes);
        },
        [&](std::string_view element, std::string_view text) {
            return points.end(element, text);
        }));
    TrackSourceCounts counts;
    counts.without = points.without();
    return counts;
}

/// Of UTF-8, as some programs begin their files.
void skip_byte_order_mark(std::istream& in) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (in.peek() != static_cast<unsigned char>(kMark.front()))
        return;
    for (const char byte : kMark)
        if (in.peek() == static_cast<unsigned char>(byte))
            in.get();
}

Result<TrackSourceCounts> read_any(std::istream& in, const std::string& name, Taken& into) {
    skip_byte_order_mark(in);
    switch (in.peek()) {
    case '$': return read_lines<NmeaReader>(in, name, into);
    case '{': return read_lines<GpsdReader>(in, name, into);
    case '<': return read_gpx(in, name, into);
    default: break;
    }
    VEDETTE_CHECK_OK(read_csv(in, name, into));
    return TrackSourceCounts{};
}

} // namespace

Result<std::vector<TrackFix>> read_track(std::istream& in, const std::string& name,
                                         TrackReadReport* report) {
    Taken taken{name};
    VEDETTE_TRY(const auto counts, read_any(in, name, taken));
    VEDETTE_TRY(auto fixes, taken.in_order());
    if (report != nullptr)
        *report = {counts.bad, counts.without};
    return fixes;
}

Result<std::vector<TrackFix>> read_track(const std::filesystem::path& file,
                                         TrackReadReport* report) {
    VEDETTE_TRY(const auto in, open_for_reading(file));
    return read_track(*in, file.string(), report);
}

} // namespace vedette::analysis
