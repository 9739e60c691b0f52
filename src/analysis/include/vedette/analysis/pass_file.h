#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

/// Passes as files: what other plate readers export, what `vedette process --out` writes, what the
/// simulator makes.
namespace vedette::analysis {

/// How passes lie in a file.
enum class PassForm {
    csv = 1,    ///< RFC 4180 with a header
    json_lines, ///< one object a line: a pass, or an event in form 1 (schema/event.v1.json)
};

/// How strictly a file of passes is read.
struct PassReadOptions {
    /// Without one the first sign decides: '{' begins JSON Lines.
    std::optional<PassForm> form{};
    /// A longer line is an error, so that no file can take all memory.
    std::size_t max_line_bytes = 64UL * 1024;
    /// Counts lines that say nothing sensible instead of stopping at the first. What makes the
    /// whole file unreadable (no header, a column missing, the disk) stops in any case.
    bool skip_bad_lines = false;
    /// For times that name no zone: how far the clock that wrote them was ahead of UTC. Without it
    /// such a time is an error.
    std::optional<std::chrono::minutes> zone_if_none{};
    /// For read_passes(), which holds all of them at once.
    std::size_t max_passes = 50'000'000;
};

/// What a reader met so far.
struct PassReadReport {
    std::uint64_t passes = 0;
    std::uint64_t skipped = 0;          ///< bad lines, where they are skipped
    std::uint64_t without_plate = 0;    ///< events of people, unread plates, discarded tracks
    std::vector<std::string> first_bad; ///< the first kMaxToldProblems, with file and line
};

inline constexpr std::size_t kMaxToldProblems = 10;

/// Reads passes one by one, in the order of the file, in memory that does not depend on its size.
///
/// CSV: a header names the columns, in any order and case: plate, camera, time; optional are
/// confidence (1 if absent), id, lat and lon, character_confidence (numbers between blanks or ';').
/// Others are ignored. Comma, semicolon or tab between cells, as the header has it; quotes as in
/// RFC 4180; CRLF and a byte-order mark are fine. JSON Lines: the same names as members.
///
/// Times are ISO 8601 with seconds and a zone ("2026-11-21T10:15:00.25Z", "…+01:00"), to the
/// microsecond. Plates are normalised (domain/plate_text.h). A pass without an id gets one made of
/// camera, time, plate and how many equal ones came before, so that the same file, whole or in
/// parts, always gives the same ids.
///
/// Thread-compatible. Borrows nothing but the stream, if it was given one.
class PassReader {
public:
    /// \return not_found, permission_denied, or invalid_argument for a file that holds no passes;
    ///   with its name.
    static Result<PassReader> open(const std::filesystem::path& file,
                                   const PassReadOptions& options = {});
    /// Reads `in`, which must outlive the reader; `name` stands for it in errors. \return as above.
    static Result<PassReader> over(std::istream& in, const std::string& name,
                                   const PassReadOptions& options = {});
    PassReader(PassReader&& other) noexcept;
    PassReader& operator=(PassReader&& other) noexcept;
    ~PassReader();

    /// \return nothing at the end. invalid_argument names file, line, what was found and what was
    ///   expected; the next call goes on with the next line. resource_exhausted: a line that is too
    ///   long. data_loss: reading failed.
    [[nodiscard]] Result<std::optional<Pass>> next();
    [[nodiscard]] const PassReadReport& report() const noexcept;
    [[nodiscard]] PassForm form() const noexcept;

private:
    class Impl;
    explicit PassReader(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

/// All passes of a file in the order of comes_before(). What was met goes to `report` if given.
/// \return as PassReader; resource_exhausted beyond options.max_passes.
[[nodiscard]] Result<std::vector<Pass>> read_passes(const std::filesystem::path& file,
                                                    const PassReadOptions& options = {},
                                                    PassReadReport* report = nullptr);

/// The header of the CSV form, without a line end.
[[nodiscard]] std::string pass_csv_header();
/// One pass as a line of that form, without a line end. Reads back as the same pass.
[[nodiscard]] std::string pass_to_csv(const Pass& pass);
/// One pass as a line of JSON, without a line end. Members that say nothing are left out; times are
/// in UTC with milliseconds, or microseconds where needed. Reads back as the same pass.
[[nodiscard]] std::string pass_to_json(const Pass& pass);

/// ISO 8601 in UTC, milliseconds, or microseconds where needed: "2026-11-21T10:15:00.250Z".
[[nodiscard]] std::string format_pass_time(WallTime time);
/// The inverse, for all forms that PassReader takes. \return invalid_argument without the text.
[[nodiscard]] Result<WallTime>
parse_pass_time(std::string_view text, std::optional<std::chrono::minutes> zone_if_none = {});

} // namespace vedette::analysis
