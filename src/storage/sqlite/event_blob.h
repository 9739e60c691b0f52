#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/domain/event.h"

namespace vedette::storage {

/// The whole event as bytes, so that find() gives back exactly what came: a form byte, then the
/// fields in the order of domain::Event. Numbers are little-endian, floats by their bits, texts and
/// lists with their length before them (LEB128). A tenth the time of JSON and less than half its
/// size, and unlike JSON it does not round.
[[nodiscard]] std::string to_blob(const domain::Event& event);

/// \return data_loss for anything that to_blob() can't have given.
[[nodiscard]] Result<domain::Event> from_blob(std::string_view blob);

} // namespace vedette::storage
