#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/base/result.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// A tier that is there.
struct TierFiles {
    std::string id;                         ///< empty: the first one, where everything is recorded
    std::shared_ptr<RecordingFiles> stored; ///< as files lie there: sealed, with their keys
    std::shared_ptr<RecordingFiles> files;  ///< what they hold
};

/// A place for recordings behind the first one, which may be away: a NAS, a disk that is taken out.
///
/// Thread-safe, look() apart, which has one caller at a time.
class Tier {
public:
    /// Whose place is there now. \return its id; why it is away, and what to do.
    using Identify = std::function<Result<std::string>()>;
    using Attach = std::function<Result<TierFiles>(const std::string& id)>;

    /// \param name   for people: its folder
    /// \param clock  borrowed
    Tier(std::string name, Identify identify, Attach attach, const Clock& clock);

    /// Sees whether it is there. May block for as long as the network likes; who asks here()
    /// meanwhile hears that it is away after some seconds.
    void look();
    /// \return null while it is away, or was not looked at yet.
    [[nodiscard]] std::shared_ptr<const TierFiles> here() const;
    /// \return for people; empty if it is here.
    [[nodiscard]] std::string why_away() const;
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    struct State {
        std::shared_ptr<const TierFiles> files;
        std::string why = "it was not looked for yet";
        std::optional<SteadyTime> looking_since;
    };
    [[nodiscard]] bool hangs(const State& state) const;

    const std::string name_;
    const Identify identify_;
    const Attach attach_;
    const Clock& clock_;
    Guarded<State> state_;
};

/// The file that says that a folder is a tier, so that the folder below a mount point is never
/// taken for what should be mounted there. Whoever sets a tier up makes it empty (`touch`); the
/// server writes the tier's id into it.
constexpr std::string_view kTierMarker = ".vedette-tier";

enum class MarkerUse {
    look = 1, ///< nothing is written
    claim,    ///< an empty one gets an id
};
/// \return the id of the tier in this folder, empty for an unclaimed one that is only looked at;
///   unavailable if there is no marker, saying what to do; data_loss if it is none of ours; errors
///   of the disk.
[[nodiscard]] Result<std::string> tier_in(const std::filesystem::path& folder, MarkerUse use);

/// What is recorded on all tiers, by names: reads wherever a file is. Everything else is about the
/// first tier, where everything is recorded.
///
/// Thread-safe. While a tier is away, what is there alone cannot be read: unavailable, naming it.
class TieredFiles final : public RecordingFiles {
public:
    using Tiers = std::vector<std::shared_ptr<Tier>>;
    TieredFiles(std::unique_ptr<RecordingFiles> first, Tiers others)
        : first_{std::move(first)}, others_{std::move(others)} {}

    [[nodiscard]] RecordingFiles& first() const { return *first_; }
    [[nodiscard]] const Tiers& others() const { return others_; }

    Result<std::unique_ptr<RecordingFile>> create(const std::string& name) override {
        return first_->create(name);
    }
    Status sync_name(const std::string& name) override { return first_->sync_name(name); }
    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override;
    [[nodiscard]] Result<std::uint64_t> readable_bytes(const std::string& name) const override;
    Status truncate(const std::string& name, std::uint64_t bytes) override {
        return first_->truncate(name, bytes);
    }
    Status remove(const std::string& name) override { return first_->remove(name); }
    [[nodiscard]] Result<std::vector<Entry>> list_below(const std::string& folder) const override {
        return first_->list_below(folder);
    }
    [[nodiscard]] Result<Space> space() const override { return first_->space(); }

private:
    template <class Read>
    auto wherever(const std::string& name, const Read& read) const;

    const std::unique_ptr<RecordingFiles> first_;
    const Tiers others_;
};

} // namespace vedette::recording
