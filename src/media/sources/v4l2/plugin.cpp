#include "sources/v4l2/v4l2_source.h"

namespace vedette::media {

Status register_v4l2(SourceRegistry& registry);
Status register_v4l2(SourceRegistry& registry) {
    return registry.add("v4l2",
                        [](const std::string& path, const SourceOptions& options,
                           const Clock& clock, Log& /*log*/) -> Result<std::unique_ptr<Source>> {
                            VEDETTE_TRY(auto device, open_v4l2_device(path));
                            return open_v4l2_source(std::move(device), path, options, clock);
                        });
}

} // namespace vedette::media
