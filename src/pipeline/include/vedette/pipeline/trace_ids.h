#pragma once

#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/domain/trace.h"

namespace vedette::pipeline {

/// Gives every picture of one opened input the id of its trace.
///
/// The id follows from site, camera, boot and the picture's time (SHA-256, cut to 16 bytes), and is
/// not random: the same recording analysed twice gives the same events to the last byte, as
/// everywhere else in Vedette, nothing has to be seeded, and whoever has the picture can tell its
/// id. It is as unlikely as with a random one that two pictures share an id, because boot differs
/// from start to start. It is no secret: who knows the parts can compute it.
///
/// Thread-safe.
class TraceIds {
public:
    /// \param boot  of the input, see AnalysisIdentity
    TraceIds(std::string_view site, std::string_view camera, std::string_view boot);
    /// \param at  of the picture in its input
    [[nodiscard]] domain::TraceId of(StreamTime at) const;

private:
    std::string parts_; ///< each with its length before it, so that no two ways to cut them agree
};

} // namespace vedette::pipeline
