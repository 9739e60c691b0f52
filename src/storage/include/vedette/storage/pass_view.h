#pragma once

#include <filesystem>
#include <memory>

#include "vedette/ports/pass_index.h"

namespace vedette::storage {

/// The PassIndex of a store from outside: for commands, while a server may go on writing to it.
///
/// Thread-safe; one question at a time.
class PassView final : public ports::PassIndex {
public:
    /// \return not_found if there is no store; invalid_argument if it is another program's or its
    /// schema is not the newest, data_loss if it is damaged.
    static Result<std::unique_ptr<PassView>> open(const std::filesystem::path& file);
    ~PassView() override;
    PassView(const PassView&) = delete;
    PassView& operator=(const PassView&) = delete;

    [[nodiscard]] Result<ports::PassList> passes_of(std::string_view plate,
                                                    const ports::TimeSpan& span,
                                                    std::size_t limit) const override;
    [[nodiscard]] Result<ports::PassList> passes_at(const domain::CameraId& camera,
                                                    const ports::TimeSpan& span,
                                                    std::size_t limit) const override;
    [[nodiscard]] Result<std::vector<ports::StayRow>>
    stays_among(std::span<const ports::PassRow> passes) const override;
    [[nodiscard]] Result<std::vector<ports::CameraCount>>
    counts_of(std::string_view plate, const ports::TimeSpan& span) const override;
    [[nodiscard]] Result<std::vector<ports::HourCount>>
    flow_at(const domain::CameraId& camera, const ports::TimeSpan& span) const override;
    [[nodiscard]] Result<std::vector<domain::CameraId>> cameras() const override;

private:
    struct Parts;
    explicit PassView(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

} // namespace vedette::storage
