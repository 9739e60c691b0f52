// Whatever arrives as a file of passes or of places is refused with its line, or what was read
// comes back the same after being written and read again.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/place_file.h"

namespace {

using vedette::analysis::Pass;
using vedette::analysis::pass_csv_header;
using vedette::analysis::pass_to_csv;
using vedette::analysis::pass_to_json;
using vedette::analysis::PassForm;
using vedette::analysis::PassReader;
using vedette::analysis::places_to_csv;
using vedette::analysis::read_places;

void check_again(const Pass& pass, const std::string& file, PassForm form) {
    std::istringstream in{file};
    auto reader = PassReader::over(in, "again", {.form = form});
    if (!reader)
        std::abort();
    const auto again = reader->next();
    if (!again || !*again || **again != pass)
        std::abort();
}

void check_passes(const std::string& bytes, PassForm form) {
    std::istringstream in{bytes};
    auto reader = PassReader::over(in, "fuzz", {.form = form, .max_line_bytes = 4096});
    if (!reader)
        return;
    for (;;) {
        const auto pass = reader->next();
        if (!pass)
            continue; // the next call goes on behind the bad line
        if (!*pass)
            return;
        check_again(**pass, pass_to_json(**pass), PassForm::json_lines);
        check_again(**pass, pass_csv_header() + '\n' + pass_to_csv(**pass), PassForm::csv);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes{reinterpret_cast<const char*>(data), size};
    check_passes(bytes, PassForm::csv);
    check_passes(bytes, PassForm::json_lines);
    std::istringstream in{bytes};
    if (const auto places = read_places(in, "fuzz")) {
        std::istringstream written{places_to_csv(*places)};
        const auto again = read_places(written, "again");
        if (!again || *again != *places)
            std::abort();
    }
    return 0;
}
