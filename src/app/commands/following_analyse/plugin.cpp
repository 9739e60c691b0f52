#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "app/command.h"
#include "app/commands/following_analyse/report.h"
#include "app/commands/following_analyse/subjects.h"
#include "app/place_source.h"
#include "vedette/analysis/following.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::app {
namespace {

constexpr std::size_t kMostHeld = 2'000'000; ///< reads held back to bring them into order

/// `following analyse FILE --subject PLATE`: who follows, in reads that some system exported.
class FollowingAnalyseCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Find out from plate reads who follows a vehicle";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("SIGHTINGS", file_,
                        "CSV with a header (plate,camera,time,confidence) or JSON Lines, times "
                        "ISO 8601")
            ->required();
        options.add_option("--cameras", cameras_,
                           "CSV with camera,lat,lon,bearing, or a configuration (.yaml) with a "
                           "location for each camera: without it cameras that stand together "
                           "count as different places and clocks as exact");
        subjects_.declare(options);
        options.add_option("--top", top_, "So many candidates of each subject; 0 for all")
            ->capture_default_str();
        options.add_flag("--skip-bad-lines", skip_bad_, "Leave out lines that cannot be read");
        options.add_option("--utc-offset", utc_offset_,
                           "Minutes that local time is ahead of UTC, for habits by hour and day");
        options
            .add_option("--in-order-within", window_s_,
                        "Seconds by which reads may be out of order in the file; a file that is "
                        "worse is sorted in memory")
            ->check(CLI::Range(0.0, 86'400.0))
            ->capture_default_str();
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Example:\n  vedette following analyse sightings.csv --cameras cameras.csv "
                       "--subject AB123\n  vedette following analyse seen.jsonl --mobile "
                       "van=front,rear --track ride.nmea");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_CHECK_OK(subjects_.read());
        std::vector<analysis::Place> places;
        if (!cameras_.empty()) {
            VEDETTE_TRY(places, places_in(cameras_));
        }
        analysis::FollowingOptions options;
        options.utc_offset = std::chrono::minutes{utc_offset_};
        VEDETTE_TRY(auto following, make(options, places));
        VEDETTE_CHECK_OK(fold(following, environment));
        if (following.counts().late > 0) {
            environment.err << "vedette: reads are further out of order than " << window_s_
                            << " s: sorting them all\n";
            VEDETTE_TRY(following, make(options, places));
            VEDETTE_CHECK_OK(fold_sorted(following));
        }
        say_what_is_lost(following, environment);
        following.calibrate();
        return report(following, environment);
    }

private:
    Result<analysis::FollowingAnalysis> make(const analysis::FollowingOptions& options,
                                             const std::vector<analysis::Place>& places) const {
        VEDETTE_TRY(auto following, analysis::FollowingAnalysis::make(options, places));
        VEDETTE_CHECK_OK(subjects_.add_to(following));
        return following;
    }

    [[nodiscard]] analysis::PassReadOptions reading() const {
        analysis::PassReadOptions options;
        options.skip_bad_lines = skip_bad_;
        return options;
    }

    /// In memory that does not depend on the file's size.
    Status fold(analysis::FollowingAnalysis& following, const Environment& environment) {
        VEDETTE_TRY(auto reader, analysis::PassReader::open(file_, reading()));
        const auto window = std::chrono::milliseconds{static_cast<std::int64_t>(window_s_ * 1000)};
        analysis::PassReorder order{window, kMostHeld};
        WallTime last{};
        const auto take = [&](const analysis::Pass& pass) {
            following.on_pass(pass);
            last = pass.at;
        };
        for (;;) {
            VEDETTE_TRY(auto pass, reader.next());
            if (!pass)
                break;
            if (!subjects_.place(*pass))
                continue;
            order.push(*std::move(pass), take);
            if (following.counts().late > 0)
                return {};                 // starts over, sorted
            (void)following.take_alerts(); // the end tells all
            if (environment.stop.stop_requested())
                return Error{ErrorCode::cancelled, "stopped"};
        }
        order.release(WallTime::max(), take);
        following.on_watermark(last + std::chrono::microseconds{1});
        if (reader.report().skipped > 0)
            environment.err << "vedette: " << reader.report().skipped
                            << " lines left out; the first: " << reader.report().first_bad.front()
                            << '\n';
        return {};
    }

    Status fold_sorted(analysis::FollowingAnalysis& following) {
        subjects_.begin_again();
        VEDETTE_TRY(auto passes, analysis::read_passes(file_, reading()));
        for (analysis::Pass& pass : passes) {
            if (subjects_.place(pass))
                following.on_pass(pass);
            (void)following.take_alerts(); // the end tells all
        }
        if (!passes.empty())
            following.on_watermark(passes.back().at + std::chrono::microseconds{1});
        return {};
    }

    void say_what_is_lost(const analysis::FollowingAnalysis& following,
                          const Environment& environment) const {
        if (json_)
            return;
        if (subjects_.placeless() > 0)
            environment.err << "vedette: " << subjects_.placeless()
                            << " reads were left out: the track does not say where their camera "
                               "was\n";
        if (subjects_.bad_lines() > 0)
            environment.err << "vedette: " << subjects_.bad_lines()
                            << " damaged lines of the track were left out\n";
        if (subjects_.placeless() > 0 && subjects_.without_position() > 0)
            environment.err << "vedette: the receiver knew no position, or no time, "
                            << subjects_.without_position() << " times\n";
        if (cameras_.empty() && !subjects_.are_mobile())
            environment.err << "vedette: without --cameras, cameras that stand together count as "
                               "different places, and clocks as exact\n";
        if (const auto counts = following.counts(); counts.forgotten_early > 0)
            environment.err << "vedette: " << counts.forgotten_early
                            << " old reads were forgotten for want of room\n";
    }

    Result<ExitCode> report(const analysis::FollowingAnalysis& following,
                            const Environment& environment) const {
        std::vector<SubjectReport> reports;
        for (const std::string& subject : following.subjects()) {
            SubjectReport report{
                .subject = subject, .is_plate = subjects_.is_plate(subject), .findings = {}};
            VEDETTE_TRY(report.findings, following.findings(subject));
            report.candidates = report.findings.size();
            const auto plates = subjects_.plates_of(subject);
            report.read = !report.findings.empty() ||
                          std::any_of(plates.begin(), plates.end(), [&](const auto& plate) {
                              return following.finding(subject, plate).has_value();
                          });
            if (top_ > 0 && report.findings.size() > top_)
                report.findings.resize(top_);
            reports.push_back(std::move(report));
        }
        json_ ? write_findings_json(reports, environment.out)
              : write_findings(reports, environment.out);
        if (std::any_of(reports.begin(), reports.end(), [](const auto& one) { return one.read; }))
            return ExitCode::ok;
        return Error{ErrorCode::not_found, "not among the reads: " + joined(reports) +
                                               "; see that the plate is written as it is read"};
    }

    static std::string joined(const std::vector<SubjectReport>& reports) {
        std::string out;
        for (const SubjectReport& report : reports)
            out += (out.empty() ? "" : ", ") + report.subject;
        return out;
    }

    std::filesystem::path file_;
    std::filesystem::path cameras_;
    AnalysedSubjects subjects_;
    std::size_t top_ = 20;
    int utc_offset_ = 0;
    double window_s_ = 300;
    bool skip_bad_ = false;
    bool json_ = false;
};

} // namespace

Status register_following_analyse(CommandRegistry& registry);
Status register_following_analyse(CommandRegistry& registry) {
    return registry.add("following analyse", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<FollowingAnalyseCommand>();
    });
}

} // namespace vedette::app
