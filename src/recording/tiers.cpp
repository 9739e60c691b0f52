#include "vedette/recording/tiers.h"

#include <array>
#include <chrono>
#include <fstream>
#include <system_error>

#include "vedette/base/files.h"
#include "vedette/crypto/aead.h"
#include "vedette/crypto/sha256.h"

namespace vedette::recording {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{10}; ///< a look that takes longer hangs
constexpr std::string_view kForm = "vedette tier ";
constexpr std::size_t kIdDigits = 16;
constexpr std::size_t kMostMarker_bytes = 256;

bool is_id(std::string_view text) {
    return text.size() == kIdDigits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::string> text_in(const fs::path& marker) {
    std::error_code unknown;
    if (!fs::is_regular_file(marker, unknown))
        return Error{ErrorCode::unavailable,
                     "there is no file " + marker.string() +
                         ": what belongs there is not mounted; or it is new, then run: touch " +
                         marker.string()};
    std::ifstream in{marker, std::ios::binary};
    std::string text(kMostMarker_bytes, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || !in.is_open())
        return Error{ErrorCode::unavailable, "read " + marker.string() + ": it may not be read"};
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

Status write_marker(const fs::path& marker, const std::string& text) {
    const fs::path fresh = marker.string() + ".new";
    std::ofstream out{fresh, std::ios::binary | std::ios::trunc};
    out << text;
    out.close();
    if (!out)
        return Error{ErrorCode::unavailable, "write " + fresh.string() + ": the disk refused it"};
    return move_into_place(fresh, marker);
}

} // namespace

Result<std::string> tier_in(const fs::path& folder, MarkerUse use) {
    const fs::path marker = folder / kTierMarker;
    VEDETTE_TRY(std::string text, text_in(marker));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (text.empty() && use == MarkerUse::look)
        return text;
    if (text.empty()) {
        VEDETTE_TRY([[maybe_unused]] const auto there_is_randomness, crypto::AeadKey::make());
        std::array<std::byte, kIdDigits / 2> drawn{};
        crypto::fill_randomly(drawn);
        const std::string id = crypto::to_hex(drawn);
        VEDETTE_CHECK_OK(write_marker(marker, std::string{kForm} + id + "\n"));
        return id;
    }
    if (text.starts_with(kForm) && is_id(std::string_view{text}.substr(kForm.size())))
        return text.substr(kForm.size());
    return Error{ErrorCode::data_loss,
                 marker.string() + " is none that this program wrote: if nothing of other tiers "
                                   "is in that folder, empty the file"};
}

Tier::Tier(std::string name, Identify identify, Attach attach, const Clock& clock)
    : name_{std::move(name)}, identify_{std::move(identify)}, attach_{std::move(attach)},
      clock_{clock} {}

void Tier::look() {
    state_.with([this](State& state) { state.looking_since = clock_.steady_now(); });
    const auto id = identify_();
    auto files = state_.with([](const State& state) { return state.files; });
    std::string why;
    if (!id) {
        files = nullptr;
        why = id.error().message();
    } else if (!files || files->id != *id) {
        auto attached = attach_(*id);
        files = attached ? std::make_shared<const TierFiles>(*std::move(attached)) : nullptr;
        why = attached ? "" : attached.error().message();
    }
    state_.with([&](State& state) { state = {std::move(files), std::move(why), std::nullopt}; });
}

bool Tier::hangs(const State& state) const {
    return state.looking_since && clock_.steady_now() - *state.looking_since > kPatience;
}

std::shared_ptr<const TierFiles> Tier::here() const {
    return state_.with([this](const State& state) { return hangs(state) ? nullptr : state.files; });
}

std::string Tier::why_away() const {
    return state_.with([this](const State& state) {
        return hangs(state) ? std::string{"it does not answer"} : state.why;
    });
}

/// A file is on one tier, or on two while it moves, and then the first is whole.
template <class Read>
auto TieredFiles::wherever(const std::string& name, const Read& read) const {
    auto got = read(*first_);
    if (got || got.error().code() != ErrorCode::not_found)
        return got;
    std::string away;
    for (const auto& tier : others_) {
        const auto here = tier->here();
        if (!here) {
            away = tier->name() + " is away: " + tier->why_away();
            continue;
        }
        auto there = read(*here->files);
        if (there || there.error().code() != ErrorCode::not_found)
            return there;
    }
    if (!away.empty())
        got = Error{ErrorCode::unavailable,
                    "read " + name + ": it may be where nobody can look; " + away};
    return got;
}

Result<std::size_t> TieredFiles::read_at(const std::string& name, std::uint64_t offset,
                                         std::span<std::byte> into) const {
    return wherever(name,
                    [&](const RecordingFiles& files) { return files.read_at(name, offset, into); });
}

Result<std::uint64_t> TieredFiles::readable_bytes(const std::string& name) const {
    return wherever(name, [&](const RecordingFiles& files) { return files.readable_bytes(name); });
}

} // namespace vedette::recording
