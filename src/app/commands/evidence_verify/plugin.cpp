#include <CLI/CLI.hpp>
#include <filesystem>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <string>

#include "app/command.h"
#include "app/data/bounded_file.h"
#include "vedette/analysis/evidence_pack.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::app {
namespace {

using analysis::PackReport;

constexpr std::size_t kLargestPack_bytes = std::size_t{512} << 20U;
constexpr std::size_t kLargestKey_bytes = std::size_t{16} << 10U;

void print_case(const analysis::Case& about, std::ostream& out) {
    out << "Case " << about.id << ": " << about.vehicle << " after " << about.subject << ", "
        << to_string(about.state) << "\nRead together " << analysis::format_pass_time(about.first)
        << " to " << analysis::format_pass_time(about.last) << ", " << about.score.co_sightings
        << " reads at " << about.score.places << " places on " << about.score.sessions
        << " trips\n";
}

void print_words(const PackReport& report, std::ostream& out) {
    if (report.contents)
        print_case(report.contents->about, out);
    if (!report.signer.empty())
        out << "Signed by the key " << report.signer
            << (report.trusted ? ", the one that was asked for\n"
                               : "\nNobody said whose key that is: compare it with the one that "
                                 "`vedette evidence key` prints there, or give --key\n");
    if (report.recomputed)
        out << "Score from the evidence alone: " << std::setprecision(12) << report.recomputed->llr
            << " (" << analysis::kFollowingModel << "), off by " << std::setprecision(2)
            << report.difference << '\n';
    if (report.problem)
        out << "DOES NOT HOLD (" << to_string(report.problem->fault)
            << "): " << report.problem->words << '\n';
    else
        out << "All holds.\n";
}

void print_json(const PackReport& report, std::ostream& out) {
    nlohmann::ordered_json json{{"holds", !report.problem.has_value()}};
    if (report.problem)
        json["problem"] = {{"fault", to_string(report.problem->fault)},
                           {"words", report.problem->words}};
    json["signer"] = report.signer;
    json["trusted"] = report.trusted;
    json["members"] = report.members;
    if (report.contents) {
        const analysis::Case& about = report.contents->about;
        json["case"] = about.id;
        json["subject"] = about.subject;
        json["vehicle"] = about.vehicle;
        json["state"] = to_string(about.state);
        json["model"] = about.versions.score;
        json["stated_llr"] = about.score.llr;
    }
    if (report.recomputed) {
        json["recomputed_llr"] = report.recomputed->llr;
        json["difference"] = report.difference;
    }
    out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

/// `evidence verify FILE`: whether an evidence pack is what it says.
class EvidenceVerifyCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Check an evidence pack: signature, every file in it, and the score from them alone";
    }
    void declare(CLI::App& options) override {
        options.add_option("FILE", file_, "Evidence pack of a case")->required();
        options.add_option("--key", key_,
                           "Public key (PEM) that must have signed it; without it the key in the "
                           "pack is taken, and nobody says whose that is");
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Exits 0 if all holds, 1 if not.\nExample:\n  vedette evidence verify "
                       "case.tar --key server.pem");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        std::optional<crypto::Ed25519PublicKey> key;
        if (!key_.empty()) {
            VEDETTE_TRY(const auto pem, read_bounded(key_, kLargestKey_bytes));
            auto read = crypto::public_key_from_pem(pem);
            if (!read)
                return std::move(read).error().with_context(key_.string());
            key = *read;
        }
        VEDETTE_TRY(const auto archive, read_bounded(file_, kLargestPack_bytes));
        const PackReport report = analysis::verify_evidence_pack(archive, key);
        json_ ? print_json(report, environment.out) : print_words(report, environment.out);
        return report.problem ? ExitCode::failed : ExitCode::ok;
    }

private:
    std::filesystem::path file_;
    std::filesystem::path key_;
    bool json_ = false;
};

} // namespace

Status register_evidence_verify(CommandRegistry& registry);
Status register_evidence_verify(CommandRegistry& registry) {
    return registry.add("evidence verify", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvidenceVerifyCommand>();
    });
}

} // namespace vedette::app
