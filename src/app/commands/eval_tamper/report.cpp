#include "app/commands/eval_tamper/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

/// Of some trials together.
struct Sum {
    int tried = 0; ///< something to be told
    int found = 0;
    int ended = 0; ///< of those that were found: told once it was over
    int false_alarms = 0;
    double delay_s = 0; ///< of all that were found together
    double watched_h = 0;
    double took_ms = 0;
    int looks = 0;

    void add(const TamperClip::Outcome& one) {
        tried += one.trial.is ? 1 : 0;
        found += one.result.found ? 1 : 0;
        ended += one.result.ended ? 1 : 0;
        false_alarms += one.result.false_alarms;
        delay_s += one.result.delay.count();
        watched_h += one.result.watched.count() / 3600;
        took_ms += std::chrono::duration<double, std::milli>(one.result.took).count();
        looks += one.result.looks;
    }
    [[nodiscard]] double mean_delay_s() const { return found > 0 ? delay_s / found : 0; }
    [[nodiscard]] double ms_a_look() const { return looks > 0 ? took_ms / looks : 0; }
};

std::string told_as(const vision::TamperTrial& trial) {
    std::string out{trial.is ? to_string(*trial.is) : "nothing"};
    if (trial.or_is)
        out += "/" + std::string{to_string(*trial.or_is)};
    return out;
}

Json json_of(const Sum& sum) {
    return {{"tried", sum.tried},
            {"found", sum.found},
            {"ended", sum.ended},
            {"mean_delay_s", sum.mean_delay_s()},
            {"false_alarms", sum.false_alarms},
            {"watched_h", sum.watched_h},
            {"ms_a_look", sum.ms_a_look()}};
}

/// The same trial on every clip.
Sum sum_of(const std::vector<TamperClip>& clips, std::size_t trial) {
    Sum sum;
    for (const TamperClip& clip : clips)
        sum.add(clip.trials.at(trial));
    return sum;
}

Sum sum_of(const std::vector<TamperClip>& clips) {
    Sum sum;
    for (const TamperClip& clip : clips)
        for (const auto& one : clip.trials)
            sum.add(one);
    return sum;
}

std::size_t trials_in(const std::vector<TamperClip>& clips) {
    return clips.empty() ? 0 : clips.front().trials.size();
}

} // namespace

void write_table(const std::vector<TamperClip>& clips, std::ostream& out) {
    std::size_t width = 5;
    for (std::size_t i = 0; i < trials_in(clips); ++i)
        width = std::max(width, clips.front().trials.at(i).trial.name.size());
    const auto name = static_cast<int>(width) + 2;
    out << std::left << std::setw(name) << "trial" << std::setw(17) << "to be told"
        << "found   delay  over  false alarms\n";
    for (std::size_t i = 0; i < trials_in(clips); ++i) {
        const vision::TamperTrial& trial = clips.front().trials.at(i).trial;
        const Sum sum = sum_of(clips, i);
        out << std::left << std::setw(name) << trial.name << std::setw(17) << told_as(trial);
        if (trial.is)
            out << sum.found << "/" << sum.tried << "   " << std::right << std::fixed
                << std::setprecision(0) << std::setw(4) << sum.mean_delay_s() << " s   "
                << sum.ended << "   " << sum.false_alarms << "\n";
        else
            out << "                       " << sum.false_alarms << "\n";
    }
    const Sum all = sum_of(clips);
    out << std::fixed << std::setprecision(2) << "all: " << all.found << " of " << all.tried
        << " found, " << all.false_alarms << " false alarms in " << all.watched_h << " h ("
        << (all.watched_h > 0 ? all.false_alarms / all.watched_h : 0) << " an hour), "
        << all.ms_a_look() << " ms a look\n";
}

void write_json(const std::vector<TamperClip>& clips, std::ostream& out) {
    Json json{{"clips", Json::array()}, {"trials", Json::object()}};
    for (const TamperClip& clip : clips) {
        Json trials = Json::object();
        for (const auto& one : clip.trials) {
            Sum sum;
            sum.add(one);
            trials[one.trial.name] = json_of(sum);
        }
        json["clips"].push_back(
            {{"clip", clip.name}, {"pictures", clip.pictures}, {"trials", std::move(trials)}});
    }
    for (std::size_t i = 0; i < trials_in(clips); ++i) {
        const vision::TamperTrial& trial = clips.front().trials.at(i).trial;
        Json sum = json_of(sum_of(clips, i));
        sum["to_be_told"] = told_as(trial);
        json["trials"][trial.name] = std::move(sum);
    }
    json["total"] = json_of(sum_of(clips));
    out << json.dump(2) << '\n';
}

} // namespace vedette::app
