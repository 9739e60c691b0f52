#include "vedette/pipeline/trace_ids.h"

#include "vedette/crypto/sha256.h"

namespace vedette::pipeline {

TraceIds::TraceIds(std::string_view site, std::string_view camera, std::string_view boot) {
    for (const std::string_view part : {site, camera, boot})
        parts_.append(std::to_string(part.size())).append(":").append(part);
}

domain::TraceId TraceIds::of(StreamTime at) const {
    const std::string hash =
        crypto::sha256_hex(parts_ + "@" + std::to_string(at.time_since_epoch().count()));
    return domain::TraceId::from_hex(std::string_view{hash}.substr(0, 32))
        .value_or(domain::TraceId{}); // all zero: one picture in 2^128 goes without
}

} // namespace vedette::pipeline
