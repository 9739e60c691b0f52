#include "vedette/analysis/evidence_pack.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <vector>

#include "cases/tar.h"
#include "cases/test_cases.h"
#include "vedette/crypto/sha256.h"

namespace vedette::analysis {
namespace {

using testing::finding;
using testing::morning;
using testing::versions;

crypto::Ed25519Key key_of(char seed) {
    const std::vector<std::byte> bytes(32, static_cast<std::byte>(seed));
    return crypto::Ed25519Key::from_seed(bytes).value();
}

PackContents contents() {
    const Finding found = finding(3);
    PackContents out;
    out.about = open_case(found, morning(2, 12), versions());
    out.about.sightings[0].vehicle_snapshot = "2026-11-02/x.jpg";
    out.evidence = found.evidence;
    for (int i = 0; i < 4; ++i)
        out.places.push_back({.camera = domain::CameraId{"gate-" + std::to_string(i)},
                              .at = {52.1 + i / 300.0, 13.4 + i / 700.0},
                              .bearing_deg = 12.5 * i,
                              .clock_error = std::chrono::milliseconds{70 + i}});
    out.pictures = {{"2026-11-02/x.jpg", std::string("\xff\xd8\0jpeg", 7)}};
    return out;
}

std::string pack() { return write_evidence_pack(contents(), key_of('k')).value(); }

/// The pack after a change by somebody who does not have the key.
std::string changed(const std::function<void(std::vector<TarMember>&)>& change) {
    auto members = read_tar(pack()).value();
    change(members);
    return write_tar(members).value();
}

TarMember& member(std::vector<TarMember>& members, std::string_view name) {
    return *std::find_if(members.begin(), members.end(),
                         [&](const TarMember& one) { return one.name == name; });
}

void expect_fault(const std::string& archive, PackFault fault, const std::string& words,
                  const std::optional<crypto::Ed25519PublicKey>& key = {}) {
    const auto report = verify_evidence_pack(archive, key);
    ASSERT_TRUE(report.problem) << words;
    EXPECT_EQ(report.problem->fault, fault) << report.problem->words;
    EXPECT_NE(report.problem->words.find(words), std::string::npos) << report.problem->words;
}

/// Signed by somebody who has the key, and still wrong.
std::string signed_again(const std::function<void(PackContents&)>& change) {
    PackContents wrong = contents();
    change(wrong);
    const auto archive = write_evidence_pack(wrong, key_of('k'));
    EXPECT_TRUE(archive) << archive.error().message();
    return archive.value_or("");
}

TEST(EvidencePack, HoldsAllAndGivesTheScoreAgain) {
    const auto report = verify_evidence_pack(pack(), key_of('k').public_key());
    ASSERT_FALSE(report.problem) << report.problem->words;
    EXPECT_TRUE(report.trusted);
    EXPECT_EQ(report.members, 7U);
    ASSERT_TRUE(report.contents);
    EXPECT_EQ(*report.contents, contents());
    ASSERT_TRUE(report.recomputed);
    EXPECT_EQ(*report.recomputed, contents().about.score);
    EXPECT_EQ(report.difference, 0);
}

TEST(EvidencePack, IsTheSameBytesEachTime) { EXPECT_EQ(pack(), pack()); }

TEST(EvidencePack, WithoutAKeySaysWhoSignedAndThatThisProvesLittle) {
    const auto report = verify_evidence_pack(pack(), {});
    EXPECT_FALSE(report.problem);
    EXPECT_FALSE(report.trusted);
    EXPECT_EQ(report.signer, crypto::fingerprint(key_of('k').public_key()));
}

TEST(EvidencePack, NamesAMemberThatWasChanged) {
    for (const char* name :
         {"case.json", "evidence.json", "places.csv", "pictures/2026-11-02/x.jpg"})
        expect_fault(changed([&](auto& members) { member(members, name).bytes[0] ^= 1; }),
                     PackFault::member_changed, std::string{name} + " was changed");
}

TEST(EvidencePack, NamesAMemberThatIsMissing) {
    for (const char* name :
         {"case.json", "evidence.json", "places.csv", "pictures/2026-11-02/x.jpg"})
        expect_fault(changed([&](auto& members) {
                         std::erase_if(members, [&](const auto& one) { return one.name == name; });
                     }),
                     PackFault::member_missing, std::string{name} + " is missing");
}

TEST(EvidencePack, NamesAMemberThatWasAdded) {
    expect_fault(changed([](auto& members) {
                     members.push_back({"pictures/y.jpg", "y"});
                 }),
                 PackFault::member_added, "pictures/y.jpg was added");
}

TEST(EvidencePack, NoticesEveryWrongSignature) {
    for (const char* name : {"manifest.sig", "public.pem", "manifest.json"}) {
        const bool is_manifest = std::string_view{name} == "manifest.json";
        expect_fault(changed([&](auto& members) {
                         auto& bytes = member(members, name).bytes;
                         is_manifest ? void(bytes += ' ') : void(bytes[bytes.size() / 2] ^= 1);
                     }),
                     PackFault::signature, "");
    }
    expect_fault(changed([](auto& members) {
                     std::erase_if(members,
                                   [](const auto& one) { return one.name == "manifest.sig"; });
                 }),
                 PackFault::signature, "not signed");
    expect_fault(changed([](auto& members) {
                     std::erase_if(members,
                                   [](const auto& one) { return one.name == "manifest.json"; });
                 }),
                 PackFault::manifest, "no manifest.json");
    expect_fault(changed([](auto& members) { member(members, "manifest.json").bytes = "{}"; }),
                 PackFault::manifest, "manifest.schema must be there");
}

TEST(EvidencePack, IsNotBelievedWhenSomebodyElseSignedItAnew) {
    PackContents forged = contents();
    forged.about.chance.probability = 0.9999;
    const std::string archive = write_evidence_pack(forged, key_of('m')).value();
    expect_fault(archive, PackFault::signer, "signed by the key", key_of('k').public_key());
    EXPECT_FALSE(verify_evidence_pack(archive, {}).trusted);
}

TEST(EvidencePack, IsNotMadeOfACaseWithAnotherScore) {
    PackContents wrong = contents();
    wrong.about.score.llr += 1e-6;
    EXPECT_EQ(write_evidence_pack(wrong, key_of('k')).error().code(), ErrorCode::invalid_argument);
    wrong = contents();
    wrong.evidence.vehicle = "XX999";
    EXPECT_EQ(write_evidence_pack(wrong, key_of('k')).error().code(), ErrorCode::invalid_argument);
    wrong = contents();
    wrong.pictures[0].key = "../x.jpg";
    EXPECT_EQ(write_evidence_pack(wrong, key_of('k')).error().code(), ErrorCode::invalid_argument);
}

/// As a program that is wrong would sign it: contents are replaced behind write_evidence_pack().
std::string forged_with_key(const std::string& name, const std::string& from,
                            const std::string& to) {
    auto members = read_tar(pack()).value();
    auto replace = [](std::string& bytes, const std::string& what, const std::string& by) {
        const auto at = bytes.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        if (at != std::string::npos)
            bytes.replace(at, what.size(), by);
    };
    TarMember& one = member(members, name);
    std::string& manifest = member(members, "manifest.json").bytes;
    const std::string before = crypto::sha256_hex(one.bytes);
    const std::size_t size = one.bytes.size();
    replace(one.bytes, from, to);
    replace(manifest, before, crypto::sha256_hex(one.bytes));
    if (one.bytes.size() != size)
        replace(manifest, std::to_string(size), std::to_string(one.bytes.size()));
    const auto signature = key_of('k').sign(manifest);
    member(members, "manifest.sig")
        .bytes.assign(reinterpret_cast<const char*>(signature.data()), signature.size());
    return write_tar(members).value();
}

TEST(EvidencePack, NoticesASignedScoreThatTheEvidenceDoesNotGive) {
    expect_fault(
        forged_with_key("evidence.json", "\"subject_sessions\":9", "\"subject_sessions\":3"),
        PackFault::score, "the evidence gives the score", key_of('k').public_key());
    expect_fault(forged_with_key("case.json", "\"places\":4", "\"places\":9"), PackFault::score,
                 "terms or counts differ");
}

TEST(EvidencePack, NoticesAScoreThatIsOffByMoreThanTheTolerance) {
    const auto with_llr_off_by = [](double by) {
        const double llr = contents().about.score.llr;
        const auto text = [](double value) {
            std::string json = case_to_json([&] {
                Case one;
                one.score.llr = value;
                return one;
            }());
            const auto at = json.find("\"llr\":");
            return json.substr(at, json.find(',', at) - at);
        };
        return verify_evidence_pack(forged_with_key("case.json", text(llr), text(llr + by)), {});
    };
    EXPECT_FALSE(with_llr_off_by(5e-10).problem);
    const auto off = with_llr_off_by(2e-9);
    ASSERT_TRUE(off.problem);
    EXPECT_EQ(off.problem->fault, PackFault::score);
    EXPECT_NEAR(off.difference, 2e-9, 1e-12);
}

TEST(EvidencePack, SaysThatItCannotJudgeAnotherVersionOfTheScore) {
    expect_fault(signed_again([](PackContents& wrong) {
                     wrong.about.versions.score = "following-99";
                     wrong.about.score.llr = 99; // may be right there
                 }),
                 PackFault::model, "of version following-99, this program computes following-");
}

TEST(EvidencePack, NoticesContentsThatDoNotBelongTogether) {
    expect_fault(forged_with_key("case.json", "\"vehicle\":\"CD456\"", "\"vehicle\":\"CD457\""),
                 PackFault::contents, "not of one pair");
    expect_fault(forged_with_key("evidence.json", "\"merged\":false", "\"merged\":7"),
                 PackFault::contents, "evidence.sessions[0].together[0].merged");
    expect_fault(forged_with_key("places.csv", "gate-1", "gate-0"), PackFault::contents,
                 "places.csv");
}

TEST(EvidencePack, TakesAnyBytesAndSaysWhatIsWrong) {
    const std::string good = pack();
    expect_fault("", PackFault::archive, "is empty");
    expect_fault("hello", PackFault::archive, "is cut short");
    expect_fault(good.substr(0, good.size() / 2), PackFault::archive, "");
    expect_fault(good + std::string(512, '\0'), PackFault::archive, "behind its end");
}

TEST(EvidencePack, NoticesEveryByteThatIsChanged) {
    const std::string good = pack();
    for (std::size_t at = 0; at < good.size(); at += 7) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        EXPECT_TRUE(verify_evidence_pack(bad, key_of('k').public_key()).problem) << at;
    }
}

} // namespace
} // namespace vedette::analysis
