#include "ranges.h"

#include <string>

#include "files/csv.h"

namespace vedette::analysis {

Status in_range(std::string_view name, double value, double low, double high) {
    if (value >= low && value <= high)
        return {};
    return Error{ErrorCode::invalid_argument, std::string{name} + " must be from " + shortest(low) +
                                                  " to " + shortest(high) + ", is " +
                                                  shortest(value)};
}

} // namespace vedette::analysis
