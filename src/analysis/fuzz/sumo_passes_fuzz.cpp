// Whatever arrives as SUMO's output is refused with its line, or gives passes at known cameras, in
// order and within the times that are allowed.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "sumo/cameras.h"
#include "sumo/passes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream places{"camera,edge,position_m,edge_length_m,lat,lon\n"
                              "c1,A,50,100,49,8\nc2,B,20,200,49,8\n"};
    const auto cameras = vedette::analysis::SumoCameras::read(places, "cameras");
    if (!cameras)
        std::abort();
    vedette::analysis::SumoPasses passes{*cameras, 1000};
    std::istringstream in{std::string{reinterpret_cast<const char*>(data), size}};
    if (!passes.read(in, "fuzz"))
        return 0;
    std::int64_t before_us = 0;
    for (const auto& pass : passes.sorted()) {
        if (pass.at_us < before_us || pass.at_us > 400LL * 86'400 * 1'000'000 ||
            pass.camera >= cameras->all().size() || pass.trip >= passes.names().size())
            std::abort();
        before_us = pass.at_us;
    }
    return 0;
}
