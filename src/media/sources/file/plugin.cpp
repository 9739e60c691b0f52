#include "sources/file/file_source.h"

namespace vedette::media {

Status register_file(SourceRegistry& registry);

Status register_file(SourceRegistry& registry) {
    return registry.add(
        "file", [](const std::string& location, const SourceOptions& options, const Clock& clock,
                   Log& log) { return open_file_source(location, options, clock, log); });
}

} // namespace vedette::media
