#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "app/command.h"
#include "app/data/data_folder.h"
#include "vedette/crypto/ed25519.h"

namespace vedette::app {
namespace {

/// `evidence key`: what others need to check the evidence packs of this server.
class EvidenceKeyCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Print the public key that evidence packs of this server are signed with";
    }
    void declare(CLI::App& options) override {
        declare_data_folder(options, folder_.root);
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Example:\n  vedette evidence key --data /var/lib/vedette > server.pem");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        std::error_code ignored; // then there is nothing to sign, either
        if (!std::filesystem::exists(folder_.following(), ignored))
            VEDETTE_CHECK_OK(folder_.must_be_used());
        VEDETTE_TRY(const auto key, crypto::Ed25519Key::load_or_make(folder_.evidence_key()));
        const auto pem = crypto::to_pem(key.public_key());
        const auto fingerprint = crypto::fingerprint(key.public_key());
        if (json_) {
            const nlohmann::ordered_json json{{"fingerprint", fingerprint}, {"public_key", pem}};
            environment.out << json.dump(2) << '\n';
            return ExitCode::ok;
        }
        environment.out << pem;
        environment.err << "fingerprint " << fingerprint << '\n';
        return ExitCode::ok;
    }

private:
    DataFolder folder_;
    bool json_ = false;
};

} // namespace

Status register_evidence_key(CommandRegistry& registry);
Status register_evidence_key(CommandRegistry& registry) {
    return registry.add("evidence key", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvidenceKeyCommand>();
    });
}

} // namespace vedette::app
