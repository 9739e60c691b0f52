#include "app/commands/eval_following/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace vedette::app {
namespace {

using analysis::FollowerRank;
using analysis::FollowingEvalResult;
using analysis::FollowingMethod;
using analysis::kFollowingMethods;
using analysis::TripsResult;

std::string fixed(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

double median(std::vector<double> values) {
    if (values.empty())
        return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

struct TimeToAlert {
    double co_sightings = 0;
    double minutes = 0;
    double days = 0;
};

TimeToAlert time_to_alert(const FollowingEvalResult& result) {
    std::vector<double> seen;
    std::vector<double> minutes;
    std::vector<double> days;
    for (const FollowerRank& rank : result.ranks)
        if (rank.alerted) {
            seen.push_back(rank.co_sightings_to_alert);
            minutes.push_back(rank.minutes_to_alert);
            days.push_back(rank.days_to_alert);
        }
    return {median(seen), median(minutes), median(days)};
}

void write_trips(const TripsResult& row, std::ostream& out) {
    out << "  followers that joined " << row.trips << " trips: " << row.followers << ", alerted to "
        << row.alerted << '\n';
    for (std::size_t i = 0; i < kFollowingMethods; ++i)
        out << "    " << std::left << std::setw(20)
            << analysis::to_string(static_cast<FollowingMethod>(i + 1)) << std::right
            << std::setw(14) << fixed(row.above_last_mean[i], 1) << std::setw(10)
            << fixed(row.above_last_worst[i], 1) << std::setw(20) << fixed(row.false_per_day[i], 4)
            << std::setw(20) << fixed(30 * row.false_per_day[i], 3) << '\n';
}

void write_one(const FollowingEvalResult& result, std::ostream& out) {
    out << result.name << ": " << result.passes << " reads of " << result.vehicles << " plates in "
        << fixed(result.days, 1) << " days, " << result.subjects << " subjects, "
        << result.ranks.size() << " followers, " << result.pairs << " pairs";
    if (result.seconds > 0)
        out << "; " << fixed(result.seconds, 1) << " s";
    out << '\n';
    if (!result.description.empty())
        out << "  " << result.description << '\n';
    if (result.late > 0)
        out << "  " << result.late << " reads came too late and were left out\n";
    out << "    " << std::left << std::setw(20) << "" << std::right << std::setw(14) << "above last"
        << std::setw(10) << "worst" << std::setw(20) << "false/day at 90 %" << std::setw(20)
        << "false/month" << '\n';
    for (const TripsResult& row : result.trips)
        write_trips(row, out);
    out << "  of these, read with their subject on two trips or more:\n";
    for (const TripsResult& row : result.findable)
        write_trips(row, out);
    const TimeToAlert time = time_to_alert(result);
    out << "  alerts: " << result.false_alerts << " innocent vehicles; followers after a median of "
        << fixed(time.co_sightings, 0) << " co-sightings, " << fixed(time.minutes, 0)
        << " minutes together, " << fixed(time.days, 1) << " days\n"
        << "  probability: calibration error " << fixed(result.calibration_error, 4) << ", Brier "
        << fixed(result.brier, 5) << "; of the " << result.shown
        << " pairs above 1 %: calibration error " << fixed(result.shown_calibration_error, 3)
        << '\n';
}

nlohmann::ordered_json by_method(const std::array<double, kFollowingMethods>& values) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < kFollowingMethods; ++i)
        json[std::string{analysis::to_string(static_cast<FollowingMethod>(i + 1))}] = values[i];
    return json;
}

nlohmann::ordered_json json_of(const FollowerRank& rank) {
    return {{"subject", rank.subject},
            {"plate", rank.follower.plate},
            {"trips", rank.follower.trips},
            {"tactic", rank.follower.tactic},
            {"seen", rank.seen},
            {"trips_seen", rank.trips_seen},
            {"llr", rank.llr},
            {"probability", rank.probability},
            {"innocents_above", by_method(rank.innocents_above)},
            {"alerted", rank.alerted},
            {"co_sightings_to_alert", rank.co_sightings_to_alert},
            {"minutes_to_alert", rank.minutes_to_alert},
            {"days_to_alert", rank.days_to_alert}};
}

nlohmann::ordered_json json_of(const TripsResult& row) {
    return {{"trips", row.trips},
            {"followers", row.followers},
            {"alerted", row.alerted},
            {"innocents_above_last_mean", by_method(row.above_last_mean)},
            {"innocents_above_last_worst", by_method(row.above_last_worst)},
            {"false_alarms_per_subject_day_at_90_recall", by_method(row.false_per_day)}};
}

nlohmann::ordered_json json_of(const FollowingEvalResult& result) {
    nlohmann::ordered_json json{{"name", result.name},
                                {"description", result.description},
                                {"reads", result.passes},
                                {"late", result.late},
                                {"plates", result.vehicles},
                                {"days", result.days},
                                {"subjects", result.subjects},
                                {"pairs", result.pairs},
                                {"false_alerts", result.false_alerts},
                                {"brier", result.brier},
                                {"expected_calibration_error", result.calibration_error},
                                {"shown_pairs", result.shown},
                                {"shown_calibration_error", result.shown_calibration_error},
                                {"seconds", result.seconds}};
    json["by_trips"] = nlohmann::ordered_json::array();
    for (const TripsResult& row : result.trips)
        json["by_trips"].push_back(json_of(row));
    json["by_trips_if_seen_on_two"] = nlohmann::ordered_json::array();
    for (const TripsResult& row : result.findable)
        json["by_trips_if_seen_on_two"].push_back(json_of(row));
    json["reliability"] = nlohmann::ordered_json::array();
    for (const auto& bin : result.reliability)
        json["reliability"].push_back(
            {{"probability", bin.probability}, {"share", bin.share}, {"pairs", bin.pairs}});
    json["followers"] = nlohmann::ordered_json::array();
    for (const FollowerRank& rank : result.ranks)
        json["followers"].push_back(json_of(rank));
    return json;
}

} // namespace

void write_table(const std::vector<FollowingEvalResult>& results, std::ostream& out) {
    for (const FollowingEvalResult& result : results)
        write_one(result, out);
}

void write_json(const std::vector<FollowingEvalResult>& results, std::ostream& out) {
    nlohmann::ordered_json data = nlohmann::ordered_json::array();
    for (const FollowingEvalResult& result : results)
        data.push_back(json_of(result));
    const nlohmann::ordered_json report{{"data", std::move(data)}};
    out << report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

} // namespace vedette::app
