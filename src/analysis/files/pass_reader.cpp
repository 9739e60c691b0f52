#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "files/csv.h"
#include "files/fields.h"
#include "files/line_reader.h"
#include "files/open_file.h"
#include "files/pass_json.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {
namespace {

/// Where each field stands in a row.
struct Columns {
    std::optional<std::size_t> id, plate, camera, time, confidence, latitude, longitude,
        character_confidence;
};

constexpr std::array<std::string_view, 3> kRequired{"plate", "camera", "time"};

Columns columns_of(const CsvReader& csv) {
    return {.id = csv.column("id"),
            .plate = csv.column("plate"),
            .camera = csv.column("camera"),
            .time = csv.column("time"),
            .confidence = csv.column("confidence"),
            .latitude = csv.column("lat"),
            .longitude = csv.column("lon"),
            .character_confidence = csv.column("character_confidence")};
}

PassFields fields_of(const Columns& columns, std::span<const std::string_view> cells) {
    const auto cell = [&](const std::optional<std::size_t>& column) {
        return column ? cells[*column] : std::string_view{};
    };
    return {.id = cell(columns.id),
            .plate = cell(columns.plate),
            .camera = cell(columns.camera),
            .time = cell(columns.time),
            .confidence = cell(columns.confidence),
            .latitude = cell(columns.latitude),
            .longitude = cell(columns.longitude),
            .character_confidence = cell(columns.character_confidence)};
}

/// What the first sign that is not blank says; looks without taking more than blanks and a
/// byte-order mark, which LineReader would pass over as well.
PassForm form_of(std::istream& in) {
    for (;;) {
        const int next = in.peek();
        const bool to_skip = next == ' ' || next == '\t' || next == '\r' || next == 0xEF ||
                             next == 0xBB || next == 0xBF;
        if (!to_skip)
            return next == '{' ? PassForm::json_lines : PassForm::csv;
        in.get();
    }
}

} // namespace

class PassReader::Impl {
public:
    Impl(std::unique_ptr<std::istream> owned, std::istream& in, const std::string& name,
         const PassReadOptions& options)
        : owned_{std::move(owned)}, options_{options}, form_{options.form ? *options.form
                                                                          : form_of(in)},
          lines_{in, name, options.max_line_bytes}, csv_{lines_}, maker_{options.zone_if_none} {}

    Status begin() {
        if (form_ == PassForm::json_lines)
            return {};
        VEDETTE_CHECK_OK(csv_.read_header(kRequired));
        columns_ = columns_of(csv_);
        return {};
    }

    Result<std::optional<Pass>> next() {
        for (;;) {
            auto pass = form_ == PassForm::csv ? next_row() : next_object();
            if (pass && *pass)
                ++report_.passes;
            const bool of_the_line =
                !pass && pass.error().code() != ErrorCode::data_loss && options_.skip_bad_lines;
            if (!of_the_line)
                return pass;
            ++report_.skipped;
            if (report_.first_bad.size() < kMaxToldProblems)
                report_.first_bad.push_back(pass.error().message());
        }
    }

    [[nodiscard]] const PassReadReport& report() const noexcept { return report_; }
    [[nodiscard]] PassForm form() const noexcept { return form_; }

private:
    Result<std::optional<Pass>> next_row() {
        VEDETTE_TRY(const auto cells, csv_.next());
        if (!cells)
            return std::optional<Pass>{};
        auto pass = maker_.make(fields_of(columns_, *cells));
        if (!pass)
            return lines_.bad(pass.error().message());
        return std::optional{*std::move(pass)};
    }
    Result<std::optional<Pass>> next_object() {
        for (;;) {
            VEDETTE_TRY(const auto line, lines_.next());
            if (!line)
                return std::optional<Pass>{};
            if (trimmed(*line).empty())
                continue;
            auto pass = pass_from_json(*line, maker_);
            if (!pass)
                return lines_.bad(pass.error().message());
            if (*pass)
                return pass;
            ++report_.without_plate;
        }
    }

    std::unique_ptr<std::istream> owned_;
    PassReadOptions options_;
    PassForm form_;
    LineReader lines_;
    CsvReader csv_;
    Columns columns_;
    PassMaker maker_;
    PassReadReport report_;
};

PassReader::PassReader(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
PassReader::PassReader(PassReader&& other) noexcept = default;
PassReader& PassReader::operator=(PassReader&& other) noexcept = default;
PassReader::~PassReader() = default;

Result<PassReader> PassReader::open(const std::filesystem::path& file,
                                    const PassReadOptions& options) {
    VEDETTE_TRY(auto in, open_for_reading(file));
    std::istream& stream = *in;
    auto impl = std::make_unique<Impl>(std::move(in), stream, file.string(), options);
    VEDETTE_CHECK_OK(impl->begin());
    return PassReader{std::move(impl)};
}

Result<PassReader> PassReader::over(std::istream& in, const std::string& name,
                                    const PassReadOptions& options) {
    auto impl = std::make_unique<Impl>(nullptr, in, name, options);
    VEDETTE_CHECK_OK(impl->begin());
    return PassReader{std::move(impl)};
}

Result<std::optional<Pass>> PassReader::next() { return impl_->next(); }
const PassReadReport& PassReader::report() const noexcept { return impl_->report(); }
PassForm PassReader::form() const noexcept { return impl_->form(); }

Result<std::vector<Pass>> read_passes(const std::filesystem::path& file,
                                      const PassReadOptions& options, PassReadReport* report) {
    VEDETTE_TRY(auto reader, PassReader::open(file, options));
    std::vector<Pass> passes;
    for (;;) {
        VEDETTE_TRY(auto pass, reader.next());
        if (!pass)
            break;
        if (passes.size() >= options.max_passes)
            return Error{ErrorCode::resource_exhausted, file.string() + ": holds more than " +
                                                            std::to_string(options.max_passes) +
                                                            " passes: give a part of it"};
        passes.push_back(*std::move(pass));
    }
    std::sort(passes.begin(), passes.end(), comes_before);
    if (report != nullptr)
        *report = reader.report();
    return passes;
}

} // namespace vedette::analysis
