#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/case.h"
#include "vedette/analysis/following_evidence.h"
#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"
#include "vedette/crypto/ed25519.h"

/// A case as one signed file, to be checked elsewhere and later without the server that made it.
///
/// The file is a tar archive (POSIX ustar) with these members in this order:
///   manifest.json   form, case, version of the score; name, size and SHA-256 of all members below
///   manifest.sig    64 bytes: Ed25519 over the bytes of manifest.json
///   public.pem      the key that signed
///   case.json       schema/following_case.v1.json
///   evidence.json   schema/following_evidence.v1.json: the score is a function of it alone
///   places.csv      the cameras: position, bearing, clock error
///   pictures/…      those that were given
/// The same case, pictures and key give the same bytes.
namespace vedette::analysis {

struct PackPicture {
    std::string key; ///< as the case's sightings name it; must be allowed as a path in the archive
    std::string bytes;
    friend bool operator==(const PackPicture&, const PackPicture&) = default;
};

struct PackContents {
    Case about;
    FollowingEvidence evidence;
    std::vector<Place> places;         ///< of the cameras in the evidence, as far as known
    std::vector<PackPicture> pictures; ///< any number; each key once
    friend bool operator==(const PackContents&, const PackContents&) = default;
};

inline constexpr std::size_t kMaxPackPictures = 10'000;
/// Whether a picture of this key can be in a pack.
[[nodiscard]] bool is_pack_picture(std::string_view key) noexcept;

/// \return invalid_argument if case and evidence are not of one pair, or the case does not have the
///   score of the evidence, or a picture's key is no path; resource_exhausted beyond 512 MiB.
[[nodiscard]] Result<std::string> write_evidence_pack(const PackContents& contents,
                                                      const crypto::Ed25519Key& key);

/// What may not hold, in the order in which it is looked at.
enum class PackFault {
    archive = 1,    ///< no archive of this kind, or damaged
    manifest,       ///< not there, or cannot be understood
    signature,      ///< not of this manifest
    signer,         ///< good, but of another key than the one asked for
    member_missing, ///< in the manifest, not in the archive
    member_changed,
    member_added, ///< in the archive, not in the manifest
    contents,     ///< case, evidence or places cannot be understood, or are not of one pair
    model,        ///< scored by another version: this program cannot say
    score,        ///< the evidence does not give the score that the case states
};
[[nodiscard]] std::string_view to_string(PackFault fault) noexcept;

struct PackReport {
    /// The first thing that does not hold; nothing: all holds.
    struct Problem {
        PackFault fault = PackFault::archive;
        std::string words;
    };
    std::optional<Problem> problem;
    // What was read before the problem.
    std::string signer;   ///< fingerprint of the key that signed; empty: not known
    bool trusted = false; ///< the caller named the key, and it is that one
    std::size_t members = 0;
    std::optional<PackContents> contents;
    std::optional<FollowingScore> recomputed;
    double difference = 0; ///< the largest, of the score and its terms
};

/// How far a recomputed number may be off, absolute: mathematical libraries differ in the last
/// bits.
inline constexpr double kPackTolerance = 1e-9;

/// Checks everything, with this program's own score. Any bytes are fine. Without `key` a good
/// signature says only that nothing changed since somebody signed it: the fingerprint has to be
/// compared with one that came another way.
[[nodiscard]] PackReport verify_evidence_pack(std::string_view archive,
                                              const std::optional<crypto::Ed25519PublicKey>& key);

} // namespace vedette::analysis
