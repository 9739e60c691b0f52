#include "app/commands/convoy/report.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

using analysis::Companion;
using analysis::ConvoyReport;

std::string fixed(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

void write_head(const ConvoyReport& report, std::ostream& out) {
    out << report.plate << ": " << report.passes << " passes in " << report.sessions
        << " journeys between " << events::format_time(report.span.from) << " and "
        << events::format_time(report.span.to) << "; " << report.around
        << " other vehicles were around it, " << report.candidates << " of them more than once\n";
    for (const std::string& limit : report.limits)
        out << "note: " << limit << '\n';
}

void write_row(const Companion& one, const ConvoyReport& report, std::ostream& out) {
    out << std::left << std::setw(12) << one.plate << std::right << std::setw(8)
        << fixed(one.llr, 1) << (one.llr > report.chance_llr ? " *" : "  ") << std::setw(9)
        << one.sessions << std::setw(9) << fixed(one.expected_sessions, 2) << std::setw(7)
        << one.places << std::setw(8) << one.passes.size() << std::setw(9)
        << fixed(static_cast<double>(one.median_lag.count()) / 1000, 1) << '\n';
}

} // namespace

void write_convoy(const ConvoyReport& report, std::size_t explained, std::ostream& out) {
    write_head(report, out);
    if (report.companions.empty()) {
        out << "nobody was with it at two places or more\n";
        return;
    }
    out << std::left << std::setw(12) << "plate" << std::right << std::setw(8) << "LLR"
        << "  " << std::setw(9) << "journeys" << std::setw(9) << "chance" << std::setw(7)
        << "places" << std::setw(8) << "passes" << std::setw(9) << "lag s" << '\n';
    for (const Companion& one : report.companions)
        write_row(one, report, out);
    out << "* more than " << fixed(report.chance_llr, 1)
        << ", which the best of as many innocent vehicles as passed there (" << report.traffic
        << " at most) may reach\n";
    for (std::size_t i = 0; i < std::min(explained, report.companions.size()); ++i) {
        out << '\n' << report.companions[i].plate << '\n';
        for (const std::string& line : analysis::in_words(report.companions[i], report))
            out << "  " << line << '\n';
    }
    for (const analysis::ConvoyGroup& group : report.groups) {
        out << "\ngroup:";
        for (const std::string& plate : group.plates)
            out << ' ' << plate;
        out << " travel with it and with each other in " << group.sessions.size() << " journeys\n";
    }
}

} // namespace vedette::app
