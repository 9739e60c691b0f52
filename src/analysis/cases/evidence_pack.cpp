#include "vedette/analysis/evidence_pack.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <sstream>
#include <utility>

#include "cases/fields.h"
#include "cases/tar.h"
#include "vedette/analysis/place_file.h"
#include "vedette/crypto/sha256.h"

namespace vedette::analysis {
namespace {

constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kSignature = "manifest.sig";
constexpr std::string_view kKey = "public.pem";
constexpr std::string_view kCase = "case.json";
constexpr std::string_view kEvidence = "evidence.json";
constexpr std::string_view kPlaces = "places.csv";
constexpr std::string_view kPictures = "pictures/";

// ---- writing ----

std::string manifest_of(const Case& about, const std::vector<TarMember>& members) {
    auto list = nlohmann::ordered_json::array();
    for (const TarMember& member : members)
        list.push_back({{"name", member.name},
                        {"bytes", member.bytes.size()},
                        {"sha256", crypto::sha256_hex(member.bytes)}});
    const nlohmann::ordered_json manifest{{"schema", 1},
                                          {"kind", "vedette following evidence"},
                                          {"case", about.id},
                                          {"score", about.versions.score},
                                          {"members", std::move(list)}};
    return manifest.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

double difference(const FollowingScore& a, const FollowingScore& b) {
    double most = std::abs(a.llr - b.llr);
    for (std::size_t i = 0; i < kTermKinds; ++i)
        most = std::max(most, std::abs(a.terms[i] - b.terms[i]));
    return most;
}

bool same_counts(const FollowingScore& a, const FollowingScore& b) {
    return a.sessions == b.sessions && a.places == b.places && a.co_sightings == b.co_sightings;
}

bool same_score(const FollowingScore& a, const FollowingScore& b) {
    return same_counts(a, b) && difference(a, b) <= kPackTolerance;
}

Status check_pair(const PackContents& contents) {
    if (contents.about.subject != contents.evidence.subject ||
        contents.about.vehicle != contents.evidence.vehicle ||
        contents.about.id != case_id(contents.about.subject, contents.about.vehicle))
        return Error{ErrorCode::invalid_argument, "case and evidence are not of one pair"};
    return {};
}

// ---- reading ----

struct Listed {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;
};

struct Manifest {
    std::string about;
    std::string score;
    std::vector<Listed> members;
};

Result<Manifest> manifest_from(std::string_view text) {
    VEDETTE_TRY(const auto json, parse_form_1(text, "manifest"));
    Fields fields{json, "manifest"};
    Manifest out;
    out.about = fields.text("case");
    out.score = fields.text("score");
    const auto& list = fields.list("members", kMaxTarMembers);
    VEDETTE_CHECK_OK(fields.status());
    for (const auto& one : list) {
        Fields member{one, "manifest.members"};
        out.members.push_back({.name = member.text("name"),
                               .bytes = member.whole("bytes", kMaxTarMember_bytes),
                               .sha256 = member.text("sha256")});
        VEDETTE_CHECK_OK(member.status());
    }
    return out;
}

/// One look at one pack: each step may find the first thing that does not hold.
class Verification {
public:
    explicit Verification(PackReport& report) : report_{report} {}

    void run(std::string_view archive, const std::optional<crypto::Ed25519PublicKey>& key) {
        if (open(archive) && read_manifest() && check_signature(key) && check_members() &&
            check_nothing_added() && read_contents())
            check_score();
    }

private:
    bool fail(PackFault fault, std::string words) {
        report_.problem = PackReport::Problem{fault, std::move(words)};
        return false;
    }
    [[nodiscard]] const std::string* member(std::string_view name) const {
        const auto found = members_.find(name);
        return found == members_.end() ? nullptr : &found->second;
    }

    bool open(std::string_view archive) {
        auto members = read_tar(archive);
        if (!members)
            return fail(PackFault::archive, members.error().message());
        report_.members = members->size();
        for (TarMember& one : *members)
            members_[std::move(one.name)] = std::move(one.bytes);
        return true;
    }

    bool read_manifest() {
        const std::string* text = member(kManifest);
        if (text == nullptr)
            return fail(PackFault::manifest, "the archive has no manifest.json");
        auto manifest = manifest_from(*text);
        if (!manifest)
            return fail(PackFault::manifest, manifest.error().message());
        manifest_ = *std::move(manifest);
        return true;
    }

    bool check_signature(const std::optional<crypto::Ed25519PublicKey>& key) {
        const std::string* signature = member(kSignature);
        const std::string* pem = member(kKey);
        if (signature == nullptr || pem == nullptr)
            return fail(PackFault::signature, "the archive is not signed: it has no manifest.sig "
                                              "or no public.pem");
        const auto signer = crypto::public_key_from_pem(*pem);
        if (!signer || crypto::to_pem(*signer) != *pem)
            return fail(PackFault::signature, "public.pem is no public Ed25519 key");
        if (!crypto::verify_ed25519(*member(kManifest),
                                    std::as_bytes(std::span{signature->data(), signature->size()}),
                                    *signer))
            return fail(PackFault::signature,
                        "the signature is not of this manifest.json by this public.pem");
        report_.signer = crypto::fingerprint(*signer);
        if (key && *key != *signer)
            return fail(PackFault::signer, "it is signed by the key " + report_.signer +
                                               ", not by " + crypto::fingerprint(*key));
        report_.trusted = key.has_value();
        return true;
    }

    bool check_members() {
        for (const Listed& listed : manifest_.members) {
            const std::string* bytes = member(listed.name);
            if (bytes == nullptr)
                return fail(PackFault::member_missing, listed.name + " is missing");
            if (bytes->size() != listed.bytes || crypto::sha256_hex(*bytes) != listed.sha256)
                return fail(PackFault::member_changed, listed.name + " was changed");
        }
        return true;
    }

    bool check_nothing_added() {
        std::set<std::string_view> known{kManifest, kSignature, kKey};
        for (const Listed& listed : manifest_.members)
            known.insert(listed.name);
        for (const auto& [name, bytes] : members_)
            if (!known.contains(name))
                return fail(PackFault::member_added, name + " was added");
        return true;
    }

    bool read_contents() {
        PackContents contents;
        if (const Status read = read_into(contents); !read)
            return fail(PackFault::contents, read.error().message());
        for (const Listed& listed : manifest_.members)
            if (listed.name.starts_with(kPictures))
                contents.pictures.push_back(
                    {listed.name.substr(kPictures.size()), *member(listed.name)});
        report_.contents = std::move(contents);
        return true;
    }

    Status read_into(PackContents& contents) const {
        for (const std::string_view name : {kCase, kEvidence, kPlaces})
            if (member(name) == nullptr)
                return Error{ErrorCode::invalid_argument,
                             "the archive has no " + std::string{name}};
        VEDETTE_TRY(contents.about, case_from_json(*member(kCase)));
        VEDETTE_TRY(contents.evidence, evidence_from_json(*member(kEvidence)));
        std::istringstream places{*member(kPlaces)};
        VEDETTE_TRY(contents.places, read_places(places, std::string{kPlaces}));
        VEDETTE_CHECK_OK(check_pair(contents));
        if (manifest_.about != contents.about.id ||
            manifest_.score != contents.about.versions.score)
            return Error{ErrorCode::invalid_argument, "the manifest is of another case"};
        return {};
    }

    bool check_score() {
        const std::string& version = manifest_.score;
        if (version != kFollowingModel)
            return fail(PackFault::model, "the score is of version " + version +
                                              ", this program computes " +
                                              std::string{kFollowingModel});
        const FollowingScore& stated = report_.contents->about.score;
        report_.recomputed = score_following(report_.contents->evidence);
        report_.difference = difference(stated, *report_.recomputed);
        if (same_score(stated, *report_.recomputed))
            return true;
        std::ostringstream words;
        words.precision(17);
        words << "the evidence gives the score " << report_.recomputed->llr << ", the case states "
              << stated.llr;
        if (std::abs(report_.recomputed->llr - stated.llr) <= kPackTolerance)
            words << ", and terms or counts differ";
        return fail(PackFault::score, words.str());
    }

    PackReport& report_;
    std::map<std::string, std::string, std::less<>> members_;
    Manifest manifest_;
};

} // namespace

std::string_view to_string(PackFault fault) noexcept {
    switch (fault) { // no default: a new fault must be named here
    case PackFault::archive: return "archive";
    case PackFault::manifest: return "manifest";
    case PackFault::signature: return "signature";
    case PackFault::signer: return "signer";
    case PackFault::member_missing: return "member_missing";
    case PackFault::member_changed: return "member_changed";
    case PackFault::member_added: return "member_added";
    case PackFault::contents: return "contents";
    case PackFault::model: return "model";
    case PackFault::score: return "score";
    }
    return "";
}

bool is_pack_picture(std::string_view key) noexcept {
    return key.size() + kPictures.size() <= kMaxTarName_bytes && is_tar_name(key);
}

Result<std::string> write_evidence_pack(const PackContents& contents,
                                        const crypto::Ed25519Key& key) {
    VEDETTE_CHECK_OK(check_pair(contents));
    if (contents.about.versions.score == kFollowingModel &&
        !same_score(contents.about.score, score_following(contents.evidence)))
        return Error{ErrorCode::invalid_argument,
                     "the case " + contents.about.id + " does not have the score of its evidence"};
    if (contents.pictures.size() > kMaxPackPictures)
        return Error{ErrorCode::resource_exhausted, "more than 10000 pictures"};
    VEDETTE_TRY(auto evidence, evidence_to_json(contents.evidence));
    std::vector<TarMember> members{{std::string{kCase}, case_to_json(contents.about) + "\n"},
                                   {std::string{kEvidence}, std::move(evidence) + "\n"},
                                   {std::string{kPlaces}, places_to_csv(contents.places)}};
    for (const PackPicture& picture : contents.pictures)
        members.push_back({std::string{kPictures} + picture.key, picture.bytes});
    std::string manifest = manifest_of(contents.about, members);
    const auto signature = key.sign(manifest);
    std::vector<TarMember> all{
        {std::string{kManifest}, std::move(manifest)},
        {std::string{kSignature},
         std::string{reinterpret_cast<const char*>(signature.data()), signature.size()}},
        {std::string{kKey}, crypto::to_pem(key.public_key())}};
    all.insert(all.end(), std::make_move_iterator(members.begin()),
               std::make_move_iterator(members.end()));
    return write_tar(all);
}

PackReport verify_evidence_pack(std::string_view archive,
                                const std::optional<crypto::Ed25519PublicKey>& key) {
    PackReport report;
    Verification{report}.run(archive, key);
    return report;
}

} // namespace vedette::analysis
