#include <algorithm>
#include <cmath>
#include <numeric>

#include "following/impl.h"
#include "following/score_parts.h"

namespace vedette::analysis {
namespace {

constexpr double kMonthDays = 30;
constexpr double kLlrRange = 20; ///< followers score mostly between 0 and about this
constexpr double kFollowersScore = 3;
constexpr double kDiscoveryRate = 0.05;
constexpr std::size_t kDecoyPairs = 256; ///< of one decoy, the highest scores kept
constexpr double kLeastDecoyScore = -1;
constexpr std::size_t kFewestDecoys = 20;
constexpr std::size_t kMostSubjects = 200; ///< that the prior is learned from
constexpr double kSuspect = 3;             ///< score of what may be no chance
constexpr int kPriorSteps = 30;
constexpr std::size_t kFewestMet = 200; ///< by mobile subjects, before chance is learned of them
constexpr double kAgain = 0.3;          ///< of those met at one place, at the next as well
constexpr double kAgainWeight = 50;     ///< vehicles; as long as little was met
constexpr double kMostFollowers = 50;   ///< of one subject in a month

double logistic(double log_odds) {
    return log_odds > 0 ? 1 / (1 + std::exp(-log_odds))
                        : std::exp(log_odds) / (1 + std::exp(log_odds));
}

bool can_have_decoys(const Subject& subject) {
    return subject.vehicle != kNoVehicle && subject.kind != SubjectKind::mobile;
}

/// Reads of all vehicles, by camera and time.
struct CameraLog {
    std::vector<std::pair<std::int64_t, VehicleIndex>> reads;
};

std::vector<CameraLog> by_camera(const VehicleTable& vehicles, std::size_t cameras) {
    std::vector<CameraLog> logs(cameras);
    for (VehicleIndex i = 0; i < vehicles.end(); ++i)
        for (const Read& read : vehicles[i].reads)
            logs[read.camera].reads.emplace_back(read.at, i);
    for (CameraLog& log : logs)
        std::sort(log.reads.begin(), log.reads.end());
    return logs;
}

/// Vehicles read where and when this one was, with how many of its sessions.
std::vector<std::pair<VehicleIndex, std::uint32_t>> companions(const std::vector<CameraLog>& logs,
                                                               const VehicleTable& vehicles,
                                                               VehicleIndex of, std::int64_t lag,
                                                               std::int64_t gap) {
    std::vector<std::pair<VehicleIndex, std::uint32_t>> met; // vehicle, session
    std::uint32_t session = 0;
    std::int64_t last = 0;
    for (const Read& read : vehicles[of].reads) {
        session += session == 0 || read.at - last > gap ? 1 : 0;
        last = read.at;
        const auto& log = logs[read.camera].reads;
        for (auto other = std::lower_bound(log.begin(), log.end(),
                                           std::pair{read.at - lag, VehicleIndex{0}});
             other != log.end() && other->first <= read.at + lag; ++other)
            if (other->second != of)
                met.emplace_back(other->second, session);
    }
    std::sort(met.begin(), met.end());
    met.erase(std::unique(met.begin(), met.end()), met.end());
    std::vector<std::pair<VehicleIndex, std::uint32_t>> counted;
    for (const auto& [vehicle, at] : met) {
        if (counted.empty() || counted.back().first != vehicle)
            counted.emplace_back(vehicle, 0);
        ++counted.back().second;
    }
    return counted;
}

void keep_highest(std::vector<double>& scores, std::size_t count) {
    if (scores.size() <= count)
        return;
    std::nth_element(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(count),
                     scores.end(), std::greater<>{});
    scores.resize(count);
}

} // namespace

GatherFrom FollowingAnalysis::Impl::gather_from() const {
    const std::int64_t span = now_ - (any_ ? traffic_.first_pass() : now_);
    return {.vehicles = vehicles_,
            .traffic = traffic_,
            .cameras = cameras_,
            .local = local_,
            .session_gap = gap_,
            .now = now_,
            .observed = std::clamp(span, kDay, std::max(kDay, horizon_)),
            .max_reads = options_.max_vehicle_passes,
            .score = options_.score};
}

GatherFrom FollowingAnalysis::Impl::gather_from(const Subject& subject) const {
    GatherFrom from = gather_from();
    from.carried = subject.kind == SubjectKind::mobile;
    from.plates = subject.plates;
    from.again = (subject.again + kAgain * kAgainWeight) / (subject.met + kAgainWeight);
    return from;
}

/// Bayes' theorem with two densities per subject-month: that of innocents, from decoys, and that of
/// followers, who score anywhere up to kLlrRange and seldom below kFollowersScore.
double FollowingAnalysis::Impl::probability(double llr, double followers_per_month,
                                            const NullScores& chance) {
    const double followers =
        std::log(followers_per_month / kLlrRange) - log_one_plus(kFollowersScore - llr);
    return logistic(followers - std::log(chance.density(llr)));
}

double FollowingAnalysis::Impl::observed_months() const {
    return static_cast<double>(gather_from().observed) / (kMonthDays * kDay);
}

/// As it was added: what is no plate is kept under a name that no plate can have.
std::string FollowingAnalysis::Impl::name_of(VehicleIndex subject) const {
    const Vehicle& vehicle = vehicles_[subject];
    const bool is_plate =
        vehicle.subject < 0 ||
        subjects_[static_cast<std::size_t>(vehicle.subject)].kind == SubjectKind::plate;
    return vehicle.plate.substr(is_plate ? 0 : 1);
}

bool FollowingAnalysis::Impl::enough_for_alert(const FollowingScore& score) const {
    return score.llr >= options_.alert_llr && score.sessions >= options_.min_sessions &&
           score.places >= options_.min_distinct_places &&
           score.co_sightings >= options_.min_detections;
}

Finding FollowingAnalysis::Impl::judge(EvidenceGatherer& gatherer, const Subject& subject,
                                       VehicleIndex vehicle) const {
    Finding finding{.subject = name_of(subject.vehicle),
                    .vehicle = vehicles_[vehicle].plate,
                    .score = {},
                    .first = {},
                    .last = {},
                    .evidence = gatherer.gather(gather_from(subject), subject.vehicle, vehicle)};
    finding.evidence.subject = finding.subject;
    finding.score = score_following(finding.evidence);
    const double llr = finding.score.llr;
    const double months = observed_months();
    const auto vehicles = static_cast<double>(std::max<std::size_t>(1, vehicles_.size()));
    const bool is_mobile = subject.kind == SubjectKind::mobile;
    const NullScores& chance = is_mobile ? mobile_all_ : null_all_;
    if (chance.known()) {
        finding.probability = probability(
            llr, is_mobile ? options_.followers_per_month : followers_per_month_, chance);
        finding.false_alarms_per_month = (is_mobile ? mobile_alerts_ : null_alerts_).per_month(llr);
    } else {
        finding.probability =
            logistic(llr + std::log(options_.followers_per_month * months / vehicles));
        finding.false_alarms_per_month = vehicles * std::exp(-std::max(0.0, llr)) / months;
    }
    finding.alert = enough_for_alert(finding.score) &&
                    finding.false_alarms_per_month <= options_.alerts_per_month;
    for (const SessionEvidence& session : finding.evidence.sessions)
        for (const CoSighting& seen : session.together) {
            if (finding.first == WallTime{} || seen.vehicle_at < finding.first)
                finding.first = seen.vehicle_at;
            finding.last = std::max(finding.last, seen.vehicle_at);
        }
    return finding;
}

/// e-BH at kDiscoveryRate: likelihood ratios are e-values, so this holds under any dependence.
void FollowingAnalysis::Impl::mark_discoveries(std::vector<Finding>& findings,
                                               const NullScores& chance) const {
    const auto tested = static_cast<double>(std::max<std::size_t>(1, vehicles_.size()));
    std::size_t discovered = 0;
    for (std::size_t k = 0; k < findings.size(); ++k) {
        // Decoys may show that chance does better here than the ratio says: then they are believed.
        double log_e = findings[k].score.llr;
        if (chance.known())
            log_e = std::min(
                log_e, std::log(tested) -
                           std::log(std::max(1e-300, chance.per_month(log_e) * observed_months())));
        if (log_e >= std::log(tested) - std::log(kDiscoveryRate * static_cast<double>(k + 1)))
            discovered = k + 1;
    }
    for (std::size_t k = 0; k < discovered; ++k)
        findings[k].discovery = true;
}

Result<std::vector<Finding>> FollowingAnalysis::Impl::findings(std::string_view plate,
                                                               std::size_t limit) const {
    const std::int32_t index = subject_of(plate);
    if (index < 0)
        return Error{ErrorCode::not_found, "'" + std::string{plate} + "' is not a subject"};
    const Subject& subject = subjects_[static_cast<std::size_t>(index)];
    EvidenceGatherer gatherer;
    std::vector<std::pair<double, VehicleIndex>> order;
    for (const Candidate& candidate : subject.candidates.all()) {
        const auto evidence =
            gatherer.gather(gather_from(subject), subject.vehicle, candidate.vehicle);
        if (!evidence.sessions.empty())
            order.emplace_back(score_following(evidence).llr, candidate.vehicle);
    }
    std::sort(order.begin(), order.end(), [this](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first
                                  : vehicles_[a.second].plate < vehicles_[b.second].plate;
    });
    if (limit > 0 && order.size() > limit)
        order.resize(limit);
    std::vector<Finding> found;
    for (const auto& [llr, vehicle] : order)
        found.push_back(judge(gatherer, subject, vehicle));
    mark_discoveries(found, subject.kind == SubjectKind::mobile ? mobile_all_ : null_all_);
    return found;
}

Result<Finding> FollowingAnalysis::Impl::finding(std::string_view subject,
                                                 std::string_view vehicle) const {
    const std::int32_t index = subject_of(subject);
    if (index < 0)
        return Error{ErrorCode::not_found, "'" + std::string{subject} + "' is not a subject"};
    const VehicleIndex other = vehicles_.find(vehicle);
    if (other == kNoVehicle || vehicles_[other].reads.empty())
        return Error{ErrorCode::not_found,
                     "'" + std::string{vehicle} + "' was not read within the horizon"};
    EvidenceGatherer gatherer;
    return judge(gatherer, subjects_[static_cast<std::size_t>(index)], other);
}

/// Vehicles with about as many passes as a subject has, spread evenly over the table.
std::vector<VehicleIndex> FollowingAnalysis::Impl::choose_decoys() const {
    double passes = 0;
    std::size_t counted = 0;
    for (const Subject& subject : subjects_)
        if (can_have_decoys(subject) && !vehicles_[subject.vehicle].reads.empty()) {
            passes += static_cast<double>(vehicles_[subject.vehicle].reads.size());
            ++counted;
        }
    if (counted == 0)
        return {};
    passes /= static_cast<double>(counted);
    std::vector<VehicleIndex> alike;
    for (const double width : {1.3, 2.0, 4.0}) {
        alike.clear();
        for (VehicleIndex i = 0; i < vehicles_.end(); ++i) {
            const auto own = static_cast<double>(vehicles_[i].reads.size());
            if (vehicles_[i].subject < 0 && vehicles_[i].person < 0 && own > passes / width &&
                own < passes * width)
                alike.push_back(i);
        }
        if (alike.size() >= options_.decoys)
            break;
    }
    // Order of first appearance says something of a vehicle; plates hashed do not.
    const auto mixed = [this](VehicleIndex index) {
        std::uint64_t hash = 0xCBF29CE484222325ULL;
        for (const char sign : vehicles_[index].plate)
            hash = (hash ^ static_cast<unsigned char>(sign)) * 0x100000001B3ULL;
        return std::pair{hash * 0x9E3779B97F4A7C15ULL, vehicles_[index].plate};
    };
    std::sort(alike.begin(), alike.end(),
              [&mixed](VehicleIndex a, VehicleIndex b) { return mixed(a) < mixed(b); });
    alike.resize(std::min(alike.size(), options_.decoys));
    return alike;
}

/// Scores of those seen with the subjects; of a few hundred subjects if there are more.
std::vector<double> FollowingAnalysis::Impl::score_candidates(std::vector<bool>& suspects,
                                                              std::size_t& looked_at) {
    std::vector<double> scores;
    const std::size_t step = 1 + subject_count_ / kMostSubjects;
    for (std::size_t i = 0; i < subjects_.size(); i += step) {
        const Subject& subject = subjects_[i];
        if (!can_have_decoys(subject) || vehicles_[subject.vehicle].reads.empty())
            continue;
        ++looked_at;
        for (const Candidate& candidate : subject.candidates.all()) {
            const auto evidence =
                gatherer_.gather(gather_from(subject), subject.vehicle, candidate.vehicle);
            const FollowingScore score = score_following(evidence);
            scores.push_back(score.llr);
            if (score.llr > kSuspect && score.sessions > 1)
                suspects[candidate.vehicle] = true;
        }
    }
    return scores;
}

/// How many followers a subject of this site has in a month: the prior, moved by what the scores of
/// all subjects say together (expectation-maximisation over the mixture of chance and followers, as
/// in Efron's local false discovery rate). The prior weighs as much as one subject-month.
void FollowingAnalysis::Impl::learn_prior(const std::vector<double>& scores, double months) {
    double rate = options_.followers_per_month;
    for (int step = 0; step < kPriorSteps; ++step) {
        double followers = 0;
        for (const double llr : scores)
            followers += probability(llr, rate, null_all_);
        rate = std::clamp((options_.followers_per_month + followers) / (1 + months), 1e-6,
                          kMostFollowers);
    }
    followers_per_month_ = rate;
}

/// Scores of what met the decoys. Suspects are left out on both sides: a team travels together.
void FollowingAnalysis::Impl::learn_chance(const std::vector<VehicleIndex>& decoys,
                                           const std::vector<bool>& suspects) {
    const std::vector<CameraLog> logs = by_camera(vehicles_, cameras_.size());
    std::vector<double> all;
    std::vector<double> filtered;
    std::size_t used = 0;
    for (const VehicleIndex decoy : decoys) {
        if (suspects[decoy])
            continue;
        ++used;
        std::vector<double> own;
        std::vector<double> own_filtered;
        for (const auto& [vehicle, sessions] : companions(logs, vehicles_, decoy, lag_, gap_)) {
            if (vehicles_[vehicle].subject >= 0 || vehicles_[vehicle].person >= 0 ||
                suspects[vehicle])
                continue;
            const FollowingScore score =
                score_following(gatherer_.gather(gather_from(), decoy, vehicle));
            if (score.llr < kLeastDecoyScore)
                continue;
            own.push_back(score.llr);
            if (score.sessions >= options_.min_sessions &&
                score.places >= options_.min_distinct_places)
                own_filtered.push_back(score.llr);
        }
        keep_highest(own, kDecoyPairs);
        keep_highest(own_filtered, kDecoyPairs);
        all.insert(all.end(), own.begin(), own.end());
        filtered.insert(filtered.end(), own_filtered.begin(), own_filtered.end());
    }
    const double months = static_cast<double>(std::max<std::size_t>(1, used)) * observed_months();
    null_all_ = NullScores{std::move(all), months};
    null_alerts_ = NullScores{std::move(filtered), months};
}

/// Nobody else carries cameras, so no decoy could stand for one who does: what a mobile subject met
/// is chance itself, but for the few who follow. They stay in: one among hundreds makes the tail a
/// little longer, and alarms a little rarer.
void FollowingAnalysis::Impl::learn_mobile_chance() {
    std::vector<double> all;
    std::vector<double> filtered;
    double subjects = 0;
    for (const Subject& subject : subjects_) {
        if (subject.vehicle == kNoVehicle || subject.kind != SubjectKind::mobile ||
            vehicles_[subject.vehicle].reads.empty())
            continue;
        subjects += 1;
        for (const Candidate& candidate : subject.candidates.all()) {
            const FollowingScore score = score_following(
                gatherer_.gather(gather_from(subject), subject.vehicle, candidate.vehicle));
            all.push_back(score.llr);
            if (score.sessions >= options_.min_sessions &&
                score.places >= options_.min_distinct_places)
                filtered.push_back(score.llr);
        }
    }
    if (all.size() < kFewestMet)
        return; // too few to say anything: what was known before stays
    const double months = subjects * observed_months();
    mobile_all_ = NullScores{std::move(all), months};
    mobile_alerts_ = NullScores{std::move(filtered), months};
}

void FollowingAnalysis::Impl::calibrate() {
    learn_mobile_chance();
    const std::vector<VehicleIndex> decoys = choose_decoys();
    if (options_.decoys == 0 || decoys.size() < std::min(kFewestDecoys, options_.decoys))
        return; // too few to say anything: what was known before stays
    std::vector<bool> suspects(vehicles_.end(), false);
    std::size_t looked_at = 0;
    const std::vector<double> scores = score_candidates(suspects, looked_at);
    learn_chance(decoys, suspects);
    learn_prior(scores, static_cast<double>(looked_at) * observed_months());
}

} // namespace vedette::analysis
