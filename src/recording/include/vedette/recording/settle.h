#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/media/source.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"
#include "vedette/recording/tiers.h"

namespace vedette::recording {

/// What was found to differ between files and index, and what became of it.
struct Settlement {
    std::uint64_t adopted = 0;        ///< files without a row that have one now
    std::uint64_t cut_bytes = 0;      ///< torn ends of those
    std::uint64_t empty = 0;          ///< files that held nothing to play, removed
    std::uint64_t deleted = 0;        ///< deletions that a crash had interrupted
    std::uint64_t without_file = 0;   ///< rows whose file is gone, removed
    std::uint64_t left_over = 0;      ///< of moves that were interrupted, removed; none is lost
    std::uint64_t relocated = 0;      ///< rows that named another tier than the file is on
    std::vector<std::string> unknown; ///< files that are no recordings, left alone; 20 at most
    std::vector<std::string> damaged; ///< files that differ from their row, left alone; 20 at most
};

/// Says in the log what was found, if anything was.
/// \param where  the tier's folder, for people
void tell(const Settlement& found, std::string_view where, Log& log);

/// Brings files and index together after whatever ended the process before; to be called before
/// anything is recorded. What was being written when it ended is cut behind its last whole
/// fragment and kept, as long as a detection: what went on in it is not known any more.
///
/// \param describe  says what is in a file, by its name: describe_recording()
/// \param clean     false: nothing is changed, the numbers say what would be
/// \return errors of the folder and the index. A file that cannot be read is in `damaged`.
[[nodiscard]] Result<Settlement>
settle(RecordingFiles& files, ports::RecordingIndex& index,
       const std::function<Result<media::StreamInfo>(const std::string& file)>& describe, Log& log,
       bool clean = true);

/// The same for another tier while it is here. May be done while others are recorded and moved away
/// from it, not to it.
/// \param others  that are here, the first one among them
[[nodiscard]] Result<Settlement>
settle_tier(const TierFiles& tier, std::span<const TierFiles> others, ports::RecordingIndex& index,
            const std::function<Result<media::StreamInfo>(const std::string& file)>& describe,
            Log& log, bool clean = true);

/// Opens a recording as media. \return what is in it; errors of the disk and of the media.
[[nodiscard]] Result<media::StreamInfo>
describe_recording(const RecordingFiles& files, const std::string& file, const Clock& clock);

/// Reads every file of one tier and compares it with the digest in its row.
/// \param report  gets the file's name and what is wrong, for each that differs or is gone
/// \return how many were read; errors of the index.
[[nodiscard]] Result<std::uint64_t>
verify_recordings(const RecordingFiles& files, const ports::RecordingIndex& index,
                  const std::function<void(const std::string&, const std::string&)>& report,
                  const std::string& tier = {});

} // namespace vedette::recording
