#pragma once

#include <memory>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/observability/log_options.h"

namespace vedette::observability {

/// A log to a file or to standard error, one line for each event, times in UTC.
///
/// The same event (level, message and the field `camera`) is written at most 20 times in 10
/// seconds; the next one says how many were left out in its field `suppressed`. Debug and trace
/// lines are all written. A line break or
/// other control character in a field can not start a line of its own. Once it is made it never
/// fails: what a full disk refuses goes to standard error.
///
/// \param clock borrowed; must outlive the log
/// \return permission_denied or unavailable if the file cannot be written.
Result<std::unique_ptr<Log>> make_log(const LogOptions& options, const Clock& clock);

} // namespace vedette::observability
