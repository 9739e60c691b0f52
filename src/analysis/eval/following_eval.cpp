#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "eval/baselines.h"
#include "vedette/analysis/eval_following.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/place_file.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kBins = 10;
constexpr double kShown = 0.01; ///< a person is not shown what is less likely

/// What is kept of one pair.
struct Pair {
    std::string vehicle;
    const FollowerTruth* truth = nullptr;
    std::array<double, kFollowingMethods> scores{};
    double probability = 0;
    std::uint32_t trips_seen = 0;
};
struct Judged {
    const SubjectTruth* subject = nullptr;
    std::vector<Pair> pairs;
};

std::size_t slot(FollowingMethod method) { return static_cast<std::size_t>(method) - 1; }

std::filesystem::path sightings_in(const std::filesystem::path& folder) {
    for (const char* name : {"sightings.jsonl", "sightings.csv"})
        if (std::filesystem::exists(folder / name))
            return folder / name;
    return {};
}

/// First alerts by (subject, vehicle).
using Alerts = std::map<std::pair<std::string, std::string>, Finding>;

/// Folds all passes; learns what chance does at the end of days 1, 2, 4, 8 ... as a server would
/// daily.
void fold(const std::vector<Pass>& passes, FollowingAnalysis& following, Alerts& alerts) {
    if (passes.empty())
        return;
    auto next = passes.front().at + std::chrono::days{1};
    std::chrono::days step{1};
    for (const Pass& pass : passes) {
        if (pass.at >= next) {
            following.calibrate();
            next += step;
            step += std::chrono::days{step.count() < 8 ? 1 : 0};
        }
        following.on_pass(pass);
        for (Finding& alert : following.take_alerts())
            alerts.try_emplace({alert.subject, alert.vehicle}, std::move(alert));
    }
    following.on_watermark(passes.back().at + std::chrono::seconds{1});
    for (Finding& alert : following.take_alerts())
        alerts.try_emplace({alert.subject, alert.vehicle}, std::move(alert));
    following.calibrate();
}

Judged judge(const FollowingAnalysis& following, const SubjectTruth& subject) {
    Judged judged{.subject = &subject, .pairs = {}};
    const auto findings = following.findings(subject.plate);
    if (!findings)
        return judged;
    for (const Finding& finding : *findings) {
        Pair pair{.vehicle = finding.vehicle, .probability = finding.probability};
        pair.trips_seen = static_cast<std::uint32_t>(finding.evidence.sessions.size());
        for (std::size_t i = 0; i < kFollowingMethods; ++i)
            pair.scores[i] = baseline_score(static_cast<FollowingMethod>(i + 1), finding);
        for (const FollowerTruth& follower : subject.followers)
            if (follower.plate == finding.vehicle)
                pair.truth = &follower;
        judged.pairs.push_back(std::move(pair));
    }
    return judged;
}

double innocents_above(const Judged& judged, std::size_t method, double score) {
    double above = 0;
    for (const Pair& pair : judged.pairs)
        if (pair.truth == nullptr)
            above += pair.scores[method] > score ? 1 : pair.scores[method] == score ? 0.5 : 0;
    return above;
}

FollowerRank rank(const Judged& judged, const FollowerTruth& follower, const Alerts& alerts) {
    FollowerRank rank{.subject = judged.subject->plate, .follower = follower};
    std::array<double, kFollowingMethods> scores{};
    scores.fill(-1e9); // never seen with the subject: below everybody
    for (const Pair& pair : judged.pairs)
        if (pair.truth == &follower) {
            rank.seen = true;
            scores = pair.scores;
            rank.llr = pair.scores[slot(FollowingMethod::score)];
            rank.probability = pair.probability;
            rank.trips_seen = pair.trips_seen;
        }
    for (std::size_t i = 0; i < kFollowingMethods; ++i)
        rank.innocents_above[i] = innocents_above(judged, i, scores[i]);
    const auto alert = alerts.find({judged.subject->plate, follower.plate});
    if (alert == alerts.end())
        return rank;
    rank.alerted = true;
    for (const SessionEvidence& session : alert->second.evidence.sessions) {
        rank.co_sightings_to_alert += static_cast<std::uint32_t>(session.together.size());
        rank.minutes_to_alert +=
            std::chrono::duration<double, std::ratio<60>>(session.together.back().subject_at -
                                                          session.together.front().subject_at)
                .count();
    }
    rank.days_to_alert =
        std::chrono::duration<double, std::ratio<86'400>>(alert->second.last - alert->second.first)
            .count();
    return rank;
}

/// False alarms per subject and day at the highest threshold that 90 % of the followers reach.
double false_per_day(const std::vector<Judged>& all, const TripsResult& row, std::size_t method,
                     std::uint32_t least_seen, double days) {
    std::vector<double> theirs;
    for (const Judged& judged : all)
        for (const Pair& pair : judged.pairs)
            if (pair.truth != nullptr && pair.truth->trips == row.trips &&
                pair.trips_seen >= least_seen)
                theirs.push_back(pair.scores[method]);
    std::sort(theirs.begin(), theirs.end(), std::greater<>{});
    const auto needed =
        static_cast<std::size_t>(std::ceil(0.9 * static_cast<double>(row.followers)));
    const double threshold = needed == 0 || needed > theirs.size() ? -1e9 : theirs[needed - 1];
    double above = 0;
    for (const Judged& judged : all)
        for (const Pair& pair : judged.pairs)
            above += pair.truth == nullptr && pair.scores[method] >= threshold ? 1 : 0;
    return above / std::max(1.0, static_cast<double>(all.size()) * days);
}

/// Of the followers that were seen with their subject on so many trips at least.
std::vector<TripsResult> by_trips(const std::vector<Judged>& all, std::uint32_t least_seen,
                                  const FollowingEvalResult& result) {
    std::map<std::uint32_t, std::vector<const FollowerRank*>, std::greater<>> levels;
    for (const FollowerRank& rank : result.ranks)
        if (rank.trips_seen >= least_seen)
            levels[rank.follower.trips].push_back(&rank);
    std::vector<TripsResult> rows;
    for (const auto& [trips, ranks] : levels) {
        TripsResult row{.trips = trips};
        std::map<std::string, std::array<double, kFollowingMethods>> last;
        for (const FollowerRank* rank : ranks) {
            ++row.followers;
            row.alerted += rank->alerted ? 1 : 0;
            auto& worst = last[rank->subject];
            for (std::size_t i = 0; i < kFollowingMethods; ++i)
                worst[i] = std::max(worst[i], rank->innocents_above[i]);
        }
        for (std::size_t i = 0; i < kFollowingMethods; ++i) {
            for (const auto& [subject, worst] : last) {
                row.above_last_mean[i] += worst[i] / static_cast<double>(last.size());
                row.above_last_worst[i] = std::max(row.above_last_worst[i], worst[i]);
            }
            row.false_per_day[i] = false_per_day(all, row, i, least_seen, result.days);
        }
        rows.push_back(row);
    }
    return rows;
}

void add_calibration(const std::vector<Judged>& all, FollowingEvalResult& result) {
    struct Sum {
        double said = 0;
        double was = 0;
        double pairs = 0;
    };
    std::array<Sum, kBins> bins{};
    std::array<Sum, kBins> shown{};
    for (const Judged& judged : all)
        for (const Pair& pair : judged.pairs) {
            const double was = pair.truth != nullptr ? 1 : 0;
            const auto bin = std::min(
                kBins - 1, static_cast<std::size_t>(pair.probability * static_cast<double>(kBins)));
            for (auto* into : {&bins, pair.probability >= kShown ? &shown : nullptr})
                if (into != nullptr) {
                    (*into)[bin].said += pair.probability;
                    (*into)[bin].was += was;
                    (*into)[bin].pairs += 1;
                }
            result.brier += (pair.probability - was) * (pair.probability - was);
            ++result.pairs;
            result.shown += pair.probability >= kShown ? 1U : 0U;
        }
    for (std::size_t i = 0; i < kBins; ++i) {
        const auto error = [](const Sum& sum) { return std::abs(sum.said - sum.was); };
        result.calibration_error += error(bins[i]);
        result.shown_calibration_error += error(shown[i]);
        if (bins[i].pairs > 0)
            result.reliability.push_back({.probability = bins[i].said / bins[i].pairs,
                                          .share = bins[i].was / bins[i].pairs,
                                          .pairs = static_cast<std::uint64_t>(bins[i].pairs)});
    }
    result.brier /= std::max(1.0, static_cast<double>(result.pairs));
    result.calibration_error /= std::max(1.0, static_cast<double>(result.pairs));
    result.shown_calibration_error /= std::max(1.0, static_cast<double>(result.shown));
}

void add_curve(const std::vector<Judged>& all, FollowingEvalResult& result) {
    std::vector<std::pair<double, bool>> pairs;
    for (const Judged& judged : all)
        for (const Pair& pair : judged.pairs)
            pairs.emplace_back(pair.scores[slot(FollowingMethod::score)], pair.truth != nullptr);
    std::sort(pairs.begin(), pairs.end(), std::greater<>{});
    const auto followers = static_cast<double>(std::max<std::size_t>(1, result.ranks.size()));
    double found = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (!pairs[i].second)
            continue;
        found += 1;
        result.curve.push_back({.llr = pairs[i].first,
                                .precision = found / static_cast<double>(i + 1),
                                .recall = found / followers});
    }
}

void add_false_alerts(const FollowingTruth& truth, const Alerts& alerts,
                      FollowingEvalResult& result) {
    std::set<std::pair<std::string, std::string>> known;
    for (const SubjectTruth& subject : truth.subjects)
        for (const FollowerTruth& follower : subject.followers)
            known.emplace(subject.plate, follower.plate);
    for (const auto& [pair, alert] : alerts)
        result.false_alerts += known.contains(pair) ? 0 : 1;
}

} // namespace

Result<FollowingEvalResult> evaluate_following(const std::filesystem::path& folder,
                                               const FollowingEvalOptions& options) {
    const auto file = sightings_in(folder);
    if (file.empty())
        return Error{ErrorCode::not_found,
                     folder.string() + " has no sightings.jsonl or sightings.csv"};
    VEDETTE_TRY(const FollowingTruth truth, read_following_truth(folder / "truth.json"));
    std::vector<Place> places;
    if (std::filesystem::exists(folder / "cameras.csv")) {
        VEDETTE_TRY(places, read_places(folder / "cameras.csv"));
    }
    VEDETTE_TRY(const std::vector<Pass> passes, read_passes(file));
    const double begun = options.seconds ? options.seconds() : 0;
    VEDETTE_TRY(auto following, FollowingAnalysis::make(options.following, places));
    for (const SubjectTruth& subject : truth.subjects)
        VEDETTE_CHECK_OK(subject.cameras.empty()
                             ? following.add_subject(subject.plate)
                             : following.add_mobile_subject(subject.plate, subject.cameras));
    Alerts alerts;
    fold(passes, following, alerts);
    std::vector<Judged> all;
    for (const SubjectTruth& subject : truth.subjects)
        all.push_back(judge(following, subject));
    FollowingEvalResult result;
    result.name = folder.filename().string();
    result.description = truth.description;
    result.seconds = options.seconds ? options.seconds() - begun : 0;
    result.passes = passes.size();
    result.late = following.counts().late;
    result.vehicles = following.size().vehicles;
    result.subjects = static_cast<std::uint32_t>(truth.subjects.size());
    if (!passes.empty())
        result.days =
            std::chrono::duration<double, std::ratio<86'400>>(passes.back().at - passes.front().at)
                .count();
    for (const Judged& judged : all)
        for (const FollowerTruth& follower : judged.subject->followers)
            result.ranks.push_back(rank(judged, follower, alerts));
    result.trips = by_trips(all, 0, result);
    result.findable = by_trips(all, 2, result);
    add_calibration(all, result);
    add_curve(all, result);
    add_false_alerts(truth, alerts, result);
    return result;
}

Result<std::vector<std::filesystem::path>>
find_following_data(const std::filesystem::path& folder) {
    const auto is_one = [](const std::filesystem::path& path) {
        return std::filesystem::exists(path / "truth.json") && !sightings_in(path).empty();
    };
    std::error_code error;
    if (is_one(folder))
        return std::vector{folder};
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error})
        if (entry.is_directory(error) && is_one(entry.path()))
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    if (found.empty())
        return Error{ErrorCode::not_found, folder.string() +
                                               " holds no data set: a folder with truth.json and "
                                               "sightings.jsonl or sightings.csv"};
    return found;
}

} // namespace vedette::analysis
