#include "app/commands/following_analyse/report.h"

#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "vedette/analysis/pass_file.h"

namespace vedette::app {
namespace {

using analysis::Finding;
using analysis::TermKind;

constexpr double kWorthSaying = 0.05; ///< smaller parts of a score are left out of the text

std::string fixed(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

std::string rare(double value) {
    std::ostringstream text;
    text << std::setprecision(2) << value;
    return text.str();
}

void write_finding(std::size_t place, const Finding& finding, std::ostream& out) {
    out << std::right << std::setw(4) << place << "  " << std::left << std::setw(11)
        << finding.vehicle << std::right << std::setw(7) << fixed(finding.score.llr, 1)
        << std::setw(8) << fixed(finding.probability, 3) << std::setw(11)
        << rare(finding.false_alarms_per_month) << std::setw(6) << finding.score.sessions
        << std::setw(7) << finding.score.places << "  " << analysis::format_pass_time(finding.first)
        << "  " << analysis::format_pass_time(finding.last) << (finding.alert ? "  ALERT" : "")
        << '\n';
    out << "      ";
    for (std::size_t i = 1; i <= analysis::kTermKinds; ++i) {
        const double value = finding.score.term(static_cast<TermKind>(i));
        if (std::abs(value) >= kWorthSaying)
            out << analysis::to_string(static_cast<TermKind>(i)) << ' ' << (value > 0 ? "+" : "")
                << fixed(value, 1) << "  ";
    }
    out << '\n';
}

nlohmann::ordered_json json_of(const Finding& finding) {
    nlohmann::ordered_json terms = nlohmann::ordered_json::object();
    for (std::size_t i = 1; i <= analysis::kTermKinds; ++i) {
        const auto kind = static_cast<TermKind>(i);
        terms[std::string{analysis::to_string(kind)}] = finding.score.term(kind);
    }
    return {{"plate", finding.vehicle},
            {"llr", finding.score.llr},
            {"terms", std::move(terms)},
            {"probability", finding.probability},
            {"expected_false_alarms_per_subject_month", finding.false_alarms_per_month},
            {"discovery", finding.discovery},
            {"alert", finding.alert},
            {"sessions", finding.score.sessions},
            {"subject_sessions", finding.evidence.subject_sessions},
            {"places", finding.score.places},
            {"co_sightings", finding.score.co_sightings},
            {"first", analysis::format_pass_time(finding.first)},
            {"last", analysis::format_pass_time(finding.last)}};
}

} // namespace

void write_findings(const std::vector<SubjectReport>& reports, std::ostream& out) {
    for (const SubjectReport& report : reports) {
        out << "Subject " << report.subject << ": ";
        if (!report.read) {
            out << "not among the reads\n";
            continue;
        }
        out << report.candidates << " vehicles were seen with it\n";
        if (report.findings.empty())
            continue;
        out << "      plate          llr   prob.  false/mo. trips places  first"
               "                     last\n";
        for (std::size_t i = 0; i < report.findings.size(); ++i)
            write_finding(i + 1, report.findings[i], out);
    }
}

void write_findings_json(const std::vector<SubjectReport>& reports, std::ostream& out) {
    nlohmann::ordered_json subjects = nlohmann::ordered_json::array();
    for (const SubjectReport& report : reports) {
        nlohmann::ordered_json candidates = nlohmann::ordered_json::array();
        for (const Finding& finding : report.findings)
            candidates.push_back(json_of(finding));
        nlohmann::ordered_json subject{{"subject", report.subject}};
        if (report.is_plate)
            subject["plate"] = report.subject;
        subject.update({{"read", report.read},
                        {"vehicles_seen_with_it", report.candidates},
                        {"candidates", std::move(candidates)}});
        subjects.push_back(std::move(subject));
    }
    const nlohmann::ordered_json all{{"model", analysis::kFollowingModel},
                                     {"subjects", std::move(subjects)}};
    out << all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

} // namespace vedette::app
