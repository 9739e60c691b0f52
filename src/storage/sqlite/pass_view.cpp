#include "vedette/storage/pass_view.h"

#include <mutex>
#include <system_error>
#include <utility>

#include "sqlite/open.h"
#include "sqlite/pass_reader.h"

namespace vedette::storage {

struct PassView::Parts {
    std::unique_ptr<Connection> connection;
    std::mutex asking;
    PassReader reader; ///< under `asking`
};

PassView::PassView(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
PassView::~PassView() = default;

Result<std::unique_ptr<PassView>> PassView::open(const std::filesystem::path& file) {
    std::error_code ignored; // then it is not there
    if (!std::filesystem::is_regular_file(file, ignored))
        return Error{ErrorCode::not_found, "there is no store " + file.string()};
    VEDETTE_TRY(auto connection, open_reader(file, {}));
    VEDETTE_TRY(auto reader, PassReader::open(*connection));
    std::unique_ptr<Parts> parts{new Parts{std::move(connection), {}, std::move(reader)}};
    return std::unique_ptr<PassView>{new PassView{std::move(parts)}};
}

Result<ports::PassList> PassView::passes_of(std::string_view plate, const ports::TimeSpan& span,
                                            std::size_t limit) const {
    const std::scoped_lock lock{parts_->asking};
    return parts_->reader.passes_of(plate, span, limit);
}

Result<ports::PassList> PassView::passes_at(const domain::CameraId& camera,
                                            const ports::TimeSpan& span, std::size_t limit) const {
    const std::scoped_lock lock{parts_->asking};
    return parts_->reader.passes_at(camera, span, limit);
}

Result<std::vector<ports::StayRow>>
PassView::stays_among(std::span<const ports::PassRow> passes) const {
    const std::scoped_lock lock{parts_->asking};
    return parts_->reader.stays_among(passes);
}

Result<std::vector<ports::CameraCount>> PassView::counts_of(std::string_view plate,
                                                            const ports::TimeSpan& span) const {
    const std::scoped_lock lock{parts_->asking};
    return parts_->reader.counts_of(plate, span);
}

Result<std::vector<ports::HourCount>> PassView::flow_at(const domain::CameraId& camera,
                                                        const ports::TimeSpan& span) const {
    const std::scoped_lock lock{parts_->asking};
    return parts_->reader.flow_at(camera, span);
}

Result<std::vector<domain::CameraId>> PassView::cameras() const {
    const std::scoped_lock lock{parts_->asking};
    return parts_->reader.cameras();
}

} // namespace vedette::storage
