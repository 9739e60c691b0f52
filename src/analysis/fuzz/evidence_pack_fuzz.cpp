// Whatever is handed in as an evidence pack is judged, and an archive that is read is written again
// as the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cases/tar.h"
#include "vedette/analysis/evidence_pack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vedette::analysis;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto report = verify_evidence_pack(bytes, {});
    if (!report.problem && (!report.contents || !report.recomputed || report.signer.empty()))
        std::abort();
    if (const auto members = read_tar(bytes); members && write_tar(*members).value() != bytes)
        std::abort();
    // The signature stops most inputs: what lies behind it is tried alone, too.
    if (const auto evidence = evidence_from_json(bytes)) {
        const auto again = evidence_to_json(*evidence);
        if (!again || evidence_from_json(*again).value() != *evidence)
            std::abort();
        static_cast<void>(score_following(*evidence));
    }
    if (const auto one = case_from_json(bytes); one && case_from_json(case_to_json(*one)) != *one)
        std::abort();
    return 0;
}
