#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/data/bounded_file.h"
#include "app/data/following_data.h"
#include "app/data/places.h"
#include "app/place_source.h"

namespace vedette::app {
namespace {

/// `following evidence export CASE`: the case as one signed file.
class FollowingExportCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Write a case with all its evidence into one signed file";
    }
    void declare(CLI::App& options) override {
        options.add_option("CASE", id_, "As `vedette following cases` lists it")->required();
        options.add_option("--out", out_, "File to write (a tar archive)")->required();
        options.add_option("--cameras", cameras_,
                           "CSV with camera,lat,lon,bearing,clock_error_ms, or a configuration "
                           "(.yaml) with a location for each camera, for the pack's list of "
                           "places (default: those that are known in the folder)");
        declare_data_folder(options, folder_.root);
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Check it with `vedette evidence verify FILE --key PUBLIC`; the public key "
                       "is what `vedette evidence key` prints.");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto store, open_following(folder_));
        VEDETTE_TRY(const auto places,
                    cameras_.empty() ? known_places(folder_) : places_in(cameras_));
        VEDETTE_TRY(const auto pack,
                    gather_pack(folder_, *store, id_, places, kMostPackPictureBytes));
        VEDETTE_TRY(const auto key, crypto::Ed25519Key::load_or_make(folder_.evidence_key()));
        VEDETTE_TRY(const auto archive, analysis::write_evidence_pack(pack.contents, key));
        VEDETTE_CHECK_OK(write_new_file(out_, archive));
        for (const std::string& picture : pack.left_out)
            environment.err << "vedette: the picture " << picture
                            << " is not in the pack: it is gone, or its name cannot be in one\n";
        tell(pack, crypto::fingerprint(key.public_key()), environment);
        return ExitCode::ok;
    }

private:
    void tell(const GatheredPack& pack, const std::string& signer,
              const Environment& environment) const {
        const auto pictures = pack.contents.pictures.size();
        if (!json_) {
            environment.out << out_.string() << ": case " << id_ << ", " << pictures
                            << " pictures, " << pack.contents.places.size()
                            << " places, signed by the key " << signer << '\n';
            return;
        }
        const nlohmann::ordered_json json{{"file", out_.string()},
                                          {"case", id_},
                                          {"pictures", pictures},
                                          {"left_out", pack.left_out},
                                          {"places", pack.contents.places.size()},
                                          {"signer", signer}};
        environment.out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                        << '\n';
    }

    DataFolder folder_;
    std::string id_;
    std::filesystem::path out_;
    std::filesystem::path cameras_;
    bool json_ = false;
};

} // namespace

Status register_following_export(CommandRegistry& registry);
Status register_following_export(CommandRegistry& registry) {
    return registry.add("following evidence export", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<FollowingExportCommand>();
    });
}

} // namespace vedette::app
